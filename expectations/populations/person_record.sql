-- title.mn: Даатгуулагч
-- title.en: Person
-- key: person_id
-- office: delivered_by
-- person: person_id
-- What the register number says is NULL unless the number is of legal form: two capitals, eight digits, a real date.
WITH formed AS (
    SELECT
        p.*,
        coalesce(regexp_matches(p.register_no, '^[А-ЯӨҮЁ]{2}[0-9]{8}$'), FALSE) AS has_form
    FROM person p
), numbered AS (
    SELECT
        f.*,
        -- months 21 to 32 are January to December of the years from 2000
        CASE WHEN f.has_form THEN TRY_CAST(
            CASE WHEN substr(f.register_no, 5, 1) IN ('2', '3') THEN '20' ELSE '19' END
            || substr(f.register_no, 3, 2) || '-'
            || translate(substr(f.register_no, 5, 1), '23', '01') || substr(f.register_no, 6, 1) || '-'
            || substr(f.register_no, 7, 2) AS DATE) END AS birth_in_number
    FROM formed f
)
SELECT
    n.person_id, n.delivered_by, n.register_no, n.surname, n.given_name, n.birth_date, n.sex, n.office_code,
    n.subdistrict, coalesce(n.deceased_on, i.last_death) AS deceased_on, n.birth_in_number,
    CASE
        WHEN n.birth_in_number IS NULL THEN NULL
        WHEN substr(n.register_no, 9, 1) IN ('1', '3', '5', '7', '9') THEN 'M'
        ELSE 'F'
    END AS sex_in_number,
    a.as_of
FROM numbered n
JOIN as_of a ON a.office_code = n.delivered_by
LEFT JOIN insured i ON i.person_id = n.person_id
