"""An office at a glance, beside the country: insured, employers, wages, density, pensions, rights to come."""

import polars as pl

from ndaudit.analyses.prospective import asked_years, nearing
from ndaudit.analyses.shares import fraction
from ndaudit.reading import Reading
from ndaudit.recomputing import recompute
from ndaudit.scope import EVERYTHING, Scope

YEARS = 5
MONTHS = 12
COVERAGE_RULE = "SIB-03"
"""The rule that asks for a contribution in every month of an employment."""
PERCENTILES = (10, 25, 50, 75, 90)
DENSITIES = ("all", "most", "half", "few")
"""In how many of the last twelve months a person contributed: 12, 7 to 11, 4 to 6, 1 to 3."""
_LAST = """
last AS (
    SELECT max(period) AS latest FROM snapshot.contribution WHERE $office IS NULL OR delivered_by = $office
)
"""
_MONTHS = f"""
WITH {_LAST}
SELECT c.period AS month, count(DISTINCT c.person_id) AS insured,
    count(DISTINCT c.employer_no) AS employers,
    CAST(round(avg(c.wage), 2) AS DECIMAL(18, 2)) AS mean_wage
FROM snapshot.contribution c CROSS JOIN last l
WHERE c.period > l.latest - to_months($months) AND ($office IS NULL OR c.delivered_by = $office)
GROUP BY month ORDER BY month DESC
"""
_WAGES = f"""
WITH {_LAST}, earned AS (
    SELECT c.person_id, sum(c.wage) AS wage
    FROM snapshot.contribution c CROSS JOIN last l
    WHERE c.period = l.latest AND c.wage > 0 AND ($office IS NULL OR c.delivered_by = $office)
    GROUP BY c.person_id
)
SELECT quantile_disc(wage, [0.1, 0.25, 0.5, 0.75, 0.9]) AS wages FROM earned
"""
_DENSITY = f"""
WITH {_LAST}, counted AS (
    SELECT c.person_id, count(DISTINCT c.period) AS months
    FROM snapshot.contribution c CROSS JOIN last l
    WHERE c.period > l.latest - to_months($months) AND ($office IS NULL OR c.delivered_by = $office)
    GROUP BY c.person_id
)
SELECT CASE WHEN months >= 12 THEN 'all' WHEN months >= 7 THEN 'most' WHEN months >= 4 THEN 'half'
        ELSE 'few' END AS density, count(*) AS persons
FROM counted GROUP BY density
"""
_PENSIONS = """
WITH last AS (
    SELECT max(period) AS latest FROM snapshot.payment WHERE $office IS NULL OR delivered_by = $office
)
SELECT p.period AS month, count(DISTINCT p.person_id) AS pensioners, coalesce(sum(p.amount), 0) AS amount,
    quantile_disc(p.amount, 0.5) AS median
FROM snapshot.payment p CROSS JOIN last l
WHERE p.period > l.latest - to_months($months) AND (p.status IS NULL OR p.status = 'paid')
    AND ($office IS NULL OR p.delivered_by = $office)
GROUP BY month ORDER BY month DESC
"""
_RIGHTS = """
SELECT p.register_year AS year, p.condition, count(*) AS rights
FROM prospective_pensioner p
JOIN register_year y ON y.office_code = p.office_code AND y.register_year = p.register_year
LEFT JOIN pension_known n ON n.person_id = p.person_id
WHERE p.right_on > y.asked_on AND n.pension_from IS NULL AND ($office IS NULL OR p.office_code = $office)
GROUP BY ALL ORDER BY ALL
"""


def by_month(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return the last twelve months of contributions, the latest first.

    Columns: month, insured, employers, mean_wage (₮), country_wage (₮, the country's mean).
    """
    own = reading.frame(_MONTHS, office=scope.office, months=MONTHS)
    country = reading.frame(_MONTHS, office=None, months=MONTHS).select(
        "month", pl.col("mean_wage").alias("country_wage")
    )
    return own.join(country, on="month", how="left").sort("month", descending=True)


def wages(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return the wages below which a tenth, a quarter, … of people earned in the last month.

    Columns: percentile (of `PERCENTILES`), wage and country_wage (₮); no row where nobody earned.
    """
    own, country = (reading.frame(_WAGES, office=office)["wages"][0] for office in (scope.office, None))
    if own is None or country is None:
        return pl.DataFrame(schema={"percentile": pl.Int64, "wage": pl.Decimal(38, 2)}).with_columns(
            country_wage=pl.col("wage")
        )
    columns = {"percentile": list(PERCENTILES), "wage": own, "country_wage": country}
    return pl.DataFrame(columns, schema_overrides={"percentile": pl.Int64})


def density(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return in how many of the last twelve months people contributed.

    Columns: density (of `DENSITIES`), persons, share, country_share.
    """
    own, country = (
        reading.frame(_DENSITY, office=office, months=MONTHS)
        .with_columns(people=pl.col("persons").sum())
        .with_columns(share=fraction("persons", "people"))
        for office in (scope.office, None)
    )
    order = pl.DataFrame({"density": DENSITIES}).with_row_index("place")
    known = own.join(country.select("density", pl.col("share").alias("country_share")), on="density")
    return known.join(order, on="density").sort("place").drop("place", "people")


def pensions(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return the last twelve months of pensions paid: month, pensioners, amount (₮), median (₮)."""
    return reading.frame(_PENSIONS, office=scope.office, months=MONTHS)


def rights(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return the old-age rights to come in this and the next `YEARS` years: year, condition, rights.

    By what is known today: while a job is open the months to come are counted ahead.
    """
    wanted = ["prospective_pensioner", "pension_known", "register_year"]
    people = nearing(reading, scope, 12 * (YEARS + 1))
    with recompute(reading, people, wanted, {"register_year": asked_years(YEARS)}) as made:
        return made.frame(_RIGHTS, office=scope.office).with_columns(pl.col("year", "rights").cast(pl.Int64))


def conclusion(
    scope: Scope, rules: pl.DataFrame, months: pl.DataFrame, paid: pl.DataFrame, coming: pl.DataFrame
) -> pl.DataFrame:
    """Return one row from `outcomes.by_rule`, `by_month`, `pensions` and `rights`, and its `verdict`.

    Columns: insured, employers, mean_wage and country_wage (₮, of the last month), coverage_share (months of
    employment with a contribution) and country_coverage_share, pensioners, rights, office (one is shown),
    verdict (`none`, `described`).
    """
    covered = rules.filter(pl.col("rule_id") == COVERAGE_RULE).select(
        coverage_share=1 - pl.col("rate"), country_coverage_share=1 - pl.col("country_rate")
    )
    last = months.head(1).select("insured", "employers", "mean_wage", "country_wage")
    if not covered.height:
        covered = pl.DataFrame({"coverage_share": [None], "country_coverage_share": [None]})
    if not last.height:
        last = pl.DataFrame({"insured": [0], "employers": [0], "mean_wage": [None], "country_wage": [None]})
    return pl.concat([last, covered], how="horizontal").with_columns(
        pensioners=pl.lit(paid.head(1)["pensioners"].sum(), pl.Int64),
        rights=pl.lit(coming["rights"].sum(), pl.Int64),
        office=pl.lit(scope != EVERYTHING),
        verdict=pl.when(pl.lit(bool(months.height or paid.height)))
        .then(pl.lit("described"))
        .otherwise(pl.lit("none")),
    )
