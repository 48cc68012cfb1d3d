-- title.mn: Шимтгэлгүй ажилласан сар
-- title.en: Whole month of an employment that the ledger does not hold
-- key: span_no, period
-- period: period
-- materialise: true
-- Only employments with fewer ledger months than whole months are looked at month by month.
WITH held AS (
    SELECT s.span_no, count(*) AS ledger_months
    FROM employment_span s
    JOIN ledger_month l
        ON l.person_id = s.person_id AND l.employer_key = s.employer_key
        AND l.period >= s.first_month AND l.period <= s.last_month
    WHERE l.is_live
    GROUP BY s.span_no
), gappy AS (
    SELECT s.*
    FROM employment_span s
    LEFT JOIN held h ON h.span_no = s.span_no
    WHERE coalesce(h.ledger_months, 0) < months_between(s.first_month, s.last_month) + 1
), present AS (
    SELECT g.span_no, l.period
    FROM gappy g
    JOIN ledger_month l
        ON l.person_id = g.person_id AND l.employer_key = g.employer_key
        AND l.period >= g.first_month AND l.period <= g.last_month
    WHERE l.is_live
)
SELECT g.span_no, m.period
FROM gappy g
JOIN reporting_month m ON m.period >= g.first_month AND m.period <= g.last_month
LEFT JOIN present p ON p.span_no = g.span_no AND p.period = m.period
WHERE p.span_no IS NULL
