-- title.mn: Хүн, ажил олгогч, сар, даатгуулагчийн төрлийн шимтгэл
-- title.en: Contributions of a person, employer, month and insured type
-- key: person_id, employer_no, period, insured_type
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: period
-- A correction cancels out the row whose amounts it takes back. Only crowded months can hold a set of several rows.
WITH crowd AS (
    SELECT
        c.*,
        coalesce(c.employer_amount, 0) + coalesce(c.insured_amount, 0) AS amount,
        CASE WHEN c.wage < 0 OR c.employer_amount < 0 OR c.insured_amount < 0 THEN 1 ELSE 0 END AS takes_back
    FROM crowded_row c
), same_amounts AS (
    SELECT
        person_id, employer_no, period, insured_type,
        min(delivered_by) AS delivered_by,
        count(*) AS row_count,
        -- as many rows fall away as were taken back, and the corrections with them
        count(*) - 2 * least(sum(takes_back), count(*) - sum(takes_back)) AS standing_rows,
        sum(CASE WHEN paid_on IS NOT NULL THEN amount ELSE 0 END) AS paid_total,
        max(CASE WHEN paid_on IS NOT NULL THEN amount ELSE 0 END) AS paid_once,
        min(contribution_id) AS first_contribution_id,
        max(contribution_id) AS last_contribution_id
    FROM crowd
    GROUP BY person_id, employer_no, period, insured_type, abs(wage), abs(employer_amount), abs(insured_amount)
)
SELECT
    c.person_id, c.employer_no, c.period, c.insured_type, c.delivered_by,
    1 AS row_count, 1 AS standing_rows, 0 AS paid_total, 0 AS paid_once,
    c.contribution_id AS first_contribution_id, c.contribution_id AS last_contribution_id
FROM lone_row c
UNION ALL
SELECT
    person_id, employer_no, period, insured_type, min(delivered_by) AS delivered_by,
    sum(row_count) AS row_count, sum(standing_rows) AS standing_rows,
    sum(paid_total) AS paid_total, max(paid_once) AS paid_once,
    min(first_contribution_id) AS first_contribution_id, max(last_contribution_id) AS last_contribution_id
FROM same_amounts
GROUP BY person_id, employer_no, period, insured_type
