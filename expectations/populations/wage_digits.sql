-- title.mn: Цалингийн сүүлийн хоёр цифр, ажил олгогч, хэлтсээр
-- title.en: Last two digits of wages, by employer and by office
-- key: series, name
-- office: delivered_by
-- Each wage of an employer counts once: a pay scale repeats numbers. Numbers that end in 0 are
-- rounded by habit and left out: over N others, with 90 endings, χ² = 90 Σ n² / N − N, compared without division. refused
-- says why the test does not apply: «few» numbers, or «rounded» but for a few. Benford's law is never applied here: wages
-- are bounded by the minimum wage and the ceiling.
WITH number AS (
    SELECT delivered_by, employer_no, CAST(floor(wage) AS BIGINT) % 100 AS tail
    FROM recent_wage
    GROUP BY delivered_by, employer_no, wage
), tail AS (
    SELECT 'employer' AS series, employer_no AS name, delivered_by, tail, count(*) AS numbers
    FROM number
    GROUP BY delivered_by, employer_no, tail
    UNION ALL
    SELECT 'office', delivered_by, delivered_by, tail, count(*)
    FROM number
    GROUP BY delivered_by, tail
), summed AS (
    SELECT series, name, delivered_by, CAST(sum(CASE WHEN tail % 10 = 0 THEN 0 ELSE numbers END) AS BIGINT) AS numbers,
        CAST(sum(CASE WHEN tail % 10 = 0 THEN 0 ELSE numbers * numbers END) AS BIGINT) AS squares,
        CAST(sum(CASE WHEN tail % 10 = 0 THEN numbers ELSE 0 END) AS BIGINT) AS round_numbers,
        max(CASE WHEN tail % 10 = 0 THEN 0 ELSE numbers END) AS most_frequent
    FROM tail
    GROUP BY series, name, delivered_by
)
SELECT
    series, name, delivered_by, numbers, round_numbers, most_frequent,
    CASE WHEN numbers >= threshold('digits_least_numbers') THEN NULL
        WHEN numbers + round_numbers >= threshold('digits_least_numbers') THEN 'rounded' ELSE 'few' END AS refused,
    90 * squares - numbers * numbers > threshold('digits_chi_square') * numbers AS stands_out
FROM summed
