-- title.mn: Шимтгэл ба хуулийн хувь хэмжээ
-- title.en: Contribution and what the law asks
-- key: contribution_id
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: period
-- Rates are those of the first day of the month, by insured type and payer; two small tables are joined, so that the
-- ledger is read once, whatever its length. Amounts an office can owe are compared in 64-bit decimals; others, and
-- corrections below zero, in wide ones: the answer is the same.
WITH today AS (
    SELECT a.office_code, max(r.accident_low) AS accident_low
    FROM as_of a
    JOIN law_contribution_rate r ON r.valid_from <= a.as_of AND a.as_of < r.valid_to
    GROUP BY a.office_code
), relief AS (
    SELECT sector, max(registered_before) AS registered_before FROM law_exempted_months GROUP BY sector
), payer AS (
    -- the accident rate on file is today's: how far it stands above the lowest class of today tells the employer's
    -- class at any time. Some months exempted some employers: what each was, unknown where sector or day is missing.
    SELECT
        e.delivered_by, e.employer_no,
        CASE WHEN min(e.accident_rate) = max(e.accident_rate) THEN min(e.accident_rate) END AS accident_rate,
        CASE WHEN min(e.accident_rate) = max(e.accident_rate) THEN min(e.accident_rate) - max(t.accident_low) END
            AS above_lowest,
        CASE
            WHEN min(e.sector) <> max(e.sector) OR min(e.sector) IS NULL THEN 'unknown'
            WHEN max(x.sector) IS NULL THEN 'others'
            WHEN max(e.registered_on) < max(x.registered_before) THEN 'relief'
            WHEN min(e.registered_on) >= max(x.registered_before) THEN 'others'
            ELSE 'unknown'
        END AS payer
    FROM employer e
    LEFT JOIN today t ON t.office_code = e.delivered_by
    LEFT JOIN relief x ON x.sector = e.sector
    GROUP BY e.delivered_by, e.employer_no
), rate AS (
    SELECT
        m.period, r.insured_type, p.payer, r.basis, r.accident_low,
        CAST(r.insured AS DECIMAL(5,5)) AS insured, CAST(r.employer_low AS DECIMAL(5,5)) AS employer_low,
        CAST(r.employer_high AS DECIMAL(5,5)) AS employer_high,
        CAST(threshold('amount_tolerance') AS DECIMAL(9,2)) AS tolerance
    FROM calendar_month m
    JOIN law_contribution_rate r ON m.period >= r.valid_from AND m.period < r.valid_to
    JOIN (VALUES ('relief'), ('others'), ('unknown')) AS p(payer) ON r.payer = 'any' OR r.payer = p.payer
), ceiling AS (
    SELECT
        m.period,
        param('wage_ceiling', m.period) AS any_type,
        coalesce(param('voluntary_wage_ceiling', m.period), param('wage_ceiling', m.period)) AS voluntary,
        -- a ceiling that changed inside the month leaves wages above the earlier one undecided
        param('wage_ceiling', m.period)
            = param('wage_ceiling', CAST(add_months(m.period, 1) - INTERVAL 1 DAY AS DATE)) AS is_steady
    FROM calendar_month m
), shared AS (
    -- months with a row whose base was not recorded: the ceiling binds the person's wages together
    SELECT
        c.person_id, c.period, count(*) AS row_count, sum(c.wage) AS wage, max(l.any_type) AS any_type,
        max(l.voluntary) AS voluntary, max(CASE WHEN l.is_steady THEN 1 ELSE 0 END) AS is_steady
    FROM contribution c
    JOIN (SELECT DISTINCT person_id, period FROM contribution WHERE base IS NULL) n
        ON n.person_id = c.person_id AND n.period = c.period
    LEFT JOIN ceiling l ON l.period = c.period
    GROUP BY c.person_id, c.period
), based AS (
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
        LEFT JOIN shared s ON s.person_id = c.person_id AND s.period = c.period
        WHERE c.base IS NULL
    )
), rated AS (
    SELECT
        c.contribution_id, c.delivered_by, c.person_id, c.employer_no, c.period, c.insured_type, c.wage, c.base,
        c.ceiling_needed,
        r.insured AS insured_rate, r.basis AS rate_basis, r.tolerance,
        CASE WHEN p.accident_rate IS NULL OR r.accident_low IS NULL THEN r.employer_low
            ELSE CAST(greatest(r.employer_low, least(r.employer_high,
                r.employer_low + least(p.accident_rate - r.accident_low, p.above_lowest))) AS DECIMAL(5,5))
        END AS employer_rate_least,
        CASE WHEN p.accident_rate IS NULL OR r.accident_low IS NULL THEN r.employer_high
            ELSE CAST(greatest(r.employer_low, least(r.employer_high,
                r.employer_low + greatest(p.accident_rate - r.accident_low, p.above_lowest))) AS DECIMAL(5,5))
        END AS employer_rate_most,
        -- who owes nothing may have no amount written
        CASE WHEN c.insured_amount IS NULL AND r.insured = 0 THEN 0 ELSE c.insured_amount END AS insured_paid,
        CASE WHEN c.employer_amount IS NULL AND r.employer_high = 0 THEN 0 ELSE c.employer_amount END AS employer_paid
    FROM based c
    LEFT JOIN payer p ON p.delivered_by = c.delivered_by AND p.employer_no = c.employer_no
    LEFT JOIN rate r
        ON r.period = c.period AND r.insured_type = c.insured_type AND r.payer = coalesce(p.payer, 'unknown')
), sized AS (
    SELECT
        r.*,
        base >= 0 AND base < 10000000000 AND insured_paid >= 0 AND insured_paid < 10000000000
            AND employer_paid >= 0 AND employer_paid < 10000000000 AS is_ordinary
    FROM rated r
)
SELECT
    contribution_id, delivered_by, person_id, employer_no, period, insured_type, wage, base, ceiling_needed,
    insured_rate, employer_rate_least, employer_rate_most, rate_basis, insured_paid, employer_paid,
    half_up(base * insured_rate) AS insured_due,
    half_up(least(base * employer_rate_least, base * employer_rate_most)) AS employer_least,
    half_up(greatest(base * employer_rate_least, base * employer_rate_most)) AS employer_most,
    -- |paid − due rounded half up| ≤ the tolerance, without rounding first: paid and the tolerance are whole tögrög
    CASE WHEN is_ordinary THEN
        CAST(base AS DECIMAL(12,2)) * insured_rate - CAST(insured_paid AS DECIMAL(12,2)) < tolerance + 0.5
        AND CAST(base AS DECIMAL(12,2)) * insured_rate - CAST(insured_paid AS DECIMAL(12,2)) >= -tolerance - 0.5
    ELSE abs(half_up(base * insured_rate) - insured_paid) <= tolerance END AS insured_agrees,
    CASE WHEN is_ordinary THEN
        CAST(base AS DECIMAL(12,2)) * employer_rate_least - CAST(employer_paid AS DECIMAL(12,2)) < tolerance + 0.5
        AND CAST(base AS DECIMAL(12,2)) * employer_rate_most - CAST(employer_paid AS DECIMAL(12,2)) >= -tolerance - 0.5
    ELSE employer_paid
        BETWEEN half_up(least(base * employer_rate_least, base * employer_rate_most)) - tolerance
        AND half_up(greatest(base * employer_rate_least, base * employer_rate_most)) + tolerance END AS employer_agrees
FROM sized
