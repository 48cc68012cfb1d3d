-- title.mn: Архивын лавлагаагаар нотлогдсон сар
-- title.en: Month covered by an office archive reference
-- key: person_id, period
-- person: person_id
-- period: period
-- materialise: true
SELECT DISTINCT p.person_id, m.period
FROM paper_period p
JOIN reporting_month m
    ON p.covers_from <= m.period AND p.covers_to >= m.last_day AND m.period >= p.known_from AND m.period < p.known_to
WHERE p.need = 'insurance_book'
