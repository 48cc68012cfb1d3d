-- title.mn: Үндсэн ажлаас гадуурх орлогыг тооцсон тогтоолт
-- title.en: Determination that counts income from a second job
-- key: determination_id
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- A month counts second income when its НД-17 wage is more than the other jobs paid that month; where НД-17 lacks the
-- month nobody can tell. Wages of a survivors' pension are those of the deceased.
WITH sheet AS (
    SELECT d.determination_id, d.delivered_by, d.person_id, d.file_no, d.dated_on, d.window_from,
        add_months(d.window_from, d.window_months) AS window_end,
        coalesce(f.deceased_person_id, d.person_id) AS insured_id
    FROM dated_determination d
    LEFT JOIN pension_file f ON f.delivered_by = d.delivered_by AND f.file_no = d.file_no
    WHERE d.sets_window AND d.window_from IS NOT NULL AND d.window_months IS NOT NULL
), second AS (
    SELECT c.person_id, c.period
    FROM contribution c
    JOIN (SELECT DISTINCT insured_id FROM sheet) s ON s.insured_id = c.person_id
    WHERE c.insured_type = '40'
    GROUP BY c.person_id, c.period
    HAVING sum(coalesce(c.base, c.wage)) > 0
), other_work AS (
    SELECT c.person_id, c.period,
        sum(CASE WHEN c.insured_type = '40' THEN 0 ELSE coalesce(c.base, c.wage, 0) END) AS wage
    FROM contribution c
    JOIN second s ON s.person_id = c.person_id AND s.period = c.period
    GROUP BY c.person_id, c.period
), month AS (
    SELECT s.delivered_by, s.determination_id, o.period,
        CASE WHEN w.wage IS NULL THEN NULL ELSE w.wage > o.wage + threshold('amount_tolerance') END AS is_counted
    FROM sheet s
    JOIN other_work o ON o.person_id = s.insured_id
    LEFT JOIN determination_wage w ON w.delivered_by = s.delivered_by
        AND w.determination_id = s.determination_id AND w.period = o.period
    WHERE o.period >= s.window_from AND o.period < s.window_end
), counted AS (
    SELECT delivered_by, determination_id, count(*) FILTER (WHERE is_counted) AS months,
        count(*) FILTER (WHERE is_counted IS NULL) AS open_months, min(period) AS first_period,
        max(period) AS last_period
    FROM month
    WHERE coalesce(is_counted, TRUE)
    GROUP BY delivered_by, determination_id
), holder AS (
    -- a join by either number would compare each sheet with all papers of the office
    SELECT delivered_by, determination_id, file_no, dated_on, person_id FROM sheet
    UNION
    SELECT delivered_by, determination_id, file_no, dated_on, insured_id FROM sheet
), paper AS (
    SELECT s.delivered_by, s.determination_id, count(*) AS papers
    FROM holder s
    JOIN document p ON p.delivered_by = s.delivered_by AND p.person_id = s.person_id
        AND (p.file_no IS NULL OR p.file_no = s.file_no)
    JOIN law_asked_paper m ON m.circumstance = 'second_income' AND m.paper = p.kind
        AND s.dated_on >= m.valid_from AND s.dated_on < m.valid_to
    WHERE p.benefit_id IS NULL
    GROUP BY s.delivered_by, s.determination_id
)
SELECT s.determination_id, s.delivered_by, s.person_id, s.file_no, s.dated_on, c.months, c.open_months,
    c.first_period, c.last_period, coalesce(p.papers, 0) AS papers
FROM sheet s
JOIN counted c ON c.delivered_by = s.delivered_by AND c.determination_id = s.determination_id
LEFT JOIN paper p ON p.delivered_by = s.delivered_by AND p.determination_id = s.determination_id
