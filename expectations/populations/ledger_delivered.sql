-- title.mn: Шимтгэлийн бүртгэлээ ирүүлсэн хэлтэс
-- title.en: Office that delivered its ledger, and the first month it holds
-- key: office_code
SELECT office_code, covers_from
FROM table_delivered
WHERE table_name = 'contribution'
