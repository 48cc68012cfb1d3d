-- title.mn: Хэдэн сарын хугацаанд хэзээ хүрснийг харуулсан мөр
-- title.en: Day a number of months from 1995 on was reached
-- key: person_id, asked_on, reading, work, months
-- person: person_id
-- materialise: true
-- Known months in their order, then, while a job is open, the months ahead (five years), each counted from its last day.
-- A herder's paid months count for more, so that one month may reach two numbers.
WITH known AS (
    SELECT
        a.person_id, a.asked_on, a.reading, m.period, m.underground, m.toxic_hot, m.heavy, m.herder
    FROM right_asked a
    JOIN service_month m
        ON m.person_id = a.person_id
        AND CASE WHEN a.reading = 'proven' THEN m.known_on ELSE m.known_with_military END <= a.asked_on
), last_known AS (
    SELECT person_id, asked_on, reading, max(period) AS period
    FROM known
    GROUP BY person_id, asked_on, reading
), counted AS (
    SELECT * FROM known
    UNION ALL
    -- the month before the day asked may not have been due yet; an older one that is missing was not paid
    SELECT
        a.person_id, a.asked_on, a.reading, m.period, a.open_underground, a.open_toxic_hot, a.open_heavy, a.open_herder
    FROM right_asked a
    LEFT JOIN last_known l ON l.person_id = a.person_id AND l.asked_on = a.asked_on AND l.reading = a.reading
    JOIN calendar_month m
        ON m.period >= month_of(a.open_since) AND m.period >= add_months(month_of(a.asked_on), -1)
        AND m.period >= DATE '1995-01-01'
        AND (l.period IS NULL OR m.period > l.period) AND m.period <= add_months(month_of(a.asked_on), 60)
    WHERE a.open_since IS NOT NULL
), running AS (
    SELECT
        person_id, asked_on, reading, period, underground, toxic_hot, heavy, herder,
        count(*) OVER w AS months,
        sum(underground) OVER w AS underground_months,
        sum(toxic_hot) OVER w AS toxic_hot_months,
        sum(heavy) OVER w AS heavy_months,
        sum(herder) OVER w AS herder_months,
        sum(CASE WHEN herder = 1 AND period >= h.valid_from THEN 1 ELSE 0 END) OVER w AS credited_months,
        h.paid, h.counted
    FROM counted
    CROSS JOIN (
        SELECT min(v.valid_from) AS valid_from, max(CASE WHEN v.name = 'herder_months_paid' THEN v.value END) AS paid,
            max(CASE WHEN v.name = 'herder_months_counted' THEN v.value END) AS counted
        FROM law_value v
        WHERE v.name IN ('herder_months_paid', 'herder_months_counted') AND v.valid_to = DATE '9999-12-31'
    ) h
    WINDOW w AS (PARTITION BY person_id, asked_on, reading ORDER BY period ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
), total AS (
    SELECT
        r.*, CAST(add_months(period, 1) - INTERVAL 1 DAY AS DATE) AS reached_on,
        months + CAST(floor(counted * credited_months / paid) AS BIGINT) - credited_months AS service
    FROM running r
), grown AS (
    SELECT
        t.*, service - coalesce(lag(service) OVER (PARTITION BY person_id, asked_on, reading ORDER BY period), 0) AS step
    FROM total t
)
SELECT person_id, asked_on, reading, 'all' AS work, service AS months, reached_on FROM grown
UNION ALL
SELECT person_id, asked_on, reading, 'all', service - 1, reached_on FROM grown WHERE step > 1
UNION ALL
SELECT person_id, asked_on, reading, 'underground', underground_months, reached_on FROM grown WHERE underground = 1
UNION ALL
SELECT person_id, asked_on, reading, 'toxic_hot', toxic_hot_months, reached_on FROM grown WHERE toxic_hot = 1
UNION ALL
SELECT person_id, asked_on, reading, 'heavy', heavy_months, reached_on FROM grown WHERE heavy = 1
UNION ALL
SELECT person_id, asked_on, reading, 'herder', herder_months, reached_on FROM grown WHERE herder = 1
