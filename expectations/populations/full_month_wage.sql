-- title.mn: Ажилтны бүтэн сарын хөдөлмөрийн хөлс
-- title.en: Wage of an employee for a full month
-- key: contribution_id
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: period
-- Full: as many days as the month has weekdays, less the public holidays on file. Several rows of one employer and month
-- are one wage. In a month in which the minimum changes either value will do. What takes a row back is no wage.
WITH digit AS (
    SELECT n FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS t(n)
), day AS (
    SELECT m.period, m.period + CAST(ten.n * 10 + one.n AS INTEGER) AS day
    FROM calendar_month m CROSS JOIN digit ten CROSS JOIN digit one
    WHERE ten.n < 4 AND m.period + CAST(ten.n * 10 + one.n AS INTEGER) < add_months(m.period, 1)
), weekday AS (
    -- 1 January 1900 was a Monday
    SELECT d.period, count(*) AS days
    FROM day d
    LEFT JOIN (SELECT DISTINCT day FROM law_public_holiday) h ON h.day = d.day
    WHERE days_between(DATE '1900-01-01', d.day) % 7 < 5 AND h.day IS NULL
    GROUP BY d.period
), month AS (
    SELECT
        w.period, w.days, param('minimum_wage', w.period) AS minimum_first,
        param('minimum_wage', CAST(add_months(w.period, 1) - INTERVAL 1 DAY AS DATE)) AS minimum_last
    FROM weekday w
), several AS (
    SELECT
        c.person_id, coalesce(c.employer_no, '') AS employer_key, c.period,
        CASE WHEN count(c.wage) = count(*) THEN sum(c.wage) END AS wage
    FROM crowded_row c
    WHERE c.insured_type = '01'
    GROUP BY c.person_id, coalesce(c.employer_no, ''), c.period
)
SELECT
    c.contribution_id, c.delivered_by, c.person_id, c.employer_no, c.period, c.worked_days, m.days AS full_days,
    c.wage, CASE WHEN s.person_id IS NULL THEN c.wage ELSE s.wage END AS month_wage,
    m.minimum_first, m.minimum_last, least(m.minimum_first, m.minimum_last) AS minimum_wage,
    CASE WHEN m.minimum_first IS NOT NULL AND m.minimum_last IS NOT NULL THEN TRUE END AS minimum_known
FROM contribution c
JOIN month m ON m.period = c.period
LEFT JOIN crowded_person p ON p.person_id = c.person_id
LEFT JOIN several s ON s.person_id = p.person_id AND s.employer_key = coalesce(c.employer_no, '')
    AND s.period = c.period
WHERE c.insured_type = '01' AND c.worked_days >= m.days AND (c.wage IS NULL OR c.wage >= 0)
