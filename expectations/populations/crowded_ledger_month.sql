-- title.mn: Шимтгэл олон мөрөөр бүртгэгдсэн сар
-- title.en: Month in which the ledger holds several rows of a person
-- key: person_id, period
-- person: person_id
-- period: period
-- materialise: true
-- in_parts: true
-- Few months are crowded (second jobs, corrections, doubles). A person's year holds one exactly where a month stands in
-- it twice: one bit a month, the sum of the bits exceeds what they make together. Only such years are grouped by month.
WITH crowded_year AS (
    SELECT person_id, year(period) AS in_year
    FROM contribution
    WHERE person_id IS NOT NULL AND period IS NOT NULL
    GROUP BY person_id, year(period)
    HAVING sum(1 << month(period)) > bit_or(1 << month(period))
)
SELECT c.person_id, c.period
FROM contribution c
JOIN crowded_year y ON y.person_id = c.person_id AND y.in_year = year(c.period)
GROUP BY c.person_id, c.period
HAVING count(*) > 1
