-- title.mn: Үндсэн ажил
-- title.en: Main job
-- key: employment_id
-- office: delivered_by
-- person: person_id
-- law_date: hired_on
-- Two entries overlap longer than the setting when the earlier end reaches the later start moved on by it.
-- One job that two offices deliver (same employer, same day of hiring) is one job and does not overlap itself.
WITH job AS (
    SELECT
        e.employment_id, e.delivered_by, e.person_id, e.employer_no, e.hired_on, e.released_on, a.as_of,
        coalesce(e.released_on, a.as_of) AS works_until,
        add_months(e.hired_on, threshold('overlap_months')) AS overlap_from,
        row_number() OVER (
            PARTITION BY e.delivered_by, e.person_id, e.employer_no, e.hired_on ORDER BY e.employment_id
        ) AS copy
    FROM employment e
    JOIN as_of a ON a.office_code = e.delivered_by
    WHERE e.kind = 'work' AND e.main IS NOT FALSE
), ordered AS (
    SELECT
        j.*,
        dense_rank() OVER (PARTITION BY j.person_id ORDER BY j.hired_on, j.employer_no, j.copy) AS job_no
    FROM job j
)
SELECT
    o.employment_id, o.delivered_by, o.person_id, o.employer_no, o.hired_on, o.released_on, o.as_of,
    o.works_until, o.overlap_from,
    max(CASE WHEN o.hired_on IS NOT NULL THEN o.works_until END) OVER (
        PARTITION BY o.person_id ORDER BY o.job_no RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS earlier_until,
    min(CASE WHEN o.works_until >= o.overlap_from THEN o.overlap_from END) OVER (
        PARTITION BY o.person_id ORDER BY o.job_no RANGE BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
    ) AS later_overlap_from
FROM ordered o
