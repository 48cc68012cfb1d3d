-- title.mn: Хуанлийн сар
-- title.en: Month of the calendar
-- key: period
-- period: period
WITH digit AS (
    SELECT n FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS t(n)
)
SELECT add_months(DATE '1991-01-01', hundred.n * 100 + ten.n * 10 + one.n) AS period
FROM digit hundred CROSS JOIN digit ten CROSS JOIN digit one
WHERE hundred.n < 7
