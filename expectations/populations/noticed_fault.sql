-- title.mn: Программын доголдол
-- title.en: Fault of the software
-- key: fault_id
-- office: delivered_by
-- law_date: noticed_on
SELECT f.fault_id, f.delivered_by, f.noticed_at, f.passed_on_at, f.returned_at, a.as_of,
    CAST(f.noticed_at AS DATE) AS noticed_on,
    days_between(CAST(f.noticed_at AS DATE), coalesce(CAST(f.passed_on_at AS DATE), a.as_of)) AS days_taken
FROM fault f
JOIN as_of a ON a.office_code = f.delivered_by
