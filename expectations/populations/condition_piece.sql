-- title.mn: Онцгой нөхцөлд тооцсон ажлын хугацаа
-- title.en: Time of an employment counted under a work condition
-- key: file_no, employment_id, work_condition, starts_on
-- office: delivered_by
-- person: person_id
-- law_date: effective_from
-- not_needed: determination_service
-- materialise: true
-- What the sheet lists; where an office never delivered that table, the entries of the labour book under a condition.
-- occupation_key is the occupation without case, spaces, hyphens and Latin look-alikes.
WITH file AS (
    SELECT delivered_by, file_no, min(condition) AS file_condition
    FROM pension_file
    WHERE pension_type = 'old_age' AND condition IN ('underground', 'toxic_hot', 'heavy')
    GROUP BY delivered_by, file_no
), sheet AS (
    SELECT d.delivered_by, d.determination_id, d.file_no, d.person_id, d.effective_from, f.file_condition,
        t.office_code IS NOT NULL AS is_listed
    FROM determination d
    JOIN file f ON f.delivered_by = d.delivered_by AND f.file_no = d.file_no
    LEFT JOIN delivered t ON t.office_code = d.delivered_by AND t.table_name = 'determination_service'
    WHERE d.kind = 'initial' AND d.effective_from IS NOT NULL
), piece AS (
    SELECT s.delivered_by, s.file_no, s.file_condition, s.person_id, s.effective_from, 'listed' AS counted,
        l.work_condition, e.employment_id, e.employer_no, e.occupation, coalesce(l.counted_from, e.hired_on) AS starts_on,
        coalesce(l.counted_to, e.released_on, CAST(s.effective_from - INTERVAL 1 DAY AS DATE)) AS ends_on
    FROM sheet s
    JOIN determination_service l ON l.delivered_by = s.delivered_by AND l.determination_id = s.determination_id
    JOIN employment e ON e.delivered_by = l.delivered_by AND e.employment_id = l.employment_id
    WHERE l.work_condition <> 'normal'
    UNION ALL
    SELECT s.delivered_by, s.file_no, s.file_condition, s.person_id, s.effective_from, 'presumed',
        e.work_condition, e.employment_id, e.employer_no, e.occupation, e.hired_on,
        CASE WHEN e.released_on < s.effective_from THEN e.released_on
            ELSE CAST(s.effective_from - INTERVAL 1 DAY AS DATE) END
    FROM sheet s
    JOIN employment e ON e.delivered_by = s.delivered_by AND e.person_id = s.person_id
    WHERE NOT s.is_listed AND e.hired_on < s.effective_from AND e.work_condition <> 'normal'
), named AS (
    SELECT p.*, translate(upper(replace(replace(occupation, ' ', ''), '-', '')), 'ABEHKMOPCTXY', 'АВЕНКМОРСТХУ')
        AS written_key
    FROM piece p
)
SELECT n.*, coalesce(a.listed_key, n.written_key) AS occupation_key
FROM named n
LEFT JOIN occupation_known a ON a.written_key = n.written_key
