-- title.mn: Ажил олгогчоор дамжуулсан тэтгэмжийн хяналт
-- title.en: Check of a benefit paid through an employer
-- key: benefit_id
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: dated_on
WITH checked AS (
    SELECT b.delivered_by, b.benefit_id,
        count(*) FILTER (WHERE s.active_from <= b.verified_on
            AND (s.active_to IS NULL OR b.verified_on <= s.active_to)) AS held,
        count(*) FILTER (WHERE s.staff_id IS NOT NULL AND s.active_from IS NULL) AS undated
    FROM benefit_case b
    LEFT JOIN staff s ON s.delivered_by = b.delivered_by AND s.staff_id = b.verified_by AND s.role = 'inspector'
    GROUP BY b.delivered_by, b.benefit_id
)
SELECT b.benefit_id, b.delivered_by, b.person_id, b.employer_no, b.kind, b.list_no, b.verified_by, b.verified_on,
    b.settled_on, b.amount, b.period, b.dated_on,
    CASE WHEN c.held > 0 THEN TRUE WHEN c.undated > 0 THEN NULL ELSE FALSE END AS by_inspector
FROM benefit_case b
LEFT JOIN checked c ON c.delivered_by = b.delivered_by AND c.benefit_id = b.benefit_id
WHERE b.through_employer
