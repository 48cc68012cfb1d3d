-- title.mn: Хэдэн сарын хугацаанд хэзээ хүрсэн
-- title.en: Day a number of months from 1995 on was reached
-- key: person_id, line, months
-- person: person_id
-- A month counts from its last day. A herder's paid months count for more, so that one month may reach two numbers.
-- A month more is one row further; only of those whose months count apart is each reading counted. Lines of numbers: 0 all
-- months, 1 to 4 a condition of work; for persons apart 5 more by what is proven, 10 more by what is claimed.
WITH reading AS (
    SELECT DISTINCT a.person_id, a.reading, CASE a.reading WHEN 'proven' THEN 5 ELSE 10 END AS line
    FROM right_asked a
    JOIN service_apart s ON s.person_id = a.person_id
), herding AS (
    SELECT period, param('herder_months_paid', period) AS paid_months,
        param('herder_months_counted', period) AS counted_months
    FROM calendar_month
), running AS (
    SELECT
        m.person_id, r.line, m.period, count(*) OVER w AS months, sum(m.credited) OVER w AS credited_months,
        m.credited, h.paid_months, h.counted_months
    FROM service_month m
    JOIN reading r ON r.person_id = m.person_id
    JOIN herding h ON h.period = m.period
    WHERE r.reading = 'claimed' OR m.known_on IS NOT NULL
    WINDOW w AS (PARTITION BY m.person_id, r.line ORDER BY m.period ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
), grown AS (
    SELECT
        r.*,
        CASE WHEN credited_months = 0 THEN 0
            ELSE floor(counted_months * credited_months / paid_months) - credited_months END AS extra,
        CASE WHEN credited = 1 AND floor(counted_months * credited_months / paid_months)
            - floor(counted_months * (credited_months - 1) / paid_months) > 1 THEN 1 ELSE 0 END AS leaps
    FROM running r
), conditioned AS (
    SELECT person_id, 1 AS line, period, known_on FROM service_month WHERE underground = 1
    UNION ALL
    SELECT person_id, 2, period, known_on FROM service_month WHERE toxic_hot = 1
    UNION ALL
    SELECT person_id, 3, period, known_on FROM service_month WHERE heavy = 1
    UNION ALL
    SELECT person_id, 4, period, known_on FROM service_month WHERE herder = 1
), lined AS (
    SELECT m.person_id, 0 AS line, m.period
    FROM service_month m
    LEFT JOIN service_apart s ON s.person_id = m.person_id
    WHERE s.person_id IS NULL
    UNION ALL
    SELECT c.person_id, c.line, c.period
    FROM conditioned c
    LEFT JOIN service_apart s ON s.person_id = c.person_id
    WHERE s.person_id IS NULL
    UNION ALL
    SELECT c.person_id, r.line + c.line, c.period
    FROM conditioned c
    JOIN reading r ON r.person_id = c.person_id
    WHERE r.reading = 'claimed' OR c.known_on IS NOT NULL
), reached AS (
    SELECT person_id, line, row_number() OVER (PARTITION BY person_id, line ORDER BY period) AS months, period
    FROM lined
    UNION ALL
    SELECT person_id, line, months + CAST(extra AS BIGINT), period FROM grown
    UNION ALL
    SELECT person_id, line, months + CAST(extra AS BIGINT) - 1, period FROM grown WHERE leaps = 1
)
SELECT person_id, line, months, CAST(add_months(period, 1) - INTERVAL 1 DAY AS DATE) AS reached_on
FROM reached
