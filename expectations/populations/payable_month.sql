-- title.mn: Тэтгэвэр олгох ёстой сар
-- title.en: Month for which a pension was due
-- key: book_no, period
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: period
-- From the month the pension takes effect to the month before the book was closed or the person died, as far as the bank
-- file of the month was due. A book opened after the last bank file was due has not been paid on yet.
WITH due AS (
    SELECT t.delivered_by, max(t.period) AS last_period, max(t.due_at) AS last_due_at
    FROM bank_transmission t
    JOIN as_of a ON a.office_code = t.delivered_by
    WHERE t.due_at <= a.exported_at
    GROUP BY t.delivered_by
), dead AS (
    SELECT person_id, min(deceased_on) AS deceased_on
    FROM person WHERE deceased_on IS NOT NULL GROUP BY person_id
), started AS (
    SELECT file_no, person_id, min(first_from) AS first_from FROM amount_in_force GROUP BY file_no, person_id
), numbered AS (
    SELECT delivered_by, book_no, person_id, coalesce(file_no, book_no) AS file_no, opened_on, closed_on,
        -- the office a book moved to pays from the month after it opened it there
        row_number() OVER (PARTITION BY book_no, person_id ORDER BY opened_on, delivered_by) AS place
    FROM pension_book
    WHERE book_no IS NOT NULL AND person_id IS NOT NULL
), book AS (
    SELECT b.delivered_by, b.book_no, b.person_id, b.file_no,
        CASE WHEN b.place > 1 THEN add_months(month_of(b.opened_on), 1) ELSE month_of(s.first_from) END AS due_from,
        least(d.last_period, add_months(month_of(b.closed_on), -1), add_months(month_of(x.deceased_on), -1)) AS due_to
    FROM numbered b
    JOIN due d ON d.delivered_by = b.delivered_by AND (b.opened_on IS NULL OR b.opened_on < d.last_due_at)
    JOIN started s ON s.file_no = b.file_no AND s.person_id = b.person_id
    LEFT JOIN dead x ON x.person_id = b.person_id
), arrears AS (
    SELECT pension_book_no, person_id, for_period_from, period FROM payment WHERE for_period_from < period
), asked AS (
    SELECT b.delivered_by, b.book_no, b.person_id, b.file_no, m.period,
        EXISTS (
            SELECT 1 FROM payment p
            WHERE p.pension_book_no = b.book_no AND p.person_id = b.person_id AND p.period = m.period
                AND (p.for_period_from IS NULL OR p.for_period_from >= p.period)
        ) AS has_row
    FROM book b
    JOIN calendar_month m ON m.period >= b.due_from AND m.period <= b.due_to
), caught_up AS (
    SELECT DISTINCT q.book_no, q.person_id, q.period
    FROM asked q
    JOIN arrears r ON r.pension_book_no = q.book_no AND r.person_id = q.person_id
        AND r.for_period_from <= q.period AND q.period <= r.period
    WHERE NOT q.has_row
)
SELECT q.book_no, q.period, q.delivered_by, q.person_id, q.file_no, a.in_force_from,
    a.amount AS determined_amount, q.has_row OR c.period IS NOT NULL AS has_payment
FROM asked q
LEFT JOIN caught_up c ON c.book_no = q.book_no AND c.person_id = q.person_id AND c.period = q.period
LEFT JOIN amount_in_force a ON NOT q.has_row AND a.file_no = q.file_no AND a.person_id = q.person_id
    AND a.in_force_from < add_months(q.period, 1) AND q.period < a.in_force_before
    AND (a.in_force_before >= add_months(q.period, 1))
