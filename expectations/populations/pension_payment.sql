-- title.mn: Тэтгэврийн олголт
-- title.en: Pension payment
-- key: payment_id
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: period
WITH known AS (
    -- whichever office knows of the death
    SELECT person_id, min(deceased_on) AS first_death, max(deceased_on) AS last_death
    FROM person
    WHERE person_id IS NOT NULL
    GROUP BY person_id
)
SELECT p.payment_id, p.delivered_by, p.person_id, p.pension_book_no, p.period, p.for_period_from, p.amount,
    p.paid_on, p.status, k.first_death, k.last_death,
    k.person_id IS NOT NULL AS person_known
FROM payment p
LEFT JOIN known k ON k.person_id = p.person_id
