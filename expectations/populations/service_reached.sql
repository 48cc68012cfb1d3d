-- title.mn: Хэдэн сарын хугацаанд хэзээ хүрсэн
-- title.en: Day a number of months from 1995 on was reached
-- key: person_id, reading, work, months
-- person: person_id
-- materialise: true
-- A month counts from its last day. A herder's paid months count for more, so that one month may reach two numbers.
WITH reading AS (
    SELECT DISTINCT person_id, reading FROM right_asked
), counted AS (
    SELECT r.reading, m.*
    FROM service_month m
    JOIN reading r ON r.person_id = m.person_id
    WHERE r.reading = 'claimed' OR m.known_on IS NOT NULL
), running AS (
    SELECT
        person_id, reading, period, underground, toxic_hot, heavy, herder,
        count(*) OVER w AS months, sum(underground) OVER w AS underground_months,
        sum(toxic_hot) OVER w AS toxic_hot_months,
        sum(heavy) OVER w AS heavy_months, sum(herder) OVER w AS herder_months,
        sum(credited) OVER w AS credited_months, credited, paid_months, counted_months
    FROM counted
    WINDOW w AS (PARTITION BY person_id, reading ORDER BY period ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
), grown AS (
    SELECT
        r.*, CAST(add_months(period, 1) - INTERVAL 1 DAY AS DATE) AS reached_on,
        CASE WHEN credited_months = 0 THEN 0
            ELSE floor(counted_months * credited_months / paid_months) - credited_months END AS extra,
        CASE WHEN credited = 1 AND floor(counted_months * credited_months / paid_months)
            - floor(counted_months * (credited_months - 1) / paid_months) > 1 THEN 1 ELSE 0 END AS leaps
    FROM running r
)
SELECT person_id, reading, 'all' AS work, months + CAST(extra AS BIGINT) AS months, reached_on FROM grown
UNION ALL
SELECT person_id, reading, 'all', months + CAST(extra AS BIGINT) - 1, reached_on FROM grown WHERE leaps = 1
UNION ALL
SELECT person_id, reading, 'underground', CAST(underground_months AS BIGINT), reached_on
FROM grown WHERE underground = 1
UNION ALL
SELECT person_id, reading, 'toxic_hot', CAST(toxic_hot_months AS BIGINT), reached_on FROM grown WHERE toxic_hot = 1
UNION ALL
SELECT person_id, reading, 'heavy', CAST(heavy_months AS BIGINT), reached_on FROM grown WHERE heavy = 1
UNION ALL
SELECT person_id, reading, 'herder', CAST(herder_months AS BIGINT), reached_on FROM grown WHERE herder = 1
