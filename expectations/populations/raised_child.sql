-- title.mn: Эхийн өсгөсөн хүүхэд
-- title.en: Child a mother raised
-- key: person_id, child_no
-- person: person_id
-- materialise: true
-- Every child born or adopted and raised adds months of service; for the mother's own condition an adopted one must
-- have been adopted before the age the law names.
WITH raised AS (
    SELECT
        person_id, child_id, add_months(birth_date, param('raised_to_months', birth_date)) AS raised_on,
        adopted_on IS NULL OR adopted_on < add_months(birth_date, param('adoption_below_months', adopted_on))
            AS is_for_condition
    FROM (
        SELECT
            person_id, coalesce(register_no, delivered_by || '/' || child_id) AS child_id,
            min(adopted_on) AS adopted_on, min(birth_date) AS birth_date
        FROM child
        WHERE raised_to_six AND birth_date IS NOT NULL
        GROUP BY person_id, coalesce(register_no, delivered_by || '/' || child_id)
    )
)
SELECT
    person_id, row_number() OVER (PARTITION BY person_id ORDER BY raised_on, child_id) AS child_no, raised_on,
    is_for_condition,
    row_number() OVER (PARTITION BY person_id, is_for_condition ORDER BY raised_on, child_id) AS condition_child_no
FROM raised
