-- title.mn: Баримт бүрдсэнээс тогтоох хүртэлх хугацаа
-- title.en: Time from complete papers to the last signature
-- key: determination_id
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- not_needed: pension_book, payment
WITH own_file AS (
    SELECT delivered_by, file_no, min(pension_type) AS pension_type, max(papers_complete_on) AS papers_complete_on
    FROM pension_file
    GROUP BY delivered_by, file_no
)
SELECT d.determination_id, d.delivered_by, d.person_id, d.file_no, f.pension_type, f.papers_complete_on, d.entered_at,
    d.office_head_at, d.section_head_at, d.chief_accountant_at, d.initial_signatures,
    CAST(d.last_initial_at AS DATE) AS last_signed_on,
    days_between(f.papers_complete_on, CAST(d.last_initial_at AS DATE)) AS days_taken,
    days_between(f.papers_complete_on, d.as_of) AS days_waited, d.dated_on,
    CAST(CASE WHEN f.pension_type = 'disability'
        THEN param('decision_days_disability', coalesce(f.papers_complete_on, d.dated_on))
        ELSE param('decision_days', coalesce(f.papers_complete_on, d.dated_on)) END AS INTEGER) AS decision_days
FROM determination_act d
LEFT JOIN own_file f ON f.delivered_by = d.delivered_by AND f.file_no = d.file_no
WHERE d.kind = 'initial'
