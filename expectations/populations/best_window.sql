-- title.mn: Сонгосон хугацаа ба хуулиар сонгож болох хамгийн ашигтай хугацаа
-- title.en: Chosen window and the best the law allows
-- key: determination_id
-- office: delivered_by
-- person: person_id
-- law_date: effective_from
-- not_needed: determination_wage, wage_statement, wage_statement_month, payment, pension_book
-- materialise: true
-- A frame of as many months as the window asks slides over the months. What of a wage counts is not known where its
-- ceiling or coefficient is not: it lies between nothing and what the cap leaves. best_least and best_most are the best
-- sums by either reading. Months after the first award are no months of that pension.
WITH sheet AS (
    SELECT w.delivered_by, w.determination_id, w.person_id, w.effective_from, w.window_months, w.window_from,
        w.ends_before AS window_ends_before,
        CASE WHEN w.is_made_again OR w.earliest_from IS NULL THEN DATE '1900-01-01' ELSE w.earliest_from END
            AS earliest_from,
        month_of(CASE WHEN w.awarded_on < w.effective_from THEN w.awarded_on ELSE w.effective_from END) AS open_until
    FROM award_window w
    WHERE w.window_months = w.months_asked
), day AS (
    SELECT effective_from, param('pre_2013_wage_cap', effective_from) AS cap
    FROM (SELECT DISTINCT effective_from FROM sheet)
), wage AS (
    -- an amount nobody could earn keeps its side of the cap; not by least(), which takes the other for an unknown one
    SELECT person_id, period, wage IS NULL AS is_open,
        CASE WHEN counted_wage IS NULL THEN 0 WHEN counted_otherwise < counted_wage THEN counted_otherwise
            ELSE counted_wage END AS least_wage,
        CASE WHEN counted_wage IS NULL AND wage > 9999999999.00 THEN 9999999999.00
            WHEN counted_wage IS NULL THEN coalesce(wage, CAST(ceiling AS DECIMAL(18,2)))
            WHEN counted_otherwise > counted_wage THEN counted_otherwise ELSE counted_wage END AS most_wage
    FROM counted_wage_month
    WHERE wage IS NULL OR wage > 0
    UNION ALL
    SELECT person_id, period, most_wage IS NULL,
        CASE WHEN least_wage > 9999999999.00 THEN 9999999999.00 ELSE least_wage END,
        CAST(CASE WHEN all_wages > 9999999999.00 THEN 9999999999.00 ELSE all_wages END AS DECIMAL(18,2))
    FROM stated_wage_month
    WHERE all_wages IS NULL OR all_wages > 0
), known AS (
    -- keys of its own: sums by one number cost less than sums by two texts
    SELECT s.*, row_number() OVER (ORDER BY s.delivered_by, s.determination_id) AS sheet_key FROM sheet s
), raised AS (
    -- most coefficients are 1: not multiplied
    SELECT s.sheet_key, s.window_months, s.window_from, s.window_ends_before, w.period, w.is_open,
        w.period < DATE '2013-01-01' AS is_capped, c.coefficient IS NULL OR w.most_wage IS NULL AS is_unknown, d.cap,
        CASE WHEN c.coefficient = 1 THEN CAST(w.least_wage AS DECIMAL(18,6))
            ELSE CAST(w.least_wage * c.coefficient AS DECIMAL(18,6)) END AS least_raised,
        CASE WHEN w.most_wage IS NULL THEN 0 WHEN coalesce(c.coefficient, 1) = 1 THEN CAST(w.most_wage AS DECIMAL(18,6))
            ELSE CAST(w.most_wage * c.coefficient AS DECIMAL(18,6)) END AS most_raised
    FROM known s
    JOIN wage w ON w.person_id = s.person_id
    JOIN day d ON d.effective_from = s.effective_from
    LEFT JOIN coefficient_month c ON c.effective_from = s.effective_from AND c.period = w.period
    WHERE w.period >= s.earliest_from AND w.period < s.open_until
), valued AS (
    SELECT sheet_key, window_months, window_from, window_ends_before, period, is_open,
        CASE WHEN is_capped AND least_raised > cap THEN cap ELSE coalesce(least_raised, 0) END AS low,
        CASE WHEN is_capped AND (is_unknown OR most_raised > cap) THEN cap ELSE most_raised END AS high
    FROM raised
), chosen AS (
    SELECT sheet_key, sum(CASE WHEN is_open THEN 1 ELSE 0 END) AS open_wages,
        sum(CASE WHEN period >= window_from AND period < window_ends_before THEN low ELSE 0 END) AS chosen_least,
        sum(CASE WHEN period >= window_from AND period < window_ends_before THEN high ELSE 0 END) AS chosen_most
    FROM valued
    GROUP BY sheet_key
), running AS (
    -- of equal windows the earliest: a millionth of a tögrög a month
    SELECT sheet_key, period,
        sum(low) OVER w - days_between(DATE '1900-01-01', period) * CAST(0.000001 AS DECIMAL(18,6)) AS least_by_date,
        sum(low) OVER w AS least_sum, sum(high) OVER w AS most_sum
    FROM valued
    WINDOW w AS (PARTITION BY sheet_key ORDER BY year(period) * 12 + month(period)
        RANGE BETWEEN (window_months - 1) PRECEDING AND CURRENT ROW)
), best AS (
    SELECT sheet_key, max(least_sum) AS best_least, max(most_sum) AS best_most,
        max_by(period, least_by_date) AS best_to
    FROM running
    GROUP BY sheet_key
), unsearched AS (
    SELECT DISTINCT s.delivered_by, s.determination_id
    FROM sheet s
    JOIN unsearched_ledger u ON u.person_id = s.person_id
    WHERE u.starts_on < s.open_until AND u.ends_before > s.earliest_from
), compared AS (
    SELECT
        s.determination_id, s.delivered_by, s.person_id, s.effective_from, s.window_from, s.window_months,
        CASE WHEN u.determination_id IS NULL THEN TRUE END AS ledger_searched,
        coalesce(r.counted_sum, c.chosen_least, 0) AS chosen_least, coalesce(r.counted_sum, c.chosen_most, 0) AS chosen_most,
        coalesce(b.best_least, 0) AS best_least, coalesce(b.best_most, 0) AS best_most,
        add_months(b.best_to, 1 - s.window_months) AS best_from, coalesce(c.open_wages, 0) AS open_wages,
        p.weight, p.minimum_pension, p.certain_from, p.months_paid
    FROM known s
    JOIN reference_wage r ON r.delivered_by = s.delivered_by AND r.determination_id = s.determination_id
    LEFT JOIN chosen c ON c.sheet_key = s.sheet_key
    LEFT JOIN best b ON b.sheet_key = s.sheet_key
    LEFT JOIN unsearched u ON u.delivered_by = s.delivered_by AND u.determination_id = s.determination_id
    LEFT JOIN pension_weight p ON p.delivered_by = s.delivered_by AND p.determination_id = s.determination_id
), priced AS (
    SELECT
        c.*, half_up(chosen_most * weight / (240 * window_months)) AS pension_chosen,
        half_up(best_least * weight / (240 * window_months)) AS pension_best
    FROM compared c
)
SELECT
    determination_id, delivered_by, person_id, effective_from, window_from, window_months, ledger_searched, open_wages,
    chosen_least, chosen_most, CAST(chosen_most / window_months AS DECIMAL(18,2)) AS chosen_mean,
    best_from, best_least, best_most, CAST(best_least / window_months AS DECIMAL(18,2)) AS best_mean,
    -- NULL where unknown coefficients or ceilings could decide
    CASE WHEN open_wages > 0 OR best_most <= chosen_least OR best_least > chosen_most THEN TRUE END AS wages_known,
    CASE WHEN pension_chosen >= certain_from OR best_least <= chosen_most THEN certain_from ELSE minimum_pension END
        AS minimum_counted,
    CASE WHEN pension_best >= certain_from THEN pension_best WHEN pension_best < certain_from THEN minimum_pension END
        - CASE WHEN pension_chosen >= certain_from THEN pension_chosen
            WHEN pension_chosen < certain_from THEN minimum_pension END AS monthly_difference,
    months_paid
FROM priced
