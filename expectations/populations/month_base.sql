-- title.mn: Хүний сарын шимтгэл ногдох орлого
-- title.en: Income of a person and month that bears contributions
-- key: person_id, period
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: period
-- Only crowded months need grouping: every other row stands alone. Somebody insured voluntarily and otherwise in one
-- month has the higher ceiling.
WITH alike AS (
    SELECT
        c.person_id, c.period, abs(c.base) AS size, min(c.delivered_by) AS delivered_by, count(*) AS ledger_rows,
        count(*) - count(c.base) AS open_rows, sum(c.base) AS base,
        CASE WHEN count(c.insured_amount + c.employer_amount) = count(*)
            THEN sum(c.insured_amount + c.employer_amount) END AS paid,
        CASE WHEN c.insured_type IS NOT NULL THEN CASE WHEN c.insured_type = '90' THEN 1 ELSE 0 END END AS is_voluntary
    FROM crowded_row c
    GROUP BY c.person_id, c.period, c.employer_no, c.insured_type, abs(c.base)
), once AS (
    -- a row entered twice is one income: that it stands twice is said by SIB-05
    SELECT
        person_id, period, delivered_by, ledger_rows, open_rows, least(base, size) AS base,
        CASE WHEN base > size THEN CAST(paid * size / base AS DECIMAL(38,2)) ELSE paid END AS paid, is_voluntary
    FROM alike
), summed AS (
    SELECT
        c.person_id, c.period, c.delivered_by, 1 AS ledger_rows, 0 AS open_rows, c.base,
        c.insured_amount + c.employer_amount AS paid,
        CASE WHEN c.insured_type = '90' THEN 1 ELSE 0 END AS is_voluntary
    FROM lone_row c
    WHERE c.base IS NOT NULL
    UNION ALL
    SELECT
        person_id, period, min(delivered_by), sum(ledger_rows), sum(open_rows),
        -- an amount nobody could owe keeps its side of the ceiling
        CAST(greatest(least(sum(base), 9999999999999999.99), -9999999999999999.99) AS DECIMAL(18,2)),
        CASE WHEN count(paid) = count(*) THEN sum(paid) END,
        CASE WHEN count(is_voluntary) = count(*) THEN min(is_voluntary) END
    FROM once
    GROUP BY person_id, period
    HAVING count(base) > 0
), judged AS (
    SELECT
        s.*, s.is_voluntary = 1 AND m.has_voluntary AS is_under_own_ceiling,
        CASE WHEN s.is_voluntary = 1 AND m.has_voluntary THEN m.voluntary_first ELSE m.ceiling_first END AS ceiling_first,
        CASE WHEN s.is_voluntary = 1 AND m.has_voluntary THEN m.voluntary_last ELSE m.ceiling_last END AS ceiling_last
    FROM summed s
    JOIN month_ceiling m ON m.period = s.period
)
SELECT
    person_id, period, delivered_by, ledger_rows, open_rows, base,
    -- of amounts nobody could owe nobody can say what was paid too much
    CASE WHEN abs(base) < 10000000000 AND abs(paid) < 10000000000 THEN paid END AS paid, is_under_own_ceiling,
    CAST(greatest(ceiling_first, ceiling_last) AS DECIMAL(18,6)) AS ceiling,
    CASE WHEN ceiling_first IS NOT NULL AND ceiling_last IS NOT NULL THEN TRUE END AS ceiling_known
FROM judged
