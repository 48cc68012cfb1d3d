-- title.mn: Ердийн, хувь тэнцүүлсэн, малчин, уран бүтээлч, харуулын тэтгэврийн анхны тогтоолт
-- title.en: Initial old-age determination on a condition that asks age and service only
-- key: determination_id
-- office: delivered_by
-- person: person_id
-- law_date: effective_from
-- computed_on is the first day the condition of the file held, by the law of that day. Artists and guards are asked
-- for service at any age; what of it was worked in the profession is not recorded.
WITH arisen AS (
    SELECT person_id, asked_on, condition, way, age_months, age_on, service_months, right_on, basis, risen_age_basis,
        row_number() OVER (PARTITION BY person_id, asked_on, condition ORDER BY right_on, age_on, way) AS place
    FROM right_date
    WHERE reading = 'proven' AND is_recorded
), least_months AS (
    SELECT condition, sex, valid_from, valid_to, min(service_months) AS service_months
    FROM law_old_age_condition
    WHERE condition IN ('artist', 'guard')
    GROUP BY condition, sex, valid_from, valid_to
)
SELECT
    e.determination_id, e.delivered_by, e.person_id, e.file_no, e.condition, e.eligible_on, e.effective_from,
    e.birth_date, e.sex, r.right_on AS computed_on, r.way AS computed_way, r.basis, r.risen_age_basis, r.age_on,
    coalesce(r.service_months, q.service_months) AS months_asked,
    param('required_months_full', e.effective_from) AS full_months_asked,
    e.service_most, e.months_open, e.may_have_bonus
FROM evidenced_service e
LEFT JOIN arisen r
    ON r.person_id = e.person_id AND r.asked_on = e.effective_from AND r.condition = e.condition AND r.place = 1
LEFT JOIN least_months q
    ON q.condition = e.condition AND q.sex = e.sex AND q.valid_from <= e.effective_from
    AND e.effective_from < q.valid_to
WHERE e.kind = 'initial'
    AND (e.condition IS NULL OR e.condition NOT IN ('mother', 'underground', 'toxic_hot', 'heavy'))
