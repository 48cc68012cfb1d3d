-- title.mn: 1995 оноос өмнөх, хөдөлмөрийн дэвтрийн хугацаа
-- title.en: Period of the labour book before 1995, proven or claimed
-- key: person_id, starts_on, ends_before
-- person: person_id
-- materialise: true
-- reading `proven`: as 163/3.1.1 asks, known from the day its last paper was received; reading `claimed`: as the book
-- stands. Time bought back needs the payment only. Schooling and military service (another regime) are left out.
WITH entry AS (
    SELECT
        e.employment_id, e.delivered_by, e.person_id, e.kind,
        CASE WHEN e.kind = 'herder' THEN 'herder' WHEN e.work_condition IN ('toxic', 'hot') THEN 'toxic_hot'
            ELSE coalesce(e.work_condition, 'normal') END AS work,
        e.hired_on AS starts_on,
        least(CAST(coalesce(e.released_on, DATE '1994-12-31') + INTERVAL 1 DAY AS DATE), DATE '1995-01-01')
            AS ends_before,
        -- case, spaces and Latin look-alikes are no difference
        coalesce(e.birth_date_written = p.birth_date, TRUE)
            AND coalesce(
                translate(upper(replace(e.surname_written, ' ', '')), 'ABEHKMOPCTXY', 'АВЕНКМОРСТХУ')
                = translate(upper(replace(p.surname, ' ', '')), 'ABEHKMOPCTXY', 'АВЕНКМОРСТХУ'), TRUE)
            AND coalesce(
                translate(upper(replace(e.given_name_written, ' ', '')), 'ABEHKMOPCTXY', 'АВЕНКМОРСТХУ')
                = translate(upper(replace(p.given_name, ' ', '')), 'ABEHKMOPCTXY', 'АВЕНКМОРСТХУ'), TRUE)
            AND coalesce(e.certified, FALSE) AND NOT coalesce(e.rewritten, FALSE) AS is_well_written,
        coalesce(e.corrected, FALSE) OR coalesce(e.order_altered, FALSE) OR coalesce(e.records_lost, FALSE)
            AS is_doubtful,
        coalesce(e.pay_recorded, FALSE) AS pay_recorded
    FROM employment e
    LEFT JOIN person p ON p.person_id = e.person_id AND p.delivered_by = e.delivered_by
    WHERE e.hired_on < DATE '1995-01-01' AND e.kind IN ('work', 'cooperative', 'conscript', 'herder')
), paper AS (
    -- a military card proves the service it was given for, whether or not it names the days
    SELECT
        person_id, kind, received_on AS known_on,
        CASE WHEN kind = 'military_card' THEN coalesce(covers_from, DATE '1900-01-01') ELSE covers_from END
            AS covers_from,
        CASE WHEN kind = 'military_card' THEN coalesce(covers_to, DATE '1994-12-31') ELSE covers_to END AS covers_to
    FROM document
    WHERE received_on IS NOT NULL
), booked AS (
    SELECT person_id, delivered_by, employment_id, kind, work, starts_on, ends_before, DATE '1900-01-01' AS known_on
    FROM entry
    WHERE is_well_written AND (kind IN ('work', 'herder') AND NOT is_doubtful OR kind = 'cooperative' AND pay_recorded)
    UNION ALL
    SELECT
        e.person_id, e.delivered_by, e.employment_id, e.kind, e.work, greatest(e.starts_on, p.covers_from),
        least(e.ends_before, CAST(p.covers_to + INTERVAL 1 DAY AS DATE)), p.known_on
    FROM entry e
    JOIN paper p ON p.person_id = e.person_id
    WHERE p.kind = 'court_decision'
        OR e.kind IN ('work', 'herder') AND p.kind IN ('archive_orders', 'archive_service')
        OR e.kind = 'cooperative' AND p.kind = 'archive_account_70'
        OR e.kind = 'conscript' AND p.kind IN ('military_card', 'archive_military')
), proven AS (
    -- from 1991-07-01 the contribution of 13.5 % must be proven too; conscripts had no employer
    SELECT person_id, work, starts_on,
        CASE WHEN kind = 'conscript' THEN ends_before ELSE least(ends_before, DATE '1991-07-01') END AS ends_before,
        known_on
    FROM booked
    UNION ALL
    SELECT
        b.person_id, b.work, greatest(b.starts_on, p.covers_from, DATE '1991-07-01'),
        least(b.ends_before, CAST(p.covers_to + INTERVAL 1 DAY AS DATE)), greatest(b.known_on, p.known_on)
    FROM booked b
    JOIN paper p ON p.person_id = b.person_id AND p.kind IN ('archive_contribution_135', 'court_decision')
    WHERE b.kind <> 'conscript' AND b.ends_before > DATE '1991-07-01'
), bought AS (
    SELECT
        person_id, 'normal' AS work, covers_from AS starts_on,
        least(CAST(covers_to + INTERVAL 1 DAY AS DATE), DATE '1995-01-01') AS ends_before, paid_on AS known_on
    FROM bought_service
    WHERE paid_on IS NOT NULL AND covers_from < DATE '1995-01-01'
)
SELECT person_id, 'proven' AS reading, work, starts_on, ends_before, known_on
FROM proven WHERE starts_on < ends_before
UNION ALL
SELECT person_id, 'claimed', work, starts_on, ends_before, DATE '1900-01-01'
FROM entry WHERE starts_on < ends_before
UNION ALL
SELECT b.person_id, r.reading, b.work, b.starts_on, b.ends_before, b.known_on
FROM bought b CROSS JOIN (VALUES ('proven'), ('claimed')) AS r(reading)
WHERE b.starts_on < b.ends_before
