-- title.mn: Иргэн, тэтгэврийн төрөл, олгосон сар
-- title.en: Person, pension type and month paid for
-- key: person_id, pension_type, period
-- office: office_code
-- person: person_id
-- period: period
-- law_date: period
-- Only the months with more than one payment are grouped: nearly all have one.
WITH crowded AS (
    SELECT c.*
    FROM covered_month c
    JOIN crowded_month m ON m.person_id = c.person_id AND m.period = c.period
), grouped AS (
    SELECT person_id, pension_type, period, count(*) AS rows_paid, sum(unknown) AS unknown_rows,
        sum(whole) AS whole_rows, sum(whole * (1 - unknown)) AS sure_whole_rows, sum(amount) AS total_paid,
        max(amount) AS largest_paid, min(amount) FILTER (WHERE whole = 1) AS least_whole,
        min(amount) FILTER (WHERE whole = 0) AS least_arrears,
        max(amount) FILTER (WHERE whole = 0) AS largest_arrears,
        min(delivered_by) AS first_office, max(delivered_by) AS last_office
    FROM crowded
    GROUP BY person_id, pension_type, period
), mixed AS (
    SELECT person_id, period, count(*) AS pension_types FROM grouped GROUP BY person_id, period
)
SELECT c.person_id, c.pension_type, c.period, 1 AS rows_paid, c.unknown AS unknown_rows, c.whole AS whole_rows,
    c.whole * (1 - c.unknown) AS sure_whole_rows, c.amount AS total_paid, c.amount AS largest_paid,
    c.delivered_by AS first_office, c.delivered_by AS last_office, 1 AS pension_types,
    c.delivered_by AS office_code, FALSE AS arrears_pay_again
FROM covered_month c
LEFT JOIN crowded_month m ON m.person_id = c.person_id AND m.period = c.period
WHERE m.person_id IS NULL
UNION ALL
SELECT g.person_id, g.pension_type, g.period, g.rows_paid, g.unknown_rows, g.whole_rows, g.sure_whole_rows,
    g.total_paid, g.largest_paid, g.first_office, g.last_office, m.pension_types,
    -- a month two offices paid belongs to neither of them alone
    CASE WHEN g.first_office = g.last_office THEN g.first_office END,
    -- arrears as large as the month's own payment pay it again; smaller ones may be a difference made good
    CASE WHEN g.whole_rows > 0 THEN g.largest_arrears >= g.least_whole
        ELSE g.least_arrears >= g.largest_arrears END
FROM grouped g
JOIN mixed m ON m.person_id = g.person_id AND m.period = g.period
