"""The rules of one subject of the reports, summed: what they found, in counts and in tögrög."""

from collections.abc import Mapping

import polars as pl

from ndaudit.analyses.outcomes import accusing, begin_with, effects, with_rates
from ndaudit.reading import Reading
from ndaudit.scope import Scope

SUBJECTS: Mapping[str, str] = {
    "access": r"^(ACC-.*|VOI-.*|JOB-.*|PAY-01|PAY-09|SIB-11)$",
    "payments": r"^PAY-.*$",
    "benefits": r"^BEN-.*$",
    "contributions": r"^(CON|SIB)-.*$",
}
"""Which rules of the catalogue speak of a subject."""
_COUNTS = ("population", "met", "exceptions", "undetermined", "country_decided", "country_exceptions")


def of(rules: pl.DataFrame, subject: str) -> pl.DataFrame:
    """Return the rows of `outcomes.by_rule` that speak of one of `SUBJECTS`, leads too."""
    return rules.filter(pl.col("rule_id").str.contains(SUBJECTS[subject]))


def found_by(rules: pl.DataFrame, *names: str) -> int:
    """Return how many exceptions these rules of `outcomes.by_rule` found."""
    return int(rules.filter(pl.col("rule_id").is_in(names))["exceptions"].sum())


def conclusion(reading: Reading, scope: Scope, rules: pl.DataFrame) -> pl.DataFrame:
    """Return one row of what the accusing rules among `rules` found, and its `verdict`.

    Columns: rules, population, met, exceptions, critical, undetermined, decided, rate, country_rate, over and
    under (₮, of the rules whose money adds up), first_rule and first_exceptions (see `outcomes.begin_with`),
    verdict (`none`, `undecided`, `kept`, `found`).
    """
    accused = accusing(rules)
    summed = accused.select(
        pl.len().cast(pl.Int64).alias("rules"),
        pl.col(_COUNTS).sum(),
        pl.col("exceptions").filter(pl.col("severity") == "C").sum().alias("critical"),
    )
    money = effects(reading, scope, accused).select("over", "under")
    row = with_rates(pl.concat([summed, money], how="horizontal"))
    return row.with_columns(
        *begin_with(accused),
        verdict=pl.when(pl.col("population") == 0)
        .then(pl.lit("none"))
        .when(pl.col("decided") == 0)
        .then(pl.lit("undecided"))
        .when(pl.col("exceptions") == 0)
        .then(pl.lit("kept"))
        .otherwise(pl.lit("found")),
    )
