-- title.mn: Ажилтны сүүлийн 12 сарын хөдөлмөрийн хөлс
-- title.en: Wage of an employee in the last twelve months
-- key: contribution_id
-- office: delivered_by
-- person: person_id
-- period: period
-- materialise: true
-- in_parts: true
-- In a month in which the minimum changes either value is the minimum.
WITH month AS (
    SELECT a.office_code, m.period, param('minimum_wage', m.period) AS minimum_first,
        param('minimum_wage', CAST(add_months(m.period, 1) - INTERVAL 1 DAY AS DATE)) AS minimum_last
    FROM as_of a
    JOIN calendar_month m ON m.period >= add_months(month_of(a.as_of), -12) AND m.period < month_of(a.as_of)
)
SELECT
    c.contribution_id, c.delivered_by, c.person_id, c.employer_no, c.period, c.wage,
    CASE WHEN m.minimum_first IS NOT NULL AND m.minimum_last IS NOT NULL
        THEN c.wage <= greatest(m.minimum_first, m.minimum_last) END AS is_at_minimum
FROM contribution c
JOIN month m ON m.office_code = c.delivered_by AND m.period = c.period
WHERE c.insured_type = '01' AND c.employer_no IS NOT NULL AND c.wage > 0
