-- title.mn: Тэтгэвэр авдаг данс
-- title.en: Account pensions are paid to
-- key: bank, account_no
-- office: office_code
-- period: last_period
WITH paid AS (
    SELECT bank, account_no, person_id, min(delivered_by) AS first_office, max(delivered_by) AS last_office,
        max(period) AS last_period
    FROM payment
    WHERE account_no IS NOT NULL AND (status IS NULL OR status <> 'stopped')
    GROUP BY bank, account_no, person_id
), home AS (
    SELECT person_id, max(household_no) AS household_no FROM person WHERE person_id IS NOT NULL GROUP BY person_id
)
SELECT p.bank, p.account_no, count(p.person_id) AS persons, count(DISTINCT h.household_no) AS households,
    count(p.person_id) - count(h.household_no) AS homeless_persons, max(p.last_period) AS last_period,
    min(p.first_office) AS first_office, max(p.last_office) AS last_office,
    CASE WHEN min(p.first_office) = max(p.last_office) THEN min(p.first_office) END AS office_code
FROM paid p
LEFT JOIN home h ON h.person_id = p.person_id
GROUP BY p.bank, p.account_no
