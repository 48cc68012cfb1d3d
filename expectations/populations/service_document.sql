-- title.mn: Архивын лавлагаа, шүүхийн шийдвэр
-- title.en: Archive reference or court decision
-- key: document_id
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- not_needed: bought_service, pension_file
-- The service claimed: from the first to the last day of what the labour book (and what was bought back) holds of the
-- one whose service it is; a break inside may be spanned, but some of that service must lie inside the paper's period.
WITH paper AS (
    SELECT d.*, coalesce(f.dated_on, d.received_on, d.issued_on, a.as_of) AS dated_on
    FROM document d
    JOIN as_of a ON a.office_code = d.delivered_by
    JOIN (SELECT DISTINCT delivered_by, document_id FROM proving_document) p
        ON p.delivered_by = d.delivered_by AND p.document_id = d.document_id
    JOIN (SELECT DISTINCT paper FROM law_proving_paper WHERE need IN ('restored', 'contribution')) l
        ON l.paper = d.kind
    LEFT JOIN opened_file f ON f.delivered_by = d.delivered_by AND f.file_no = d.file_no
), claimed AS (
    SELECT e.person_id, e.hired_on AS since, coalesce(e.released_on, a.as_of) AS until
    FROM employment e
    JOIN as_of a ON a.office_code = e.delivered_by
    JOIN (SELECT DISTINCT person_id FROM proving_document) p ON p.person_id = e.person_id
    WHERE e.hired_on IS NOT NULL
    UNION ALL
    SELECT person_id, covers_from, covers_to FROM bought_service WHERE covers_from IS NOT NULL AND covers_to IS NOT NULL
), whole AS (
    SELECT person_id, min(since) AS claimed_from, max(until) AS claimed_to FROM claimed GROUP BY person_id
), matched AS (
    SELECT p.delivered_by, p.document_id, p.covers_from, p.covers_to, w.claimed_from, w.claimed_to,
        max(CASE WHEN c.since <= p.covers_to AND c.until >= p.covers_from THEN 1 ELSE 0 END) AS touches
    FROM proving_document p
    JOIN whole w ON w.person_id = p.person_id
    JOIN claimed c ON c.person_id = p.person_id
    GROUP BY p.delivered_by, p.document_id, p.covers_from, p.covers_to, w.claimed_from, w.claimed_to
), judged AS (
    SELECT delivered_by, document_id, min(claimed_from) AS claimed_from, max(claimed_to) AS claimed_to,
        max(CASE WHEN touches = 1 AND covers_from >= claimed_from AND covers_to <= claimed_to THEN 1 ELSE 0 END)
            AS is_inside
    FROM matched
    GROUP BY delivered_by, document_id
)
SELECT
    p.document_id, p.delivered_by, p.person_id, p.file_no, p.kind, p.issued_by, p.number, p.issued_on, p.covers_from,
    p.covers_to, p.dated_on, j.claimed_from, j.claimed_to,
    coalesce(trim(p.issued_by), '') <> '' AND coalesce(trim(p.number), '') <> '' AND p.issued_on IS NOT NULL
        AND p.covers_from IS NOT NULL AND p.covers_to IS NOT NULL AND p.covers_from <= p.covers_to AS is_complete,
    j.is_inside = 1 AS is_inside
FROM paper p
LEFT JOIN judged j ON j.delivered_by = p.delivered_by AND j.document_id = p.document_id
