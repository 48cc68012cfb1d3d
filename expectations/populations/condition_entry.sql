-- title.mn: Онцгой нөхцөлд тооцсон ажил, жагсаалтад байгаа эсэх
-- title.en: Employment counted under a work condition, on the list or not
-- key: file_no, employment_id, work_condition
-- office: delivered_by
-- person: person_id
-- law_date: effective_from
-- not_needed: determination_service
-- The list in force on the effective date; toxic and hot work are one condition to the law. list_in_force is NULL where
-- the office delivered no list of that day.
WITH entry AS (
    SELECT delivered_by, file_no, employment_id, work_condition,
        CASE WHEN work_condition IN ('toxic', 'hot') THEN 'toxic_hot' ELSE work_condition END AS law_condition,
        min(person_id) AS person_id, min(effective_from) AS effective_from, min(occupation) AS occupation,
        min(occupation_key) AS occupation_key, min(starts_on) AS counted_from, max(ends_on) AS counted_to,
        min(counted) AS counted
    FROM condition_piece
    GROUP BY delivered_by, file_no, employment_id, work_condition
), line AS (
    SELECT DISTINCT l.delivered_by, l.work_condition,
        translate(upper(replace(replace(l.occupation, ' ', ''), '-', '')), 'ABEHKMOPCTXY', 'АВЕНКМОРСТХУ')
            AS occupation_key,
        CASE WHEN l.work_condition IN ('toxic', 'hot') THEN 'toxic_hot' ELSE l.work_condition END AS law_condition,
        coalesce(l.valid_from, DATE '1900-01-01') AS valid_from, coalesce(l.valid_to, DATE '9999-12-31') AS valid_to
    FROM occupation_list l
    WHERE l.occupation IS NOT NULL
), day AS (
    SELECT DISTINCT e.delivered_by, e.effective_from, 1 AS list_in_force
    FROM (SELECT DISTINCT delivered_by, effective_from FROM entry) e
    JOIN (SELECT DISTINCT delivered_by, valid_from, valid_to FROM line) l ON l.delivered_by = e.delivered_by
    WHERE l.valid_from <= e.effective_from AND e.effective_from <= l.valid_to
), found AS (
    SELECT e.delivered_by, e.file_no, e.employment_id, e.work_condition, min(l.work_condition) AS listed_condition,
        max(CASE WHEN l.law_condition = e.law_condition THEN 1 WHEN l.law_condition IS NOT NULL THEN 0 END) AS agrees,
        max(CASE WHEN l.law_condition IS NULL THEN 1 ELSE 0 END) AS is_open
    FROM entry e
    JOIN line l ON l.delivered_by = e.delivered_by AND l.occupation_key = e.occupation_key
    WHERE l.valid_from <= e.effective_from AND e.effective_from <= l.valid_to
    GROUP BY e.delivered_by, e.file_no, e.employment_id, e.work_condition
)
SELECT
    e.file_no, e.employment_id, e.work_condition, e.delivered_by, e.person_id, e.effective_from, e.occupation,
    e.counted_from, e.counted_to, e.counted, d.list_in_force, f.listed_condition,
    CASE WHEN f.agrees = 1 THEN TRUE WHEN f.is_open = 1 THEN NULL WHEN e.occupation_key IS NOT NULL THEN FALSE END
        AS is_listed
FROM entry e
LEFT JOIN day d ON d.delivered_by = e.delivered_by AND d.effective_from = e.effective_from
LEFT JOIN found f ON f.delivered_by = e.delivered_by AND f.file_no = e.file_no AND f.employment_id = e.employment_id
    AND f.work_condition = e.work_condition
