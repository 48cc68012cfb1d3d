SELECT person_id, period
FROM contribution
WHERE person_id IS NOT NULL AND period IS NOT NULL
GROUP BY ALL
HAVING count(*) > 1
