-- title.mn: Хөдөлмөрийн дэвтрийн бичилт
-- title.en: Labour book entry
-- key: employment_id
-- office: delivered_by
-- person: person_id
-- law_date: hired_on
SELECT e.employment_id, e.delivered_by, e.person_id, e.hired_on, e.released_on, p.birth_date, a.as_of
FROM employment e
JOIN as_of a ON a.office_code = e.delivered_by
LEFT JOIN person p ON p.person_id = e.person_id AND p.delivered_by = e.delivered_by
