-- title.mn: Сарын цалингийн зөрүү тэтгэвэрт хэрхэн нөлөөлөх
-- title.en: What a difference of wages makes of a pension
-- key: determination_id
-- office: delivered_by
-- person: person_id
-- law_date: effective_from
-- not_needed: determination_wage, payment, pension_book
-- materialise: true
-- As its sheet computes it: mean of the window × rate, by months of 240 if proportional, at least certain_from.
SELECT
    w.determination_id, w.delivered_by, w.person_id, w.effective_from, w.window_months,
    d.reference_wage * w.window_months AS window_sum,
    d.rate * CASE WHEN f.condition = 'proportional'
        THEN d.service_months_before_1995 + d.service_months_after_1995 + coalesce(d.bonus_months, 0) ELSE 240 END
        AS weight,
    n.minimum_pension, n.certain_from, coalesce(p.months_paid, 0) AS months_paid
FROM award_window w
JOIN determination d ON d.delivered_by = w.delivered_by AND d.determination_id = w.determination_id AND d.kind = w.kind
JOIN window_asked f ON f.delivered_by = w.delivered_by AND f.determination_id = w.determination_id
LEFT JOIN pension_minimum n
    ON n.effective_from = w.effective_from AND n.is_proportional = (f.condition = 'proportional')
LEFT JOIN paid_since p ON p.delivered_by = w.delivered_by AND p.determination_id = w.determination_id
