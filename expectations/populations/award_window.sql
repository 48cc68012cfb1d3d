-- title.mn: Дахин тооцох тэтгэвэр, түүний цалин авсан хугацаа
-- title.en: Pension to be recomputed and its reference window
-- key: determination_id
-- office: delivered_by
-- person: person_id
-- law_date: effective_from
-- not_needed: determination_wage
-- materialise: true
-- ends_before is the first month after the window.
SELECT
    determination_id, delivered_by, person_id, file_no, kind, effective_from, awarded_on, is_made_again, window_months,
    months_asked, earliest_from, month_of(window_from) AS window_from,
    add_months(month_of(window_from), window_months) AS ends_before
FROM window_asked
WHERE regime = 'civil' AND pension_type = 'old_age' AND effective_from IS NOT NULL AND window_from IS NOT NULL
    AND window_months > 0
