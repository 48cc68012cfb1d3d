-- title.mn: Хөдөлмөрийн чадвар алдсаны тэтгэврийн олголт ба магадлах комиссын акт
-- title.en: Payment of a disability pension and the commission acts
-- key: payment_id
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: period
-- A month is covered where an act is valid on at least one day of it; arrears are asked about every month they are for.
WITH file AS (
    SELECT DISTINCT file_no, person_id FROM pension_file WHERE pension_type = 'disability'
), book AS (
    SELECT DISTINCT b.delivered_by, b.book_no, b.person_id
    FROM pension_book b
    JOIN file f ON f.file_no = coalesce(b.file_no, b.book_no) AND f.person_id = b.person_id
), paid AS (
    SELECT p.payment_id, p.delivered_by, p.person_id, p.pension_book_no, p.period, p.paid_on, p.amount, p.status,
        CASE WHEN p.for_period_from < p.period THEN p.for_period_from ELSE p.period END AS paid_for_from
    FROM payment p
    JOIN book b ON b.delivered_by = p.delivered_by AND b.book_no = p.pension_book_no AND b.person_id = p.person_id
    WHERE p.status IS NULL OR p.status NOT IN ('returned', 'stopped')
), act AS (
    SELECT person_id, coalesce(covers_from, issued_on) AS valid_from,
        CASE WHEN permanent THEN DATE '9999-12-31' ELSE greatest(covers_to, valid_until) END AS valid_to
    FROM document
    WHERE kind = 'medical_commission_act'
), one_month AS (
    SELECT delivered_by, payment_id, person_id, period FROM paid WHERE paid_for_from = period
    UNION ALL
    SELECT p.delivered_by, p.payment_id, p.person_id, m.period
    FROM paid p
    JOIN calendar_month m ON m.period >= p.paid_for_from AND m.period <= p.period
    WHERE p.paid_for_from < p.period
), judged AS (
    SELECT m.delivered_by, m.payment_id, m.person_id, m.period,
        max(CASE WHEN a.valid_from < add_months(m.period, 1) AND a.valid_to >= m.period THEN 1 ELSE 0 END) AS covered,
        max(CASE WHEN a.person_id IS NOT NULL AND (a.valid_from IS NULL OR a.valid_to IS NULL)
            AND (a.valid_from IS NULL OR a.valid_from < add_months(m.period, 1))
            AND (a.valid_to IS NULL OR a.valid_to >= m.period) THEN 1 ELSE 0 END) AS undated,
        max(CASE WHEN a.valid_from < add_months(m.period, 1) THEN a.valid_to END) AS last_valid_to
    FROM one_month m
    LEFT JOIN act a ON a.person_id = m.person_id
    GROUP BY m.delivered_by, m.payment_id, m.person_id, m.period
), summed AS (
    SELECT delivered_by, payment_id, person_id, count(*) AS months, sum(covered) AS months_covered,
        sum(CASE WHEN covered = 0 THEN undated ELSE 0 END) AS months_undated, max(last_valid_to) AS last_valid_to
    FROM judged
    GROUP BY delivered_by, payment_id, person_id
)
SELECT p.payment_id, p.delivered_by, p.person_id, p.pension_book_no, p.period, p.paid_for_from, p.paid_on, p.amount,
    p.status, s.months, s.months_covered, s.months_undated, s.last_valid_to AS valid_until
FROM paid p
JOIN summed s ON s.delivered_by = p.delivered_by AND s.payment_id = p.payment_id AND s.person_id = p.person_id
