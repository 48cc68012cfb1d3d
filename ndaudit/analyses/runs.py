"""Results over time: what the full runs that are kept decided, and why the last two differ."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from ndaudit.findings import Run, read_run
from ndaudit.populations import in_order
from ndaudit.reading import Reading
from ndaudit.scope import Scope
from ndaudit.store import connect

MOST = 24
"""Runs shown: the latest ones."""
WHY = ("new", "gone", "rule", "data", "both", "other")
"""Why a result changed: the rule is new or gone, its declarations changed, the data, both, or neither."""
_RESULTS = """
SELECT rule_id, any_value(severity) AS severity, CAST(sum(population) AS BIGINT) AS population,
    CAST(sum(exceptions) AS BIGINT) AS exceptions, CAST(sum(undetermined) AS BIGINT) AS undetermined
FROM rule_result WHERE $office IS NULL OR office_code = $office GROUP BY rule_id ORDER BY rule_id
"""
_OVER_TIME: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "run_id": pl.String,
    "finished_at": pl.Datetime("us", "UTC"),
    "snapshot": pl.String,
    "rules": pl.Int64,
    "failed": pl.Int64,
    "population": pl.Int64,
    "critical": pl.Int64,
    "warning": pl.Int64,
    "leads": pl.Int64,
    "undetermined": pl.Int64,
    "catalogue_hash": pl.String,
}
_CHANGES = ("exceptions", "undetermined")


def full_runs(reading: Reading) -> list[Run]:
    """Return the full runs that are kept up to the one that is read, oldest first."""
    workbench = reading.workbench
    kept = [path.parent.name for path in workbench.runs.glob("[!.]*/run.json")]
    runs = [read_run(workbench, name) for name in sorted(kept)]
    return sorted(
        (run for run in runs if run.full and run.finished_at <= reading.run.finished_at),
        key=lambda run: (run.finished_at, run.id),
    )


def _results(run: Run, scope: Scope) -> pl.DataFrame:
    con = connect(run.database, read_only=True)
    try:
        frame: pl.DataFrame = con.sql(_RESULTS, params={"office": scope.office}).pl()
    finally:
        con.close()
    return frame


def _sum(frame: pl.DataFrame, column: str, severities: Iterable[str]) -> int:
    return int(frame.filter(pl.col("severity").is_in(list(severities)))[column].sum())


def over_time(reading: Reading, scope: Scope, most: int = MOST) -> pl.DataFrame:
    """Return one row per full run, the latest first.

    Columns: run_id, finished_at, snapshot, rules, failed, population, critical and warning (exceptions),
    leads (raised), undetermined (leads aside), is_changed (other declarations than the run before; NULL for
    the first).
    """
    rows = []
    for run in full_runs(reading)[-most:]:
        found = _results(run, scope)
        rows.append(
            (
                run.id,
                run.finished_at,
                run.snapshot,
                len(run.totals),
                len(run.failures),
                _sum(found, "population", "CW"),
                _sum(found, "exceptions", "C"),
                _sum(found, "exceptions", "W"),
                _sum(found, "exceptions", "I"),
                _sum(found, "undetermined", "CW"),
                run.catalogue_hash,
            )
        )
    frame = pl.DataFrame(rows, schema=dict(_OVER_TIME), orient="row")
    changed = pl.col("catalogue_hash") != pl.col("catalogue_hash").shift()
    return frame.with_columns(is_changed=changed).drop("catalogue_hash").reverse()


def changes(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return the rules that decided otherwise than in the full run before, the largest change first.

    Columns: rule_id, severity, exceptions_before, exceptions, undetermined_before, undetermined, why (one of
    `WHY`).
    """
    runs = full_runs(reading)
    if len(runs) < 2:
        return pl.DataFrame(schema=_changes_schema())
    before, now = runs[-2:]
    earlier = _results(before, scope).select("rule_id", pl.col("severity", *_CHANGES).name.suffix("_before"))
    joined = _results(now, scope).join(earlier, on="rule_id", how="full", coalesce=True)
    known = joined.with_columns(
        pl.coalesce("severity", "severity_before"),
        *(pl.col(name, f"{name}_before").fill_null(0) for name in _CHANGES),
    )
    differing = pl.any_horizontal(pl.col(name) != pl.col(f"{name}_before") for name in _CHANGES)
    size = (pl.col("exceptions") - pl.col("exceptions_before")).abs()
    found = known.filter(differing).sort(size, "rule_id", descending=[True, False])
    why = [_why(reading, rule_id, before, now) for rule_id in found["rule_id"]]
    return found.with_columns(why=pl.Series(why, dtype=pl.String)).select(list(_changes_schema()))


def _changes_schema() -> dict[str, pl.DataType | type[pl.DataType]]:
    numbers = {f"{name}{end}": pl.Int64 for name in _CHANGES for end in ("_before", "")}
    return {"rule_id": pl.String, "severity": pl.String, **numbers, "why": pl.String}


def _why(reading: Reading, rule_id: str, before: Run, now: Run) -> str:
    decided = [{total.rule_id for total in run.totals} for run in (before, now)]
    if rule_id not in decided[0]:
        return "new"
    if rule_id not in decided[1]:
        return "gone"
    rewritten = any(_bytes(before, path) != _bytes(now, path) for path in _declaring(reading, rule_id))
    renewed = before.snapshot_sha256 != now.snapshot_sha256
    return {(True, True): "both", (True, False): "rule", (False, True): "data"}.get(
        (rewritten, renewed), "other"
    )


def _declaring(reading: Reading, rule_id: str) -> list[Path]:
    """Return the files that say what a rule decides, below the folder of a run."""
    catalogue = reading.catalogue
    rule = catalogue.rules[rule_id]
    folder = Path("expectations")
    populations = in_order(catalogue.populations, frozenset({rule.population}))
    return [
        folder / "rules" / rule.area / f"{rule.id}.toml",
        *(folder / "populations" / f"{population.name}.sql" for population in populations),
        *(place / f"{one.name}.toml" for one in catalogue.law_of(rule) for place in _LAW_FOLDERS),
    ]


_LAW_FOLDERS = (Path("expectations") / "law", Path("data") / "law")


def _bytes(run: Run, path: Path) -> bytes | None:
    file = run.folder / path
    return file.read_bytes() if file.is_file() else None
