-- title.mn: Хөдөлмөрийн хөлсний доод хэмжээгээр цалинжуулсан ажил олгогч
-- title.en: Employer and the share of its wages at the minimum
-- key: employer_no
-- office: office_code
-- Months whose minimum is unknown are left out; minimum_known is NULL where that leaves nothing.
WITH business AS (
    SELECT employer_no, CASE WHEN min(industry) = max(industry) THEN min(industry) END AS industry
    FROM employer
    WHERE employer_no IS NOT NULL
    GROUP BY employer_no
), paid AS (
    SELECT w.employer_no, min(w.delivered_by) AS delivered_by, count(*) AS all_wages,
        count(w.is_at_minimum) AS wages, count(*) FILTER (WHERE w.is_at_minimum) AS at_minimum
    FROM recent_wage w
    GROUP BY w.employer_no
), industry AS (
    SELECT b.industry, CAST(sum(p.wages) AS BIGINT) AS wages, CAST(sum(p.at_minimum) AS BIGINT) AS at_minimum
    FROM paid p
    JOIN business b ON b.employer_no = p.employer_no
    WHERE b.industry IS NOT NULL
    GROUP BY b.industry
)
SELECT
    p.employer_no, coalesce(k.office_code, p.delivered_by) AS office_code, b.industry, p.wages, p.at_minimum,
    i.wages - p.wages AS industry_wages, i.at_minimum - p.at_minimum AS industry_at_minimum,
    CASE WHEN p.wages > 0 THEN TRUE END AS minimum_known,
    100 * p.at_minimum >= CAST(threshold('minimum_share_percent') AS DECIMAL(6,2)) * p.wages AS is_nearly_all,
    CASE WHEN i.wages > p.wages THEN
        100 * (p.at_minimum * (i.wages - p.wages) - (i.at_minimum - p.at_minimum) * p.wages)
            >= CAST(threshold('minimum_share_points') AS DECIMAL(6,2)) * (p.wages * (i.wages - p.wages))
    END AS stands_out
FROM paid p
LEFT JOIN known_employer k ON k.employer_no = p.employer_no
LEFT JOIN business b ON b.employer_no = p.employer_no
LEFT JOIN industry i ON i.industry = b.industry
WHERE p.all_wages >= threshold('minimum_share_least_wages')
