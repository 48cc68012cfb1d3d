-- title.mn: Тэтгэврийн дэвтрийн дугаар
-- title.en: Pension book number
-- key: book_no
-- law_date: dated_on
SELECT b.book_no, count(*) AS books, count(DISTINCT b.person_id) AS persons,
    count(*) - count(b.person_id) AS nameless_books, count(DISTINCT b.delivered_by) AS offices,
    -- a book moved to another office keeps its number: closed there, opened here
    count(*) FILTER (WHERE b.closed_reason = 'transfer') AS moved_books,
    min(b.delivered_by) AS first_office, max(b.delivered_by) AS last_office,
    coalesce(max(b.opened_on), max(a.as_of)) AS dated_on
FROM pension_book b
JOIN as_of a ON a.office_code = b.delivered_by
GROUP BY b.book_no
