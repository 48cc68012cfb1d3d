-- title.mn: Тогтоох хугацаа нь өнгөрсөн хувийн хэрэг
-- title.en: File whose term of decision has passed
-- key: file_no
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
WITH decided AS (
    SELECT delivered_by, file_no, count(*) AS determinations FROM determination GROUP BY delivered_by, file_no
), aged AS (
    SELECT f.*, param('decision_days', f.opened_on) AS decision_days FROM opened_file f
)
SELECT f.file_no, f.delivered_by, f.person_id, f.pension_type, f.opened_on, f.as_of, f.dated_on, f.decision_days,
    days_between(f.opened_on, f.as_of) AS days_open, coalesce(d.determinations, 0) AS determinations
FROM aged f
LEFT JOIN decided d ON d.delivered_by = f.delivered_by AND d.file_no = f.file_no
WHERE days_between(f.opened_on, f.as_of) > f.decision_days
