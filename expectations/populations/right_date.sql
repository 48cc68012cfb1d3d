-- title.mn: Эрх үүсэх өдөр, болзол бүрээр
-- title.en: Day the right arises, by condition
-- key: person_id, asked_on, reading, condition, way
-- person: person_id
-- materialise: true
-- in_parts: true
-- Tested on a day by the law of that day: the first day on which age, service and months in the condition are all
-- there while the version holds. Service reached after the birthday counts from the last day of its month; months that
-- are not known yet are counted ahead, one by one, while the job is open.
WITH asked AS (
    -- each number of months some version asks, once: m own service, c with the children's months, l the least the
    -- children's months ask for, w months in the condition
    SELECT person_id, asked_on, reading, condition, way, holds_from, 'm' AS part, 'all' AS work,
        service_months AS months
    FROM right_open
    UNION ALL
    SELECT person_id, asked_on, reading, condition, way, holds_from, 'c', 'all', service_months - child_months
    FROM right_open WHERE child_months > 0
    UNION ALL
    SELECT person_id, asked_on, reading, condition, way, holds_from, 'l', 'all', child_least_months
    FROM right_open WHERE child_months > 0
    UNION ALL
    SELECT person_id, asked_on, reading, condition, way, holds_from, 'w', condition, condition_months
    FROM right_open WHERE condition_months IS NOT NULL
), needed AS (
    SELECT a.*, k.line, k.months_after, k.credited, k.paid_months, k.counted_months, k.ahead_from,
        a.months - k.months_before AS months_needed
    FROM asked a
    JOIN service_known k
        ON k.person_id = a.person_id AND k.asked_on = a.asked_on AND k.reading = a.reading AND k.work = a.work
), reached AS (
    SELECT person_id, asked_on, reading, condition, way, holds_from, part, DATE '1900-01-01' AS reached_on
    FROM needed
    WHERE months_needed <= 0
    UNION ALL
    SELECT n.person_id, n.asked_on, n.reading, n.condition, n.way, n.holds_from, n.part, r.reached_on
    FROM needed n
    JOIN service_reached r
        ON r.person_id = n.person_id AND r.line = n.line AND r.months = n.months_needed
    WHERE n.months_needed > 0 AND n.months_needed <= n.months_after
    UNION ALL
    SELECT person_id, asked_on, reading, condition, way, holds_from, part,
        -- a herder's months ahead count for more: the least number whose counted months suffice
        CASE WHEN paid_months IS NOT NULL
            THEN CAST(add_months(ahead_from, ceil(paid_months * (months_needed - months_after
                + floor(counted_months * credited / paid_months)) / counted_months) - credited)
                - INTERVAL 1 DAY AS DATE)
            ELSE CAST(add_months(ahead_from, months_needed - months_after) - INTERVAL 1 DAY AS DATE) END
    FROM needed
    WHERE months_needed > 0 AND months_needed > months_after AND ahead_from IS NOT NULL
), gathered AS (
    SELECT person_id, asked_on, reading, condition, way, holds_from,
        max(CASE WHEN part = 'm' THEN reached_on END) AS own_on,
        max(CASE WHEN part = 'c' THEN reached_on END) AS with_children_on,
        max(CASE WHEN part = 'l' THEN reached_on END) AS children_count_on,
        max(CASE WHEN part = 'w' THEN reached_on END) AS condition_on
    FROM reached
    GROUP BY person_id, asked_on, reading, condition, way, holds_from
), served AS (
    SELECT o.*,
        CASE
            WHEN o.condition_months IS NOT NULL AND g.condition_on IS NULL THEN NULL
            WHEN g.children_count_on IS NOT NULL AND g.with_children_on IS NOT NULL
                THEN greatest(coalesce(g.condition_on, g.with_children_on), g.children_count_on, g.with_children_on)
            WHEN g.own_on IS NOT NULL THEN greatest(coalesce(g.condition_on, g.own_on), g.own_on)
        END AS service_on
    FROM right_open o
    JOIN gathered g
        ON g.person_id = o.person_id AND g.asked_on = o.asked_on AND g.reading = o.reading AND g.condition = o.condition
        AND g.way = o.way AND g.holds_from = o.holds_from
), arisen AS (
    SELECT s.*, greatest(s.holds_from, s.age_on, s.service_on) AS right_on
    FROM served s
    WHERE s.service_on IS NOT NULL AND greatest(s.holds_from, s.age_on, s.service_on) < s.holds_until
), ranked AS (
    SELECT a.*, row_number() OVER (
        PARTITION BY person_id, asked_on, reading, condition, way ORDER BY right_on, holds_from) AS place
    FROM arisen a
)
SELECT
    person_id, asked_on, reading, condition, way, basis, holds_from, service_months, child_months, age_months,
    risen_age_basis, age_on, service_on, right_on, is_recorded, has_open_job
FROM ranked
WHERE place = 1
