-- title.mn: Хугацаанд тооцох шимтгэлийн мөр
-- title.en: Row of the ledger that counts as service
-- key: person_id, period
-- person: person_id
-- period: period
-- Paid, or exempted by law; known from the day it was paid. Only people whose right is computed; 22 and 70 after the
-- award do not count.
WITH person_asked AS (
    SELECT DISTINCT person_id FROM right_asked
), payer AS (
    SELECT e.delivered_by, e.employer_no, max(e.registered_on) AS registered_on, min(e.sector) AS sector
    FROM employer e
    GROUP BY e.delivered_by, e.employer_no
), exempted AS (
    SELECT p.delivered_by, p.employer_no, x.valid_from, x.valid_to
    FROM payer p
    JOIN law_exempted_months x ON x.sector = p.sector AND p.registered_on < x.registered_before
)
SELECT
    c.person_id, c.period, c.insured_type,
    coalesce(c.paid_on, CASE WHEN x.employer_no IS NOT NULL THEN coalesce(c.reported_on, add_months(c.period, 1)) END)
        AS known_on,
    coalesce(c.wage, 0) + coalesce(c.employer_amount, 0) + coalesce(c.insured_amount, 0) AS amount
FROM contribution c
JOIN person_asked a ON a.person_id = c.person_id
-- nearly no row is of these types, or unpaid: a join on nothing costs nothing
LEFT JOIN pension_known k ON k.person_id = CASE WHEN c.insured_type IN ('22', '70') THEN c.person_id END
LEFT JOIN exempted x
    ON x.delivered_by = c.delivered_by AND x.employer_no = CASE WHEN c.paid_on IS NULL THEN c.employer_no END
    AND c.period >= x.valid_from AND c.period < x.valid_to
WHERE c.period >= DATE '1995-01-01' AND (c.paid_on IS NOT NULL OR x.employer_no IS NOT NULL)
    AND (k.awarded_from IS NULL OR c.period < month_of(k.awarded_from))
