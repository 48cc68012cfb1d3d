-- title.mn: Төлөгчийн ангиллаар тухайн сарын шимтгэлийн хувь
-- title.en: Contribution rates of a month by class of payer
-- key: period, insured_type, payer_class
-- period: period
-- materialise: true
-- Employers of one accident class owe the same: few classes, so that the ledger meets rates and does not work them out.
WITH class AS (
    SELECT DISTINCT payer_class, payer, accident_rate, above_lowest FROM employer_payer
    UNION ALL
    SELECT 0, 'unknown', NULL, NULL
)
SELECT
    r.period, r.insured_type, c.payer_class, r.basis, r.tolerance, r.insured, r.employer_high,
    CASE WHEN c.accident_rate IS NULL OR r.accident_low IS NULL THEN r.employer_low
        ELSE CAST(greatest(r.employer_low, least(r.employer_high,
            r.employer_low + least(c.accident_rate - r.accident_low, c.above_lowest))) AS DECIMAL(5,5))
    END AS employer_rate_least,
    CASE WHEN c.accident_rate IS NULL OR r.accident_low IS NULL THEN r.employer_high
        ELSE CAST(greatest(r.employer_low, least(r.employer_high,
            r.employer_low + greatest(c.accident_rate - r.accident_low, c.above_lowest))) AS DECIMAL(5,5))
    END AS employer_rate_most
FROM class c
JOIN contribution_rate_month r ON r.payer = c.payer
