-- title.mn: Тэтгэврийн доод хэмжээ, олгож эхэлсэн өдрөөр
-- title.en: Minimum pension of a day pensions took effect
-- key: effective_from, is_proportional
-- law_date: effective_from
-- materialise: true
-- Minimums never fell: an amount that reaches the next one listed stands, whatever the minimum of a day not on file.
WITH day AS (
    SELECT DISTINCT effective_from FROM window_asked WHERE effective_from IS NOT NULL
), listed AS (
    SELECT name = 'minimum_pension_proportional' AS is_proportional, valid_from, value
    FROM law_value
    WHERE name IN ('minimum_pension_full', 'minimum_pension_proportional') AND value IS NOT NULL
), later AS (
    SELECT d.effective_from, l.is_proportional, min(l.value) AS next_minimum
    FROM day d
    JOIN listed l ON l.valid_from > d.effective_from
    GROUP BY d.effective_from, l.is_proportional
), asked AS (
    SELECT effective_from, FALSE AS is_proportional, param('minimum_pension_full', effective_from) AS minimum_pension
    FROM day
    UNION ALL
    SELECT effective_from, TRUE, param('minimum_pension_proportional', effective_from) FROM day
)
SELECT
    a.effective_from, a.is_proportional, CAST(a.minimum_pension AS DECIMAL(18,2)) AS minimum_pension,
    CAST(n.next_minimum AS DECIMAL(18,2)) AS next_minimum,
    CAST(coalesce(a.minimum_pension, n.next_minimum) AS DECIMAL(18,2)) AS certain_from
FROM asked a
LEFT JOIN later n ON n.effective_from = a.effective_from AND n.is_proportional = a.is_proportional
