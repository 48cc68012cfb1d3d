"""The store: immutable snapshots named by a pointer file, and the SQL world rules are decided in.

Every DuckDB connection of ndaudit is opened here.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ndaudit.errors import RefusedError
from ndaudit.law import COLUMN_TYPES, Parameter, Threshold
from ndaudit.tables import PROVENANCE, Table

POINTER = "current.json"
RECORDS: Mapping[str, Mapping[str, str]] = {
    "batch": {
        "batch_id": "VARCHAR",
        "office_code": "VARCHAR",
        "period": "DATE",
        "exported_at": "TIMESTAMP",
        "exported_by": "VARCHAR",
        "software": "VARCHAR",
        "loaded_at": "TIMESTAMP",
        "loaded_by": "VARCHAR",
        "content_hash": "VARCHAR",
        "accepted_mismatch": "VARCHAR",
        "no_manifest": "VARCHAR",
    },
    "delivered_file": {
        "batch_id": "VARCHAR",
        "office_code": "VARCHAR",
        "source_file": "VARCHAR",
        "table_name": "VARCHAR",
        "mode": "VARCHAR",
        "format": "VARCHAR",
        "rows_in": "BIGINT",
        "rows_loaded": "BIGINT",
        "rows_rejected": "BIGINT",
        "values_rejected": "BIGINT",
        "values_normalised": "BIGINT",
        "values_uncertain": "BIGINT",
        "unknown_columns": "VARCHAR",
        "sha256": "VARCHAR",
    },
    "control_total": {
        "batch_id": "VARCHAR",
        "source_file": "VARCHAR",
        "column_name": "VARCHAR",
        "promised": "DECIMAL(38,2)",
        "found": "DECIMAL(38,2)",
    },
    "rejected_row": {
        "batch_id": "VARCHAR",
        "source_file": "VARCHAR",
        "source_row": "BIGINT",
        "raw_text": "VARCHAR",
        "reason": "VARCHAR",
    },
    "rejected_value": {
        "batch_id": "VARCHAR",
        "source_file": "VARCHAR",
        "source_row": "BIGINT",
        "table_name": "VARCHAR",
        "column_name": "VARCHAR",
        "raw_text": "VARCHAR",
        "reason": "VARCHAR",
    },
}
"""What a snapshot records of its deliveries, beside the tables of the data dictionary."""

_MACROS = (
    "CREATE MACRO add_months(day, n) AS CAST(day + to_months(CAST(n AS INTEGER)) AS DATE)",
    "CREATE MACRO add_hours(moment, n) AS moment + to_hours(CAST(n AS INTEGER))",
    "CREATE MACRO months_between(first, last) AS datesub('month', CAST(first AS DATE), CAST(last AS DATE))",
    "CREATE MACRO days_between(first, last) AS CAST(last AS DATE) - CAST(first AS DATE)",
    "CREATE MACRO age_months(birth, day) AS datesub('month', CAST(birth AS DATE), CAST(day AS DATE))",
    "CREATE MACRO month_of(day) AS CAST(date_trunc('month', day) AS DATE)",
    "CREATE MACRO half_up(amount) AS CAST(floor(CAST(amount AS DECIMAL(28,8)) + 0.5) AS DECIMAL(18,2))",
    "CREATE MACRO param(parameter, day) AS (SELECT v.value FROM law_value v"
    " WHERE v.name = parameter AND v.valid_from <= day AND day < v.valid_to)",
    "CREATE MACRO pension_rate(months, day) AS CAST(param('base_rate', day) + param('rate_per_year', day)"
    " * greatest(CAST(floor(months / 12) AS BIGINT) - param('base_years', day), 0) AS DECIMAL(28,6))",
    "CREATE MACRO threshold(setting) AS (SELECT t.value FROM threshold_value t WHERE t.name = setting)",
)
FAR = "DATE '9999-12-31'"


@dataclass(frozen=True)
class Snapshot:
    """An immutable state of everything delivered.

    Attributes:
        id: its name.
        path: the DuckDB file.
        sha256: hash of the file.
        content: order-free content hash by table, which survives a rebuild.
    """

    id: str
    path: Path
    sha256: str
    content: Mapping[str, str]


def connect(
    path: Path | None = None,
    *,
    read_only: bool = False,
    memory_limit: str = "4GB",
    spill: Path | None = None,
) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file, or a database in memory when `path` is None.

    Args:
        spill: folder for what does not fit into memory; DuckDB's own choice when None.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        # what two parts of a statement share would be kept row by row: of a ledger that costs more than
        # to read it twice, and spills
        "disabled_optimizers": "common_subplan",
    }
    if spill:
        config["temp_directory"] = str(spill)
    con = duckdb.connect(":memory:" if path is None else str(path), read_only=read_only, config=config)
    # in a Jupyter kernel the bar is off, and touching the setting asks for ipywidgets
    if con.execute("SELECT current_setting('enable_progress_bar')").fetchall() == [(True,)]:
        con.execute("SET enable_progress_bar = false")
    return con


def quoted(name: str) -> str:
    """Return an identifier quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a string literal for SQL."""
    return "'" + text.replace("'", "''") + "'"


def current_snapshot(store: Path) -> Snapshot:
    """Return the snapshot the pointer names.

    Raises:
        RefusedError: nothing has been loaded yet.
    """
    pointer = store / POINTER
    if not pointer.is_file():
        raise RefusedError("store.empty", where=store)
    raw = json.loads(pointer.read_text("utf-8"))
    return Snapshot(raw["snapshot"], store / raw["file"], raw["sha256"], raw["content"])


def kept_folder(snapshot: Path) -> Path:
    """Return the folder of what was worked out from a snapshot once and for all."""
    return snapshot.with_suffix(".kept")


def table_definition(table: Table) -> str:
    """Return the `CREATE TABLE` statement of one table of the dictionary."""
    columns = {column.name: column.sql_type for column in table.columns} | dict(PROVENANCE)
    return _definition(table.name, columns)


def _definition(name: str, columns: Mapping[str, str]) -> str:
    return f"CREATE TABLE {quoted(name)} (" + ", ".join(f"{quoted(c)} {t}" for c, t in columns.items()) + ")"


def create_tables(con: duckdb.DuckDBPyConnection, tables: Iterable[Table]) -> None:
    """Create every table of the dictionary and the records of deliveries, empty."""
    for table in tables:
        con.execute(table_definition(table))
    for name, columns in RECORDS.items():
        con.execute(_definition(name, columns))


def attach_snapshot(con: duckdb.DuckDBPyConnection, snapshot: Snapshot, tables: Iterable[Table]) -> None:
    """Attach a snapshot read-only and give each of its tables a view of its own name."""
    con.execute(f"ATTACH {literal(str(snapshot.path))} AS snapshot (READ_ONLY)")
    for name in [*(table.name for table in tables), *RECORDS]:
        con.execute(f"CREATE VIEW {quoted(name)} AS SELECT * FROM snapshot.{quoted(name)}")


def declare_world(
    con: duckdb.DuckDBPyConnection, law: Mapping[str, Parameter], thresholds: Mapping[str, Threshold]
) -> None:
    """Create what rules call besides tables: law values, thresholds, macros, the day of each office's export.

    Scalars stand in `law_value` (name, valid_from, valid_to exclusive, known_on, value, confidence); a table
    parameter stands in `law_<name>` with its columns and the same dates. `as_of` has one row per office.
    """
    con.execute(
        "CREATE TABLE law_value (name VARCHAR, valid_from DATE, valid_to DATE, known_on DATE,"
        " value DECIMAL(18,6), confidence VARCHAR)"
    )
    for parameter in law.values():
        if parameter.columns:
            dates = {"valid_from": "DATE", "valid_to": "DATE", "known_on": "DATE", "confidence": "VARCHAR"}
            columns = dates | {column: COLUMN_TYPES[kind] for column, kind in parameter.columns.items()}
            con.execute(_definition(f"law_{parameter.name}", columns))
        state_law(con, parameter)
    con.execute("CREATE TABLE threshold_value (name VARCHAR, value DECIMAL(18,6))")
    settings = [(threshold.name, threshold.value) for threshold in thresholds.values()]
    _insert(con, "threshold_value", "(?, ?)", settings)
    con.execute(
        "CREATE VIEW as_of AS SELECT office_code, max(exported_at) AS exported_at,"
        " CAST(max(exported_at) AS DATE) AS as_of FROM batch GROUP BY office_code"
    )
    con.execute("CREATE VIEW delivered AS SELECT DISTINCT office_code, table_name FROM delivered_file")
    for macro in _MACROS:
        con.execute(macro)


def state_law(con: duckdb.DuckDBPyConnection, parameter: Parameter) -> None:
    """Write the values of one parameter into a declared world, in place of those it held there."""
    if not parameter.columns:
        con.execute("DELETE FROM law_value WHERE name = ?", [parameter.name])
        scalars = [
            (parameter.name, v.valid_from, v.valid_to, v.known_on, v.value, v.confidence)
            for v in parameter.values
        ]
        _insert(con, "law_value", f"(?, ?, coalesce(?, {FAR}), ?, ?, ?)", scalars)
        return
    name = f"law_{parameter.name}"
    con.execute(f"DELETE FROM {quoted(name)}")
    marks = ", ".join("?" for _ in parameter.columns)
    rows = [
        (v.valid_from, v.valid_to, v.known_on, v.confidence, *row) for v in parameter.values for row in v.rows
    ]
    _insert(con, name, f"(?, coalesce(?, {FAR}), ?, ?, {marks})", rows)


def _insert(con: duckdb.DuckDBPyConnection, table: str, marks: str, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows in one statement: one of its own for each costs more than the row."""
    if rows:
        values = ", ".join([marks] * len(rows))
        con.execute(f"INSERT INTO {quoted(table)} VALUES {values}", [value for row in rows for value in row])
