-- title.mn: Шимтгэл ногдох орлого бичигдээгүй сар
-- title.en: Month of a person in which a base was not written
-- key: person_id, period
-- person: person_id
-- period: period
-- materialise: true
-- in_parts: true
-- The ceiling binds the person's wages of a month together.
WITH ceiling AS (
    SELECT
        m.period,
        param('wage_ceiling', m.period) AS any_type,
        coalesce(param('voluntary_wage_ceiling', m.period), param('wage_ceiling', m.period)) AS voluntary,
        -- a ceiling that changed inside the month leaves wages above the earlier one undecided
        param('wage_ceiling', m.period)
            = param('wage_ceiling', CAST(add_months(m.period, 1) - INTERVAL 1 DAY AS DATE)) AS is_steady
    FROM calendar_month m
)
SELECT
    c.person_id, c.period, count(*) AS row_count, sum(c.wage) AS wage, max(l.any_type) AS any_type,
    max(l.voluntary) AS voluntary, max(CASE WHEN l.is_steady THEN 1 ELSE 0 END) AS is_steady
FROM contribution c
JOIN unwritten_base n ON n.person_id = c.person_id AND n.period = c.period
LEFT JOIN ceiling l ON l.period = c.period
GROUP BY c.person_id, c.period
