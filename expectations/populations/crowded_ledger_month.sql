-- title.mn: Шимтгэл олон мөрөөр бүртгэгдсэн сар
-- title.en: Month in which the ledger holds several rows of a person
-- key: person_id, period
-- person: person_id
-- period: period
-- materialise: true
-- in_parts: true
-- Few months are crowded (second jobs, corrections, doubles): only they need grouping, every other row stands alone.
SELECT DISTINCT person_id, period
FROM (
    SELECT
        person_id, period,
        lag(period) OVER (PARTITION BY person_id ORDER BY period) AS earlier_period
    FROM contribution
    WHERE person_id IS NOT NULL AND period IS NOT NULL
) ordered
WHERE earlier_period = period
