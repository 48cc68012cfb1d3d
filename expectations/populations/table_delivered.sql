-- title.mn: Хэлтсийн ирүүлсэн хүснэгт, түүний эхний сар
-- title.en: Table an office delivered, and the first month it holds
-- key: office_code, table_name
-- An office that only ever sent single months has delivered nothing before the first of them.
SELECT
    f.office_code, f.table_name,
    min(CASE WHEN f.mode = 'period' THEN b.period ELSE DATE '1900-01-01' END) AS covers_from
FROM delivered_file f
JOIN batch b ON b.batch_id = f.batch_id
GROUP BY f.office_code, f.table_name
