-- the months of everyone with a book, grouped, beside the book
WITH book AS (
    SELECT person_id, min(period) AS first_period, max(period) AS last_period FROM book_entry GROUP BY ALL
), ledger AS (
    SELECT c.person_id, coalesce(c.employer_no, '') AS employer_key, c.period, count(*) AS row_count,
        CASE WHEN count(c.wage) = count(*) THEN sum(c.wage) END AS wage,
        CASE WHEN count(c.employer_amount + c.insured_amount) = count(*)
            THEN sum(c.employer_amount + c.insured_amount) END AS contribution,
        NOT (min(coalesce(c.wage, 0) + coalesce(c.employer_amount, 0) + coalesce(c.insured_amount, 0)) < 0
            AND sum(coalesce(c.wage, 0)) = 0
            AND sum(coalesce(c.employer_amount, 0) + coalesce(c.insured_amount, 0)) = 0) AS is_live
    FROM contribution c
    JOIN book b ON b.person_id = c.person_id AND c.period BETWEEN b.first_period AND b.last_period
    GROUP BY ALL
), entry AS (
    SELECT person_id, coalesce(employer_no, '') AS employer_key, period, wage, contribution FROM book_entry
)
SELECT DISTINCT coalesce(l.person_id, e.person_id) AS person_id, coalesce(l.employer_key, e.employer_key) AS employer_key,
    coalesce(l.period, e.period) AS period, l.row_count, l.wage, l.contribution, l.is_live,
    e.employer_key IS NOT NULL AS is_written
FROM ledger l
FULL JOIN entry e ON e.person_id = l.person_id AND e.employer_key = l.employer_key AND e.period = l.period
WHERE (l.row_count = 1 AND l.wage = e.wage AND l.contribution = e.contribution) IS NOT TRUE
