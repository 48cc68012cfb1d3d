-- title.mn: Зөвлөмжийн хуудас
-- title.en: Recommendation sheet
-- key: office_code, sheet_year, sheet_no
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
SELECT s.office_code, s.sheet_year, s.sheet_no, s.delivered_by, s.person_id, s.issued_on, s.handed_over_on,
    s.bring_by, s.inspector, s.inspector_signed, s.office_head_signed, s.section_head_signed, a.as_of,
    -- a sheet without a date is dated by its year, so that it is not lost from the population
    coalesce(s.issued_on, s.handed_over_on, make_date(s.sheet_year, 12, 31)) AS dated_on
FROM recommendation s
JOIN as_of a ON a.office_code = s.delivered_by
