-- title.mn: Олголт ба тэтгэврийн дэвтэр
-- title.en: Payment and the book it was made on
-- key: payment_id
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: period
WITH own AS (
    -- death closes a book too: what is paid after it is another rule's matter
    SELECT book_no, person_id, max(CASE WHEN closed_on IS NULL OR closed_reason = 'death' THEN DATE '9999-12-31'
        ELSE closed_on END) AS open_until
    FROM pension_book
    WHERE book_no IS NOT NULL AND person_id IS NOT NULL
    GROUP BY book_no, person_id
), numbered AS (
    SELECT book_no, count(*) AS books, count(*) - count(person_id) AS nameless_books, min(person_id) AS holder
    FROM pension_book
    WHERE book_no IS NOT NULL
    GROUP BY book_no
)
SELECT p.payment_id, p.delivered_by, p.person_id, p.pension_book_no, p.period,
    coalesce(p.for_period_from, p.period) AS paid_for_from, p.amount, p.paid_on, p.status,
    coalesce(n.books, 0) AS books, coalesce(n.nameless_books, 0) AS nameless_books, n.holder,
    o.open_until, CASE WHEN o.open_until < DATE '9999-12-31' THEN o.open_until END AS closed_on
FROM payment p
LEFT JOIN own o ON o.book_no = p.pension_book_no AND o.person_id = p.person_id
LEFT JOIN numbered n ON n.book_no = p.pension_book_no
