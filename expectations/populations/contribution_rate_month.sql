-- title.mn: Тухайн сарын шимтгэлийн хувь
-- title.en: Contribution rates of a month
-- key: period, insured_type, payer
-- period: period
-- materialise: true
-- The value of the first day of the month. Months without an exemption hold the same rates for every payer.
SELECT
    m.period, r.insured_type, p.payer, r.basis, r.accident_low,
    CAST(r.insured AS DECIMAL(5,5)) AS insured, CAST(r.employer_low AS DECIMAL(5,5)) AS employer_low,
    CAST(r.employer_high AS DECIMAL(5,5)) AS employer_high,
    CAST(threshold('amount_tolerance') AS DECIMAL(9,2)) AS tolerance
FROM calendar_month m
JOIN law_contribution_rate r ON m.period >= r.valid_from AND m.period < r.valid_to
JOIN (VALUES ('relief'), ('others'), ('unknown')) AS p(payer) ON r.payer = 'any' OR r.payer = p.payer
