-- title.mn: Хувийн хэрэгт эх хувиараа хадгалах баримт
-- title.en: Paper kept in a file as an original
-- key: document_id
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- not_needed: pension_file
WITH opened AS (
    SELECT delivered_by, file_no, min(dated_on) AS opened_on FROM opened_file GROUP BY delivered_by, file_no
)
SELECT d.document_id, d.delivered_by, d.person_id, d.file_no, d.kind, d.is_original, d.issued_on, d.received_on,
    coalesce(f.opened_on, d.received_on, d.issued_on, a.as_of) AS dated_on
FROM document d
JOIN as_of a ON a.office_code = d.delivered_by
LEFT JOIN opened f ON f.delivered_by = d.delivered_by AND f.file_no = d.file_no
WHERE d.file_no IS NOT NULL AND (d.kind IS NULL OR d.kind NOT IN ('id_card', 'birth_certificate'))
