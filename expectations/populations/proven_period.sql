-- title.mn: 1995 оноос өмнөх, хөдөлмөрийн дэвтрийн хугацаа
-- title.en: Period of the labour book before 1995, proven or claimed
-- key: person_id, starts_on, ends_before
-- person: person_id
-- materialise: true
-- reading `proven`: by the papers the law names (proving_paper), known from the day its last one was received; reading
-- `claimed`: as the book stands. Time bought back needs the payment only. Schooling and military service (another regime) are left out.
WITH entry AS (
    SELECT
        e.employment_id, e.delivered_by, e.person_id, e.kind,
        CASE WHEN e.kind = 'herder' THEN 'herder' WHEN e.work_condition IN ('toxic', 'hot') THEN 'toxic_hot'
            ELSE coalesce(e.work_condition, 'normal') END AS work,
        e.hired_on AS starts_on,
        least(CAST(coalesce(e.released_on, DATE '1994-12-31') + INTERVAL 1 DAY AS DATE), DATE '1995-01-01')
            AS ends_before,
        -- what is not recorded is not held against a name, but certifies nothing
        coalesce(e.is_well_named, TRUE) AND coalesce(e.certified, FALSE) AND NOT coalesce(e.records_lost, FALSE)
            AND CASE e.kind WHEN 'conscript' THEN FALSE
                WHEN 'cooperative' THEN coalesce(e.pay_recorded, FALSE) AND NOT coalesce(e.rewritten, FALSE)
                ELSE NOT coalesce(e.corrected, FALSE) AND NOT coalesce(e.order_altered, FALSE)
                    AND NOT coalesce(e.rewritten, FALSE) END AS stands_by_itself,
        CASE WHEN e.kind = 'conscript' THEN 'conscript' WHEN coalesce(e.records_lost, FALSE) THEN 'restored'
            WHEN e.kind = 'cooperative' THEN 'cooperative'
            WHEN coalesce(e.corrected, FALSE) OR coalesce(e.order_altered, FALSE) OR coalesce(e.rewritten, FALSE)
                THEN 'orders'
            ELSE 'restored' END AS need
    FROM labour_entry e
    WHERE e.hired_on < DATE '1995-01-01' AND e.kind IN ('work', 'cooperative', 'conscript', 'herder')
), paper AS (
    SELECT p.person_id, l.need, p.received_on AS known_on, p.covers_from, p.covers_to
    FROM proving_document p
    JOIN law_proving_paper l ON l.paper = p.kind AND p.received_on >= l.valid_from AND p.received_on < l.valid_to
    WHERE p.covers_from <= p.covers_to
), booked AS (
    SELECT person_id, delivered_by, employment_id, kind, work, starts_on, ends_before, DATE '1900-01-01' AS known_on
    FROM entry
    WHERE stands_by_itself
    UNION ALL
    SELECT
        e.person_id, e.delivered_by, e.employment_id, e.kind, e.work, greatest(e.starts_on, p.covers_from),
        least(e.ends_before, CAST(p.covers_to + INTERVAL 1 DAY AS DATE)), p.known_on
    FROM entry e
    JOIN paper p ON p.person_id = e.person_id AND p.need = e.need
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
    JOIN paper p ON p.person_id = b.person_id AND p.need = 'contribution'
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
