"""Our datasource against stock Great Expectations on pandas: the same rows, the same answers."""

import atexit
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd
import pytest
from conftest import REPOSITORY

from ndaudit.store import connect
from ndaudit.tables import SQL_TYPES, read_tables

SUITES = REPOSITORY / "expectations" / "suites"
NO_ROWS: list[Any] = []
VALUES: dict[str, list[Any]] = {
    "text": [
        "1110",
        "11",
        "65",
        " 65",
        "650",
        "123456789012",
        "1234567",
        "УБ90010112",
        "",
        "a\nb",
        None,
        None,
    ],
    "integer": [0, -1, 31, 32, 10**12, None, 7, 7],
    "money": [Decimal("0.00"), Decimal("-0.01"), Decimal("9999999999999999.99"), None, Decimal("0.10")],
    "rate": [Decimal(text) for text in ("0", "1", "1.0001", "-0.0001", "100", "100.0001", "0.115")] + [None],
    "date": [date(2026, 1, 12), None, date(1900, 1, 1), date(2026, 1, 12)],
    "period": [date(2026, 1, 1), None],
}
PANDAS: dict[str, str] = {"integer": "Int64"}


@dataclass(frozen=True)
class Asked:
    """The expectations of one type that suites ask of columns of one type, each once."""

    kind: str
    column_type: str
    kwargs: tuple[dict[str, Any], ...]

    def __str__(self) -> str:
        return f"{self.kind}-{self.column_type}"


def asked_of_files() -> list[Asked]:
    tables = read_tables(REPOSITORY / "expectations" / "tables")
    found: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for path in sorted(SUITES.glob("*.json")):
        types = {column.name: column.type for column in tables[path.stem].columns}
        for one in json.loads(path.read_text("utf-8"))["expectations"]:
            kwargs = {name: value for name, value in one["kwargs"].items() if name != "column"}
            column = one["kwargs"].get("column")
            same = found.setdefault((one["type"], types[column] if column else "table"), {})
            same[json.dumps(kwargs, sort_keys=True)] = kwargs
    return [Asked(*key, tuple(same.values())) for key, same in sorted(found.items())]


ASKED = asked_of_files()


def values_of(asked: Asked) -> list[Any]:
    if asked.column_type == "code":
        allowed = {value for kwargs in asked.kwargs for value in kwargs.get("value_set", [])}
        return [*sorted(allowed), "Q", "m", "", None, "Q", None]
    return VALUES.get(asked.column_type, VALUES["integer"])


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    from ndaudit.suites.datasource import let_go

    atexit.register(let_go)
    opened = connect()
    yield opened
    opened.close()


def duckdb_batch(con: duckdb.DuckDBPyConnection, asked: Asked, rows: list[Any], context: Any) -> Any:
    from ndaudit.suites.datasource import on_connection

    sql_type = SQL_TYPES.get(asked.column_type, "BIGINT")
    con.execute(f"CREATE OR REPLACE TABLE item (value {sql_type}, other INTEGER)")
    for row in rows:
        con.execute("INSERT INTO item (value) VALUES (?)", [row])
    source = context.data_sources.add_duckdb("ours", **on_connection(con))
    return source.add_table_asset("item", table_name="item").add_batch_definition_whole_table("all")


def pandas_batch(asked: Asked, rows: list[Any], context: Any) -> Any:
    values = pd.Series(rows, dtype=PANDAS.get(asked.column_type, "object"))
    frame = pd.DataFrame({"value": values, "other": pd.Series([None] * len(rows), dtype="object")})
    asset = context.data_sources.add_pandas("stock").add_dataframe_asset("item")
    return asset.add_batch_definition_whole_dataframe("all"), {"dataframe": frame}


def answers(batch: Any, asked: Asked, context: Any) -> list[dict[str, Any]]:
    from great_expectations import ExpectationSuite
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    column = {} if asked.column_type == "table" else {"column": "value"}
    sets = [{"column_set": ["value", "other"]}, {"column_set": ["value", "absent"]}] if not column else []
    every = (*asked.kwargs, *({**asked.kwargs[0], **one} for one in sets))
    configs = [ExpectationConfiguration(type=asked.kind, kwargs={**column, **kwargs}) for kwargs in every]
    suite = ExpectationSuite(name="asked", expectations=[config.to_domain_obj() for config in configs])
    told = [comparable(one) for one in batch.validate(suite, result_format="COMPLETE").results]
    assert len(told) == len(every)
    return told


def comparable(one: Any) -> dict[str, Any]:
    assert "'raised_exception': True" not in str(one.exception_info), one.exception_info
    result = one.result
    counts = {name: result.get(name) for name in ("element_count", "unexpected_count", "missing_count")}
    columns = result.get("observed_value")
    return {
        "success": bool(one.success),
        **{name: None if count is None else int(count) for name, count in counts.items()},
        "unexpected_list": sorted(map(written, result.get("unexpected_list") or [])),
        "observed": sorted(columns) if isinstance(columns, list | set) else None,
    }


def written(value: Any) -> str:
    """Return a value the same whatever carried it: SQL hands out exact numbers, serialising makes floats."""
    if isinstance(value, int | float | Decimal):
        return format(Decimal(str(value)).normalize(), "f")
    return "" if value is None or value is pd.NA else str(value)


# pandas would rather have the groups of a pattern taken out than matched
@pytest.mark.filterwarnings("ignore:This pattern is interpreted as a regular expression")
@pytest.mark.parametrize("filled", [True, False], ids=["rows", "no_rows"])
@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_our_datasource_answers_as_stock_on_pandas(
    con: duckdb.DuckDBPyConnection, asked: Asked, filled: bool
) -> None:
    import great_expectations as gx

    rows = values_of(asked) if filled else NO_ROWS
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    ours = duckdb_batch(con, asked, rows, context)
    definition, handed = pandas_batch(asked, rows, context)
    stock = answers(definition.get_batch(batch_parameters=handed), asked, context)
    assert answers(ours.get_batch(), asked, context) == stock
    # rows that break nothing would prove nothing
    if filled:
        assert not all(one["success"] for one in stock)


def test_every_type_the_suites_use_is_compared() -> None:
    used = {
        one["type"]
        for path in SUITES.glob("*.json")
        for one in json.loads(path.read_text("utf-8"))["expectations"]
    }
    assert used == {asked.kind for asked in ASKED}
    assert len(used) > 1
