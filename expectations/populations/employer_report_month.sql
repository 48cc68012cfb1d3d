-- title.mn: Ажил олгогчийн сарын тайлан
-- title.en: Monthly report of an employer
-- key: employer_no, period
-- office: delivered_by
-- period: period
-- law_date: period
-- materialise: true
-- Report and ledger rows come from one paper and are compared inside the office that delivered both.
WITH person_month AS (
    SELECT
        c.delivered_by, c.employer_no, c.period, c.person_id, 1 AS row_count, c.wage,
        c.employer_amount + c.insured_amount AS due
    FROM lone_row c
    WHERE c.employer_no IS NOT NULL
    UNION ALL
    SELECT
        c.delivered_by, c.employer_no, c.period, c.person_id, count(*) AS row_count,
        CASE WHEN count(c.wage) = count(*) THEN sum(c.wage) END AS wage,
        CASE WHEN count(c.employer_amount + c.insured_amount) = count(*)
            THEN sum(c.employer_amount + c.insured_amount) END AS due
    FROM crowded_row c
    WHERE c.employer_no IS NOT NULL
    GROUP BY c.delivered_by, c.employer_no, c.period, c.person_id
), ledger AS (
    SELECT
        delivered_by, employer_no, period, count(person_id) AS persons, sum(row_count) AS row_count,
        CASE WHEN count(wage) = count(*) THEN sum(wage) END AS wage,
        CASE WHEN count(due) = count(*) THEN sum(due) END AS due
    FROM person_month
    GROUP BY delivered_by, employer_no, period
)
SELECT
    r.employer_no, r.period, r.delivered_by, r.headcount, r.total_wage, r.total_due, r.total_paid,
    r.submitted_on, r.paid_on, coalesce(l.row_count, 0) AS ledger_rows, coalesce(l.persons, 0) AS ledger_persons,
    -- no row at all sums to nothing; a row without its amount leaves the sum open
    CASE WHEN l.row_count IS NULL THEN 0 ELSE l.wage END AS ledger_wage,
    CASE WHEN l.row_count IS NULL THEN 0 ELSE l.due END AS ledger_due
FROM employer_report r
LEFT JOIN ledger l
    ON l.delivered_by = r.delivered_by AND l.employer_no = r.employer_no AND l.period = r.period
