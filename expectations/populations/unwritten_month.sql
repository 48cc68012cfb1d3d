-- title.mn: Дэвтэрт бичигдээгүй шимтгэлийн сар
-- title.en: Ledger month that no book holds
-- key: person_id, employer_key, period
-- person: person_id
-- period: period
-- materialise: true
SELECT l.person_id, l.employer_key, l.period
FROM ledger_month l
LEFT JOIN book_entry e
    ON e.person_id = l.person_id AND e.period = l.period AND coalesce(e.employer_no, '') = l.employer_key
WHERE l.is_live AND e.person_id IS NULL
