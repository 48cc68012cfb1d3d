-- title.mn: Өөрчилсөн тэтгэврийн анхны олголт
-- title.en: First payment after a change of pension
-- key: determination_id
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- not_needed: pension_book
-- The first whole month from the effective day on that was paid after the change was entered: what was paid before
-- nobody could pay otherwise. Arrears of several months and a month a later determination rules are set aside.
WITH sheet AS (
    SELECT
        d.delivered_by, d.determination_id, d.file_no, d.person_id, d.kind, d.effective_from, d.amount, d.entered_at,
        lead(d.effective_from) OVER (
            PARTITION BY d.delivered_by, d.file_no
            -- numbers may stand twice: no two orders of the same rows
            ORDER BY d.effective_from, d.entered_at, d.determination_id, d.kind, d.amount, d.person_id
        ) AS next_from
    FROM determination d
    WHERE d.effective_from IS NOT NULL
), book AS (
    SELECT delivered_by, file_no, book_no FROM pension_book WHERE file_no IS NOT NULL AND book_no IS NOT NULL
    UNION
    SELECT delivered_by, file_no, file_no FROM sheet
), paid AS (
    SELECT
        s.delivered_by, s.determination_id, p.payment_id, p.period, p.paid_on, p.gross_amount, p.amount,
        coalesce(p.gross_amount, p.amount) AS paid_amount,
        row_number() OVER (
            PARTITION BY s.delivered_by, s.determination_id
            ORDER BY p.period, p.paid_on, p.payment_id, p.gross_amount, p.amount
        ) AS place
    FROM sheet s
    JOIN book b ON b.delivered_by = s.delivered_by AND b.file_no = s.file_no
    JOIN payment p ON p.delivered_by = b.delivered_by AND p.pension_book_no = b.book_no AND p.person_id = s.person_id
        AND p.period >= CASE WHEN s.effective_from = month_of(s.effective_from) THEN s.effective_from
            ELSE add_months(month_of(s.effective_from), 1) END
        AND (s.next_from IS NULL OR p.period < month_of(s.next_from))
    WHERE s.kind = 'change' AND (p.status IS NULL OR p.status <> 'stopped')
        AND (p.for_period_from IS NULL OR p.for_period_from >= p.period)
        AND (s.entered_at IS NULL OR p.paid_on IS NULL OR p.paid_on > CAST(s.entered_at AS DATE))
), risen AS (
    -- a rise of all pensions between the change and the payment, of which the export holds no determination
    SELECT p.delivered_by, p.determination_id, count(*) AS rises
    FROM paid p
    JOIN sheet s ON s.delivered_by = p.delivered_by AND s.determination_id = p.determination_id
    JOIN law_mass_increase r ON r.effective_on > s.effective_from AND month_of(r.effective_on) <= p.period
    WHERE p.place = 1
    GROUP BY p.delivered_by, p.determination_id
)
SELECT
    a.determination_id, a.delivered_by, a.person_id, a.file_no, a.effective_from, a.dated_on, a.entered_at,
    a.amount AS new_amount, p.payment_id, p.period AS paid_for, p.paid_on, p.paid_amount,
    coalesce(r.rises, 0) AS rises_between
FROM determination_act a
JOIN paid p ON p.delivered_by = a.delivered_by AND p.determination_id = a.determination_id AND p.place = 1
LEFT JOIN risen r ON r.delivered_by = a.delivered_by AND r.determination_id = a.determination_id
WHERE a.kind = 'change'
