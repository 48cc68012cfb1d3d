-- title.mn: Эрх үүсэх өдрийг тооцох хүсэлт: хэний, ямар өдрийн мэдээллээр
-- title.en: Whose right is computed, with what was known on which day
-- key: person_id, asked_on, reading
-- person: person_id
-- materialise: true
-- not_needed: pension_file, register, register_entry
-- A register asks by what was known on the day it was drawn up; a determination by everything proven since, however
-- late its papers came: known_until is the last day whose knowledge counts.
-- reading `proven` counts proven service and sets military contributions (11) aside; `claimed` counts the labour book
-- as it stands and every contribution, as an inspector may who expects the papers still missing.
WITH two_readings AS (
    SELECT person_id FROM employment WHERE hired_on < DATE '1995-01-01'
    UNION
    SELECT person_id FROM contribution WHERE insured_type = '11'
), wish AS (
    SELECT person_id, asked_on, 'proven' AS reading, asked_on AS known_until FROM prospective_year
    UNION
    SELECT d.person_id, d.effective_from, 'proven', DATE '9999-12-31'
    FROM determination d
    JOIN pension_file f ON f.delivered_by = d.delivered_by AND f.file_no = d.file_no
    WHERE f.pension_type = 'old_age' AND (f.regime IS NULL OR f.regime = 'civil')
        AND d.kind IN ('initial', 'change') AND d.effective_from IS NOT NULL AND d.person_id IS NOT NULL
    UNION
    -- the two readings differ only where a labour book from before 1995 or military contributions exist
    SELECT e.person_id, g.drawn_up_on, r.reading, g.drawn_up_on
    FROM register_entry e
    JOIN register g
        ON g.delivered_by = e.delivered_by AND g.register_year = e.register_year AND g.office_code = e.office_code
        AND g.listed_under = e.listed_under AND g.listed_name = e.listed_name
    CROSS JOIN (VALUES ('proven'), ('claimed')) AS r(reading)
    LEFT JOIN two_readings t ON t.person_id = e.person_id
    WHERE g.drawn_up_on IS NOT NULL AND (r.reading = 'proven' OR t.person_id IS NOT NULL)
), asked AS (
    SELECT person_id, asked_on, reading, max(known_until) AS known_until
    FROM wish
    GROUP BY person_id, asked_on, reading
), who AS (
    SELECT person_id, CASE WHEN min(sex) = max(sex) THEN min(sex) END AS sex
    FROM person
    GROUP BY person_id
), kids AS (
    SELECT a.person_id, a.asked_on, a.reading, sum(CASE WHEN c.raised_on <= a.asked_on THEN 1 ELSE 0 END) AS children,
        max(CASE WHEN c.is_for_condition AND c.condition_child_no = param('mother_children_least', a.asked_on)
            THEN c.raised_on END) AS children_raised_on
    FROM asked a
    JOIN raised_child c ON c.person_id = a.person_id
    WHERE c.raised_on <= a.asked_on OR c.is_for_condition
    GROUP BY a.person_id, a.asked_on, a.reading
), open_job AS (
    -- what was open on the day asked, whenever it ended later
    SELECT a.person_id, a.asked_on, a.reading, min(e.hired_on) AS hired_on,
        max(CASE WHEN e.work_condition = 'underground' THEN 1 ELSE 0 END) AS underground,
        max(CASE WHEN e.work_condition IN ('toxic', 'hot') THEN 1 ELSE 0 END) AS toxic_hot,
        max(CASE WHEN e.work_condition = 'heavy' THEN 1 ELSE 0 END) AS heavy,
        max(CASE WHEN e.kind = 'herder' THEN 1 ELSE 0 END) AS herder
    FROM asked a
    JOIN employment e ON e.person_id = a.person_id
    WHERE e.hired_on <= a.asked_on AND (e.released_on IS NULL OR e.released_on > a.asked_on)
        AND e.kind <> 'study' AND NOT (e.kind = 'military' AND a.reading = 'proven')
    GROUP BY a.person_id, a.asked_on, a.reading
)
SELECT
    a.person_id, a.asked_on, a.reading, a.known_until, i.birth_date, w.sex,
    coalesce(k.children, 0) AS children, k.children_raised_on,
    j.hired_on AS open_since, coalesce(j.underground, 0) AS open_underground,
    coalesce(j.toxic_hot, 0) AS open_toxic_hot, coalesce(j.heavy, 0) AS open_heavy,
    coalesce(j.herder, 0) AS open_herder
FROM asked a
LEFT JOIN insured i ON i.person_id = a.person_id
LEFT JOIN who w ON w.person_id = a.person_id
LEFT JOIN kids k ON k.person_id = a.person_id AND k.asked_on = a.asked_on AND k.reading = a.reading
LEFT JOIN open_job j ON j.person_id = a.person_id AND j.asked_on = a.asked_on AND j.reading = a.reading
