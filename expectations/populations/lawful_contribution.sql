-- title.mn: Шимтгэл ба хуулийн хувь хэмжээ
-- title.en: Contribution and what the law asks
-- key: contribution_id
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: period
-- Two small tables are joined, so that the ledger is read once, whatever its length. Amounts an office can owe are
-- compared in 64-bit decimals; others, and corrections below zero, in wide ones: the answer is the same.
WITH based AS (
    SELECT contribution_id, delivered_by, person_id, employer_no, period, insured_type, wage, base,
        insured_amount, employer_amount, CAST(0 AS DECIMAL(18,2)) AS ceiling_needed
    FROM contribution
    WHERE base IS NOT NULL
    UNION ALL
    SELECT contribution_id, delivered_by, person_id, employer_no, period, insured_type, wage,
        CASE WHEN months_wage <= ceiling THEN wage WHEN row_count = 1 AND is_steady = 1 THEN ceiling END,
        insured_amount, employer_amount, ceiling
    FROM (
        SELECT c.*, s.wage AS months_wage, s.row_count, s.is_steady,
            CAST(CASE WHEN c.insured_type = '90' THEN s.voluntary ELSE s.any_type END AS DECIMAL(18,2)) AS ceiling
        FROM contribution c
        LEFT JOIN unwritten_base_month s ON s.person_id = c.person_id AND s.period = c.period
        WHERE c.base IS NULL
    )
), rated AS (
    SELECT
        c.contribution_id, c.delivered_by, c.person_id, c.employer_no, c.period, c.insured_type, c.wage, c.base,
        c.ceiling_needed, r.insured AS insured_rate, r.basis AS rate_basis, r.tolerance,
        r.employer_rate_least, r.employer_rate_most,
        -- who owes nothing may have no amount written
        CASE WHEN c.insured_amount IS NULL AND r.insured = 0 THEN 0 ELSE c.insured_amount END AS insured_paid,
        CASE WHEN c.employer_amount IS NULL AND r.employer_high = 0 THEN 0 ELSE c.employer_amount END AS employer_paid
    FROM based c
    LEFT JOIN employer_payer p ON p.delivered_by = c.delivered_by AND p.employer_no = c.employer_no
    LEFT JOIN payer_rate_month r
        ON r.period = c.period AND r.insured_type = c.insured_type AND r.payer_class = coalesce(p.payer_class, 0)
), sized AS (
    SELECT
        r.*,
        base >= 0 AND base < 10000000000 AND insured_paid >= 0 AND insured_paid < 10000000000
            AND employer_paid >= 0 AND employer_paid < 10000000000 AS is_ordinary
    FROM rated r
), judged AS (
    SELECT
        s.*,
        -- |paid − due rounded half up| ≤ the tolerance, without rounding first: paid and the tolerance are whole tögrög
        CASE WHEN is_ordinary THEN
            CAST(base AS DECIMAL(12,2)) * insured_rate - CAST(insured_paid AS DECIMAL(12,2)) < tolerance + 0.5
            AND CAST(base AS DECIMAL(12,2)) * insured_rate - CAST(insured_paid AS DECIMAL(12,2)) >= -tolerance - 0.5
        ELSE abs(half_up(base * insured_rate) - insured_paid) <= tolerance END AS insured_agrees,
        CASE WHEN is_ordinary THEN
            CAST(base AS DECIMAL(12,2)) * employer_rate_least - CAST(employer_paid AS DECIMAL(12,2)) < tolerance + 0.5
            AND CAST(base AS DECIMAL(12,2)) * employer_rate_most - CAST(employer_paid AS DECIMAL(12,2))
                >= -tolerance - 0.5
        ELSE employer_paid
            BETWEEN half_up(least(base * employer_rate_least, base * employer_rate_most)) - tolerance
            AND half_up(greatest(base * employer_rate_least, base * employer_rate_most)) + tolerance END
            AS employer_agrees
    FROM sized s
)
SELECT
    contribution_id, delivered_by, person_id, employer_no, period, insured_type, wage, base, ceiling_needed,
    insured_rate, employer_rate_least, employer_rate_most, rate_basis, insured_paid, employer_paid,
    -- what is due is worked out where it is not what was paid
    CASE WHEN (insured_agrees AND employer_agrees) IS NOT TRUE THEN half_up(base * insured_rate) END AS insured_due,
    CASE WHEN (insured_agrees AND employer_agrees) IS NOT TRUE
        THEN half_up(least(base * employer_rate_least, base * employer_rate_most)) END AS employer_least,
    CASE WHEN (insured_agrees AND employer_agrees) IS NOT TRUE
        THEN half_up(greatest(base * employer_rate_least, base * employer_rate_most)) END AS employer_most,
    insured_agrees, employer_agrees
FROM judged
