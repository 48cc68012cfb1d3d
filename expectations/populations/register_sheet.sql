-- title.mn: НД-1 бүртгэлийн хуудас
-- title.en: Sheet of a register (ND-1)
-- key: register_year, office_code, listed_under, listed_name
-- office: delivered_by
-- law_date: dated_on
-- An entry is open where a signature, the stamp or the inspector's power is not recorded.
WITH sheet AS (
    SELECT g.*, coalesce(g.drawn_up_on, make_date(g.register_year - 1, 12, 31)) AS dated_on
    FROM register g
), entry AS (
    SELECT e.register_year, e.office_code, e.listed_under, e.listed_name, e.delivered_by, e.inspector,
        e.inspector_signed, e.inspector_stamped, s.dated_on
    FROM register_entry e
    JOIN sheet s ON s.delivered_by = e.delivered_by AND s.register_year = e.register_year
        AND s.office_code = e.office_code AND s.listed_under = e.listed_under AND s.listed_name = e.listed_name
), holder AS (
    SELECT
        n.delivered_by, n.inspector, n.dated_on,
        count(*) FILTER (WHERE p.state_inspector) AS certain,
        count(*) FILTER (WHERE p.staff_id IS NOT NULL AND p.state_inspector IS NULL) AS open_postings
    FROM (SELECT DISTINCT delivered_by, inspector, dated_on FROM entry WHERE inspector IS NOT NULL) n
    LEFT JOIN staff p ON p.delivered_by = n.delivered_by AND p.staff_id = n.inspector
        AND coalesce(p.active_from, n.dated_on) <= n.dated_on AND coalesce(p.active_to, n.dated_on) >= n.dated_on
    GROUP BY n.delivered_by, n.inspector, n.dated_on
), judged AS (
    SELECT
        e.delivered_by, e.register_year, e.office_code, e.listed_under, e.listed_name,
        e.inspector IS NOT NULL AND e.inspector_signed AND e.inspector_stamped
        AND CASE WHEN h.certain > 0 THEN TRUE WHEN h.open_postings > 0 THEN NULL ELSE FALSE END AS is_signed
    FROM entry e
    LEFT JOIN holder h ON h.delivered_by = e.delivered_by AND h.inspector = e.inspector AND h.dated_on = e.dated_on
), counted AS (
    SELECT delivered_by, register_year, office_code, listed_under, listed_name, count(*) AS entries,
        count(*) FILTER (WHERE NOT is_signed) AS unsigned_entries,
        count(*) FILTER (WHERE is_signed IS NULL) AS open_entries
    FROM judged
    GROUP BY delivered_by, register_year, office_code, listed_under, listed_name
)
SELECT
    s.register_year, s.office_code, s.listed_under, s.listed_name, s.delivered_by, s.drawn_up_on, s.dated_on,
    s.copies, s.office_head_signed, s.section_head_signed, coalesce(c.entries, 0) AS entries,
    coalesce(c.unsigned_entries, 0) AS unsigned_entries, coalesce(c.open_entries, 0) AS open_entries
FROM sheet s
LEFT JOIN counted c ON c.delivered_by = s.delivered_by AND c.register_year = s.register_year
    AND c.office_code = s.office_code AND c.listed_under = s.listed_under AND c.listed_name = s.listed_name
