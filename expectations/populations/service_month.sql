-- title.mn: 1995 оноос хойш тооцох сар
-- title.en: Month of service from 1995 on
-- key: person_id, period
-- person: person_id
-- period: period
-- materialise: true
-- in_parts: true
-- Each month once, however many employers: paid, or exempted by law, or bought back; known from the day it was paid.
-- Only people whose right is computed. known_on is without military rows (11). Only months with several rows, or
-- bought back beside the ledger, are grouped: nearly all stand alone.
WITH person_asked AS (
    SELECT DISTINCT person_id FROM right_asked
), bought AS (
    SELECT b.person_id, m.period, b.paid_on AS known_on
    FROM bought_service b
    JOIN person_asked a ON a.person_id = b.person_id
    JOIN calendar_month m
        ON m.period >= DATE '1995-01-01' AND m.period >= month_of(b.covers_from) AND m.period <= b.covers_to
    WHERE b.paid_on IS NOT NULL
), shared AS (
    SELECT person_id, period FROM crowded_ledger_month
    UNION
    SELECT person_id, period FROM bought
), crowded AS (
    SELECT
        r.person_id, r.period, min(r.known_on) AS known_with_military,
        min(CASE WHEN r.insured_type = '11' THEN NULL ELSE r.known_on END) AS known_on
    FROM service_row r
    JOIN shared s ON s.person_id = r.person_id AND s.period = r.period
    GROUP BY r.person_id, r.period
    -- a month whose rows took each other back altogether was not paid
    HAVING NOT (min(r.amount) < 0 AND sum(r.amount) = 0)
    UNION ALL
    SELECT person_id, period, known_on, known_on FROM bought
), month AS (
    SELECT r.person_id, r.period, CASE WHEN r.insured_type = '11' THEN NULL ELSE r.known_on END AS known_on,
        r.known_on AS known_with_military
    FROM service_row r
    LEFT JOIN shared s ON s.person_id = r.person_id AND s.period = r.period
    WHERE s.person_id IS NULL
    UNION ALL
    SELECT person_id, period, min(known_on), min(known_with_military)
    FROM crowded
    GROUP BY person_id, period
), worked AS (
    SELECT e.person_id, m.period,
        max(CASE WHEN e.work_condition = 'underground' THEN 1 ELSE 0 END) AS underground,
        max(CASE WHEN e.work_condition IN ('toxic', 'hot') THEN 1 ELSE 0 END) AS toxic_hot,
        max(CASE WHEN e.work_condition = 'heavy' THEN 1 ELSE 0 END) AS heavy,
        max(CASE WHEN e.kind = 'herder' THEN 1 ELSE 0 END) AS herder
    FROM employment e
    JOIN person_asked a ON a.person_id = e.person_id
    JOIN as_of o ON o.office_code = e.delivered_by
    JOIN calendar_month m
        ON m.period >= month_of(e.hired_on) AND m.period <= coalesce(e.released_on, o.as_of)
        AND m.period >= DATE '1995-01-01'
    WHERE e.kind = 'herder' OR e.work_condition IN ('underground', 'toxic', 'hot', 'heavy')
    GROUP BY e.person_id, m.period
), herding AS (
    SELECT period FROM calendar_month WHERE param('herder_months_paid', period) IS NOT NULL
)
SELECT
    m.person_id, m.period, m.known_on, m.known_with_military,
    CAST(coalesce(w.underground, 0) AS SMALLINT) AS underground,
    CAST(coalesce(w.toxic_hot, 0) AS SMALLINT) AS toxic_hot, CAST(coalesce(w.heavy, 0) AS SMALLINT) AS heavy,
    CAST(coalesce(w.herder, 0) AS SMALLINT) AS herder,
    CAST(CASE WHEN h.period IS NULL THEN 0 ELSE w.herder END AS SMALLINT) AS credited
FROM month m
LEFT JOIN worked w ON w.person_id = m.person_id AND w.period = m.period
LEFT JOIN herding h ON h.period = CASE WHEN w.herder = 1 THEN m.period END
