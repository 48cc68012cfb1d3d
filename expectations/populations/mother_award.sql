-- title.mn: Олон хүүхэдтэй эхийн тэтгэврийн анхны тогтоолт
-- title.en: Initial determination on the mother's condition
-- key: file_no
-- office: delivered_by
-- person: person_id
-- law_date: effective_from
-- Age and months by the law of the effective date. Months are those the sheet counts; months of children count from the
-- day the law gave them. A day of birth the offices disagree on is not recorded.
WITH given AS (
    SELECT min(valid_from) AS children_from FROM law_value WHERE name = 'child_service_months'
), asked AS (
    SELECT valid_from, valid_to, min(age_months) AS age_months, min(service_months) AS service_months
    FROM law_old_age_condition
    WHERE condition = 'mother' AND sex = 'F'
    GROUP BY valid_from, valid_to
)
SELECT
    f.file_no, f.delivered_by, f.person_id, d.determination_id, d.effective_from, i.birth_date,
    q.age_months AS age_asked, q.service_months AS months_asked, add_months(i.birth_date, q.age_months) AS age_on,
    d.service_months_before_1995, d.service_months_after_1995, d.bonus_months,
    d.service_months_before_1995 + d.service_months_after_1995
        + CASE WHEN d.effective_from >= g.children_from THEN coalesce(d.bonus_months, 0) ELSE 0 END AS service_months,
    d.effective_from >= g.children_from AND d.bonus_months IS NULL AS may_have_bonus
FROM opened_file f
JOIN determination d ON d.delivered_by = f.delivered_by AND d.file_no = f.file_no AND d.kind = 'initial'
CROSS JOIN given g
LEFT JOIN asked q ON q.valid_from <= d.effective_from AND d.effective_from < q.valid_to
LEFT JOIN insured i ON i.person_id = f.person_id
WHERE f.condition = 'mother' AND f.pension_type = 'old_age'
