"""The catalogue as a reviewer reads it: every rule, what it rests on, what came of it."""

from collections.abc import Mapping

import polars as pl

from ndaudit.analyses import outcomes
from ndaudit.analyses.outcomes import accusing, leads
from ndaudit.law_notes import last_known, outdated
from ndaudit.reading import Reading
from ndaudit.scope import Scope

STANDINGS = ("failed", "found", "kept", "undecided", "empty")
"""How a rule stands: not run; found something; held; nothing could be decided; nothing to speak of."""
_DECLARED: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "rule_id": pl.String,
    "area": pl.String,
    "severity": pl.String,
    "criteria": pl.List(pl.String),
    "cases": pl.Int64,
    "is_failed": pl.Boolean,
}
_LAW: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "name": pl.String,
    "rules": pl.Int64,
    "values": pl.Int64,
    "unknown": pl.Int64,
    "valid_from": pl.Date,
    "confidence": pl.String,
    "is_outdated": pl.Boolean,
}


def _declared(reading: Reading) -> pl.DataFrame:
    failed = {failure.rule_id for failure in reading.run.failures}
    rows = [
        (
            rule.id,
            rule.area,
            rule.severity,
            [f"{one.act} {one.clause}".rstrip() for one in rule.criterion],
            len(rule.cases),
            rule.id in failed,
        )
        for rule in reading.catalogue.rules.values()
    ]
    return pl.DataFrame(rows, schema=dict(_DECLARED), orient="row")


def results(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return one row per rule of the catalogue, in its order, those without an item too.

    Columns: those of `outcomes.by_rule`, criteria (`act clause`), cases (that prove it), is_failed, standing
    (one of `STANDINGS`).
    """
    found = outcomes.by_rule(reading, scope).drop("area", "severity", "decided", "rate", "country_rate")
    numbers = [name for name in found.columns if name not in ("rule_id", "effect")]
    joined = _declared(reading).join(found, on="rule_id", how="left")
    rated = outcomes.with_rates(joined.with_columns(pl.col(numbers).fill_null(0)))
    return rated.with_columns(standing=_standing()).sort("rule_id")


def _standing() -> pl.Expr:
    return (
        pl.when(pl.col("is_failed"))
        .then(pl.lit("failed"))
        .when(pl.col("exceptions") > 0)
        .then(pl.lit("found"))
        .when(pl.col("decided") > 0)
        .then(pl.lit("kept"))
        .when(pl.col("population") > 0)
        .then(pl.lit("undecided"))
        .otherwise(pl.lit("empty"))
    )


def areas(found: pl.DataFrame) -> pl.DataFrame:
    """Return, per area of the accusing rules, how many there are and how many found something."""
    counts = (
        pl.len().cast(pl.Int64).alias("rules"),
        (pl.col("standing") == "found").sum().cast(pl.Int64).alias("finding"),
        pl.col("exceptions").sum(),
    )
    summed = accusing(found).group_by("area").agg(*counts)
    return summed.sort("finding", "exceptions", "area", descending=[True, True, False])


def law_used(reading: Reading) -> pl.DataFrame:
    """Return the law parameters rules call, the most called first.

    Columns: name, rules (that call it), values (on file, by date), unknown (marked so), valid_from and
    confidence (of the last known value), is_outdated (older than such a value usually lives).
    """
    day = reading.run.finished_at.date()
    called: dict[str, int] = {}
    for rule in reading.catalogue.rules.values():
        for parameter in reading.catalogue.law_of(rule):
            called[parameter.name] = called.get(parameter.name, 0) + 1
    rows = []
    for name, rules in called.items():
        parameter = reading.catalogue.law[name]
        last = last_known(parameter)
        known = sum(value.is_known for value in parameter.values)
        rows.append(
            (
                name,
                rules,
                known,
                len(parameter.values) - known,
                last.valid_from if last else None,
                last.confidence if last else None,
                bool(outdated([parameter], day)),
            )
        )
    return pl.DataFrame(rows, schema=dict(_LAW), orient="row").sort("rules", "name", descending=[True, False])


def conclusion(found: pl.DataFrame, yields: pl.DataFrame) -> pl.DataFrame:
    """Return one row of counts from `results` and `yields.by_rule`, and its `verdict`.

    Columns: rules and leads (accusing rules, and those that only rank), finding, kept, silent (accusing
    rules: with exceptions, without, with nothing decided), failed (rules not run), exceptions, critical,
    undetermined (of accusing rules), confirmed and judged (findings reviewers decided, of accusing rules),
    verdict (`failed`, `unchecked`, `found`, `kept`).
    """
    accused = accusing(found)
    standing = pl.col("standing")
    judged = yields.filter(pl.col("rule_id").is_in(accused["rule_id"].to_list()))
    row = accused.select(
        pl.len().cast(pl.Int64).alias("rules"),
        (standing == "found").sum().cast(pl.Int64).alias("finding"),
        (standing == "kept").sum().cast(pl.Int64).alias("kept"),
        standing.is_in(["undecided", "empty"]).sum().cast(pl.Int64).alias("silent"),
        pl.col("exceptions").sum(),
        pl.col("exceptions").filter(pl.col("severity") == "C").sum().alias("critical"),
        pl.col("undetermined").sum(),
    ).with_columns(
        leads=pl.lit(leads(found).height, pl.Int64),
        failed=pl.lit(found["is_failed"].sum(), pl.Int64),
        confirmed=pl.lit(judged["confirmed"].sum(), pl.Int64),
        judged=pl.lit(judged["decided"].sum(), pl.Int64),
    )
    return row.with_columns(
        verdict=pl.when(pl.col("failed") > 0)
        .then(pl.lit("failed"))
        .when(pl.col("finding") > 0)
        .then(pl.lit("found"))
        .when(pl.col("kept") > 0)
        .then(pl.lit("kept"))
        .otherwise(pl.lit("unchecked"))
    )
