-- title.mn: 1995 оноос өмнөх сарын цалингийн тодорхойлолт
-- title.en: Wage of a month before 1995 as stated on НД-16
-- key: person_id, period
-- person: person_id
-- period: period
-- materialise: true
-- in_parts: true
-- Statements of one employer and archive may differ: any of them, or all employers together, will do.
WITH stated AS (
    SELECT s.person_id, m.period, s.employer_no, max(m.wage) AS wage, min(m.wage) AS least_wage,
        count(*) - count(m.wage) AS open_rows
    FROM wage_statement s
    JOIN wage_statement_month m ON m.delivered_by = s.delivered_by AND m.statement_id = s.statement_id
    WHERE m.period < DATE '1995-01-01' AND s.person_id IS NOT NULL
    GROUP BY s.person_id, m.period, s.employer_no
)
SELECT person_id, period, CASE WHEN sum(open_rows) = 0 THEN min(least_wage) END AS least_wage,
    CASE WHEN sum(open_rows) = 0 THEN max(wage) END AS most_wage,
    CASE WHEN sum(open_rows) = 0 THEN sum(wage) END AS all_wages
FROM stated
GROUP BY person_id, period
