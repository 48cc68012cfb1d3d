-- title.mn: Бүтэн сарын олголт ба тухайн сард хүчинтэй тогтоолт
-- title.en: Payment of a whole month and the determination in force
-- key: payment_id
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: period
-- A month in which the person died, the book was closed or another amount took effect is not a whole one.
WITH own_book AS (
    SELECT delivered_by, book_no, person_id, min(coalesce(file_no, book_no)) AS file_no, max(closed_on) AS closed_on
    FROM pension_book WHERE book_no IS NOT NULL AND person_id IS NOT NULL GROUP BY delivered_by, book_no, person_id
), dead AS (
    SELECT person_id, max(deceased_on) AS deceased_on
    FROM person WHERE deceased_on IS NOT NULL GROUP BY person_id
), started AS (
    SELECT file_no, person_id, min(first_from) AS first_from FROM amount_in_force GROUP BY file_no, person_id
), roll AS (
    SELECT p.payment_id, p.delivered_by, p.person_id, p.pension_book_no, p.period, p.paid_on, p.status,
        coalesce(p.gross_amount, p.amount) AS paid_amount, coalesce(b.file_no, p.pension_book_no) AS file_no,
        (p.for_period_from IS NULL OR p.for_period_from >= p.period) AND (p.status IS NULL OR p.status <> 'stopped')
        AND (d.deceased_on IS NULL OR month_of(d.deceased_on) <> p.period)
        AND (b.closed_on IS NULL OR month_of(b.closed_on) <> p.period) AS is_asked
    FROM payment p
    LEFT JOIN own_book b ON b.delivered_by = p.delivered_by AND b.book_no = p.pension_book_no
        AND b.person_id = p.person_id
    LEFT JOIN dead d ON d.person_id = p.person_id
)
SELECT r.payment_id, r.delivered_by, r.person_id, r.pension_book_no, r.file_no, r.period, r.paid_on, r.status,
    r.paid_amount, a.determination_id, a.in_force_from, a.amount AS determined_amount, a.entered_on, a.earlier_amount,
    a.first_rise, CASE WHEN a.first_rise IS NULL OR month_of(a.first_rise) > r.period THEN TRUE END AS rise_held
FROM roll r
LEFT JOIN amount_in_force a ON a.file_no = r.file_no AND a.person_id = r.person_id
    AND a.in_force_from <= r.period AND r.period < a.in_force_before
-- asked only where no amount is in force: a join on nothing costs nothing
LEFT JOIN started s
    ON s.file_no = CASE WHEN a.in_force_from IS NULL THEN r.file_no END AND s.person_id = r.person_id
-- one condition of both sides: nearly every payment is asked about, and told apart first they would be taken for few
WHERE CASE WHEN r.is_asked THEN (a.in_force_before IS NULL OR a.in_force_before >= add_months(r.period, 1))
    AND (a.in_force_from IS NOT NULL OR s.first_from IS NULL OR month_of(s.first_from) <> r.period) ELSE FALSE END
