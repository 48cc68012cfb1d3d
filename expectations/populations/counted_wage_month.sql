-- title.mn: Тэтгэвэр авагчийн сарын тооцох цалин
-- title.en: Counted wage of a pensioner and month
-- key: person_id, period
-- person: person_id
-- period: period
-- Wages of all employers under the ceiling of the month. counted_wage is by the ceiling of the first day,
-- counted_otherwise by that of the last: in a month in which it changes either will do. NULL where a wage is not
-- recorded, or where the ceiling is not known and there is a wage to hold against it.
WITH span AS (
    SELECT person_id, max(CASE WHEN ends_before > effective_from THEN ends_before ELSE effective_from END) AS ends_before
    FROM award_window
    GROUP BY person_id
), alike AS (
    SELECT
        c.person_id, c.period, abs(c.wage) AS size, sum(c.wage) AS wage, count(*) - count(c.wage) AS open_rows,
        count(c.paid_on) AS paid_rows,
        CASE WHEN c.insured_type IS NOT NULL THEN CASE WHEN c.insured_type = '90' THEN 1 ELSE 0 END END AS is_voluntary
    FROM crowded_row c
    JOIN span s ON s.person_id = c.person_id
    WHERE c.period >= DATE '1995-01-01' AND c.period < s.ends_before
    GROUP BY c.person_id, c.period, c.employer_no, c.insured_type, abs(c.wage)
), summed AS (
    SELECT
        c.person_id, c.period, c.wage, CASE WHEN c.paid_on IS NULL THEN 0 ELSE 1 END AS paid_rows,
        CASE WHEN c.insured_type = '90' THEN 1 ELSE 0 END AS is_voluntary
    FROM contribution c
    JOIN span s ON s.person_id = c.person_id
    LEFT JOIN crowded_ledger_month m ON m.person_id = c.person_id AND m.period = c.period
    WHERE m.person_id IS NULL AND c.period >= DATE '1995-01-01' AND c.period < s.ends_before
    UNION ALL
    -- a row entered twice is one income, and one taken back none
    SELECT
        person_id, period,
        -- an amount nobody could owe keeps its side of the ceiling
        CAST(CASE WHEN sum(open_rows) = 0 THEN greatest(least(sum(CASE WHEN wage > size THEN size ELSE wage END),
            9999999999999999.99), -9999999999999999.99) END AS DECIMAL(18,2)),
        sum(paid_rows), CASE WHEN count(is_voluntary) = count(*) THEN min(is_voluntary) ELSE 0 END
    FROM alike
    GROUP BY person_id, period
), judged AS (
    SELECT
        s.person_id, s.period, CASE WHEN s.wage < 0 THEN 0 ELSE s.wage END AS wage, s.paid_rows,
        CASE WHEN s.is_voluntary = 1 AND m.has_voluntary THEN m.voluntary_first ELSE m.ceiling_first END AS ceiling,
        CASE WHEN s.is_voluntary = 1 AND m.has_voluntary THEN m.voluntary_last ELSE m.ceiling_last END AS ceiling_after
    FROM summed s
    JOIN month_ceiling m ON m.period = s.period
)
SELECT
    person_id, period, wage, CAST(ceiling AS DECIMAL(18,6)) AS ceiling, paid_rows > 0 AS is_paid,
    CASE WHEN wage <= ceiling OR wage = 0 THEN wage WHEN wage > ceiling THEN ceiling END AS counted_wage,
    CASE WHEN wage <= ceiling_after OR wage = 0 THEN wage WHEN wage > ceiling_after THEN ceiling_after END
        AS counted_otherwise
FROM judged
