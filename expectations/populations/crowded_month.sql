-- title.mn: Хэд хэдэн олголттой сар
-- title.en: Month of a person with more than one payment
-- key: person_id, period
-- person: person_id
-- period: period
-- materialise: true
-- in_parts: true
SELECT person_id, period
FROM covered_month
GROUP BY person_id, period
HAVING count(*) > 1
