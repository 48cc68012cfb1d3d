"""The contract suite of contributions: ours, one hand-written pass with the same counts, stock GX.

The import of Great Expectations (4 to 5 s of CPU) stands outside the measurement.
"""

import atexit
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import great_expectations as gx
from great_expectations.execution_engine import SqlAlchemyExecutionEngine

from benchmarks.contributions import write_table
from benchmarks.measure import Figures, alternate
from ndaudit.beginning import shipped
from ndaudit.store import connect, literal, quoted
from ndaudit.suites.by_office import count_by_office
from ndaudit.suites.checkpoint import RESULT_FORMAT
from ndaudit.suites.datasource import DuckDBExecutionEngine, let_go, on_connection

TABLE = "contribution"


def _suite() -> dict[str, Any]:
    path = shipped("expectations") / "suites" / f"{TABLE}.json"
    suite: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return suite


def _attached(database: Path) -> Any:
    con = connect()
    con.execute(f"ATTACH {literal(str(database))} AS snapshot (READ_ONLY)")
    con.execute(f"CREATE VIEW {TABLE} AS SELECT * FROM snapshot.{TABLE}")
    return con


def ours(database: Path, suite: dict[str, Any]) -> None:
    """Validate the suite as `ndaudit check` does: counts, examples and counts by office where one fails."""
    con = _attached(database)
    _validate(con, suite, by_office=True)
    con.close()
    atexit.register(let_go)


def stock(database: Path, suite: dict[str, Any]) -> None:
    """Validate the suite with the metric resolution of Great Expectations put back."""
    DuckDBExecutionEngine.resolve_metrics = SqlAlchemyExecutionEngine.resolve_metrics  # type: ignore[method-assign]
    con = _attached(database)
    _validate(con, suite, by_office=False)
    con.close()
    atexit.register(let_go)


def _validate(con: Any, suite: dict[str, Any], by_office: bool) -> None:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source: Any = context.data_sources.add_duckdb("d", **on_connection(con))  # type: ignore[attr-defined]
    asset = source.add_table_asset(TABLE, table_name=TABLE)
    batch = asset.add_batch_definition_whole_table("all").get_batch()
    asked = gx.ExpectationSuite(**suite)
    found = batch.validate(context.suites.add(asked), result_format=RESULT_FORMAT)
    if len(found.results) != len(asked.expectations) or not any(one.success for one in found.results):
        raise RuntimeError("the suite was not evaluated")
    if by_office:
        count_by_office(source.get_execution_engine(), TABLE, found.results)


def by_hand(database: Path, counted: str) -> None:
    """Count rows, missing and failing values of every column the suite speaks of, in one query."""
    con = _attached(database)
    con.execute(f"SELECT {counted} FROM {TABLE}").fetchall()
    con.close()


def _counts(suite: dict[str, Any]) -> str:
    asked = [(one["type"], one["kwargs"]) for one in suite["expectations"]]
    columns = sorted({kwargs["column"] for _, kwargs in asked if "column" in kwargs})
    missing = [f"count(*) FILTER (WHERE {quoted(column)} IS NULL)" for column in columns]
    failing = [
        f"count(*) FILTER (WHERE {condition})"
        for kind, kwargs in asked
        if (condition := _failing(kind, kwargs)) is not None
    ]
    return ", ".join(["count(*)", *missing, *failing])


def _failing(kind: str, kwargs: dict[str, Any]) -> str | None:
    column = quoted(kwargs.get("column", ""))
    match kind:
        case "expect_column_values_to_be_in_set":
            values = ", ".join(literal(value) for value in kwargs["value_set"])
            return f"{column} NOT IN ({values})"
        case "expect_column_values_to_match_regex":
            return f"NOT regexp_matches({column}, {literal(kwargs['regex'])})"
        case "expect_column_values_to_be_between":
            return f"{column} NOT BETWEEN {kwargs['min_value']} AND {kwargs['max_value']}"
    return None


def measure(rows: int, runs: int) -> dict[str, Figures]:
    """Return the medians of each side over `rows` contributions."""
    suite = _suite()
    with TemporaryDirectory() as folder:
        database = Path(folder) / f"{TABLE}.duckdb"
        write_table(database, rows)
        sides = {
            "ndaudit: counts, examples, counts by office": (ours, (database, suite)),
            "DuckDB by hand: the same counts in one query": (by_hand, (database, _counts(suite))),
            "Great Expectations, stock, on our datasource": (stock, (database, suite)),
        }
        return alternate(sides, runs)
