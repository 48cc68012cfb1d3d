-- title.mn: НД-1 бүртгэлийн мөр ба бүрдүүлсэн баримт
-- title.en: Entry of a register (ND-1) and the papers received
-- key: register_year, office_code, listed_under, listed_name, person_id
-- office: delivered_by
-- person: person_id
-- law_date: year_begins
-- not_needed: bought_service, pension_file
-- The matrix of the law (asked_paper) laid over the case the entry states: service before 1995 in column 9, wages chosen,
-- the mother's condition its day rests on. Archive papers, court decisions and military cards show in the months proven
-- by what was received by the day drawn up. is_complete is NULL where what decides it is not recorded.
WITH entry AS (
    SELECT DISTINCT
        e.register_year, e.office_code, e.listed_under, e.listed_name, e.person_id, e.delivered_by, e.papers,
        e.missing_papers, e.children, e.window_from, e.service_months_before_1995 AS months_before, g.drawn_up_on,
        r.computed_condition, r.sex_on_card = 'M' OR e.children < param('mother_children_least', g.drawn_up_on)
            AS is_no_mother, CAST(e.register_year || '-01-01' AS DATE) AS year_begins
    FROM register_entry e
    LEFT JOIN register g
        ON g.delivered_by = e.delivered_by AND g.register_year = e.register_year AND g.office_code = e.office_code
        AND g.listed_under = e.listed_under AND g.listed_name = e.listed_name
    LEFT JOIN register_entry_right r
        ON r.delivered_by = e.delivered_by AND r.register_year = e.register_year AND r.office_code = e.office_code
        AND r.listed_under = e.listed_under AND r.listed_name = e.listed_name AND r.person_id = e.person_id
), person_day AS (
    SELECT DISTINCT delivered_by, person_id, drawn_up_on FROM entry WHERE drawn_up_on IS NOT NULL
), held AS (
    SELECT
        p.delivered_by, p.person_id, p.drawn_up_on, d.kind,
        count(*) FILTER (WHERE d.received_on IS NULL) AS undated,
        count(DISTINCT CASE WHEN d.received_on <= p.drawn_up_on
            THEN coalesce(d.child_id, d.number, d.document_id) END) AS received
    FROM person_day p
    JOIN document d ON d.delivered_by = p.delivered_by AND d.person_id = p.person_id
    JOIN (SELECT DISTINCT paper FROM law_asked_paper) l ON l.paper = d.kind
    WHERE d.benefit_id IS NULL
    GROUP BY p.delivered_by, p.person_id, p.drawn_up_on, d.kind
), asked AS (
    SELECT
        e.delivered_by, e.register_year, e.office_code, e.listed_under, e.listed_name, e.person_id, e.drawn_up_on, m.paper,
        CASE m.circumstance WHEN 'child' THEN e.children ELSE 1 END AS wanted,
        CASE m.circumstance
            WHEN 'before_1995' THEN e.months_before > 0
            WHEN 'early_wages' THEN e.window_from < DATE '1995-01-01'
            WHEN 'child' THEN CASE WHEN e.is_no_mother THEN FALSE WHEN e.computed_condition IS NULL THEN NULL
                ELSE e.computed_condition = m.condition END
            ELSE TRUE END AS is_asked
    FROM entry e
    JOIN law_asked_paper m ON e.drawn_up_on >= m.valid_from AND e.drawn_up_on < m.valid_to
    WHERE (m.pension_type IS NULL OR m.pension_type = 'old_age') AND m.regime IS NULL AND m.cause IS NULL
        AND (m.circumstance IS NULL AND m.condition IS NULL OR m.circumstance IN ('before_1995', 'early_wages', 'child'))
), judged AS (
    SELECT
        a.*, CASE WHEN a.wanted IS NULL THEN NULL
            WHEN coalesce(h.received, 0) >= a.wanted THEN TRUE
            WHEN coalesce(h.received, 0) + coalesce(h.undated, 0) >= a.wanted THEN NULL
            ELSE FALSE END AS is_held
    FROM asked a
    LEFT JOIN held h ON h.delivered_by = a.delivered_by AND h.person_id = a.person_id
        AND h.drawn_up_on = a.drawn_up_on AND h.kind = a.paper
    WHERE a.is_asked IS NOT FALSE
), counted AS (
    SELECT
        delivered_by, register_year, office_code, listed_under, listed_name, person_id,
        string_agg(CASE WHEN is_asked AND NOT is_held THEN paper END, ', ' ORDER BY paper) AS papers_lacking,
        count(*) FILTER (WHERE is_asked AND NOT is_held) AS lacking,
        count(*) FILTER (WHERE is_held IS NULL OR is_asked IS NULL AND NOT is_held) AS open_papers
    FROM judged
    GROUP BY delivered_by, register_year, office_code, listed_under, listed_name, person_id
), proven AS (
    SELECT person_id, asked_on, max(CASE WHEN reading = 'proven' THEN months END) AS months_proven,
        max(CASE WHEN reading = 'claimed' THEN months END) AS months_claimed
    FROM service_before
    WHERE work = 'all'
    GROUP BY person_id, asked_on
)
SELECT
    e.register_year, e.office_code, e.listed_under, e.listed_name, e.person_id, e.delivered_by, e.year_begins,
    e.drawn_up_on, e.papers, e.missing_papers, c.papers_lacking, e.months_before,
    coalesce(p.months_proven, 0) AS months_proven, coalesce(p.months_claimed, 0) AS months_claimed,
    CASE
        WHEN e.drawn_up_on IS NULL THEN NULL
        WHEN c.lacking > 0 OR e.months_before > coalesce(p.months_proven, 0) + threshold('service_tolerance_months')
            THEN FALSE
        WHEN c.open_papers > 0 OR e.months_before IS NULL THEN NULL
        ELSE TRUE
    END AS is_complete
FROM entry e
LEFT JOIN counted c ON c.delivered_by = e.delivered_by AND c.register_year = e.register_year
    AND c.office_code = e.office_code AND c.listed_under = e.listed_under AND c.listed_name = e.listed_name
    AND c.person_id = e.person_id
LEFT JOIN proven p ON p.person_id = e.person_id AND p.asked_on = e.drawn_up_on
