"""What became of findings: how long they have been open, who waits for what, and what came back.

A finding keeps its number from run to run, so a finding is as old as the first full run that made it.
Leads are no faults and are left out throughout.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import polars as pl

from ndaudit.analyses import yields
from ndaudit.analyses.runs import full_runs
from ndaudit.reading import Reading
from ndaudit.reviews.decisions import RETESTED, RETESTS, State
from ndaudit.reviews.following import AGES
from ndaudit.scope import Scope
from ndaudit.store import connect

CLASSES = (0, *AGES)
"""Least days of each class of age."""
WAITING = ("open", "assigned", "proposed", "undecided")
"""States in which nobody's decision has taken effect."""
DUE = ("confirmed", "still_there", "recurring")
"""States in which a fault is known and not put right."""
_NOW = """
SELECT finding_id, any_value(rule_id ORDER BY rule_id) AS rule_id, min(severity) AS severity,
    min(office_code) AS office_code
FROM run.finding
WHERE outcome = 'exception' AND severity <> 'I' AND ($office IS NULL OR office_code = $office)
GROUP BY finding_id ORDER BY finding_id
"""
_THEN = "SELECT DISTINCT finding_id FROM finding WHERE outcome = 'exception' ORDER BY finding_id"
_STATES: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "finding_id": pl.String,
    "state": pl.String,
    "due_on": pl.Date,
}
_RETESTED: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "rule_id": pl.String,
    "confirmed": pl.Int64,
    "corrected": pl.Int64,
    **dict.fromkeys(RETESTS, pl.Int64),
    "recovered": pl.Decimal(38, 2),
}


def findings(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return one row per finding of fault of the run.

    Columns: finding_id, rule_id, severity, office_code, first_on (day of the first full run that made it),
    is_new (this run made it first), days (since then), state (one of `STATES`), due_on (when it has to be
    put right, or NULL).
    """
    now = reading.frame(_NOW, office=scope.office)
    dated = now.join(_first_found(reading, now.select("finding_id")), on="finding_id", how="left")
    stated = dated.join(_states(reading), on="finding_id", how="left").with_columns(
        state=pl.col("state").fill_null("open"),
        days=(pl.lit(reading.run.finished_at.date()) - pl.col("first_on")).dt.total_days(),
    )
    return stated.sort("finding_id")


def _first_found(reading: Reading, wanted: pl.DataFrame) -> pl.DataFrame:
    runs = full_runs(reading)
    parts = [wanted.clear().with_columns(first_on=pl.lit(None, pl.Date), is_new=pl.lit(None, pl.Boolean))]
    for run in runs:
        if wanted.is_empty():
            break
        con = connect(run.database, read_only=True)
        try:
            made = con.sql(_THEN).pl()
        finally:
            con.close()
        day, is_new = run.finished_at.date(), run.id == reading.run.id
        known = wanted.join(made, on="finding_id", how="semi")
        parts.append(known.with_columns(first_on=pl.lit(day, pl.Date), is_new=pl.lit(is_new)))
        wanted = wanted.join(made, on="finding_id", how="anti")
    return pl.concat(parts)


def _states(reading: Reading) -> pl.DataFrame:
    rows = [
        (state.finding_id, state.state, _day(state.decision.get("due_on")))
        for state in yields.touched(reading).values()
    ]
    return pl.DataFrame(rows, schema=dict(_STATES), orient="row")


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def ages(found: pl.DataFrame) -> pl.DataFrame:
    """Return how many of `findings` wait for a decision, by how long they have been known.

    Columns: age (the least days of the class, as text), findings, critical, warning. A class without any is
    there too; no row where nothing waits.
    """
    waiting = found.filter(pl.col("state").is_in(WAITING))
    if waiting.is_empty():
        return pl.DataFrame(schema={"age": pl.String} | dict.fromkeys(_COUNTED, pl.Int64))
    rows = []
    for least, most in zip(CLASSES, (*CLASSES[1:], None), strict=True):
        old = pl.col("days") >= least
        part = waiting.filter(old if most is None else old & (pl.col("days") < most))
        critical = part.filter(pl.col("severity") == "C").height
        rows.append((str(least), part.height, critical, part.height - critical))
    return pl.DataFrame(rows, schema=["age", *_COUNTED], orient="row")


_COUNTED = ("findings", "critical", "warning")


def backlog(reading: Reading, found: pl.DataFrame) -> pl.DataFrame:
    """Return, for each office, what of `findings` waits for whom, in order of its code.

    Columns: office_code, findings, waiting (for a decision), oldest (days the oldest of them is known), due
    (faults to be put right), overdue (their day has passed), corrected (said to be put right, not yet
    retested), dismissed.
    """
    state = pl.col("state")
    today = reading.run.finished_at.date()
    waiting, due = state.is_in(WAITING), state.is_in(DUE)
    grouped = found.group_by("office_code").agg(
        pl.len().cast(pl.Int64).alias("findings"),
        waiting.sum().cast(pl.Int64).alias("waiting"),
        pl.col("days").filter(waiting).max().alias("oldest"),
        due.sum().cast(pl.Int64).alias("due"),
        (due & (pl.col("due_on") < today)).sum().cast(pl.Int64).alias("overdue"),
        state.is_in(["corrected", "resolved"]).sum().cast(pl.Int64).alias("corrected"),
        (state == "dismissed").sum().cast(pl.Int64).alias("dismissed"),
    )
    return grouped.sort("office_code", nulls_last=True)


def retested(reading: Reading, scope: Scope, most: int = 20) -> pl.DataFrame:
    """Return what became of the findings two people found to be faults, rule by rule, the most first.

    Columns: rule_id, confirmed (all of them), corrected (said to be put right, and not retested since),
    resolved, still_there, recurring (what the last retest by the same rule came to), recovered (₮ recovered,
    less what was paid back to citizens).
    """
    faults = {finding: state for finding, state in yields.touched(reading).items() if state.state in RETESTED}
    rule_of = yields.rule_of(reading, scope, faults)
    by_rule: dict[str, list[State]] = {}
    for finding, rule in sorted(rule_of.items()):
        by_rule.setdefault(rule, []).append(faults[finding])
    rows = []
    for rule, stood in by_rule.items():
        counts = Counter(state.state for state in stood)
        recovered = sum((state.recovered for state in stood), Decimal(0))
        rows.append((rule, len(stood), *(counts[name] for name in ("corrected", *RETESTS)), recovered))
    frame = pl.DataFrame(rows, schema=dict(_RETESTED), orient="row")
    return frame.sort("confirmed", "rule_id", descending=[True, False]).head(most)
