-- title.mn: Шимтгэлийн бүртгэлээ ирүүлсэн хэлтэс
-- title.en: Office that delivered its ledger, and the first month it holds
-- key: office_code
-- An office that only ever sent single months has delivered nothing before the first of them.
SELECT
    f.office_code,
    min(CASE WHEN f.mode = 'period' THEN b.period ELSE DATE '1900-01-01' END) AS covers_from
FROM delivered_file f
JOIN batch b ON b.batch_id = f.batch_id
WHERE f.table_name = 'contribution'
GROUP BY f.office_code
