-- title.mn: Цалин хөлсний тодорхойлолт (НД-16)
-- title.en: Wage statement (ND-16)
-- key: statement_id
-- office: delivered_by
-- person: person_id
-- law_date: issued_on
-- Years and months are summed before they are compared; what one of them lacks leaves the comparison open.
WITH months AS (
    SELECT
        delivered_by, statement_id, CAST(EXTRACT(YEAR FROM period) AS BIGINT) AS year,
        CASE WHEN count(wage) = count(*) THEN sum(wage) END AS month_sum
    FROM wage_statement_month
    GROUP BY delivered_by, statement_id, CAST(EXTRACT(YEAR FROM period) AS BIGINT)
), years AS (
    SELECT
        delivered_by, statement_id, year,
        CASE WHEN count(total) = count(*) THEN sum(total) END AS year_total
    FROM wage_statement_year
    GROUP BY delivered_by, statement_id, year
), compared AS (
    SELECT
        coalesce(y.delivered_by, m.delivered_by) AS delivered_by,
        coalesce(y.statement_id, m.statement_id) AS statement_id,
        y.year_total, m.month_sum
    FROM years y
    FULL JOIN months m
        ON m.delivered_by = y.delivered_by AND m.statement_id = y.statement_id AND m.year = y.year
), summed AS (
    SELECT
        delivered_by, statement_id,
        sum(CASE WHEN year_total <> month_sum THEN 1 ELSE 0 END) AS differing_years,
        sum(CASE WHEN year_total IS NULL OR month_sum IS NULL THEN 1 ELSE 0 END) AS open_years,
        CASE WHEN count(year_total) = count(*) THEN sum(year_total) END AS years_sum,
        CASE WHEN count(month_sum) = count(*) THEN sum(month_sum) END AS months_sum
    FROM compared
    GROUP BY delivered_by, statement_id
)
SELECT
    s.statement_id, s.delivered_by, s.person_id, s.employer_no, s.first_year, s.issued_by, s.issued_on,
    s.total_figures, t.differing_years, t.open_years, t.years_sum, t.months_sum
FROM wage_statement s
LEFT JOIN summed t ON t.delivered_by = s.delivered_by AND t.statement_id = s.statement_id
