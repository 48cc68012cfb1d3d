-- title.mn: Сарын шимтгэл ногдох орлогын дээд хязгаар
-- title.en: Ceiling of the income of a month
-- key: period
-- period: period
-- materialise: true
-- In a month in which a ceiling changes either value will do. Before the voluntary ceiling there was one for all.
SELECT
    period, CAST(param('wage_ceiling', period) AS DECIMAL(18,2)) AS ceiling_first,
    CAST(param('wage_ceiling', CAST(add_months(period, 1) - INTERVAL 1 DAY AS DATE)) AS DECIMAL(18,2)) AS ceiling_last,
    coalesce(period >= (SELECT min(valid_from) FROM law_value WHERE name = 'voluntary_wage_ceiling'), FALSE)
        AS has_voluntary,
    CAST(param('voluntary_wage_ceiling', period) AS DECIMAL(18,2)) AS voluntary_first,
    CAST(param('voluntary_wage_ceiling', CAST(add_months(period, 1) - INTERVAL 1 DAY AS DATE)) AS DECIMAL(18,2))
        AS voluntary_last
FROM calendar_month
