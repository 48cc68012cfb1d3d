-- title.mn: Бүртгэлийг нь ирүүлээгүй хугацаа
-- title.en: Time whose ledger nobody delivered
-- key: person_id, starts_on, ends_before
-- person: person_id
-- Of persons with a pension: months worked for an employer whose office never delivered them, and
-- months before the first the own office delivered.
WITH concerned AS (
    SELECT person_id, max(effective_from) AS effective_from, min(delivered_by) AS office_code
    FROM determination
    WHERE kind IN ('initial', 'change') AND effective_from IS NOT NULL AND person_id IS NOT NULL
    GROUP BY person_id
), job AS (
    SELECT
        c.person_id, greatest(month_of(e.hired_on), DATE '1995-01-01') AS starts_on,
        coalesce(e.released_on, c.effective_from) AS ends_on, o.covers_from
    FROM concerned c
    JOIN employment e ON e.person_id = c.person_id AND e.hired_on IS NOT NULL
    LEFT JOIN known_employer k ON k.employer_no = e.employer_no
    LEFT JOIN ledger_delivered o
        ON o.office_code = CASE WHEN e.employer_no IS NULL THEN e.delivered_by ELSE k.office_code END
    WHERE e.kind <> 'study'
)
SELECT DISTINCT person_id, starts_on,
    CASE WHEN covers_from <= ends_on THEN covers_from ELSE add_months(month_of(ends_on), 1) END AS ends_before
FROM job
WHERE starts_on <= ends_on AND (covers_from IS NULL OR covers_from > starts_on)
UNION
SELECT c.person_id, DATE '1995-01-01', o.covers_from
FROM concerned c
JOIN ledger_delivered o ON o.office_code = c.office_code
WHERE o.covers_from > DATE '1995-01-01'
