-- title.mn: Тогтоолтод хоёр удаа тооцсон сар
-- title.en: Months of service a determination counts twice
-- key: determination_id
-- office: delivered_by
-- not_needed: determination_service
-- What a line shares with the lines begun before it, in whole months, as far as both are counted: a line may be written
-- with fewer months than it lasts, or the sheet may count fewer than its lines hold. Two employers in one month are
-- lawful that way. Where the sheet counts more than its lines hold, they do not tell what it counts.
WITH line AS (
    SELECT delivered_by, determination_id, counted_from, counted_to, months,
        max(counted_to) OVER (PARTITION BY delivered_by, determination_id ORDER BY counted_from, line
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS covered_to
    FROM determination_service
    WHERE counted_from <= counted_to AND months IS NOT NULL
), placed AS (
    SELECT delivered_by, determination_id, months,
        CASE WHEN covered_to >= counted_from THEN months_between(counted_from, least(covered_to, counted_to) + 1)
            ELSE 0 END AS months_shared,
        months_between(month_of(counted_from), month_of(counted_to)) + 1 AS months_touched,
        months_between(counted_from, counted_to + 1) AS months_whole
    FROM line
), summed AS (
    SELECT delivered_by, determination_id, sum(months) AS months_listed,
        sum(least(months_shared, greatest(months - months_touched + months_shared, 0)))
            - sum(greatest(months_whole - months_shared - months, 0)) AS months_again
    FROM placed
    GROUP BY delivered_by, determination_id
    HAVING max(months_shared) > 0
), counted AS (
    SELECT s.delivered_by, s.determination_id, s.months_listed, s.months_again,
        d.service_months_before_1995 + d.service_months_after_1995 AS months_counted
    FROM summed s
    JOIN determination d ON d.delivered_by = s.delivered_by AND d.determination_id = s.determination_id
)
SELECT delivered_by, determination_id,
    CAST(least(months_again, months_counted - months_listed + months_again) AS BIGINT) AS months_twice
FROM counted
WHERE months_again > 0 AND months_counted <= months_listed AND months_counted > months_listed - months_again
