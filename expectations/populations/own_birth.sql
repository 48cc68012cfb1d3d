-- title.mn: Эхийн төрүүлсэн хүүхэд
-- title.en: Child a mother bore
-- key: child_id
-- office: delivered_by
-- person: person_id
-- A child several offices record is one birth. Twins may be born on two sides of midnight.
WITH birth AS (
    SELECT person_id, birth_date, lag(birth_date) OVER (PARTITION BY person_id ORDER BY birth_date) AS birth_before
    FROM (
        SELECT DISTINCT person_id, birth_date
        FROM child
        WHERE adopted_on IS NULL AND person_id IS NOT NULL AND birth_date IS NOT NULL
    ) d
)
SELECT
    c.delivered_by, c.child_id, c.person_id, c.birth_date, i.birth_date AS mother_born_on,
    age_months(i.birth_date, c.birth_date) AS mother_age_months, b.birth_before,
    months_between(b.birth_before, c.birth_date) AS months_since_birth_before,
    coalesce(days_between(b.birth_before, c.birth_date) <= 1, FALSE) AS is_twin
FROM child c
LEFT JOIN insured i ON i.person_id = c.person_id
LEFT JOIN birth b ON b.person_id = c.person_id AND b.birth_date = c.birth_date
WHERE c.adopted_on IS NULL
