-- title.mn: Өндөр насны тэтгэврийн тогтоосон хэмжээ
-- title.en: Amount of an old-age pension as determined
-- key: determination_id
-- office: delivered_by
-- person: person_id
-- law_date: effective_from
-- not_needed: pension_book, payment
-- materialise: true
-- months_paid counts the months paid until the next determination of the file took effect.
WITH file AS (
    SELECT delivered_by, file_no, min(condition) AS condition, min(regime) AS regime
    FROM pension_file
    WHERE pension_type = 'old_age'
    GROUP BY delivered_by, file_no
), sheet AS (
    SELECT
        d.delivered_by, d.determination_id, d.file_no, d.person_id, d.kind, d.effective_from, d.amount, f.condition,
        lead(d.effective_from) OVER (
            PARTITION BY d.delivered_by, d.file_no ORDER BY d.effective_from, d.entered_at, d.determination_id
        ) AS next_from
    FROM determination d
    JOIN file f ON f.delivered_by = d.delivered_by AND f.file_no = d.file_no
    -- military awards have a law of their own
    WHERE f.regime IS NULL OR f.regime = 'civil'
), book AS (
    SELECT delivered_by, file_no, book_no FROM pension_book WHERE file_no IS NOT NULL AND book_no IS NOT NULL
    UNION
    SELECT delivered_by, file_no, file_no FROM sheet
), paid AS (
    SELECT s.delivered_by, s.determination_id, count(DISTINCT p.period) AS months_paid
    FROM sheet s
    JOIN book b ON b.delivered_by = s.delivered_by AND b.file_no = s.file_no
    JOIN payment p ON p.delivered_by = b.delivered_by AND p.pension_book_no = b.book_no
        AND p.period >= month_of(s.effective_from)
        AND (s.next_from IS NULL OR p.period < month_of(s.next_from))
    WHERE p.status IS NULL OR p.status = 'paid'
    GROUP BY s.delivered_by, s.determination_id
)
SELECT
    s.determination_id, s.delivered_by, s.file_no, s.person_id, s.kind, s.effective_from, s.amount, s.condition,
    CASE WHEN s.condition = 'proportional' THEN param('minimum_pension_proportional', s.effective_from)
        ELSE param('minimum_pension_full', s.effective_from) END AS minimum_pension,
    coalesce(p.months_paid, 0) AS months_paid
FROM sheet s
LEFT JOIN paid p ON p.delivered_by = s.delivered_by AND p.determination_id = s.determination_id
