-- title.mn: НД-1 бүртгэлийн мөр
-- title.en: Entry of a register (ND-1)
-- key: register_year, office_code, listed_under, listed_name, person_id
-- office: delivered_by
-- person: person_id
-- law_date: year_begins
-- empty_marks names the printed columns left empty by their marks on the form: Б, 1 … 12. Column 5 asks women only;
-- column 12 says «бүрэн» or names the papers; column 13 is the inspector's signature, which is the sheet's affair.
WITH who AS (
    SELECT delivered_by, person_id, min(birth_date) AS birth_date, min(sex) AS sex, min(register_no) AS register_no,
        min(book_no) AS book_no
    FROM person
    GROUP BY delivered_by, person_id
)
SELECT
    e.register_year, e.office_code, e.listed_under, e.listed_name, e.person_id, e.delivered_by, g.drawn_up_on,
    g.register_year IS NOT NULL AS is_on_register, a.as_of,
    CAST(e.register_year || '-01-01' AS DATE) AS year_begins,
    e.birth_date, e.sex, e.register_no, e.book_no,
    p.birth_date AS person_birth_date, p.sex AS person_sex, p.register_no AS person_register_no,
    p.book_no AS person_book_no,
    e.service_months, e.service_months_before_1995, e.service_months_after_1995, e.papers, e.missing_papers,
    trim(
        CASE WHEN coalesce(trim(e.surname_name), '') = '' THEN 'Б ' ELSE '' END
        || CASE WHEN e.birth_date IS NULL THEN '1 ' ELSE '' END
        || CASE WHEN e.sex IS NULL THEN '2 ' ELSE '' END
        || CASE WHEN coalesce(trim(e.register_no), '') = '' THEN '3 ' ELSE '' END
        || CASE WHEN coalesce(trim(e.book_no), '') = '' THEN '4 ' ELSE '' END
        || CASE WHEN e.children IS NULL AND coalesce(e.sex, p.sex) = 'F' THEN '5 ' ELSE '' END
        || CASE WHEN e.work_condition IS NULL THEN '6 ' ELSE '' END
        || CASE WHEN e.window_wage IS NULL THEN '7 ' ELSE '' END
        || CASE WHEN e.service_months IS NULL THEN '8 ' ELSE '' END
        || CASE WHEN e.service_months_before_1995 IS NULL THEN '9 ' ELSE '' END
        || CASE WHEN e.service_months_after_1995 IS NULL THEN '10 ' ELSE '' END
        || CASE WHEN e.eligible_on IS NULL THEN '11 ' ELSE '' END
        || CASE WHEN coalesce(e.papers, '') <> 'complete' AND coalesce(trim(e.missing_papers), '') = '' THEN '12 ' ELSE '' END
    ) AS empty_marks
FROM register_entry e
JOIN as_of a ON a.office_code = e.delivered_by
LEFT JOIN register g
    ON g.delivered_by = e.delivered_by AND g.register_year = e.register_year AND g.office_code = e.office_code
    AND g.listed_under = e.listed_under AND g.listed_name = e.listed_name
LEFT JOIN who p ON p.person_id = e.person_id AND p.delivered_by = e.delivered_by
