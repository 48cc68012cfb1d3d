-- title.mn: 1995 оноос хойш тооцох сар
-- title.en: Month of service from 1995 on
-- key: person_id, period
-- person: person_id
-- period: period
-- materialise: true
-- Each month once, however many employers: paid, or exempted by law, or bought back; known from the day it was paid.
-- Only people whose right is computed; 22 and 70 after the award do not count. known_on is without military rows (11).
WITH person_asked AS (
    SELECT DISTINCT person_id FROM right_asked
), payer AS (
    SELECT e.delivered_by, e.employer_no, max(e.registered_on) AS registered_on, min(e.sector) AS sector
    FROM employer e
    GROUP BY e.delivered_by, e.employer_no
), exempted AS (
    SELECT p.delivered_by, p.employer_no, x.valid_from, x.valid_to
    FROM payer p
    JOIN law_exempted_months x ON x.sector = p.sector AND p.registered_on < x.registered_before
), ledger AS (
    SELECT
        c.person_id, c.period, c.insured_type,
        coalesce(c.paid_on, CASE WHEN x.employer_no IS NOT NULL
            THEN coalesce(c.reported_on, add_months(c.period, 1)) END) AS known_on,
        coalesce(c.wage, 0) + coalesce(c.employer_amount, 0) + coalesce(c.insured_amount, 0) AS amount
    FROM contribution c
    JOIN person_asked a ON a.person_id = c.person_id
    LEFT JOIN pension_known k ON k.person_id = c.person_id
    LEFT JOIN exempted x
        ON x.delivered_by = c.delivered_by AND x.employer_no = c.employer_no
        AND c.period >= x.valid_from AND c.period < x.valid_to
    WHERE c.period >= DATE '1995-01-01'
        AND NOT (c.insured_type IN ('22', '70') AND k.awarded_from IS NOT NULL
            AND c.period >= month_of(k.awarded_from))
), month AS (
    SELECT
        person_id, period, min(known_on) AS known_with_military,
        min(CASE WHEN insured_type = '11' THEN NULL ELSE known_on END) AS known_on
    FROM ledger
    WHERE known_on IS NOT NULL
    GROUP BY person_id, period
    -- a month whose rows took each other back altogether was not paid
    HAVING NOT (min(amount) < 0 AND sum(amount) = 0)
    UNION ALL
    SELECT b.person_id, m.period, min(b.paid_on), min(b.paid_on)
    FROM bought_service b
    JOIN person_asked a ON a.person_id = b.person_id
    JOIN calendar_month m
        ON m.period >= DATE '1995-01-01' AND m.period >= month_of(b.covers_from) AND m.period <= b.covers_to
    WHERE b.paid_on IS NOT NULL
    GROUP BY b.person_id, m.period
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
    SELECT period, param('herder_months_paid', period) AS paid_months,
        param('herder_months_counted', period) AS counted_months
    FROM calendar_month
)
SELECT
    m.person_id, m.period, min(m.known_on) AS known_on, min(m.known_with_military) AS known_with_military,
    max(coalesce(w.underground, 0)) AS underground, max(coalesce(w.toxic_hot, 0)) AS toxic_hot,
    max(coalesce(w.heavy, 0)) AS heavy, max(coalesce(w.herder, 0)) AS herder,
    max(CASE WHEN w.herder = 1 AND h.paid_months IS NOT NULL THEN 1 ELSE 0 END) AS credited,
    max(h.paid_months) AS paid_months, max(h.counted_months) AS counted_months
FROM month m
LEFT JOIN worked w ON w.person_id = m.person_id AND w.period = m.period
LEFT JOIN herding h ON h.period = m.period
GROUP BY m.person_id, m.period
