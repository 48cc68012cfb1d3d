-- title.mn: Баримт бүрдүүлэх тэтгэврийн хувийн хэрэг
-- title.en: Pension file and the papers one rule asks of it
-- key: file_no
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- materialise: true
-- not_needed: determination_service
SELECT
    file_no, delivered_by, person_id, regime, pension_type, cause, opened_on, dated_on, counted, counts_before_1995,
    counts_from_1995, asked_by, count(*) AS papers_asked,
    string_agg(CASE WHEN is_held IS NOT TRUE THEN paper END, ', ' ORDER BY paper) AS papers_lacking,
    CASE WHEN max(CASE WHEN is_asked AND NOT is_held THEN 1 ELSE 0 END) = 1 THEN FALSE
        WHEN max(CASE WHEN is_held THEN 0 ELSE 1 END) = 1 THEN NULL
        ELSE TRUE END AS is_complete
FROM file_paper
GROUP BY file_no, delivered_by, person_id, regime, pension_type, cause, opened_on, dated_on, counted,
    counts_before_1995, counts_from_1995, asked_by
