-- title.mn: Ажилтантай ажил олгогчийн сар
-- title.en: Month in which an employer had staff on its books
-- key: employer_no, period
-- office: office_code
-- period: period
-- law_date: period
-- materialise: true
WITH staffed AS (
    SELECT
        s.employer_no, m.period, count(*) AS staff, min(s.delivered_by) AS delivered_by,
        CASE WHEN min(m.due_latest_on) <= max(s.as_of) THEN min(m.due_on) END AS due_certain_on,
        min(m.due_on) AS due_on
    FROM employment_span s
    JOIN reporting_month m ON m.period >= s.first_month AND m.period <= s.last_month
    WHERE s.employer_no IS NOT NULL
    GROUP BY s.employer_no, m.period
), reported AS (
    SELECT DISTINCT employer_no, period FROM employer_report
)
SELECT
    t.employer_no, t.period, coalesce(k.office_code, t.delivered_by) AS office_code, t.staff, t.due_on,
    t.due_certain_on, r.employer_no IS NOT NULL AS is_reported
FROM staffed t
LEFT JOIN known_employer k ON k.employer_no = t.employer_no
LEFT JOIN reported r ON r.employer_no = t.employer_no AND r.period = t.period
