-- title.mn: Дэвтрийн эхний ба сүүлийн бичилтийн хоорондох шимтгэлийн сар
-- title.en: Ledger month between a person's first and last book entry
-- key: person_id, employer_no, period
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: period
WITH book AS (
    SELECT person_id, min(period) AS first_period, max(period) AS last_period
    FROM book_entry
    GROUP BY person_id
), unwritten AS (
    SELECT person_id, employer_key, period FROM book_difference WHERE is_live AND NOT is_written
)
SELECT
    l.person_id, l.employer_no, l.period, l.delivered_by, l.wage, l.contribution, b.first_period, b.last_period,
    u.person_id IS NULL AS is_written
FROM ledger_month l
JOIN book b ON b.person_id = l.person_id
LEFT JOIN unwritten u
    ON u.person_id = l.person_id AND u.employer_key = l.employer_key AND u.period = l.period
WHERE l.is_live AND l.period >= b.first_period AND l.period <= b.last_period
