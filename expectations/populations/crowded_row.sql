-- title.mn: Олон бичилттэй сарын шимтгэлийн бичилт
-- title.en: Ledger row of a month with several rows
-- key: contribution_id
-- office: delivered_by
-- person: person_id
-- period: period
-- materialise: true
-- in_parts: true
SELECT
    c.contribution_id, c.delivered_by, c.person_id, c.employer_no, c.period, c.insured_type, c.wage, c.base,
    c.employer_amount, c.insured_amount, c.paid_on
FROM contribution c
JOIN crowded_ledger_month m ON m.person_id = c.person_id AND m.period = c.period
