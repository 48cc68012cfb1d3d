-- title.mn: Хөдөлмөрийн дэвтрийн бичилт
-- title.en: Labour book entry
-- key: employment_id
-- office: delivered_by
-- person: person_id
-- law_date: hired_on
-- not_needed: employer, person
-- Main jobs of a person are looked for in every office; one whose flag is not recorded may be a main job.
WITH job AS (
    SELECT
        e.*,
        a.as_of,
        CASE WHEN e.person_id IS NOT NULL AND e.kind = 'work' AND e.hired_on <= a.as_of AND e.main
            THEN e.hired_on END AS main_on,
        CASE WHEN e.person_id IS NOT NULL AND e.kind = 'work' AND e.hired_on <= a.as_of AND e.main IS NOT FALSE
            THEN e.hired_on END AS possible_main_on
    FROM employment e
    JOIN as_of a ON a.office_code = e.delivered_by
)
SELECT
    j.employment_id, j.delivered_by, j.person_id, j.employer_no, j.kind, j.hired_on, j.hire_order_no,
    j.released_on, j.release_order_no, j.as_of, i.birth_date, k.dissolved_on,
    -- schooling and herding go on beside a job, and whoever is not at work has no second job
    CASE
        WHEN j.kind IN ('study', 'herder') THEN FALSE
        WHEN j.kind = 'work' THEN j.main
        ELSE j.main IS NOT FALSE
    END AS ends_with_next_job,
    max(j.main_on) OVER (PARTITION BY j.person_id) AS last_main_on,
    max(j.possible_main_on) OVER (PARTITION BY j.person_id) AS last_possible_main_on
FROM job j
LEFT JOIN insured i ON i.person_id = j.person_id
LEFT JOIN known_employer k ON k.employer_no = j.employer_no
