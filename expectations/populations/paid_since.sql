-- title.mn: Анх тогтоосон буюу хугацаа өөрчилсөн тогтоолтоор олгосон сар
-- title.en: Months paid on an initial determination or a change of window
-- key: determination_id
-- office: delivered_by
-- materialise: true
-- Until the next one of the file: rises in between carry a wrong amount on.
WITH placed AS (
    SELECT a.delivered_by, a.file_no, a.determination_id, a.months_paid, w.determination_id IS NOT NULL AS sets_window,
        sum(CASE WHEN w.determination_id IS NULL THEN 0 ELSE 1 END) OVER (
            PARTITION BY a.delivered_by, a.file_no
            ORDER BY a.effective_from, CASE WHEN w.determination_id IS NULL THEN 1 ELSE 0 END, a.determination_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS sheet_no
    FROM old_age_amount a
    LEFT JOIN window_asked w ON w.delivered_by = a.delivered_by AND w.determination_id = a.determination_id
)
SELECT delivered_by, max(CASE WHEN sets_window THEN determination_id END) AS determination_id,
    sum(months_paid) AS months_paid
FROM placed
WHERE sheet_no > 0
GROUP BY delivered_by, file_no, sheet_no
