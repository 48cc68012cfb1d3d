-- title.mn: Газрын дор, хортой, халуун, хүнд нөхцөлийн тэтгэврийн анхны тогтоолт
-- title.en: Initial determination on underground, toxic, hot or heavy work
-- key: file_no
-- office: delivered_by
-- person: person_id
-- law_date: effective_from
-- Age and months by the law of the effective date; what the law offers to one sex only is not known for the other.
WITH asked AS (
    SELECT condition, sex, valid_from, valid_to, age_months, service_months, condition_months, basis
    FROM law_old_age_condition
    WHERE condition IN ('underground', 'toxic_hot', 'heavy')
)
SELECT
    e.file_no, e.determination_id, e.delivered_by, e.person_id, e.condition, e.effective_from, e.birth_date, e.sex,
    CASE WHEN e.sex IS NULL THEN 0 ELSE q.age_months END AS age_asked, add_months(e.birth_date, q.age_months) AS age_on,
    q.service_months AS months_asked, q.condition_months AS condition_months_asked, q.basis, e.service_most,
    e.condition_months_evidenced, e.months_open
FROM evidenced_service e
LEFT JOIN asked q
    ON q.condition = e.condition AND q.sex = e.sex AND q.valid_from <= e.effective_from
    AND e.effective_from < q.valid_to
WHERE e.kind = 'initial' AND e.condition IN ('underground', 'toxic_hot', 'heavy')
