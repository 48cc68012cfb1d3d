-- title.mn: Шимтгэлийн бичилт
-- title.en: Contribution row
-- key: contribution_id
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: period
-- A person is known by any office: an employer's office holds the ledger of people who live elsewhere.
SELECT
    c.contribution_id, c.delivered_by, c.person_id, c.employer_no, c.period, c.insured_type, c.wage,
    c.employer_amount, c.insured_amount, c.paid_on, c.reported_on,
    i.person_id IS NOT NULL AS person_known,
    i.first_death, i.last_death
FROM contribution c
LEFT JOIN insured i ON i.person_id = c.person_id
