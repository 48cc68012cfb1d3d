-- title.mn: Регистрийн дугаар
-- title.en: Register number
-- key: register_no
-- One person delivered by two offices, or twice by one, is one person.
SELECT
    register_no,
    count(DISTINCT person_id) AS persons,
    count(*) - count(person_id) AS unnamed_rows,
    count(*) AS person_rows,
    min(person_id) AS first_person_id,
    max(person_id) AS last_person_id,
    count(DISTINCT delivered_by) AS offices
FROM person
WHERE register_no IS NOT NULL
GROUP BY register_no
