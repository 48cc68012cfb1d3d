-- title.mn: 1995 оноос өмнөх цалин авсан тогтоолт
-- title.en: Determination with wages from before 1995
-- key: determination_id
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- A month without wages asks for no paper. Wages of a survivors' pension are those of the deceased.
WITH wanted AS (
    SELECT
        d.delivered_by, d.determination_id, d.file_no, coalesce(f.deceased_person_id, d.person_id) AS insured_id,
        d.person_id, w.period
    FROM determination d
    JOIN determination_wage w ON w.delivered_by = d.delivered_by AND w.determination_id = d.determination_id
    LEFT JOIN pension_file f ON f.delivered_by = d.delivered_by AND f.file_no = d.file_no
    WHERE d.kind IN ('initial', 'change') AND w.period < DATE '1995-01-01' AND (w.wage IS NULL OR w.wage > 0)
), holder AS (
    -- a join by either number would compare each sheet with all papers of the office
    SELECT delivered_by, determination_id, file_no, person_id FROM wanted
    UNION
    SELECT delivered_by, determination_id, file_no, insured_id FROM wanted
), filed AS (
    SELECT DISTINCT w.delivered_by, w.determination_id, p.number
    FROM holder w
    JOIN document p ON p.delivered_by = w.delivered_by AND p.person_id = w.person_id
        AND (p.file_no IS NULL OR p.file_no = w.file_no)
    JOIN (SELECT DISTINCT paper FROM accepted_paper WHERE circumstance = 'early_wages') k ON k.paper = p.kind
), paper AS (
    -- a paper that names a statement of that person is that statement; any other number may be any of them
    SELECT f.delivered_by, f.determination_id, count(*) AS papers,
        sum(CASE WHEN s.statement_id IS NULL THEN 1 ELSE 0 END) AS unmatched
    FROM filed f
    LEFT JOIN wage_statement s ON s.delivered_by = f.delivered_by AND s.statement_id = f.number
    GROUP BY f.delivered_by, f.determination_id
), covered AS (
    SELECT
        w.delivered_by, w.determination_id, w.period, max(CASE WHEN f.number IS NOT NULL THEN 1 ELSE 0 END) AS is_filed
    FROM wanted w
    JOIN wage_statement s ON s.delivered_by = w.delivered_by AND s.person_id = w.insured_id
    JOIN wage_statement_month m ON m.delivered_by = s.delivered_by AND m.statement_id = s.statement_id
        AND m.period = w.period
    LEFT JOIN filed f ON f.delivered_by = w.delivered_by AND f.determination_id = w.determination_id
        AND f.number = s.statement_id
    GROUP BY w.delivered_by, w.determination_id, w.period
), counted AS (
    SELECT
        w.delivered_by, w.determination_id, count(*) AS months, min(w.period) AS first_period,
        max(w.period) AS last_period, count(c.period) AS stated_months, coalesce(sum(c.is_filed), 0) AS filed_months
    FROM (SELECT DISTINCT delivered_by, determination_id, period FROM wanted) w
    LEFT JOIN covered c ON c.delivered_by = w.delivered_by AND c.determination_id = w.determination_id
        AND c.period = w.period
    GROUP BY w.delivered_by, w.determination_id
)
SELECT
    d.determination_id, d.delivered_by, d.person_id, d.file_no, d.dated_on, c.months, c.first_period, c.last_period,
    c.stated_months, c.filed_months, coalesce(p.papers, 0) AS papers, coalesce(p.unmatched, 0) AS unmatched_papers
FROM dated_determination d
JOIN counted c ON c.delivered_by = d.delivered_by AND c.determination_id = d.determination_id
LEFT JOIN paper p ON p.delivered_by = d.delivered_by AND p.determination_id = d.determination_id
