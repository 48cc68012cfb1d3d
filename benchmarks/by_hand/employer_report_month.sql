-- one grouping of the whole ledger, persons counted apart
WITH ledger AS (
    SELECT delivered_by, employer_no, period, count(DISTINCT person_id) AS persons, count(*) AS rows_found,
        sum(wage) AS wage, sum(employer_amount + insured_amount) AS due,
        count(*) - count(wage) AS open_wages, count(*) - count(employer_amount + insured_amount) AS open_dues
    FROM contribution
    WHERE employer_no IS NOT NULL
    GROUP BY ALL
)
SELECT r.employer_no, r.period, r.delivered_by, r.headcount, r.total_wage, r.total_due, r.total_paid, r.submitted_on,
    r.paid_on, coalesce(l.rows_found, 0) AS ledger_rows, coalesce(l.persons, 0) AS ledger_persons,
    CASE WHEN l.rows_found IS NULL THEN 0 WHEN l.open_wages = 0 THEN l.wage END AS ledger_wage,
    CASE WHEN l.rows_found IS NULL THEN 0 WHEN l.open_dues = 0 THEN l.due END AS ledger_due
FROM employer_report r
LEFT JOIN ledger l USING (delivered_by, employer_no, period)
