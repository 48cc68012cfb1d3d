-- title.mn: Хамгийн түрүүнд үүсэх эрх
-- title.en: The right that arises first
-- key: person_id, asked_on
-- person: person_id
-- By what is proven. A proportional pension is for those whose last employment is closed; whether the children of the
-- mother's condition were raised must be on record.
SELECT
    person_id, asked_on, condition, way, basis, risen_age_basis, holds_from, service_months, child_months, age_months,
    age_on, service_on, right_on
FROM (
    SELECT
        d.*,
        row_number() OVER (
            PARTITION BY d.person_id, d.asked_on ORDER BY d.right_on, d.age_on, d.condition, d.way
        ) AS place
    FROM right_date d
    WHERE d.reading = 'proven' AND d.is_recorded AND NOT (d.condition = 'proportional' AND d.has_open_job)
) d
WHERE place = 1
