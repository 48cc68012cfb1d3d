-- title.mn: Тэтгэмжийн баримт
-- title.en: Papers of a benefit
-- key: benefit_id
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: dated_on
WITH paper AS (
    SELECT delivered_by, benefit_id, kind, number, person_id, count(*) AS papers
    FROM document
    WHERE kind IN ('hospital_sheet', 'invoice', 'funeral_application', 'application', 'death_certificate')
    GROUP BY delivered_by, benefit_id, kind, number, person_id
), named AS (
    SELECT delivered_by, benefit_id, sum(papers) FILTER (WHERE kind = 'hospital_sheet') AS sheets,
        sum(papers) FILTER (WHERE kind = 'invoice') AS invoices,
        sum(papers) FILTER (WHERE kind IN ('funeral_application', 'application')) AS applications,
        sum(papers) FILTER (WHERE kind = 'death_certificate') AS certificates
    FROM paper WHERE benefit_id IS NOT NULL
    GROUP BY delivered_by, benefit_id
), numbered AS (
    -- a paper that names no benefit is known by its number
    SELECT delivered_by, kind, number, sum(papers) AS papers
    FROM paper WHERE benefit_id IS NULL AND number IS NOT NULL
    GROUP BY delivered_by, kind, number
), personal AS (
    SELECT delivered_by, person_id, sum(papers) FILTER (WHERE kind = 'funeral_application') AS applications,
        sum(papers) FILTER (WHERE kind = 'death_certificate') AS certificates
    FROM paper WHERE benefit_id IS NULL AND person_id IS NOT NULL
    GROUP BY delivered_by, person_id
)
SELECT b.benefit_id, b.delivered_by, b.person_id, b.kind, b.through_employer, b.event_from, b.period, b.dated_on,
    coalesce(n.sheets, 0) + coalesce(h.papers, 0) AS sheets,
    coalesce(n.invoices, 0) + coalesce(i.papers, 0) AS invoices,
    coalesce(n.applications, 0) + coalesce(c.applications, 0) + coalesce(g.applications, 0) AS applications,
    coalesce(n.certificates, 0) + coalesce(c.certificates, 0) + coalesce(g.certificates, 0) AS certificates
FROM benefit_case b
LEFT JOIN named n ON n.delivered_by = b.delivered_by AND n.benefit_id = b.benefit_id
LEFT JOIN numbered h ON h.delivered_by = b.delivered_by AND h.kind = 'hospital_sheet'
    AND h.number = b.hospital_sheet_no
LEFT JOIN numbered i ON i.delivered_by = b.delivered_by AND i.kind = 'invoice' AND i.number = b.list_no
LEFT JOIN personal c ON c.delivered_by = b.delivered_by AND c.person_id = b.person_id
LEFT JOIN personal g ON g.delivered_by = b.delivered_by AND g.person_id = b.deceased_person_id
    AND b.deceased_person_id <> b.person_id
