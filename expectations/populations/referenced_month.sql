-- title.mn: Архивын лавлагаагаар нотлогдсон сар
-- title.en: Month covered by an office archive reference
-- key: person_id, period
-- person: person_id
-- period: period
-- materialise: true
SELECT p.person_id, m.period
FROM paper_period p
JOIN reporting_month m ON p.covers_from <= m.period AND p.covers_to >= m.last_day
WHERE p.kind = 'office_archive_reference'
