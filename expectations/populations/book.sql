-- title.mn: Тэтгэврийн дэвтэр
-- title.en: Pension book
-- key: book_no
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- not_needed: pension_file, determination
WITH sheet AS (
    SELECT delivered_by, determination_id, file_no, person_id, max(signed_at) AS approved_at
    FROM determination_signature
    WHERE kind = 'initial' AND role IN ('office_head', 'section_head', 'chief_accountant')
    GROUP BY delivered_by, determination_id, file_no, person_id
), approval AS (
    SELECT delivered_by, file_no, person_id, min(approved_at) AS approved_at
    FROM sheet GROUP BY delivered_by, file_no, person_id
), anywhere AS (
    -- a book moved to another office: its determination stays with the office that made it
    SELECT file_no, person_id, min(approved_at) AS approved_at FROM approval GROUP BY file_no, person_id
), opened AS (
    SELECT delivered_by, file_no, min(opened_on) AS opened_on
    FROM pension_file GROUP BY delivered_by, file_no
), dated AS (
    SELECT b.book_no, b.delivered_by, b.file_no, b.person_id, b.opened_on, b.office_head, b.signed, b.stamped,
        b.closed_on, b.closed_reason, f.opened_on AS file_opened_on, t.as_of,
        -- by its file; by its own number where it names a file that is not this person's
        CAST(coalesce(own.approved_at, same.approved_at, far.approved_at) AS DATE) AS approved_on
    FROM pension_book b
    JOIN as_of t ON t.office_code = b.delivered_by
    LEFT JOIN approval own ON own.delivered_by = b.delivered_by AND own.file_no = b.file_no
        AND own.person_id = b.person_id
    LEFT JOIN approval same ON same.delivered_by = b.delivered_by AND same.file_no = b.book_no
        AND same.person_id = b.person_id
    LEFT JOIN anywhere far ON far.file_no = b.book_no AND far.person_id = b.person_id
    LEFT JOIN opened f ON f.delivered_by = b.delivered_by AND f.file_no = b.file_no
)
SELECT book_no, delivered_by, file_no, person_id, opened_on, office_head, signed, stamped, closed_on,
    closed_reason, approved_on,
    coalesce(opened_on, approved_on, file_opened_on, closed_on, as_of) AS dated_on
FROM dated
