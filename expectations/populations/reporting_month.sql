-- title.mn: Тайлангийн сар
-- title.en: Month of the contribution ledger
-- key: period
-- period: period
-- materialise: true
-- Every month from 1995 to the last export, and the day its report and contributions are due: the day the law names,
-- else the next working day. Where the holidays of the year are not on file the day may be up to a week later.
WITH digit AS (
    SELECT n FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13)) AS d (n)
), possible AS (
    SELECT
        m.period,
        add_months(m.period, 1) + CAST(param('report_due_day', add_months(m.period, 1)) - 1 + d.n AS INTEGER) AS day
    FROM calendar_month m
    CROSS JOIN digit d
    WHERE m.period >= DATE '1995-01-01' AND m.period <= (SELECT max(as_of) FROM as_of)
), working AS (
    SELECT p.period, min(p.day) AS due_on
    FROM possible p
    LEFT JOIN (SELECT DISTINCT day FROM law_public_holiday) h ON h.day = p.day
    -- 1 January 1900 was a Monday
    WHERE days_between(DATE '1900-01-01', p.day) % 7 < 5 AND h.day IS NULL
    GROUP BY p.period
)
SELECT
    w.period,
    CAST(add_months(w.period, 1) - INTERVAL 1 DAY AS DATE) AS last_day,
    w.due_on,
    CASE WHEN y.year IS NOT NULL THEN w.due_on ELSE w.due_on + 7 END AS due_latest_on,
    x.valid_from IS NOT NULL AS has_exemption
FROM working w
LEFT JOIN (SELECT DISTINCT EXTRACT(YEAR FROM day) AS year FROM law_public_holiday) y
    ON y.year = EXTRACT(YEAR FROM w.due_on)
LEFT JOIN (SELECT DISTINCT valid_from, valid_to FROM law_exempted_months) x
    ON x.valid_from <= w.period AND w.period < x.valid_to
