-- title.mn: Тэтгэврийн тогтоолт, түүний өдөр ба НД-17-ын цонх
-- title.en: Determination, its day and whether it sets a window of wages
-- key: determination_id
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
WITH windowed AS (
    SELECT delivered_by, determination_id, window_from, window_months,
        lag(window_from) OVER (PARTITION BY delivered_by, file_no ORDER BY effective_from, entered_at,
            determination_id) AS earlier_from,
        lag(window_months) OVER (PARTITION BY delivered_by, file_no ORDER BY effective_from, entered_at,
            determination_id) AS earlier_months
    FROM determination
    WHERE kind IN ('initial', 'change') AND window_from IS NOT NULL
)
SELECT d.determination_id, d.delivered_by, d.person_id, d.file_no, d.kind, d.method, d.effective_from, d.window_from,
    d.window_months, d.nd17_attached,
    CASE WHEN d.kind = 'initial' THEN TRUE
        WHEN d.kind <> 'change' OR d.window_from IS NULL THEN FALSE
        ELSE w.earlier_from <> w.window_from OR w.earlier_months <> w.window_months END AS sets_window,
    coalesce(d.effective_from, CAST(d.entered_at AS DATE), a.as_of) AS dated_on
FROM determination d
JOIN as_of a ON a.office_code = d.delivered_by
LEFT JOIN windowed w ON w.delivered_by = d.delivered_by AND w.determination_id = d.determination_id
