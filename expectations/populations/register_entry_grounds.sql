-- title.mn: НД-1 бүртгэлийн мөр, хүүхэд, хөдөлмөрийн нөхцөлийн бүртгэл
-- title.en: Entry of a register (ND-1) beside the records of children and employment
-- key: register_year, office_code, listed_under, listed_name, person_id
-- office: delivered_by
-- person: person_id
-- law_date: year_begins
-- The form does not say whether children still under six, or raised by others, are counted: the number of all on record
-- and the number of those raised both agree. Children and jobs of after the day drawn up were not known.
WITH entry AS (
    SELECT DISTINCT register_year, office_code, listed_under, listed_name, person_id, delivered_by, year_begins,
        coalesce(drawn_up_on, year_begins) AS known_on, coalesce(person_sex, sex) AS sex
    FROM register_entry_row
), listed AS (
    SELECT DISTINCT person_id, known_on FROM entry
), own AS (
    SELECT
        c.person_id, coalesce(c.register_no, c.delivered_by || '/' || c.child_id) AS child,
        min(c.birth_date) AS birth_date, min(c.adopted_on) AS adopted_on,
        max(CASE WHEN c.raised_to_six THEN 1 WHEN c.raised_to_six IS NULL THEN 0 ELSE -1 END) AS raised
    FROM child c
    JOIN (SELECT DISTINCT person_id FROM listed) l ON l.person_id = c.person_id
    GROUP BY c.person_id, coalesce(c.register_no, c.delivered_by || '/' || c.child_id)
), children AS (
    SELECT
        l.person_id, l.known_on, count(*) AS children_on_record,
        count(*) FILTER (WHERE o.raised = 1) AS raised_on_record,
        count(*) FILTER (WHERE o.raised = 0 OR o.birth_date IS NULL) AS open_children
    FROM listed l
    JOIN own o ON o.person_id = l.person_id
    WHERE coalesce(o.adopted_on, o.birth_date, l.known_on) <= l.known_on
    GROUP BY l.person_id, l.known_on
), work AS (
    SELECT
        l.person_id, l.known_on, m.work_condition, count(*) AS jobs
    FROM listed l
    JOIN employment m ON m.person_id = l.person_id
    WHERE coalesce(m.hired_on, l.known_on) <= l.known_on
    GROUP BY l.person_id, l.known_on, m.work_condition
), worked AS (
    SELECT person_id, known_on, sum(jobs) AS jobs,
        sum(CASE WHEN work_condition IS NULL THEN jobs ELSE 0 END) AS open_jobs,
        max(CASE WHEN work_condition = 'underground' THEN 'underground ' ELSE '' END)
        || max(CASE WHEN work_condition = 'toxic' THEN 'toxic ' ELSE '' END)
        || max(CASE WHEN work_condition = 'hot' THEN 'hot ' ELSE '' END)
        || max(CASE WHEN work_condition = 'heavy' THEN 'heavy ' ELSE '' END)
        || max(CASE WHEN work_condition = 'normal' THEN 'normal ' ELSE '' END) AS conditions
    FROM work
    GROUP BY person_id, known_on
)
SELECT
    e.register_year, e.office_code, e.listed_under, e.listed_name, e.person_id, e.delivered_by, e.year_begins,
    e.sex, r.children, coalesce(c.children_on_record, 0) AS children_on_record,
    coalesce(c.raised_on_record, 0) AS raised_on_record, coalesce(c.open_children, 0) AS open_children,
    r.work_condition, trim(w.conditions) AS conditions_on_record, coalesce(w.jobs, 0) AS jobs,
    coalesce(w.open_jobs, 0) AS open_jobs, k.jobs IS NOT NULL AS condition_on_record
FROM entry e
JOIN register_entry r ON r.delivered_by = e.delivered_by AND r.register_year = e.register_year
    AND r.office_code = e.office_code AND r.listed_under = e.listed_under AND r.listed_name = e.listed_name
    AND r.person_id = e.person_id
LEFT JOIN children c ON c.person_id = e.person_id AND c.known_on = e.known_on
LEFT JOIN worked w ON w.person_id = e.person_id AND w.known_on = e.known_on
LEFT JOIN work k ON k.person_id = e.person_id AND k.known_on = e.known_on AND k.work_condition = r.work_condition
