-- title.mn: Иргэн (улсын хэмжээнд нэг)
-- title.en: Insured person, once in the country
-- key: person_id
-- person: person_id
-- materialise: true
-- Offices that know one person may differ: a birth date stands here only where all agree, a death with both days.
SELECT
    person_id,
    CASE WHEN min(birth_date) = max(birth_date) THEN min(birth_date) END AS birth_date,
    min(deceased_on) AS first_death,
    max(deceased_on) AS last_death
FROM person
WHERE person_id IS NOT NULL
GROUP BY person_id
