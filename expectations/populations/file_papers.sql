-- title.mn: Хувийн хэргийн үндсэн баримт
-- title.en: Basic papers of a pension file
-- key: file_no
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- not_needed: determination_service
WITH paper AS (
    -- papers of benefits are no papers of the file; those received before it was opened have no file number
    SELECT delivered_by, file_no, person_id,
        count(*) FILTER (WHERE kind = 'application') AS applications,
        count(*) FILTER (WHERE kind = 'id_card') AS id_cards,
        count(*) FILTER (WHERE kind = 'si_book') AS si_books,
        count(*) FILTER (WHERE kind = 'labour_book') AS labour_books
    FROM document
    WHERE benefit_id IS NULL AND kind IN ('application', 'id_card', 'si_book', 'labour_book')
    GROUP BY delivered_by, file_no, person_id
), filed AS (
    SELECT delivered_by, file_no, sum(applications) AS applications, sum(id_cards) AS id_cards,
        sum(si_books) AS si_books, sum(labour_books) AS labour_books
    FROM paper WHERE file_no IS NOT NULL GROUP BY delivered_by, file_no
), loose AS (
    SELECT * FROM paper WHERE file_no IS NULL
), line AS (
    -- bought-back months name no employment and have no labour book
    SELECT delivered_by, determination_id, count(*) AS lines,
        count(*) FILTER (WHERE counted_from < DATE '1995-01-01' AND employment_id IS NOT NULL) AS early_lines
    FROM determination_service
    GROUP BY delivered_by, determination_id
), sheet AS (
    SELECT d.delivered_by, d.file_no, sum(l.lines) AS lines, sum(l.early_lines) AS early_lines,
        max(d.service_months_before_1995) AS months_before_1995,
        count(d.service_months_before_1995) AS sheets_with_months
    FROM determination d
    LEFT JOIN line l ON l.delivered_by = d.delivered_by AND l.determination_id = d.determination_id
    WHERE d.kind IN ('initial', 'change')
    GROUP BY d.delivered_by, d.file_no
)
SELECT f.file_no, f.delivered_by, f.person_id, f.pension_type, f.opened_on, f.dated_on,
    coalesce(i.applications, 0) + coalesce(o.applications, 0) AS applications,
    coalesce(i.id_cards, 0) + coalesce(o.id_cards, 0) AS id_cards,
    coalesce(i.si_books, 0) + coalesce(o.si_books, 0) AS si_books,
    coalesce(i.labour_books, 0) + coalesce(o.labour_books, 0) AS labour_books,
    -- listed by the sheet; where it lists nothing, presumed from the months the sheet states
    CASE WHEN d.lines > 0 THEN 'listed' ELSE 'presumed' END AS counted,
    CASE WHEN d.lines > 0 THEN d.early_lines > 0
        WHEN d.file_no IS NULL THEN FALSE
        WHEN d.sheets_with_months = 0 THEN NULL
        ELSE d.months_before_1995 > 0 END AS counts_before_1995
FROM opened_file f
LEFT JOIN filed i ON i.delivered_by = f.delivered_by AND i.file_no = f.file_no
LEFT JOIN loose o ON o.delivered_by = f.delivered_by AND o.person_id = f.person_id
LEFT JOIN sheet d ON d.delivered_by = f.delivered_by AND d.file_no = f.file_no
