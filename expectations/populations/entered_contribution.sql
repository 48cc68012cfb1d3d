-- title.mn: Хэлтсийн ажилтан бичсэн шимтгэл
-- title.en: Contribution a member of the office entered
-- key: contribution_id
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: period
SELECT
    c.contribution_id, c.delivered_by, c.person_id, c.employer_no, c.period, c.entered_by, c.entered_at, d.accounts,
    CASE WHEN d.entered_by IS NULL THEN TRUE ELSE d.is_open END AS is_open
FROM contribution c
LEFT JOIN entry_day d ON d.delivered_by = c.delivered_by AND d.entered_by = c.entered_by
    AND coalesce(d.entered_on, DATE '1900-01-01') = coalesce(CAST(c.entered_at AS DATE), DATE '1900-01-01')
WHERE c.entered_by IS NOT NULL
