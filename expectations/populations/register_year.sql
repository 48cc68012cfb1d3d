-- title.mn: Бүртгэлийн (НД-1) жил, хэлтэс бүрээр
-- title.en: Year of a register (ND-1), by office
-- key: office_code, register_year
-- office: office_code
-- law_date: year_begins
-- Order 163 of 2010 makes the first register that of 2011; the register of a year is due by the eve of that year, with
-- what is known then.
SELECT a.office_code, CAST(EXTRACT(YEAR FROM y.period) AS BIGINT) AS register_year, y.period AS year_begins,
    CAST(y.period - INTERVAL 1 DAY AS DATE) AS asked_on
FROM as_of a
JOIN calendar_month y
    ON EXTRACT(MONTH FROM y.period) = 1 AND y.period >= DATE '2011-01-01' AND y.period <= a.as_of
