-- title.mn: Сарын шимтгэл ногдох орлогын дээд хязгаар
-- title.en: Ceiling of the income of a month
-- key: period
-- period: period
-- materialise: true
-- In a month in which a ceiling changes either value will do. Before the voluntary ceiling there was one for all.
SELECT
    period, param('wage_ceiling', period) AS ceiling_first,
    param('wage_ceiling', CAST(add_months(period, 1) - INTERVAL 1 DAY AS DATE)) AS ceiling_last,
    coalesce(period >= (SELECT min(valid_from) FROM law_value WHERE name = 'voluntary_wage_ceiling'), FALSE)
        AS has_voluntary,
    param('voluntary_wage_ceiling', period) AS voluntary_first,
    param('voluntary_wage_ceiling', CAST(add_months(period, 1) - INTERVAL 1 DAY AS DATE)) AS voluntary_last
FROM calendar_month
