-- title.mn: Ижил нэр, төрсөн огноотой байж болох хүн
-- title.en: Person who may have a second register number
-- key: person_id
-- office: delivered_by
-- person: person_id
-- Names are compared without case, spaces, hyphens, Latin look-alikes and order; ү and у, ө and о count as equal.
WITH spelt AS (
    SELECT
        person_id, delivered_by, register_no, birth_date, surname, given_name,
        translate(upper(replace(replace(surname, ' ', ''), '-', '')), 'ABEHKMOPCTXYҮӨ', 'АВЕНКМОРСТХУУО') AS one,
        translate(upper(replace(replace(given_name, ' ', ''), '-', '')), 'ABEHKMOPCTXYҮӨ', 'АВЕНКМОРСТХУУО') AS other
    FROM person
), named AS (
    SELECT
        person_id, delivered_by, register_no, birth_date, surname, given_name,
        CASE WHEN one <= other THEN one || ' ' || other ELSE other || ' ' || one END AS names
    FROM spelt
), identity AS (
    SELECT DISTINCT names, birth_date, person_id, register_no
    FROM named
    WHERE names IS NOT NULL AND birth_date IS NOT NULL AND person_id IS NOT NULL AND register_no IS NOT NULL
), counted AS (
    SELECT
        i.*,
        -- all with these names and this date, less the person's own rows, less the holders of the same number
        count(*) OVER (PARTITION BY names, birth_date)
        - count(*) OVER (PARTITION BY names, birth_date, person_id)
        - count(*) OVER (PARTITION BY names, birth_date, register_no) + 1 AS namesakes
    FROM identity i
)
SELECT
    n.person_id, n.delivered_by, n.register_no, n.birth_date, n.surname, n.given_name, c.namesakes
FROM named n
LEFT JOIN counted c
    ON c.names = n.names AND c.birth_date = n.birth_date AND c.person_id = n.person_id
    AND c.register_no = n.register_no
