-- title.mn: Дэвтрийн бичилтийн баталгаа
-- title.en: Certification of a book entry
-- key: person_id, employer_no, period
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: period
-- The office meant is the one the employer deals with, and the person's own for voluntary insured.
WITH home AS (
    SELECT person_id, max(office_code) AS office_code
    FROM person
    GROUP BY person_id
    HAVING min(office_code) = max(office_code)
), posting AS (
    SELECT staff_id, office_code, active_from, coalesce(active_to, DATE '9999-12-31') AS active_to
    FROM staff
    WHERE role = 'inspector'
), entry AS (
    SELECT
        b.person_id, b.employer_no, b.period, b.delivered_by, b.certified_by, b.certified_on, a.as_of, m.last_day,
        m.due_on,
        CASE WHEN b.employer_no IS NULL THEN h.office_code ELSE k.office_code END AS office_meant
    FROM book_entry b
    JOIN as_of a ON a.office_code = b.delivered_by
    JOIN reporting_month m ON m.period = b.period
    LEFT JOIN known_employer k ON k.employer_no = b.employer_no
    LEFT JOIN home h ON h.person_id = b.person_id
)
SELECT
    e.*,
    EXISTS (
        SELECT 1 FROM posting p
        WHERE p.staff_id = e.certified_by AND p.office_code = e.office_meant
            AND p.active_from <= e.certified_on AND e.certified_on <= p.active_to
    ) AS is_in_post,
    EXISTS (SELECT 1 FROM delivered d WHERE d.office_code = e.office_meant AND d.table_name = 'staff')
        AS staff_delivered
FROM entry e
