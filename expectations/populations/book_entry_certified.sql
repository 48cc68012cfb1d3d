-- title.mn: Дэвтрийн бичилтийн баталгаа
-- title.en: Certification of a book entry
-- key: person_id, employer_no, period
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: acted_on
-- The office meant is the one the employer deals with, and the person's own for voluntary insured.
WITH home AS (
    SELECT person_id, max(office_code) AS office_code
    FROM person
    GROUP BY person_id
    HAVING min(office_code) = max(office_code)
), entry AS (
    SELECT
        b.person_id, b.employer_no, b.period, b.delivered_by, b.certified_by, b.certified_on,
        coalesce(b.certified_on, m.due_on) AS acted_on, a.as_of, m.last_day, m.due_on,
        CASE WHEN b.employer_no IS NULL THEN h.office_code ELSE k.office_code END AS office_meant
    FROM book_entry b
    JOIN as_of a ON a.office_code = b.delivered_by
    LEFT JOIN reporting_month m ON m.period = b.period
    LEFT JOIN known_employer k ON k.employer_no = b.employer_no
    LEFT JOIN home h ON h.person_id = b.person_id
)
SELECT
    e.*,
    i.staff_id IS NOT NULL AS is_in_post,
    d.office_code IS NOT NULL AS staff_delivered
FROM entry e
LEFT JOIN inspector_posting i ON i.staff_id = e.certified_by AND i.office_code = e.office_meant
    AND i.active_from <= e.certified_on AND i.active_to >= e.certified_on
LEFT JOIN delivered d ON d.office_code = e.office_meant AND d.table_name = 'staff'
