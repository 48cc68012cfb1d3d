-- title.mn: Ажилласан хугацаанд ногдох тэтгэврийн хувь
-- title.en: Rate of a pension by the service its sheet counts
-- key: determination_id
-- office: delivered_by
-- person: person_id
-- law_date: effective_from
-- not_needed: determination_wage
-- Whole years of all the months the sheet counts, those of children and herding included; a proportional pension has
-- the base rate. Months of children and herding could be granted from 2017 on: before that none recorded means none.
WITH counted AS (
    SELECT
        w.determination_id, w.delivered_by, w.person_id, w.file_no, w.kind, w.condition, w.effective_from,
        d.service_months_before_1995, d.service_months_after_1995, d.bonus_months, d.rate,
        d.service_months_before_1995 + d.service_months_after_1995 + coalesce(d.bonus_months, 0) AS service_months,
        d.bonus_months IS NULL AND w.effective_from >= DATE '2017-01-01' AS may_have_bonus
    FROM window_asked w
    JOIN determination d ON d.delivered_by = w.delivered_by AND d.determination_id = w.determination_id
    WHERE w.pension_type = 'old_age' AND w.regime = 'civil' AND d.kind = w.kind
)
SELECT
    -- whole numbers and decimals only: a fraction in binary would miss the rate by a hair
    c.*, CAST(floor(service_months / 12) AS BIGINT) AS whole_years, param('base_rate', effective_from) AS base_rate,
    CASE WHEN condition = 'proportional' THEN param('base_rate', effective_from)
        WHEN service_months IS NULL THEN param('base_rate', effective_from)
        ELSE pension_rate(service_months, effective_from) END AS lawful_rate
FROM counted c
