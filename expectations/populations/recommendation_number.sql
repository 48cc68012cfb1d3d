-- title.mn: Зөвлөмжийн хуудасны дугаар
-- title.en: Number of recommendation sheets
-- key: office_code, sheet_year, sheet_no
-- office: delivered_by
-- law_date: dated_on
SELECT office_code, sheet_year, sheet_no, delivered_by, count(*) AS sheets,
    max(dated_on) AS dated_on
FROM recommendation_sheet
GROUP BY office_code, sheet_year, sheet_no, delivered_by
