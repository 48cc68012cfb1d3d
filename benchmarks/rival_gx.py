"""The same twenty row rules as stock Great Expectations 1.24 decides them, on the same file.

Stock GX cannot read DuckDB, so it runs on our datasource with its own metric resolution put back.
On SQL it returns at most 20 keys of failing rows per rule, whatever the result format; we return all.
Its import (4 to 5 s of CPU) stands outside the measurement.
"""

import atexit
from pathlib import Path
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
from great_expectations.execution_engine import SqlAlchemyExecutionEngine

from ndaudit.store import connect, literal
from ndaudit.suites.datasource import DuckDBExecutionEngine, let_go, on_connection

KEY = "contribution_id"


def _expectations() -> list[Any]:
    between, pair = gxe.ExpectColumnValuesToBeBetween, gxe.ExpectColumnPairValuesAToBeGreaterThanB
    present, among = gxe.ExpectColumnValuesToNotBeNull, gxe.ExpectColumnValuesToBeInSet
    return [
        between(column="wage", min_value=0),
        present(column="wage"),
        between(column="insured_amount", min_value=0),
        between(column="employer_amount", min_value=0),
        among(column="insured_type", value_set=["01", "02", "06", "22", "90"]),
        between(column="period", min_value="1995-01-01"),
        between(column="period", max_value="2025-12-01"),
        present(column="person_id"),
        among(column="office_code", value_set=["65", "1107", "1110"]),
        between(column="worked_days", min_value=0, max_value=31),
        pair(column_A="reported_on", column_B="period", or_equal=True),
        pair(column_A="paid_on", column_B="period", or_equal=True),
        pair(column_A="wage", column_B="insured_amount", or_equal=True),
        pair(column_A="wage", column_B="employer_amount", or_equal=True),
        between(column="wage", max_value=2390000),
        present(column="contribution_id"),
        between(column="base", min_value=0, max_value=2390000),
        pair(column_A="wage", column_B="base", or_equal=True),
        present(column="reported_on"),
        gxe.ExpectColumnValueLengthsToEqual(column="employer_no", value=9),
    ]


def stock(database: Path) -> None:
    """Validate the suite with up to 20 keys of failing rows per rule.

    Raises:
        RuntimeError: Great Expectations could not run a rule.
    """
    DuckDBExecutionEngine.resolve_metrics = SqlAlchemyExecutionEngine.resolve_metrics  # type: ignore[method-assign]
    con = connect()
    con.execute(f"ATTACH {literal(str(database))} AS snapshot (READ_ONLY)")
    con.execute("CREATE VIEW contribution AS SELECT * FROM snapshot.contribution")
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source: Any = context.data_sources.add_duckdb("d", **on_connection(con))  # type: ignore[attr-defined]
    batch = source.add_table_asset(
        "contribution", table_name="contribution"
    ).add_batch_definition_whole_table("all")
    suite = gx.ExpectationSuite(name="rows", expectations=_expectations())
    asked = {"result_format": "COMPLETE", "unexpected_index_column_names": [KEY]}
    result = batch.get_batch().validate(suite, result_format=asked)
    failed = [r for r in result.results if r.exception_info and r.exception_info.get("raised_exception")]
    con.close()
    atexit.register(let_go)
    if failed or len(result.results) != len(suite.expectations):
        raise RuntimeError(f"{len(failed)} expectations raised")
