-- title.mn: Тэтгэврийн хувийн хэрэг
-- title.en: Pension file
-- key: file_no
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
SELECT f.file_no, f.delivered_by, f.person_id, f.regime, f.pension_type, f.condition, f.cause,
    f.applied_on, f.papers_complete_on, f.opened_on, f.inspector, f.inspector_signed, f.citizen_signed,
    f.citizen_present, a.as_of, coalesce(f.opened_on, f.applied_on, f.papers_complete_on, a.as_of) AS dated_on
FROM pension_file f
JOIN as_of a ON a.office_code = f.delivered_by
