-- title.mn: Тэтгэвэр тогтооход тооцсон хөдөлмөрийн дэвтрийн бичилт
-- title.en: Labour book entry counted for a pension
-- key: employment_id
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- materialise: true
-- not_needed: bought_service, determination_service, pension_file, person
-- For each thing that may have to be proven (goal): do the papers cover every counted part of its time? NULL where a
-- paper of that kind names no period. Conscript service asks for a paper of that service, not for each of its days.
WITH entry AS (
    SELECT
        e.*, CASE WHEN e.kind = 'cooperative' THEN NOT (e.certified AND e.is_well_named AND e.pay_recorded AND NOT e.rewritten)
            END AS is_cooperative_faulty
    FROM labour_entry e
    JOIN (SELECT DISTINCT delivered_by, employment_id FROM counted_piece) c
        ON c.delivered_by = e.delivered_by AND c.employment_id = e.employment_id
), piece AS (
    SELECT DISTINCT
        p.delivered_by, p.employment_id, p.person_id, p.dated_on, p.starts_on, p.ends_on,
        least(p.ends_on, DATE '1994-12-31') AS early_end, e.kind, e.certified, e.is_altered, e.is_well_named,
        e.records_lost, e.is_cooperative_faulty
    FROM counted_piece p
    JOIN entry e ON e.delivered_by = p.delivered_by AND e.employment_id = p.employment_id
    WHERE p.starts_on <= p.ends_on
), goal AS (
    SELECT p.*, 'names' AS goal, 'restored' AS need, starts_on AS since, ends_on AS until FROM piece p
    WHERE is_well_named IS NOT TRUE
    UNION ALL
    SELECT p.*, 'orders', CASE kind WHEN 'conscript' THEN 'conscript' WHEN 'military' THEN 'restored' ELSE 'orders' END,
        starts_on, ends_on FROM piece p
    WHERE is_altered IS NOT FALSE AND (kind IS NULL OR kind <> 'cooperative')
    UNION ALL
    SELECT p.*, 'certification', CASE kind WHEN 'conscript' THEN 'conscript' ELSE 'restored' END, starts_on, early_end
    FROM piece p
    WHERE certified IS NOT TRUE AND (kind IS NULL OR kind <> 'cooperative') AND starts_on < DATE '1995-01-01'
    UNION ALL
    SELECT p.*, 'conscript', 'conscript', starts_on, early_end FROM piece p
    WHERE kind = 'conscript' AND starts_on < DATE '1995-01-01'
    UNION ALL
    SELECT p.*, 'cooperative', 'cooperative', starts_on, ends_on FROM piece p WHERE is_cooperative_faulty IS NOT FALSE
        AND kind = 'cooperative'
    UNION ALL
    SELECT p.*, 'contribution', 'contribution', greatest(starts_on, DATE '1991-07-01'), early_end FROM piece p
    WHERE (kind IS NULL OR kind <> 'conscript') AND starts_on < DATE '1995-01-01' AND ends_on >= DATE '1991-07-01'
    UNION ALL
    SELECT p.*, 'archive', 'archive', starts_on, ends_on FROM piece p WHERE records_lost IS NOT FALSE
    UNION ALL
    SELECT p.*, 'court', CASE kind WHEN 'conscript' THEN 'conscript' ELSE 'restored' END, starts_on, ends_on FROM piece p
    WHERE records_lost IS NOT FALSE
), undated AS (
    SELECT DISTINCT p.person_id, l.need
    FROM proving_document p
    JOIN law_proving_paper l ON l.paper = p.kind
    WHERE p.covers_from IS NULL OR p.covers_to IS NULL OR p.covers_from > p.covers_to
), proven AS (
    SELECT g.delivered_by, g.employment_id, g.goal, g.since, g.until,
        max(CASE WHEN p.person_id IS NOT NULL OR b.person_id IS NOT NULL THEN 1 WHEN u.person_id IS NULL THEN 0 END)
            AS is_covered,
        max(CASE WHEN b.person_id IS NOT NULL THEN 1 ELSE 0 END) AS is_bought
    FROM goal g
    LEFT JOIN paper_period p
        ON p.person_id = g.person_id AND p.need = g.need AND g.dated_on >= p.known_from AND g.dated_on < p.known_to
        AND p.covers_from <= CASE WHEN g.need = 'conscript' THEN g.until ELSE g.since END
        AND p.covers_to >= CASE WHEN g.need = 'conscript' THEN g.since ELSE g.until END
    LEFT JOIN undated u ON u.person_id = g.person_id AND u.need = g.need
    LEFT JOIN bought_service b
        ON b.person_id = g.person_id AND g.goal = 'contribution' AND b.paid_on IS NOT NULL
        AND b.covers_from <= g.since AND b.covers_to >= g.until
    GROUP BY g.delivered_by, g.employment_id, g.goal, g.since, g.until
), judged AS (
    SELECT delivered_by, employment_id, goal, min(is_bought) = 1 AS is_bought,
        CASE WHEN min(is_covered) = 0 THEN FALSE WHEN count(is_covered) < count(*) THEN NULL ELSE TRUE END AS is_proven
    FROM proven
    GROUP BY delivered_by, employment_id, goal
), entry_goal AS (
    SELECT delivered_by, employment_id,
        max(CASE WHEN goal = 'names' THEN is_proven END) AS names_proven,
        max(CASE WHEN goal = 'orders' THEN is_proven END) AS orders_proven,
        max(CASE WHEN goal = 'certification' THEN is_proven END) AS certification_proven,
        max(CASE WHEN goal = 'conscript' THEN is_proven END) AS conscript_proven,
        max(CASE WHEN goal = 'cooperative' THEN is_proven END) AS cooperative_proven,
        max(CASE WHEN goal = 'contribution' THEN is_proven END) AS contribution_proven,
        max(CASE WHEN goal = 'archive' THEN is_proven END) AS archive_proven,
        max(CASE WHEN goal = 'court' THEN is_proven END) AS court_proven,
        max(CASE WHEN goal = 'conscript' THEN 1 ELSE 0 END) AS is_early_conscript,
        max(CASE WHEN goal = 'certification' THEN 1 ELSE 0 END) AS is_early_uncertified,
        max(CASE WHEN goal = 'contribution' AND NOT is_bought THEN 1 ELSE 0 END) AS is_transitional
    FROM judged
    GROUP BY delivered_by, employment_id
), span AS (
    SELECT delivered_by, employment_id, max(dated_on) AS dated_on, min(counted) AS counted, min(starts_on) AS counted_from,
        max(ends_on) AS counted_to
    FROM counted_piece
    GROUP BY delivered_by, employment_id
)
SELECT
    e.*, s.dated_on, s.counted, s.counted_from, s.counted_to, g.names_proven, g.orders_proven, g.certification_proven,
    g.conscript_proven, g.cooperative_proven, g.contribution_proven, g.archive_proven, g.court_proven,
    coalesce(g.is_early_conscript, 0) AS is_early_conscript,
    coalesce(g.is_early_uncertified, 0) AS is_early_uncertified, coalesce(g.is_transitional, 0) AS is_transitional
FROM entry e
JOIN span s ON s.delivered_by = e.delivered_by AND s.employment_id = e.employment_id
LEFT JOIN entry_goal g ON g.delivered_by = e.delivered_by AND g.employment_id = e.employment_id
