-- title.mn: Шимтгэл ба хуулийн хувь хэмжээ
-- title.en: Contribution and what the law asks
-- key: contribution_id
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: period
-- Rates are those of the first day of the month, by insured type and payer. One small table of months is joined, so
-- that the ledger is read once, whatever its length.
WITH payer AS (
    -- months exempted for some employers only: what each employer was, NULL where its sector or day is not recorded
    SELECT
        e.delivered_by, e.employer_no, m.period,
        CASE
            WHEN min(e.sector) <> max(e.sector) OR min(e.sector) IS NULL THEN NULL
            WHEN max(x.sector) IS NULL THEN 'others'
            WHEN max(e.registered_on) < max(x.registered_before) THEN 'relief'
            WHEN min(e.registered_on) >= max(x.registered_before) THEN 'others'
        END AS payer
    FROM employer e
    JOIN (
        SELECT DISTINCT c.period, x.valid_from
        FROM calendar_month c
        JOIN law_exempted_months x ON c.period >= x.valid_from AND c.period < x.valid_to
    ) m ON TRUE
    LEFT JOIN law_exempted_months x ON x.valid_from = m.valid_from AND x.sector = e.sector
    GROUP BY e.delivered_by, e.employer_no, m.period
), class AS (
    SELECT
        delivered_by, employer_no,
        CASE WHEN min(accident_rate) = max(accident_rate) THEN min(accident_rate) END AS accident_rate
    FROM employer
    GROUP BY delivered_by, employer_no
), today AS (
    -- the accident rate on file is today's; the lowest class of today tells how far above it the employer stands
    SELECT a.office_code, max(r.accident_low) AS accident_low
    FROM as_of a
    JOIN law_contribution_rate r ON r.valid_from <= a.as_of AND a.as_of < r.valid_to
    GROUP BY a.office_code
), rate AS (
    SELECT
        m.period, r.insured_type, r.payer, r.insured, r.employer_low, r.employer_high, r.accident_low, r.basis
    FROM calendar_month m
    JOIN law_contribution_rate r ON m.period >= r.valid_from AND m.period < r.valid_to
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
    SELECT c.person_id, c.period, count(*) AS row_count, sum(c.wage) AS wage
    FROM contribution c
    JOIN (SELECT DISTINCT person_id, period FROM contribution WHERE base IS NULL) n
        ON n.person_id = c.person_id AND n.period = c.period
    GROUP BY c.person_id, c.period
), based AS (
    SELECT
        c.contribution_id, c.delivered_by, c.person_id, c.employer_no, c.period, c.insured_type, c.wage,
        c.insured_amount, c.employer_amount,
        CASE WHEN c.base IS NOT NULL THEN 0
            WHEN c.insured_type = '90' THEN l.voluntary ELSE l.any_type END AS ceiling_needed,
        CASE
            WHEN c.base IS NOT NULL THEN c.base
            WHEN s.wage <= CASE WHEN c.insured_type = '90' THEN l.voluntary ELSE l.any_type END THEN c.wage
            WHEN s.row_count = 1 AND l.is_steady
                THEN CASE WHEN c.insured_type = '90' THEN l.voluntary ELSE l.any_type END
        END AS base,
        r.insured AS insured_rate, r.employer_low, r.employer_high, r.basis AS rate_basis,
        r.employer_low + k.accident_rate - r.accident_low AS stated_rate,
        r.employer_low + k.accident_rate - t.accident_low AS class_rate,
        r.accident_low
    FROM contribution c
    LEFT JOIN payer p
        ON p.delivered_by = c.delivered_by AND p.employer_no = c.employer_no AND p.period = c.period
    LEFT JOIN rate r
        ON r.period = c.period AND r.insured_type = c.insured_type AND r.payer = coalesce(p.payer, 'any')
    LEFT JOIN class k ON k.delivered_by = c.delivered_by AND k.employer_no = c.employer_no
    LEFT JOIN today t ON t.office_code = c.delivered_by
    LEFT JOIN ceiling l ON l.period = c.period
    LEFT JOIN shared s ON c.base IS NULL AND s.person_id = c.person_id AND s.period = c.period
), rated AS (
    SELECT
        b.*,
        CASE WHEN stated_rate IS NULL OR accident_low IS NULL THEN employer_low
            ELSE greatest(employer_low, least(employer_high, stated_rate)) END AS employer_rate_least,
        CASE WHEN stated_rate IS NULL OR accident_low IS NULL THEN employer_high
            ELSE greatest(employer_low, least(employer_high, stated_rate)) END AS employer_rate_most,
        CASE WHEN class_rate IS NULL OR accident_low IS NULL THEN employer_low
            ELSE greatest(employer_low, least(employer_high, class_rate)) END AS employer_rate_class
    FROM based b
), due AS (
    SELECT
        r.*,
        half_up(base * insured_rate) AS insured_due,
        half_up(least(base * employer_rate_least, base * employer_rate_most)) AS employer_least,
        half_up(greatest(base * employer_rate_least, base * employer_rate_most)) AS employer_most,
        half_up(base * employer_rate_class) AS employer_class,
        -- who owes nothing may have no amount written
        coalesce(insured_amount, CASE WHEN insured_rate = 0 THEN 0 END) AS insured_paid,
        coalesce(employer_amount, CASE WHEN employer_high = 0 THEN 0 END) AS employer_paid
    FROM rated r
)
SELECT
    contribution_id, delivered_by, person_id, employer_no, period, insured_type, wage, base, ceiling_needed,
    insured_rate, employer_rate_least, employer_rate_most, rate_basis,
    insured_paid, employer_paid, insured_due, employer_least, employer_most, employer_class,
    CASE WHEN abs(insured_due - insured_paid) > threshold('amount_tolerance') THEN insured_due - insured_paid
        ELSE 0 END AS insured_short,
    CASE
        WHEN abs(employer_class - employer_paid) <= threshold('amount_tolerance') THEN 0
        WHEN employer_paid < employer_least - threshold('amount_tolerance') THEN employer_least - employer_paid
        WHEN employer_paid > employer_most + threshold('amount_tolerance') THEN employer_most - employer_paid
        ELSE 0
    END AS employer_short
FROM due
