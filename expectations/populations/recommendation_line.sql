-- title.mn: Хугацаа нь өнгөрсөн зөвлөмжийн хуудасны мөр
-- title.en: Line of a recommendation sheet whose day has passed
-- key: office_code, sheet_year, sheet_no, line
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
SELECT i.office_code, i.sheet_year, i.sheet_no, i.line, i.delivered_by, s.person_id, s.issued_on, s.bring_by,
    i.defective_paper, i.paper_to_add, i.brought_on, s.as_of, s.dated_on
FROM recommendation_item i
JOIN recommendation_sheet s ON s.delivered_by = i.delivered_by AND s.office_code = i.office_code
    AND s.sheet_year = i.sheet_year AND s.sheet_no = i.sheet_no
WHERE s.bring_by < s.as_of
