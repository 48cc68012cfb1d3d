-- title.mn: Жирэмсний болон амаржсаны тэтгэмж авсан сар
-- title.en: Month with maternity benefit
-- key: person_id, period
-- person: person_id
-- period: period
-- materialise: true
SELECT DISTINCT b.person_id, m.period
FROM benefit b
JOIN reporting_month m ON b.event_from <= m.last_day AND b.event_to >= m.period
WHERE b.kind = 'maternity'
