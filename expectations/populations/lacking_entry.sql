-- title.mn: Баримт нь дутуу гэж бүртгэсэн иргэн
-- title.en: Register entry with papers missing
-- key: register_year, office_code, listed_under, listed_name, person_id
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- Who died before the right arose needed no papers any more.
SELECT
    e.register_year, e.office_code, e.listed_under, e.listed_name, e.person_id, e.delivered_by, e.missing_papers,
    e.eligible_on, g.drawn_up_on, coalesce(g.drawn_up_on, make_date(e.register_year - 1, 12, 31)) AS dated_on,
    coalesce(e.eligible_on, make_date(e.register_year, 12, 31)) AS due_by, a.as_of
FROM register_entry e
JOIN as_of a ON a.office_code = e.delivered_by
LEFT JOIN register g
    ON g.delivered_by = e.delivered_by AND g.register_year = e.register_year AND g.office_code = e.office_code
    AND g.listed_under = e.listed_under AND g.listed_name = e.listed_name
LEFT JOIN insured i ON i.person_id = e.person_id
WHERE e.papers = 'incomplete' AND coalesce(i.first_death >= e.eligible_on, TRUE)
