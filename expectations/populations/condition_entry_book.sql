-- title.mn: Онцгой нөхцөлд тооцсон ажил, хоёр дэвтэр дэх мэргэжил
-- title.en: Employment counted under a work condition, its occupation in both books
-- key: file_no, employment_id
-- office: delivered_by
-- person: person_id
-- law_date: effective_from
-- not_needed: determination_service
-- Whole months from 1995 on that the social insurance book holds from the same employer; that a month has no entry is
-- said of the book itself.
WITH concerned AS (
    SELECT DISTINCT person_id, employer_no FROM condition_piece WHERE ends_on >= DATE '1995-01-01'
), entry AS (
    SELECT b.person_id, b.employer_no, b.period, b.occupation,
        translate(upper(replace(replace(b.occupation, ' ', ''), '-', '')), 'ABEHKMOPCTXY', 'АВЕНКМОРСТХУ') AS written_key
    FROM book_entry b
    JOIN concerned c ON c.person_id = b.person_id AND c.employer_no = b.employer_no
    WHERE b.period >= DATE '1995-01-01'
), known AS (
    SELECT e.person_id, e.employer_no, e.period, e.occupation, coalesce(a.listed_key, e.written_key) AS occupation_key
    FROM entry e
    LEFT JOIN occupation_known a ON a.written_key = e.written_key
), compared AS (
    SELECT p.delivered_by, p.file_no, p.employment_id, k.period, k.occupation,
        k.occupation_key = p.occupation_key AS agrees
    FROM condition_piece p
    JOIN known k ON k.person_id = p.person_id AND k.employer_no = p.employer_no
    WHERE k.period >= p.starts_on AND CAST(add_months(k.period, 1) - INTERVAL 1 DAY AS DATE) <= p.ends_on
), counted AS (
    SELECT delivered_by, file_no, employment_id, count(DISTINCT period) AS months_compared,
        count(DISTINCT CASE WHEN NOT agrees THEN period END) AS months_other,
        count(DISTINCT CASE WHEN agrees IS NULL THEN period END) AS months_open,
        min(CASE WHEN NOT agrees THEN occupation END) AS occupation_in_book
    FROM compared
    GROUP BY delivered_by, file_no, employment_id
)
SELECT
    p.file_no, p.employment_id, p.delivered_by, min(p.person_id) AS person_id, min(p.effective_from) AS effective_from,
    min(p.occupation) AS occupation, min(c.occupation_in_book) AS occupation_in_book, min(p.starts_on) AS counted_from,
    max(p.ends_on) AS counted_to, min(p.counted) AS counted, coalesce(min(c.months_compared), 0) AS months_compared,
    coalesce(min(c.months_other), 0) AS months_other, coalesce(min(c.months_open), 0) AS months_open
FROM condition_piece p
LEFT JOIN counted c ON c.delivered_by = p.delivered_by AND c.file_no = p.file_no AND c.employment_id = p.employment_id
WHERE p.ends_on >= DATE '1995-01-01'
GROUP BY p.delivered_by, p.file_no, p.employment_id
