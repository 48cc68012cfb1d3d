-- title.mn: Нөхөн төлсөн сар
-- title.en: Bought-back month
-- key: person_id, period
-- person: person_id
-- period: period
-- materialise: true
SELECT DISTINCT b.person_id, m.period
FROM bought_service b
JOIN reporting_month m ON b.covers_from <= m.last_day AND b.covers_to >= m.period
