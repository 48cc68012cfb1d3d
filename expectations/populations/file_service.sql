-- title.mn: Хувийн хэргээр 1995 оноос өмнө, хойш тооцсон хугацаа
-- title.en: Whether a file counts service before 1995, and from 1995 on
-- key: file_no
-- office: delivered_by
-- not_needed: determination_service
-- Listed by the sheet; where it lists nothing, presumed from the months the sheet states. Bought-back months name no
-- employment and have no labour book.
WITH line AS (
    SELECT delivered_by, determination_id, count(*) AS lines,
        count(*) FILTER (WHERE counted_from < DATE '1995-01-01' AND employment_id IS NOT NULL) AS early_lines,
        count(*) FILTER (WHERE counted_to >= DATE '1995-01-01' AND employment_id IS NOT NULL) AS late_lines
    FROM determination_service
    GROUP BY delivered_by, determination_id
), sheet AS (
    SELECT d.delivered_by, d.file_no, sum(l.lines) AS lines, sum(l.early_lines) AS early_lines,
        sum(l.late_lines) AS late_lines,
        max(d.service_months_before_1995) AS months_before_1995,
        max(d.service_months_after_1995) AS months_from_1995
    FROM determination d
    LEFT JOIN line l ON l.delivered_by = d.delivered_by AND l.determination_id = d.determination_id
    WHERE d.kind IN ('initial', 'change')
    GROUP BY d.delivered_by, d.file_no
)
SELECT delivered_by, file_no,
    CASE WHEN lines > 0 THEN 'listed' ELSE 'presumed' END AS counted,
    CASE WHEN lines > 0 THEN early_lines > 0 ELSE months_before_1995 > 0 END AS counts_before_1995,
    CASE WHEN lines > 0 THEN late_lines > 0 ELSE months_from_1995 > 0 END AS counts_from_1995
FROM sheet
