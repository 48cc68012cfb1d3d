-- title.mn: Ажил олгогчийн ослын хувь, чөлөөлөлтөд хамаарах эсэх
-- title.en: Accident class of an employer, and whether months were exempted for it
-- key: employer_no
-- office: delivered_by
-- materialise: true
WITH today AS (
    SELECT a.office_code, max(r.accident_low) AS accident_low
    FROM as_of a
    JOIN law_contribution_rate r ON r.valid_from <= a.as_of AND a.as_of < r.valid_to
    GROUP BY a.office_code
), relief AS (
    SELECT sector, max(registered_before) AS registered_before FROM law_exempted_months GROUP BY sector
), classed AS (
    -- the accident rate on file is today's: how far it stands above the lowest class of today tells the employer's
    -- class at any time. Some months exempted some employers: what each was, unknown where sector or day is missing.
    SELECT
        e.delivered_by, e.employer_no,
        CASE WHEN min(e.accident_rate) = max(e.accident_rate) THEN min(e.accident_rate) END AS accident_rate,
        max(t.accident_low) AS lowest,
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
)
SELECT
    delivered_by, employer_no, accident_rate, accident_rate - lowest AS above_lowest, payer,
    -- a number for each payer, rate and lowest class: a rank would change with the classes of other employers
    CASE payer WHEN 'others' THEN 1 WHEN 'relief' THEN 2 ELSE 3 END
        + 4 * coalesce(CAST(round(accident_rate * 1000000) AS BIGINT) + 1000000000, 0)
        + 8000000000 * coalesce(CAST(round(lowest * 1000000) AS BIGINT) + 1, 0) AS payer_class
FROM classed
