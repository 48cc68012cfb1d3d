-- title.mn: Сонгосон хугацааны тэтгэвэр бодох дундаж цалин, дахин тооцсоноор
-- title.en: Reference wage of the chosen window, recomputed
-- key: determination_id
-- office: delivered_by
-- person: person_id
-- law_date: effective_from
-- not_needed: determination_wage, wage_statement, wage_statement_month
-- materialise: true
-- A month without wages counts zero. counted_sum is NULL where a wage, a ceiling or a coefficient is not known, or where
-- months without wages may lie in a ledger nobody delivered.
WITH day AS (
    SELECT effective_from, param('pre_2013_wage_cap', effective_from) AS cap
    FROM (SELECT DISTINCT effective_from FROM award_window)
), ledger AS (
    SELECT w.delivered_by, w.determination_id, w.effective_from, w.person_id, m.period, m.counted_wage,
        m.counted_otherwise, m.counted_wage <> m.counted_otherwise AS either_will_do
    FROM award_window w
    JOIN window_wage_month m ON m.person_id = w.person_id
    WHERE m.period >= w.window_from AND m.period < w.ends_before AND m.period >= DATE '1995-01-01'
), stated AS (
    SELECT w.delivered_by, w.determination_id, w.effective_from, w.person_id, m.period, m.least_wage, m.most_wage,
        m.all_wages
    FROM award_window w
    JOIN stated_wage_month m ON m.person_id = w.person_id
    WHERE m.period >= w.window_from AND m.period < w.ends_before
), referenced AS (
    SELECT w.delivered_by, w.determination_id, w.effective_from, w.person_id, r.period
    FROM award_window w
    JOIN referenced_month r ON r.person_id = w.person_id
    WHERE r.period >= w.window_from AND r.period < w.ends_before
), open_choice AS (
    -- months for which the sheet says what counts
    SELECT delivered_by, determination_id, period FROM referenced
    UNION
    SELECT delivered_by, determination_id, period FROM ledger WHERE either_will_do
    UNION
    SELECT delivered_by, determination_id, period FROM stated
), written AS (
    SELECT o.delivered_by, o.determination_id, o.period, max(n.wage) AS wage
    FROM open_choice o
    JOIN determination_wage n ON n.delivered_by = o.delivered_by AND n.determination_id = o.determination_id
        AND n.period = o.period
    GROUP BY o.delivered_by, o.determination_id, o.period
), value AS (
    SELECT l.delivered_by, l.determination_id, l.effective_from, l.period,
        CASE WHEN l.either_will_do AND n.wage = l.counted_otherwise THEN n.wage ELSE l.counted_wage END AS wage
    FROM ledger l
    LEFT JOIN referenced r ON r.delivered_by = l.delivered_by AND r.determination_id = l.determination_id
        AND r.period = l.period
    LEFT JOIN written n ON n.delivered_by = l.delivered_by AND n.determination_id = l.determination_id
        AND n.period = l.period
    WHERE r.period IS NULL OR n.period IS NULL
    UNION ALL
    SELECT r.delivered_by, r.determination_id, r.effective_from, r.period, n.wage
    FROM referenced r
    JOIN written n ON n.delivered_by = r.delivered_by AND n.determination_id = r.determination_id
        AND n.period = r.period
    UNION ALL
    SELECT s.delivered_by, s.determination_id, s.effective_from, s.period,
        CASE WHEN n.wage IN (s.least_wage, s.all_wages) THEN n.wage ELSE s.most_wage END
    FROM stated s
    LEFT JOIN written n ON n.delivered_by = s.delivered_by AND n.determination_id = s.determination_id
        AND n.period = s.period
), priced AS (
    SELECT
        v.delivered_by, v.determination_id, v.wage,
        v.wage = 0 OR c.coefficient IS NOT NULL AS coefficient_known,
        CASE WHEN v.wage = 0 THEN 0
            WHEN v.period < DATE '2013-01-01' AND v.wage * c.coefficient > d.cap THEN d.cap
            ELSE CAST(v.wage * c.coefficient AS DECIMAL(18,6)) END AS counted
    FROM value v
    JOIN day d ON d.effective_from = v.effective_from
    LEFT JOIN coefficient_month c ON c.effective_from = v.effective_from AND c.period = v.period
), summed AS (
    SELECT delivered_by, determination_id, count(*) AS months, sum(CASE WHEN wage > 0 THEN 1 ELSE 0 END) AS months_evidenced,
        count(counted) AS months_known, min(CASE WHEN coefficient_known THEN 1 ELSE 0 END) AS coefficients,
        sum(counted) AS counted_sum
    FROM priced
    GROUP BY delivered_by, determination_id
), unsearched AS (
    SELECT DISTINCT w.delivered_by, w.determination_id
    FROM award_window w
    JOIN unsearched_ledger u ON u.person_id = w.person_id
    WHERE u.starts_on < w.ends_before AND u.ends_before > w.window_from
)
SELECT
    w.determination_id, w.delivered_by, w.person_id, w.effective_from, w.window_from, w.window_months,
    CAST(coalesce(s.months_evidenced, 0) AS BIGINT) AS months_evidenced,
    CASE WHEN u.determination_id IS NOT NULL AND coalesce(s.months, 0) < w.window_months THEN NULL
        WHEN coalesce(s.months_known, 0) = coalesce(s.months, 0) THEN CAST(coalesce(s.counted_sum, 0) AS DECIMAL(18,6))
        END AS counted_sum,
    CASE WHEN u.determination_id IS NOT NULL AND coalesce(s.months, 0) < w.window_months THEN NULL
        WHEN coalesce(s.months_known, 0) = coalesce(s.months, 0)
            THEN CAST(coalesce(s.counted_sum, 0) / w.window_months AS DECIMAL(18,6)) END AS reference_wage,
    coalesce(s.coefficients, 1) = 1 AS coefficient_known
FROM award_window w
LEFT JOIN summed s ON s.delivered_by = w.delivered_by AND s.determination_id = w.determination_id
LEFT JOIN unsearched u ON u.delivered_by = w.delivered_by AND u.determination_id = w.determination_id
