-- title.mn: Олголтоор хаасан сар
-- title.en: Month covered by a payment
-- key: person_id, pension_type, period
-- office: delivered_by
-- person: person_id
-- period: period
-- A payment covers its month, or, paid as arrears, every month from the first one it is for.
WITH own_file AS (
    SELECT delivered_by, file_no, min(pension_type) AS pension_type
    FROM pension_file GROUP BY delivered_by, file_no
), any_file AS (
    SELECT file_no, min(pension_type) AS pension_type FROM own_file GROUP BY file_no
), own_book AS (
    SELECT delivered_by, book_no, min(coalesce(file_no, book_no)) AS file_no
    FROM pension_book WHERE book_no IS NOT NULL GROUP BY delivered_by, book_no
), book_type AS (
    -- the file of a book that moved may have stayed with the other office
    SELECT b.delivered_by, b.book_no, coalesce(f.pension_type, n.pension_type) AS pension_type
    FROM own_book b
    LEFT JOIN own_file f ON f.delivered_by = b.delivered_by AND f.file_no = b.file_no
    LEFT JOIN any_file n ON n.file_no = b.file_no
), arrears AS (
    SELECT delivered_by, person_id, pension_book_no, period, amount, for_period_from,
        CASE WHEN status IS NULL THEN 1 ELSE 0 END AS unknown,
        months_between(for_period_from, period) + 1 AS months
    FROM payment
    WHERE for_period_from < period AND (status IS NULL OR status NOT IN ('returned', 'stopped'))
), beside AS (
    SELECT p.delivered_by, p.pension_book_no, p.period, max(p.amount) AS amount
    FROM payment p
    JOIN (SELECT DISTINCT delivered_by, pension_book_no, period FROM arrears) a
        ON a.delivered_by = p.delivered_by AND a.pension_book_no = p.pension_book_no AND a.period = p.period
    WHERE (p.for_period_from IS NULL OR p.for_period_from >= p.period)
        AND (p.status IS NULL OR p.status NOT IN ('returned', 'stopped'))
    GROUP BY p.delivered_by, p.pension_book_no, p.period
), reach AS (
    -- arrears beside the ordinary payment of their month are for the months before it, unless they hold that
    -- month's full amount once more
    SELECT a.*, CASE WHEN a.amount < a.months * b.amount THEN 1 ELSE 0 END AS shorter
    FROM arrears a
    LEFT JOIN beside b ON b.delivered_by = a.delivered_by AND b.pension_book_no = a.pension_book_no
        AND b.period = a.period
)
SELECT p.delivered_by, p.person_id, t.pension_type, p.period, p.amount,
    CASE WHEN p.status IS NULL THEN 1 ELSE 0 END AS unknown, 1 AS whole
FROM payment p
LEFT JOIN book_type t ON t.delivered_by = p.delivered_by AND t.book_no = p.pension_book_no
WHERE p.person_id IS NOT NULL AND (p.for_period_from IS NULL OR p.for_period_from >= p.period)
    AND (p.status IS NULL OR p.status NOT IN ('returned', 'stopped'))
UNION ALL
SELECT r.delivered_by, r.person_id, t.pension_type, m.period, half_up(r.amount / (r.months - r.shorter)),
    r.unknown, 0
FROM reach r
JOIN calendar_month m ON m.period >= r.for_period_from AND m.period <= add_months(r.period, -r.shorter)
LEFT JOIN book_type t ON t.delivered_by = r.delivered_by AND t.book_no = r.pension_book_no
WHERE r.person_id IS NOT NULL
