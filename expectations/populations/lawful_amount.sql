-- title.mn: Дахин тооцсон өндөр насны тэтгэвэр, алхам бүрээр
-- title.en: Old-age pension recomputed, step by step
-- key: determination_id
-- office: delivered_by
-- person: person_id
-- law_date: effective_from
-- not_needed: book_entry, payment, pension_book
-- materialise: true
-- The window is the one chosen. Where the months proven lie between two numbers, lawful_least and lawful_most are the
-- amounts of both; lawful_amount is that of the months the sheet counts, as far as they are proven.
WITH sheet AS (
    SELECT
        e.determination_id, e.delivered_by, e.person_id, e.file_no, e.kind, e.condition, e.effective_from,
        w.window_from, w.window_months, w.months_asked, d.amount, d.rate AS rate_written,
        d.reference_wage AS reference_wage_written, e.months_counted, e.months_evidenced, e.service_least,
        e.service_most, e.service_most + e.months_open AS service_open, e.base_rate, e.months_paid,
        r.months_evidenced AS months_with_wages, r.counted_sum, r.reference_wage,
        CASE WHEN coalesce(r.coefficient_known, TRUE) THEN 1 END AS coefficient,
        CASE WHEN w.window_months = w.months_asked AND r.reference_wage IS NOT NULL
            THEN CAST(r.counted_sum AS DECIMAL(28,6)) END AS window_sum,
        CASE WHEN e.condition = 'proportional' THEN e.base_rate ELSE pension_rate(e.months_evidenced, e.effective_from)
            END AS rate_evidenced,
        CASE WHEN e.condition = 'proportional' THEN e.base_rate ELSE pension_rate(e.service_least, e.effective_from)
            END AS rate_least,
        CASE WHEN e.condition = 'proportional' THEN e.base_rate ELSE pension_rate(e.service_most, e.effective_from)
            END AS rate_most,
        CASE WHEN e.condition = 'proportional' THEN e.base_rate
            ELSE pension_rate(e.service_most + e.months_open, e.effective_from) END AS rate_open,
        e.condition = 'proportional' AS is_proportional
    FROM evidenced_service e
    JOIN window_asked w ON w.delivered_by = e.delivered_by AND w.determination_id = e.determination_id
    JOIN determination d ON d.delivered_by = e.delivered_by AND d.determination_id = e.determination_id
    LEFT JOIN reference_wage r ON r.delivered_by = e.delivered_by AND r.determination_id = e.determination_id
    WHERE e.sets_window AND d.kind = e.kind
), computed AS (
    -- rounded once, at the end
    SELECT
        s.*, CAST(floor(months_evidenced / 12) AS BIGINT) AS whole_years, n.minimum_pension, n.next_minimum,
        n.certain_from,
        half_up(window_sum * rate_evidenced * CASE WHEN s.is_proportional THEN months_evidenced ELSE 240 END
            / (240 * window_months)) AS computed_amount,
        half_up(window_sum * rate_least * CASE WHEN s.is_proportional THEN service_least ELSE 240 END
            / (240 * window_months)) AS computed_least,
        half_up(window_sum * rate_most * CASE WHEN s.is_proportional THEN service_most ELSE 240 END
            / (240 * window_months)) AS computed_most,
        half_up(window_sum * rate_open * CASE WHEN s.is_proportional THEN service_open ELSE 240 END
            / (240 * window_months)) AS computed_open
    FROM sheet s
    LEFT JOIN pension_minimum n
        ON n.effective_from = s.effective_from AND n.is_proportional = s.is_proportional
), held AS (
    SELECT
        c.*,
        CASE WHEN computed_amount >= certain_from THEN computed_amount ELSE minimum_pension END AS lawful,
        CASE WHEN computed_least >= certain_from THEN computed_least ELSE minimum_pension END AS lawful_least,
        CASE WHEN computed_most >= certain_from THEN computed_most ELSE minimum_pension END AS lawful_most,
        CASE WHEN computed_open >= certain_from THEN computed_open ELSE minimum_pension END AS lawful_open
    FROM computed c
)
SELECT
    determination_id, delivered_by, person_id, file_no, kind, condition, effective_from, amount, rate_written,
    reference_wage_written, months_counted, service_least, service_most, months_evidenced, whole_years, base_rate,
    rate_evidenced, window_from, window_months, months_asked, months_with_wages,
    CAST(counted_sum AS DECIMAL(18,2)) AS counted_sum, CAST(reference_wage AS DECIMAL(18,2)) AS reference_wage,
    coefficient, computed_amount, minimum_pension, next_minimum,
    -- the law value the amount hangs on: NULL where the minimum of the day is not on file and could decide
    CASE WHEN computed_least IS NULL OR condition IS NULL THEN coalesce(certain_from, 0)
        WHEN computed_least >= certain_from THEN certain_from ELSE minimum_pension END AS minimum_counted,
    computed_amount < minimum_pension AS minimum_decides,
    CASE WHEN computed_amount IS NOT NULL THEN lawful END AS lawful_amount,
    CASE WHEN computed_least IS NOT NULL THEN lawful_least END AS lawful_least,
    CASE WHEN computed_most IS NOT NULL THEN lawful_most END AS lawful_most,
    CASE WHEN computed_open IS NOT NULL THEN lawful_open END AS lawful_open,
    months_paid, amount - CASE WHEN computed_amount IS NOT NULL THEN lawful END AS monthly_difference
FROM held
