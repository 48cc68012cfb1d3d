-- title.mn: Дэвтэртэй байх ёстой хүн
-- title.en: Person who must hold an insurance book
-- key: person_id
-- office: delivered_by
-- person: person_id
-- Everyone with an entry in a book, a pension file or a place on a register; holders of a number are counted in the country.
WITH numbered AS (
    SELECT
        person_id, delivered_by, book_no,
        min(person_id) OVER (PARTITION BY book_no) <> max(person_id) OVER (PARTITION BY book_no) AS is_shared
    FROM person
)
SELECT person_id, delivered_by, book_no, is_shared
FROM numbered
WHERE person_id IN (SELECT person_id FROM book_entry)
    OR person_id IN (SELECT person_id FROM pension_file)
    OR person_id IN (SELECT person_id FROM register_entry)
