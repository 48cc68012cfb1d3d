-- title.mn: Дэвтрийн хугацаанд байгаа ч дэвтэрт бичигдээгүй шимтгэлийн сар
-- title.en: Ledger month between a person's first and last book entry that no book holds
-- key: person_id, employer_key, period
-- person: person_id
-- period: period
-- materialise: true
-- A table of its own, nearly empty: joined in place, its size would be guessed and the whole ledger held in memory.
WITH book AS (
    SELECT person_id, min(period) AS first_period, max(period) AS last_period
    FROM book_entry
    GROUP BY person_id
)
SELECT l.person_id, l.employer_key, l.period
FROM ledger_month l
JOIN book b ON b.person_id = l.person_id
LEFT JOIN book_entry e
    ON e.person_id = l.person_id AND e.period = l.period AND coalesce(e.employer_no, '') = l.employer_key
WHERE l.is_live AND l.period >= b.first_period AND l.period <= b.last_period AND e.person_id IS NULL
