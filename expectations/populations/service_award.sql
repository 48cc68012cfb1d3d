-- title.mn: Цэргийн алба хаасны тэтгэврийн хувийн хэрэг, алба хаасан хугацаа
-- title.en: Service pension file and its months of military service
-- key: file_no
-- office: delivered_by
-- person: person_id
-- law_date: effective_from
-- not_needed: determination_service
-- The parts of military and conscript service counted, each day once: whole months, and left-over days by thirty. Which
-- kind of aircraft a pilot flew is not recorded: the lesser service decides. Lines without an entry may be such service.
WITH file AS (
    SELECT f.delivered_by, f.file_no, min(f.person_id) AS person_id, min(f.condition) AS condition
    FROM pension_file f
    WHERE f.pension_type = 'military'
    GROUP BY f.delivered_by, f.file_no
), sheet AS (
    SELECT f.delivered_by, f.file_no, f.person_id, f.condition, d.determination_id, d.effective_from,
        row_number() OVER (PARTITION BY d.delivered_by, d.file_no ORDER BY d.effective_from, d.determination_id) AS place
    FROM file f
    JOIN determination d ON d.delivered_by = f.delivered_by AND d.file_no = f.file_no
    WHERE d.kind = 'initial'
), piece AS (
    SELECT s.delivered_by, s.file_no, p.starts_on, p.ends_on, p.kind IS NULL AS is_open
    FROM sheet s
    JOIN counted_piece p ON p.delivered_by = s.delivered_by AND p.determination_id = s.determination_id
        AND p.file_no = s.file_no
    WHERE s.place = 1 AND (p.kind IS NULL OR p.kind IN ('military', 'conscript')) AND p.starts_on <= p.ends_on
), reached AS (
    SELECT p.*, max(ends_on) OVER (PARTITION BY delivered_by, file_no ORDER BY starts_on, ends_on
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached_on
    FROM piece p
    WHERE NOT is_open
), once AS (
    SELECT delivered_by, file_no, CAST(ends_on + INTERVAL 1 DAY AS DATE) AS ends_before,
        CASE WHEN reached_on >= starts_on THEN CAST(reached_on + INTERVAL 1 DAY AS DATE) ELSE starts_on END AS starts_on
    FROM reached
    WHERE reached_on IS NULL OR reached_on < ends_on
), measured AS (
    SELECT delivered_by, file_no, starts_on, ends_before, months_between(starts_on, ends_before) AS months FROM once
), served AS (
    SELECT delivered_by, file_no, sum(months) AS months,
        sum(days_between(add_months(starts_on, months), ends_before)) AS days, min(starts_on) AS served_from,
        max(CAST(ends_before - INTERVAL 1 DAY AS DATE)) AS served_to
    FROM measured
    GROUP BY delivered_by, file_no
), unnamed AS (
    SELECT s.delivered_by, s.file_no, count(*) AS lines
    FROM sheet s
    JOIN determination_service l ON l.delivered_by = s.delivered_by AND l.determination_id = s.determination_id
    LEFT JOIN employment e ON e.delivered_by = l.delivered_by AND e.employment_id = l.employment_id
    WHERE s.place = 1 AND e.kind IS NULL
    GROUP BY s.delivered_by, s.file_no
), own AS (
    SELECT person_id, min(sex) AS sex FROM person GROUP BY person_id HAVING count(DISTINCT sex) <= 1
), asked AS (
    SELECT condition, sex, valid_from, valid_to, min(condition_months) AS months
    FROM law_old_age_condition
    GROUP BY condition, sex, valid_from, valid_to
)
SELECT
    s.file_no, s.delivered_by, s.person_id, s.condition, s.effective_from, o.sex, v.served_from, v.served_to,
    CAST(coalesce(v.months, 0) + floor(coalesce(v.days, 0) / param('service_month_days', s.effective_from)) AS BIGINT)
        AS months_served,
    coalesce(u.lines, 0) AS lines_without_entry, min(q.months) AS months_asked, max(q.months) AS months_asked_most,
    CASE WHEN s.condition IS NULL OR min(q.months) IS NOT NULL THEN TRUE END AS law_known
FROM sheet s
LEFT JOIN served v ON v.delivered_by = s.delivered_by AND v.file_no = s.file_no
LEFT JOIN unnamed u ON u.delivered_by = s.delivered_by AND u.file_no = s.file_no
LEFT JOIN own o ON o.person_id = s.person_id
LEFT JOIN asked q ON q.condition = s.condition AND (o.sex IS NULL OR q.sex = o.sex)
    AND q.valid_from <= s.effective_from AND s.effective_from < q.valid_to
WHERE s.place = 1
GROUP BY s.file_no, s.delivered_by, s.person_id, s.condition, s.effective_from, o.sex, v.served_from, v.served_to,
    v.months, v.days, u.lines
