-- title.mn: Тэтгэврийн тогтоолт, түүний хувийн хэрэг ба НД-17
-- title.en: Determination, its file and its НД-17
-- key: determination_id
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
WITH file_anywhere AS (
    SELECT DISTINCT file_no FROM pension_file WHERE file_no IS NOT NULL
), listed AS (
    SELECT d.delivered_by, d.determination_id, count(DISTINCT w.period) AS months_listed
    FROM determination d
    JOIN determination_wage w ON w.delivered_by = d.delivered_by AND w.determination_id = d.determination_id
        AND w.period >= d.window_from AND w.period < add_months(d.window_from, d.window_months)
    GROUP BY d.delivered_by, d.determination_id
)
SELECT d.determination_id, d.delivered_by, d.person_id, d.file_no, f.file_no IS NOT NULL AS has_file, d.kind,
    d.method, d.effective_from, d.window_from, d.window_months, d.nd17_attached,
    coalesce(l.months_listed, 0) AS months_listed, d.sets_window, d.dated_on
FROM dated_determination d
LEFT JOIN file_anywhere f ON f.file_no = d.file_no
LEFT JOIN listed l ON l.delivered_by = d.delivered_by AND l.determination_id = d.determination_id
