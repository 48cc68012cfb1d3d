"""Old-age pensions recomputed step by step: what each determination should have been, and why it is not."""

import polars as pl

from ndaudit.analyses.shares import fraction
from ndaudit.reading import Reading
from ndaudit.recomputing import recompute
from ndaudit.scope import Scope
from ndaudit.store import literal

RULE = "DET-06"
"""The rule that decides the amount: the only one whose tögrög count here, so that one money counts once."""

_STEPS = """
SELECT a.*, d.entered_by, CAST(date_trunc('year', a.effective_from) AS DATE) AS awarded_year,
    r.valid_from AS version_from, r.value AS version_months
FROM lawful_amount a
JOIN determination d ON d.delivered_by = a.delivered_by AND d.determination_id = a.determination_id
LEFT JOIN law_value r ON r.name = 'reference_window_months' AND r.valid_from <= a.effective_from
    AND a.effective_from < r.valid_to
WHERE $office IS NULL OR a.delivered_by = $office
"""
_DECIDED = """
SELECT office_code AS delivered_by, item_key AS determination_id, finding_id, outcome, effect
FROM run.finding WHERE rule_id = $rule AND ($office IS NULL OR office_code = $office)
"""
_COUNTS = (
    pl.len().cast(pl.Int64).alias("recomputed"),
    (pl.col("outcome") != "undetermined").sum().cast(pl.Int64).alias("decided"),
    (pl.col("outcome") == "exception").sum().cast(pl.Int64).alias("exceptions"),
    (pl.col("outcome") == "undetermined").sum().cast(pl.Int64).alias("undetermined"),
    pl.col("effect").filter(pl.col("effect") > 0).sum().alias("over"),
    (-pl.col("effect").filter(pl.col("effect") < 0).sum()).alias("under"),
)


def determinations(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return one row per determination computed from wages, with every step and what the run decided of it.

    Columns: those of the population `lawful_amount`, entered_by, awarded_year, version_from, version_months
    (the law of the window), finding_id, outcome (`met`, `exception`, `undetermined`), effect (₮), cause.
    """
    office = scope.office
    people = "SELECT person_id FROM snapshot.determination"
    people += f" WHERE delivered_by = {literal(office)}" if office else ""
    with recompute(reading, people, ["lawful_amount"]) as made:
        steps = made.frame(_STEPS, office=office)
    decided = reading.frame(_DECIDED, rule=RULE, office=office)
    unknown = pl.col("lawful_least").is_null()
    return (
        steps.join(decided, on=["delivered_by", "determination_id"], how="left")
        .with_columns(
            outcome=pl.col("outcome").fill_null(
                pl.when(unknown).then(pl.lit("undetermined")).otherwise(pl.lit("met"))
            )
        )
        .with_columns(cause=pl.when(pl.col("outcome") == "exception").then(_cause()))
        .sort("effective_from", "determination_id")
    )


def _cause() -> pl.Expr:
    """Return the first step at which sheet and evidence part, in the order an inspector computes."""
    apart = (pl.col("reference_wage_written") - pl.col("reference_wage")).abs() > 1
    return (
        pl.when(pl.col("minimum_decides") & (pl.col("amount") < pl.col("lawful_amount")))
        .then(pl.lit("minimum"))
        .when(apart)
        .then(pl.lit("wage"))
        .when(pl.col("months_counted") != pl.col("months_evidenced"))
        .then(pl.lit("service"))
        .when(pl.col("rate_written") != pl.col("rate_evidenced"))
        .then(pl.lit("rate"))
        .otherwise(pl.lit("sum"))
    )


def conclusion(found: pl.DataFrame) -> pl.DataFrame:
    """Return one row of counts and ₮ over all determinations, and its `verdict`.

    Columns: recomputed, decided, exceptions, undetermined, over and under (₮), rate (of the decided), verdict
    (`none`, `undecided`, `kept`, `broken`).
    """
    row = found.select(*_COUNTS).with_columns(rate=fraction("exceptions", "decided"))
    return row.with_columns(
        verdict=pl.when(pl.col("recomputed") == 0)
        .then(pl.lit("none"))
        .when(pl.col("decided") == 0)
        .then(pl.lit("undecided"))
        .when(pl.col("exceptions") == 0)
        .then(pl.lit("kept"))
        .otherwise(pl.lit("broken"))
    )


def _by(found: pl.DataFrame, *names: str) -> pl.DataFrame:
    return found.group_by(*names).agg(*_COUNTS).with_columns(rate=fraction("exceptions", "decided"))


def by_version(found: pl.DataFrame) -> pl.DataFrame:
    """Return counts and ₮ by version of the law of the reference window, in order of time."""
    return _by(found, "version_from", "version_months").sort("version_from")


def by_year(found: pl.DataFrame) -> pl.DataFrame:
    """Return counts and ₮ by year in which the pension took effect."""
    return _by(found, "awarded_year").sort("awarded_year")


def by_inspector(found: pl.DataFrame) -> pl.DataFrame:
    """Return counts and ₮ by the one who entered the determination, most exceptions first."""
    ordered = _by(found, "entered_by").sort("exceptions", "entered_by", descending=[True, False])
    return ordered.filter(pl.col("decided") > 0)


def by_cause(found: pl.DataFrame) -> pl.DataFrame:
    """Return counts and ₮ of the exceptions by the step at which sheet and evidence part first."""
    wrong = found.filter(pl.col("outcome") == "exception")
    return _by(wrong, "cause").sort("exceptions", "cause", descending=[True, False])


def largest(found: pl.DataFrame, most: int = 20) -> pl.DataFrame:
    """Return the exceptions with the largest effect, either way, each with its steps."""
    wrong = found.filter(pl.col("outcome") == "exception").with_columns(size=pl.col("effect").abs())
    return wrong.sort("size", "determination_id", descending=[True, False], nulls_last=True).head(most)


def of_pensions(rules: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of `outcomes.by_rule` that speak of how an old-age pension is computed."""
    named = pl.col("rule_id").str.contains(r"^(DET-0[6-9]|DET-10|WAG-.*|PRV-0[37])$")
    return rules.filter(named & (pl.col("severity") != "I")).sort(
        "exceptions", "rule_id", descending=[True, False]
    )
