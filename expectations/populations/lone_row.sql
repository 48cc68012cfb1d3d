-- title.mn: Цор ганц бичилттэй сарын шимтгэлийн бичилт
-- title.en: Ledger row that stands alone in its month
-- key: contribution_id
-- office: delivered_by
-- person: person_id
-- period: period
-- Nearly nobody has a crowded month: the rows of everybody else are not looked up month by month.
SELECT
    c.contribution_id, c.delivered_by, c.person_id, c.employer_no, c.period, c.insured_type, c.wage, c.base,
    c.employer_amount, c.insured_amount, c.paid_on
FROM contribution c
LEFT JOIN crowded_person p ON p.person_id = c.person_id
LEFT JOIN crowded_ledger_month m ON m.person_id = p.person_id AND m.period = c.period
WHERE m.person_id IS NULL
