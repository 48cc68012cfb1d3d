-- title.mn: Олгогдож буй тэтгэвэр
-- title.en: Running pension
-- key: file_no, pension_type, person_id
-- office: delivered_by
-- person: person_id
-- law_date: effective_from
-- Of two pensions of one person the one that took effect later is asked about.
WITH open_book AS (
    -- a moved book is open in the office it moved to
    SELECT b.file_no, b.person_id, min(b.delivered_by) AS delivered_by
    FROM (SELECT coalesce(file_no, book_no) AS file_no, person_id, delivered_by, closed_on, closed_reason
        FROM pension_book) b
    JOIN as_of a ON a.office_code = b.delivered_by
    WHERE b.person_id IS NOT NULL AND ((b.closed_on IS NULL AND b.closed_reason IS NULL) OR b.closed_on > a.as_of)
    GROUP BY b.file_no, b.person_id
), file AS (
    SELECT file_no, person_id, min(pension_type) AS pension_type FROM pension_file GROUP BY file_no, person_id
), started AS (
    SELECT file_no, person_id, min(effective_from) AS effective_from FROM determination GROUP BY file_no, person_id
), dead AS (
    SELECT DISTINCT person_id FROM person WHERE deceased_on IS NOT NULL
), running AS (
    SELECT b.file_no, b.person_id, b.delivered_by, f.pension_type, s.effective_from
    FROM open_book b
    JOIN file f ON f.file_no = b.file_no AND f.person_id = b.person_id
    JOIN started s ON s.file_no = b.file_no AND s.person_id = b.person_id
    LEFT JOIN dead d ON d.person_id = b.person_id
    WHERE d.person_id IS NULL
), earlier AS (
    SELECT r.file_no, r.person_id, count(*) FILTER (WHERE o.pension_type = r.pension_type) AS same_type,
        count(*) FILTER (WHERE o.pension_type <> r.pension_type) AS other_type,
        count(*) FILTER (WHERE o.pension_type IS NULL OR r.pension_type IS NULL) AS untyped,
        count(*) FILTER (WHERE w.first_type IS NOT NULL) AS lawful_pairs,
        min(o.file_no) AS other_file, min(o.pension_type) AS other_pension_type
    FROM running r
    JOIN running o ON o.person_id = r.person_id AND o.file_no <> r.file_no
        AND (o.effective_from < r.effective_from
            OR (o.effective_from = r.effective_from AND o.file_no < r.file_no))
    LEFT JOIN law_lawful_pairs w ON w.valid_from <= r.effective_from AND r.effective_from < w.valid_to
        AND ((w.first_type = o.pension_type AND w.second_type = r.pension_type)
            OR (w.first_type = r.pension_type AND w.second_type = o.pension_type))
    GROUP BY r.file_no, r.person_id
), in_force AS (
    SELECT DISTINCT valid_from, valid_to FROM law_lawful_pairs
)
SELECT r.file_no, r.person_id, r.delivered_by, r.pension_type, r.effective_from, coalesce(e.same_type, 0) AS same_type,
    coalesce(e.other_type, 0) AS other_type, coalesce(e.untyped, 0) AS untyped, e.other_file, e.other_pension_type,
    coalesce(e.lawful_pairs, 0) AS lawful_pairs, CASE WHEN f.valid_from IS NOT NULL OR e.untyped > 0 THEN TRUE END AS pairs_known
FROM running r
LEFT JOIN earlier e ON e.file_no = r.file_no AND e.person_id = r.person_id
LEFT JOIN in_force f ON f.valid_from <= r.effective_from AND r.effective_from < f.valid_to
