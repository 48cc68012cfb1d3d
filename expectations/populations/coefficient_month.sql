-- title.mn: Цалингийн сарын итгэлцүүр, тэтгэвэр олгож эхэлсэн өдрөөр
-- title.en: Coefficient of a month's wage, by the day the pension took effect
-- key: effective_from, period
-- law_date: effective_from
-- materialise: true
-- wage_to is the last day the coefficient speaks of. A month without one is unknown and stands in no row.
WITH day AS (
    SELECT DISTINCT effective_from FROM award_window
), dated AS (
    SELECT d.effective_from, c.wage_from, c.wage_to, c.coefficient
    FROM day d
    JOIN law_wage_coefficient c ON c.valid_from <= d.effective_from AND d.effective_from < c.valid_to
), month AS (
    -- statements of wages reach further back than the calendar
    SELECT period FROM calendar_month
    UNION ALL
    SELECT add_months(period, -700) FROM calendar_month
)
SELECT d.effective_from, m.period, min(d.coefficient) AS coefficient
FROM dated d
JOIN month m ON m.period >= month_of(d.wage_from) AND m.period <= d.wage_to AND m.period <= d.effective_from
GROUP BY d.effective_from, m.period
