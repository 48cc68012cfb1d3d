-- title.mn: Сар нь эх сурвалжаар өөр тоологдох даатгуулагч
-- title.en: Person whose months count differently by reading, or for more than one
-- key: person_id
-- person: person_id
-- materialise: true
SELECT DISTINCT person_id FROM service_month WHERE credited > 0 OR known_on IS NULL
