-- title.mn: Дэвтэр, шимтгэлийн бүртгэл хоёр зөрсөн сар
-- title.en: Month in which book and ledger differ
-- key: person_id, employer_key, period
-- person: person_id
-- period: period
-- materialise: true
-- in_parts: true
-- Nearly every month of a book stands in the ledger as one row of the same amounts: only the others are kept, whichever
-- side they stand on. Book and ledger meet here once for all that ask.
WITH book AS (
    SELECT person_id, min(period) AS first_period, max(period) AS last_period
    FROM book_entry
    GROUP BY person_id
), ledger AS (
    SELECT l.person_id, l.employer_key, l.period, l.row_count, l.wage, l.contribution, l.is_live
    FROM ledger_month l
    JOIN book b ON b.person_id = l.person_id
    WHERE l.period >= b.first_period AND l.period <= b.last_period
), entry AS (
    SELECT person_id, coalesce(employer_no, '') AS employer_key, period, wage, contribution FROM book_entry
)
SELECT DISTINCT
    coalesce(l.person_id, e.person_id) AS person_id, coalesce(l.employer_key, e.employer_key) AS employer_key,
    coalesce(l.period, e.period) AS period, l.row_count, l.wage, l.contribution, l.is_live,
    e.employer_key IS NOT NULL AS is_written
FROM ledger l
FULL JOIN entry e ON e.person_id = l.person_id AND e.employer_key = l.employer_key AND e.period = l.period
WHERE (l.row_count = 1 AND l.wage = e.wage AND l.contribution = e.contribution) IS NOT TRUE
