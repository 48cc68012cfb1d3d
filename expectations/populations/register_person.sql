-- title.mn: Тухайн оны бүртгэлд орсон иргэн
-- title.en: Person on the registers of a year
-- key: register_year, person_id
-- person: person_id
-- law_date: year_begins
-- The same row delivered by two offices is one listing.
WITH listing AS (
    SELECT register_year, person_id, delivered_by, coalesce(office_code, delivered_by) AS office, listed_under,
        count(*) AS listings
    FROM register_entry
    WHERE person_id IS NOT NULL
    GROUP BY register_year, person_id, delivered_by, coalesce(office_code, delivered_by), listed_under
)
SELECT
    register_year, person_id, CAST(register_year || '-01-01' AS DATE) AS year_begins,
    count(DISTINCT office) AS offices, min(office) AS first_office, max(office) AS last_office,
    max(listings) AS listings
FROM listing
GROUP BY register_year, person_id
