-- title.mn: Дараа онд тэтгэвэр тогтоолгох эрх үүсэх даатгуулагч
-- title.en: Insured person whose right arises in the coming year
-- key: register_year, person_id
-- office: office_code
-- person: person_id
-- law_date: year_begins
-- materialise: true
-- Computed on the eve of the year with what was known then. The office of residence is today's: someone on another
-- office's register of that year may have lived there.
WITH listed AS (
    SELECT DISTINCT register_year, person_id, office_code FROM register_entry
), listed_anywhere AS (
    SELECT DISTINCT register_year, person_id FROM register_entry
)
SELECT
    y.register_year, y.person_id, y.office_code, y.year_begins, y.birth_date, y.sex,
    r.condition, r.way, r.basis, r.risen_age_basis, r.service_months, r.age_on, r.service_on, r.right_on,
    o.person_id IS NOT NULL AS is_listed, n.person_id IS NOT NULL AS is_listed_somewhere
FROM prospective_year y
JOIN first_right r ON r.person_id = y.person_id AND r.asked_on = y.asked_on
LEFT JOIN listed o
    ON o.register_year = y.register_year AND o.person_id = y.person_id AND o.office_code = y.office_code
LEFT JOIN listed_anywhere n ON n.register_year = y.register_year AND n.person_id = y.person_id
WHERE r.right_on >= y.year_begins AND r.right_on < add_months(y.year_begins, 12)
