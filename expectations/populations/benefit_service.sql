-- title.mn: Тэтгэмж авагчийн ажилласан хугацаа, тэтгэмжийн өмнөх сарууд
-- title.en: Service of a beneficiary and the months before the benefit
-- key: person_id, event_from
-- person: person_id
-- not_needed: bought_service
-- materialise: true
-- in_parts: true
-- service_months are months paid for, exempted or bought back. most_months adds what the labour book alone shows: the
-- contributions may lie with an office that delivered nothing, so between the two the law's step is left open.
WITH asked AS (
    SELECT DISTINCT person_id, event_from, month_of(event_from) AS until
    FROM benefit
    WHERE kind IN ('sickness', 'maternity') AND person_id IS NOT NULL AND event_from IS NOT NULL
), beneficiary AS (
    SELECT person_id, max(until) AS until FROM asked GROUP BY person_id
), exempted AS (
    SELECT DISTINCT m.period
    FROM calendar_month m
    JOIN law_exempted_months x ON x.valid_from <= m.period AND m.period < x.valid_to
), ledger AS (
    SELECT c.person_id, c.period, c.paid_on IS NOT NULL OR x.period IS NOT NULL AS sure, c.base
    FROM contribution c
    JOIN beneficiary p ON p.person_id = c.person_id AND c.period < p.until
    LEFT JOIN exempted x ON x.period = c.period
), shown AS (
    SELECT person_id, period, sure FROM ledger
    UNION ALL
    SELECT b.person_id, m.period, TRUE
    FROM bought_service b
    JOIN beneficiary p ON p.person_id = b.person_id
    JOIN calendar_month m ON m.period >= month_of(b.covers_from) AND m.period <= b.covers_to AND m.period < p.until
    WHERE b.paid_on IS NOT NULL
    UNION ALL
    SELECT e.person_id, m.period, FALSE
    FROM employment e
    JOIN beneficiary p ON p.person_id = e.person_id
    JOIN calendar_month m
        ON m.period >= month_of(e.hired_on) AND m.period <= coalesce(e.released_on, p.until) AND m.period < p.until
), early AS (
    -- the calendar begins in 1991: what the labour book shows before it
    SELECT e.person_id, sum(months_between(month_of(e.hired_on),
        CASE WHEN e.released_on < DATE '1991-01-01' THEN add_months(month_of(e.released_on), 1)
            ELSE DATE '1991-01-01' END)) AS months
    FROM employment e
    JOIN beneficiary p ON p.person_id = e.person_id
    WHERE e.hired_on < DATE '1991-01-01'
    GROUP BY e.person_id
), month AS (
    SELECT person_id, period, max(CASE WHEN sure THEN 1 ELSE 0 END) AS sure FROM shown GROUP BY person_id, period
), served AS (
    SELECT a.person_id, a.event_from, sum(m.sure) AS service_months, count(*) AS most_months,
        sum(m.sure) FILTER (WHERE m.period >= add_months(a.until,
            CAST(-param('maternity_continuous_months', a.event_from) AS INTEGER))) AS last_in_a_row,
        count(*) FILTER (WHERE m.period >= add_months(a.until,
            CAST(-param('maternity_continuous_months', a.event_from) AS INTEGER))) AS most_last_in_a_row
    FROM asked a
    JOIN month m ON m.person_id = a.person_id AND m.period < a.until
    GROUP BY a.person_id, a.event_from
), paid AS (
    SELECT a.person_id, a.event_from,
        sum(l.base) FILTER (WHERE l.period >= add_months(a.until, -3)) AS wage_of_3,
        count(DISTINCT l.period) FILTER (WHERE l.period >= add_months(a.until, -3)) AS months_of_3,
        count(*) FILTER (WHERE l.period >= add_months(a.until, -3) AND l.base IS NULL) AS unwritten_of_3,
        sum(l.base) AS wage_of_12, count(DISTINCT l.period) AS months_of_12,
        count(*) FILTER (WHERE l.base IS NULL) AS unwritten_of_12
    FROM asked a
    JOIN ledger l ON l.person_id = a.person_id AND l.period < a.until AND l.period >= add_months(a.until, -12)
    GROUP BY a.person_id, a.event_from
)
SELECT a.person_id, a.event_from, coalesce(s.service_months, 0) AS service_months,
    coalesce(s.most_months, 0) + coalesce(e.months, 0) AS most_months,
    coalesce(s.last_in_a_row, 0) AS last_in_a_row, coalesce(s.most_last_in_a_row, 0) AS most_last_in_a_row,
    -- wages are known where every month has its row and every row its base
    CASE WHEN p.months_of_3 = 3 AND p.unwritten_of_3 = 0 THEN p.wage_of_3 END AS wage_of_3,
    CASE WHEN p.months_of_12 = 12 AND p.unwritten_of_12 = 0 THEN p.wage_of_12 END AS wage_of_12
FROM asked a
LEFT JOIN served s ON s.person_id = a.person_id AND s.event_from = a.event_from
LEFT JOIN early e ON e.person_id = a.person_id
LEFT JOIN paid p ON p.person_id = a.person_id AND p.event_from = a.event_from
