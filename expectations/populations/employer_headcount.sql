-- title.mn: Ажил олгогчийн ажиллагчдын тооны бууралт
-- title.en: Falls in the head count of an employer
-- key: employer_no
-- office: delivered_by
-- A month is compared with the three before it, as reported; a fall on the eve of dissolution is the winding up.
WITH report AS (
    SELECT delivered_by, employer_no, period, max(headcount) AS headcount
    FROM employer_report
    WHERE headcount IS NOT NULL AND period IS NOT NULL AND employer_no IS NOT NULL
    GROUP BY delivered_by, employer_no, period
), beside AS (
    SELECT
        r.*, lag(period, 1) OVER w AS period_1, lag(headcount, 1) OVER w AS headcount_1,
        lag(period, 2) OVER w AS period_2, lag(headcount, 2) OVER w AS headcount_2,
        lag(period, 3) OVER w AS period_3, lag(headcount, 3) OVER w AS headcount_3
    FROM report r
    WINDOW w AS (PARTITION BY delivered_by, employer_no ORDER BY period)
), compared AS (
    SELECT
        b.delivered_by, b.employer_no, b.period, b.headcount,
        greatest(
            CASE WHEN b.period_1 >= add_months(b.period, -3) THEN b.headcount_1 ELSE 0 END,
            CASE WHEN b.period_2 >= add_months(b.period, -3) THEN b.headcount_2 ELSE 0 END,
            CASE WHEN b.period_3 >= add_months(b.period, -3) THEN b.headcount_3 ELSE 0 END
        ) AS headcount_before
    FROM beside b
), fall AS (
    SELECT
        c.*, row_number() OVER (PARTITION BY c.delivered_by, c.employer_no ORDER BY c.period DESC) AS place
    FROM compared c
    LEFT JOIN known_employer k ON k.employer_no = c.employer_no
    WHERE 100 * (c.headcount_before - c.headcount) > threshold('head_fall_percent') * c.headcount_before AND c.headcount_before >= threshold('least_heads')
        AND (k.dissolved_on IS NULL OR c.period < add_months(month_of(k.dissolved_on), -3))
), size AS (
    SELECT delivered_by, employer_no, max(headcount) AS most_heads FROM report GROUP BY delivered_by, employer_no
)
SELECT s.employer_no, s.delivered_by, s.most_heads, f.period AS fell_in, f.headcount_before, f.headcount
FROM size s
LEFT JOIN fall f ON f.delivered_by = s.delivered_by AND f.employer_no = s.employer_no AND f.place = 1
WHERE s.most_heads >= threshold('least_heads')
