-- title.mn: Төлсөн шимтгэл
-- title.en: Contribution paid
-- key: contribution_id
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: period
-- not_needed: pension_file
-- The months run from the end of the period. Claims are looked up for late payments only.
WITH term AS (
    SELECT period, add_months(period, threshold('retroactive_months') + 1) AS late_from
    FROM calendar_month
), claim AS (
    SELECT person_id, min(applied_on) AS claimed_on
    FROM pension_file
    GROUP BY person_id
)
SELECT
    c.contribution_id, c.delivered_by, c.person_id, c.employer_no, c.period, c.insured_type, c.wage, c.paid_on,
    c.entered_by, c.paid_on >= t.late_from AS is_late, f.claimed_on,
    days_between(c.paid_on, f.claimed_on) AS days_before_claim
FROM contribution c
JOIN term t ON t.period = c.period
LEFT JOIN claim f ON f.person_id = CASE WHEN c.paid_on >= t.late_from THEN c.person_id END
WHERE c.paid_on IS NOT NULL
