-- title.mn: Шимтгэлийн бүртгэлд бичилт хийсэн ажилтан, өдөр
-- title.en: Day on which somebody entered contributions without an account known to be open
-- key: entered_by, entered_on
-- office: delivered_by
-- materialise: true
-- Days on which an account was open for certain are left out: nearly all are. is_open is FALSE or not known.
WITH day AS (
    SELECT delivered_by, entered_by, CAST(entered_at AS DATE) AS entered_on
    FROM contribution
    WHERE entered_by IS NOT NULL
    GROUP BY delivered_by, entered_by, CAST(entered_at AS DATE)
), judged AS (
    SELECT
        d.delivered_by, d.entered_by, d.entered_on, count(u.username) AS accounts,
        max(CASE
            WHEN u.username IS NULL OR u.closed_on < d.entered_on OR u.created_on > d.entered_on THEN 0
            WHEN u.created_on IS NULL OR d.entered_on IS NULL THEN 1
            ELSE 2
        END) AS openness
    FROM day d
    LEFT JOIN user_account u ON u.delivered_by = d.delivered_by AND u.staff_id = d.entered_by
    GROUP BY d.delivered_by, d.entered_by, d.entered_on
)
SELECT delivered_by, entered_by, entered_on, accounts, CASE WHEN openness = 0 THEN FALSE END AS is_open
FROM judged
WHERE openness < 2
