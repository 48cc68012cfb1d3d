-- title.mn: Ажил олгогчийн сарын тайлан
-- title.en: Monthly report of an employer
-- key: employer_no, period
-- office: delivered_by
-- period: period
-- law_date: period
-- materialise: true
-- Report and ledger rows come from one paper and are compared inside the office that delivered both.
WITH ledger_row AS (
    SELECT
        delivered_by, employer_no, period, count(*) AS row_count, count(person_id) AS person_rows,
        CASE WHEN count(wage) = count(*) THEN sum(wage) END AS wage,
        CASE WHEN count(employer_amount + insured_amount) = count(*)
            THEN sum(employer_amount + insured_amount) END AS due
    FROM contribution
    WHERE employer_no IS NOT NULL
    GROUP BY delivered_by, employer_no, period
), repeated AS (
    -- only a crowded month can hold a person twice at one employer
    SELECT delivered_by, employer_no, period, sum(more_rows) AS more_rows
    FROM (
        SELECT delivered_by, employer_no, period, count(*) - 1 AS more_rows
        FROM crowded_row
        WHERE employer_no IS NOT NULL
        GROUP BY delivered_by, employer_no, period, person_id
        HAVING count(*) > 1
    ) person_month
    GROUP BY delivered_by, employer_no, period
), ledger AS (
    SELECT
        l.delivered_by, l.employer_no, l.period, l.row_count, l.wage, l.due,
        l.person_rows - coalesce(r.more_rows, 0) AS persons
    FROM ledger_row l
    LEFT JOIN repeated r
        ON r.delivered_by = l.delivered_by AND r.employer_no = l.employer_no AND r.period = l.period
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
