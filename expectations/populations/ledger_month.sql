-- title.mn: Хүн, ажил олгогч, сарын шимтгэлийн бүртгэл
-- title.en: Ledger of a person, employer and month
-- key: person_id, employer_no, period
-- office: delivered_by
-- person: person_id
-- period: period
-- A sum is NULL where one of its rows lacks the amount. employer_key is never NULL: voluntary insured have no employer.
SELECT
    c.person_id, c.employer_no, coalesce(c.employer_no, '') AS employer_key, c.period, c.delivered_by,
    1 AS row_count,
    c.wage,
    c.employer_amount + c.insured_amount AS contribution,
    TRUE AS is_live
FROM lone_row c
UNION ALL
SELECT
    c.person_id, c.employer_no, coalesce(c.employer_no, '') AS employer_key, c.period,
    min(c.delivered_by) AS delivered_by,
    count(*) AS row_count,
    CASE WHEN count(c.wage) = count(*) THEN sum(c.wage) END AS wage,
    CASE WHEN count(c.employer_amount + c.insured_amount) = count(*)
        THEN sum(c.employer_amount + c.insured_amount) END AS contribution,
    -- a row that a correction took back altogether is no contribution
    NOT (min(coalesce(c.wage, 0) + coalesce(c.employer_amount, 0) + coalesce(c.insured_amount, 0)) < 0
        AND sum(coalesce(c.wage, 0)) = 0
        AND sum(coalesce(c.employer_amount, 0) + coalesce(c.insured_amount, 0)) = 0) AS is_live
FROM crowded_row c
GROUP BY c.person_id, c.employer_no, c.period
