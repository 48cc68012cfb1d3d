-- title.mn: Тэтгэвэр авч эхэлсэн өдөр
-- title.en: Day a person's first pension is known from
-- key: person_id
-- person: person_id
-- not_needed: pension_book
-- materialise: true
-- A determination decides. Where another office may have made it, a pension book or a contribution as a working
-- pensioner (22, 70) shows the pension too.
WITH sign AS (
    SELECT person_id, effective_from AS pension_from, effective_from AS awarded_from FROM determination
    UNION ALL
    SELECT person_id, opened_on, NULL FROM pension_book
    UNION ALL
    SELECT person_id, period, NULL FROM contribution WHERE insured_type IN ('22', '70')
)
SELECT person_id, min(pension_from) AS pension_from, min(awarded_from) AS awarded_from
FROM sign
WHERE person_id IS NOT NULL
GROUP BY person_id
