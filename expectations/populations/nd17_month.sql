-- title.mn: НД-17-д бичсэн сарын цалин
-- title.en: Wage of a month on НД-17
-- key: determination_id, period
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: effective_from
-- not_needed: wage_statement, wage_statement_month, payment, pension_book
-- Months outside the window are left to the rule on windows. other_reading: the wage is what the ceiling of the last day
-- of the month leaves, or what its coefficient and cap make of it, or another way to read several statements.
WITH day AS (
    SELECT effective_from, param('pre_2013_wage_cap', effective_from) AS cap
    FROM (SELECT DISTINCT effective_from FROM award_window)
), unsearched AS (
    SELECT DISTINCT w.delivered_by, w.determination_id, m.period
    FROM award_window w
    JOIN unsearched_ledger u ON u.person_id = w.person_id
    JOIN reporting_month m ON m.period >= u.starts_on AND m.period < u.ends_before
    WHERE m.period >= w.window_from AND m.period < w.ends_before
), placed AS (
    SELECT
        w.determination_id, n.period, w.delivered_by, w.person_id, w.effective_from, n.wage,
        n.period < DATE '1995-01-01' AS is_early, r.period IS NOT NULL AS is_referenced,
        CASE WHEN u.period IS NULL THEN TRUE END AS ledger_searched,
        CASE WHEN n.period < DATE '1995-01-01' THEN s.most_wage WHEN m.period IS NULL THEN 0 ELSE m.wage END
            AS recorded_wage,
        m.ceiling, m.is_paid,
        CASE WHEN n.period < DATE '1995-01-01' THEN s.most_wage WHEN m.period IS NULL THEN 0 ELSE m.counted_wage END
            AS lawful_wage,
        m.counted_otherwise, s.least_wage, s.all_wages, c.coefficient, d.cap,
        p.window_sum, p.weight, p.window_months, p.minimum_pension, p.certain_from, p.months_paid
    FROM award_window w
    JOIN determination_wage n ON n.delivered_by = w.delivered_by AND n.determination_id = w.determination_id
    LEFT JOIN window_wage_month m ON m.person_id = w.person_id AND m.period = n.period
    LEFT JOIN stated_wage_month s ON s.person_id = w.person_id AND s.period = n.period
    LEFT JOIN referenced_month r ON r.person_id = w.person_id AND r.period = n.period
    LEFT JOIN unsearched u ON u.delivered_by = w.delivered_by AND u.determination_id = w.determination_id
        AND u.period = n.period
    LEFT JOIN day d ON d.effective_from = w.effective_from
    LEFT JOIN coefficient_month c ON c.effective_from = w.effective_from AND c.period = n.period
    LEFT JOIN pension_weight p ON p.delivered_by = w.delivered_by AND p.determination_id = w.determination_id
    WHERE n.period >= w.window_from AND n.period < w.ends_before
), compared AS (
    SELECT
        p.*,
        coalesce(wage = counted_otherwise, FALSE)
            OR coalesce(is_early AND (wage = least_wage OR wage = all_wages), FALSE)
            OR coalesce(wage = lawful_wage * coefficient, FALSE)
            OR coalesce(period < DATE '2013-01-01' AND lawful_wage * coalesce(coefficient, 1) > cap AND wage = cap, FALSE)
            AS other_reading,
        -- an unknown ceiling matters only to a wage that it may have cut
        CASE WHEN NOT is_early AND recorded_wage >= wage AND lawful_wage IS NULL THEN NULL ELSE TRUE END
            AS ceiling_known,
        half_up(window_sum * weight / (240 * window_months)) AS pension_written,
        half_up((window_sum - wage + lawful_wage) * weight / (240 * window_months)) AS pension_lawful
    FROM placed p
)
SELECT
    determination_id, period, delivered_by, person_id, effective_from, wage, is_early, is_referenced, ledger_searched,
    recorded_wage, ceiling, ceiling_known, is_paid, lawful_wage, other_reading, months_paid,
    CASE WHEN pension_written >= certain_from THEN pension_written
            WHEN pension_written < certain_from THEN minimum_pension END
        - CASE WHEN pension_lawful >= certain_from THEN pension_lawful
            WHEN pension_lawful < certain_from THEN minimum_pension END AS monthly_difference
FROM compared
