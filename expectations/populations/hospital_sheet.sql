-- title.mn: Эмнэлгийн хуудасны дугаар
-- title.en: Hospital sheet number
-- key: hospital_sheet_no
-- office: office_code
-- law_date: dated_on
WITH used AS (
    SELECT hospital_sheet_no, delivered_by, person_id, dated_on, event_from, event_to,
        max(event_to) OVER (PARTITION BY hospital_sheet_no, person_id, employer_no
            ORDER BY event_from, delivered_by, benefit_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS used_until
    FROM benefit_case
    WHERE kind IN ('sickness', 'maternity') AND hospital_sheet_no IS NOT NULL
)
SELECT hospital_sheet_no, count(*) AS benefits, count(DISTINCT person_id) AS persons,
    count(*) - count(person_id) AS nameless, count(*) FILTER (WHERE event_from <= used_until) AS repeated_days,
    count(*) - count(event_from) + count(*) - count(event_to) AS undated,
    min(delivered_by) AS first_office, max(delivered_by) AS last_office,
    CASE WHEN min(delivered_by) = max(delivered_by) THEN min(delivered_by) END AS office_code,
    max(dated_on) AS dated_on
FROM used
GROUP BY hospital_sheet_no
