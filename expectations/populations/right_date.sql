-- title.mn: Эрх үүсэх өдөр, болзол бүрээр
-- title.en: Day the right arises, by condition
-- key: person_id, asked_on, reading, condition, way
-- person: person_id
-- materialise: true
-- Tested on a day by the law of that day: the first day on which age, service and months in the condition are all
-- there while the version holds. Service reached after the birthday counts from the last day of its month.
WITH needed AS (
    SELECT
        o.*,
        o.service_months - coalesce(b.months, 0) AS months,
        o.child_least_months - coalesce(b.months, 0) AS months_before_children,
        o.condition_months - coalesce(c.months, 0) AS months_in_condition
    FROM right_open o
    LEFT JOIN service_before b
        ON b.person_id = o.person_id AND b.asked_on = o.asked_on AND b.reading = o.reading AND b.work = 'all'
    LEFT JOIN service_before c
        ON c.person_id = o.person_id AND c.asked_on = o.asked_on AND c.reading = o.reading AND c.work = o.condition
), reached AS (
    SELECT
        n.*,
        CASE WHEN n.months <= 0 THEN DATE '1900-01-01' ELSE m.reached_on END AS own_on,
        CASE WHEN n.months_before_children <= 0 THEN DATE '1900-01-01' ELSE l.reached_on END AS children_count_on,
        CASE WHEN n.months - n.child_months <= 0 THEN DATE '1900-01-01' ELSE k.reached_on END AS with_children_on,
        CASE WHEN n.condition_months IS NULL OR n.months_in_condition <= 0 THEN DATE '1900-01-01'
            ELSE w.reached_on END AS condition_on
    FROM needed n
    LEFT JOIN service_reached m
        ON m.person_id = n.person_id AND m.asked_on = n.asked_on AND m.reading = n.reading AND m.work = 'all'
        AND m.months = n.months
    LEFT JOIN service_reached l
        ON n.child_months > 0 AND l.person_id = n.person_id AND l.asked_on = n.asked_on AND l.reading = n.reading
        AND l.work = 'all' AND l.months = n.months_before_children
    LEFT JOIN service_reached k
        ON n.child_months > 0 AND k.person_id = n.person_id AND k.asked_on = n.asked_on AND k.reading = n.reading
        AND k.work = 'all' AND k.months = n.months - n.child_months
    LEFT JOIN service_reached w
        ON w.person_id = n.person_id AND w.asked_on = n.asked_on AND w.reading = n.reading
        AND w.work = n.condition AND w.months = n.months_in_condition
), served AS (
    SELECT
        r.*,
        CASE
            WHEN condition_on IS NULL THEN NULL
            WHEN child_months > 0 AND children_count_on IS NOT NULL AND with_children_on IS NOT NULL
                THEN greatest(condition_on, children_count_on, with_children_on)
            WHEN own_on IS NOT NULL THEN greatest(condition_on, own_on)
        END AS service_on
    FROM reached r
), arisen AS (
    SELECT
        s.person_id, s.asked_on, s.reading, s.condition, s.way, s.basis, s.holds_from, s.holds_until, s.service_months,
        s.child_months, s.age_on, s.service_on, s.is_recorded, s.has_open_job,
        greatest(s.holds_from, s.age_on, s.service_on) AS right_on
    FROM served s
    WHERE s.service_on IS NOT NULL AND greatest(s.holds_from, s.age_on, s.service_on) < s.holds_until
), ranked AS (
    SELECT
        a.*,
        row_number() OVER (
            PARTITION BY person_id, asked_on, reading, condition, way ORDER BY right_on, holds_from
        ) AS place
    FROM arisen a
)
SELECT
    person_id, asked_on, reading, condition, way, basis, holds_from, service_months, child_months, age_on, service_on,
    right_on, is_recorded, has_open_job
FROM ranked
WHERE place = 1
