-- title.mn: Хэдэн сарын хугацаанд хэзээ хүрсэн
-- title.en: Day a number of months from 1995 on was reached
-- key: person_id, reading, work, months
-- person: person_id
-- A month counts from its last day. A herder's paid months count for more, so that one month may reach two numbers.
-- Nearly everybody worked in no condition of their own: only the others are summed by condition.
WITH reading AS (
    SELECT DISTINCT person_id, reading FROM right_asked
), special AS (
    SELECT DISTINCT person_id FROM service_month WHERE underground + toxic_hot + heavy + herder > 0
), herding AS (
    SELECT period, param('herder_months_paid', period) AS paid_months,
        param('herder_months_counted', period) AS counted_months
    FROM calendar_month
), counted AS (
    SELECT
        m.person_id, m.period, m.known_on, count(*) OVER w AS claimed_months, count(m.known_on) OVER w AS proven_months
    FROM service_month m
    LEFT JOIN special s ON s.person_id = m.person_id
    WHERE s.person_id IS NULL
    WINDOW w AS (PARTITION BY m.person_id ORDER BY m.period ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
), plain AS (
    -- one pass counts for both readings
    SELECT c.person_id, r.reading, c.period,
        CASE WHEN r.reading = 'claimed' THEN c.claimed_months ELSE c.proven_months END AS months
    FROM counted c
    JOIN reading r ON r.person_id = c.person_id
    WHERE r.reading = 'claimed' OR c.known_on IS NOT NULL
), running AS (
    SELECT
        m.person_id, r.reading, m.period, m.underground, m.toxic_hot, m.heavy, m.herder,
        count(*) OVER w AS months, sum(m.underground) OVER w AS underground_months,
        sum(m.toxic_hot) OVER w AS toxic_hot_months,
        sum(m.heavy) OVER w AS heavy_months, sum(m.herder) OVER w AS herder_months,
        sum(m.credited) OVER w AS credited_months, m.credited, h.paid_months, h.counted_months
    FROM service_month m
    JOIN special s ON s.person_id = m.person_id
    JOIN reading r ON r.person_id = m.person_id
    JOIN herding h ON h.period = m.period
    WHERE r.reading = 'claimed' OR m.known_on IS NOT NULL
    WINDOW w AS (PARTITION BY m.person_id, r.reading ORDER BY m.period ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
), grown AS (
    SELECT
        r.*, CAST(add_months(period, 1) - INTERVAL 1 DAY AS DATE) AS reached_on,
        CASE WHEN credited_months = 0 THEN 0
            ELSE floor(counted_months * credited_months / paid_months) - credited_months END AS extra,
        CASE WHEN credited = 1 AND floor(counted_months * credited_months / paid_months)
            - floor(counted_months * (credited_months - 1) / paid_months) > 1 THEN 1 ELSE 0 END AS leaps
    FROM running r
)
SELECT person_id, reading, 'all' AS work, months, CAST(add_months(period, 1) - INTERVAL 1 DAY AS DATE) AS reached_on
FROM plain
UNION ALL
SELECT person_id, reading, 'all', months + CAST(extra AS BIGINT), reached_on FROM grown
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
