-- title.mn: Оршуулгын тэтгэмж
-- title.en: Funeral benefit
-- key: benefit_id
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: dated_on
-- Of two benefits for one death the later one is asked about. A person another office keeps may be recorded dead there.
WITH known AS (
    SELECT person_id, max(deceased_on) AS deceased_on, min(deceased_on) AS first_deceased_on
    FROM person WHERE person_id IS NOT NULL GROUP BY person_id
), asked AS (
    SELECT
        b.benefit_id, b.delivered_by, b.person_id, b.deceased_person_id, b.amount, b.applied_at, b.paid_at, b.dated_on,
        b.period,
        row_number() OVER (
            PARTITION BY b.deceased_person_id
            ORDER BY coalesce(b.paid_at, b.applied_at, CAST(b.dated_on AS TIMESTAMP)), b.delivered_by, b.benefit_id
        ) - 1 AS earlier_benefits
    FROM benefit_case b
    WHERE b.kind = 'funeral'
)
SELECT
    a.benefit_id, a.delivered_by, a.person_id, a.deceased_person_id, a.amount, a.applied_at, a.paid_at, a.dated_on,
    a.period, CASE WHEN a.deceased_person_id IS NULL THEN 0 ELSE a.earlier_benefits END AS earlier_benefits,
    k.person_id IS NOT NULL AS person_known, k.deceased_on,
    param('funeral_benefit', k.deceased_on) AS lawful_amount,
    -- two offices that record different days of death: either day's amount will do
    param('funeral_benefit', k.first_deceased_on) AS other_lawful_amount,
    CASE WHEN k.deceased_on IS NULL OR param('funeral_benefit', k.deceased_on) IS NOT NULL
        AND param('funeral_benefit', k.first_deceased_on) IS NOT NULL THEN TRUE END AS amount_known
FROM asked a
LEFT JOIN known k ON k.person_id = a.deceased_person_id
