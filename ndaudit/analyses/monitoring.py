"""How Order 163 is carried out, in one row: the figures the monitoring report begins with."""

import polars as pl

from ndaudit.analyses.outcomes import begin_with, effects, with_rates
from ndaudit.reading import Reading
from ndaudit.scope import Scope

_COUNTS = ("population", "met", "exceptions", "undetermined", "country_decided", "country_exceptions")


def conclusion(reading: Reading, scope: Scope, rules: pl.DataFrame, indicators: pl.DataFrame) -> pl.DataFrame:
    """Return one row from `order_163.citing` rules and `order_163.indicators`.

    Columns: rules, clauses, clauses_checked, clauses_broken, population, met, exceptions, critical, warning,
    undetermined, decided, rate, country_rate, over and under (₮, of the rules whose money adds up),
    first_rule and first_exceptions (see `outcomes.begin_with`), verdict (`unchecked`, `kept`, `broken`).
    """
    checked = indicators.filter(pl.col("decided").fill_null(0) > 0)
    money = effects(reading, scope, rules).select("over", "under")
    summed = rules.select(
        pl.len().cast(pl.Int64).alias("rules"),
        pl.col(_COUNTS).sum(),
        pl.col("exceptions").filter(pl.col("severity") == "C").sum().alias("critical"),
        pl.col("exceptions").filter(pl.col("severity") == "W").sum().alias("warning"),
    )
    frame = with_rates(pl.concat([summed, money], how="horizontal")).with_columns(
        clauses=pl.lit(indicators.height, pl.Int64),
        clauses_checked=pl.lit(checked.height, pl.Int64),
        clauses_broken=pl.lit(checked.filter(pl.col("exceptions") > 0).height, pl.Int64),
    )
    return frame.with_columns(
        *begin_with(rules),
        verdict=pl.when(pl.col("decided") == 0)
        .then(pl.lit("unchecked"))
        .when(pl.col("exceptions") == 0)
        .then(pl.lit("kept"))
        .otherwise(pl.lit("broken")),
    )
