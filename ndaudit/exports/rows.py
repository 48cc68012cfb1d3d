"""From delivered values to typed rows, with every unreadable value kept: one pass over the file.

While a file is read its table may have two columns more: `unread`, the raw texts of what could not be read
(NULL in nearly every row), and `respelt`, how many register numbers were put right; they go when the file is
done. A file that looks plain in its sample does without them: see `plain`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from ndaudit.exports.headers import HeaderMatch
from ndaudit.exports.values import as_text, conversion, trimmed
from ndaudit.sorting import storage_columns, storage_order
from ndaudit.store import literal, quoted
from ndaudit.tables import Column, Table

_MARKS = {"unread": "VARCHAR[]", "respelt": "UTINYINT"}


@dataclass(frozen=True)
class RawRows:
    """The rows of a delivered file as SQL can read them, one column `c0`, `c1`, … per header.

    Attributes:
        relation: SQL to stand after FROM.
        row: SQL of a row's number in the file, 1 = first row of data.
        types: DuckDB type of each column.
        ordered: whether the rows already lie in storage order, and need no sort.
        plain_texts: whether texts are stored as they came, to be put right in the table.
    """

    relation: str
    row: str
    types: tuple[str, ...]
    ordered: bool = False
    plain_texts: bool = False


@dataclass(frozen=True)
class Provenance:
    """What every row of one file carries besides its own values."""

    office_code: str
    batch_id: str
    source_file: str

    @property
    def rows(self) -> str:
        """SQL condition for the rows of this file."""
        return f"batch_id = {literal(self.batch_id)} AND source_file = {literal(self.source_file)}"


@contextmanager
def marked(con: duckdb.DuckDBPyConnection, table: Table) -> Iterator[None]:
    """Let a table have the columns `unread` and `respelt` for as long as a file is read into it."""
    yield
    # a failed load throws the whole draft away: only success has to clean up
    for name in _MARKS if is_marked(con, table) else ():
        con.execute(f"ALTER TABLE {quoted(table.name)} DROP COLUMN {name}")


def mark(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Give a table the columns `unread` and `respelt`, if it has them not."""
    for name, kind in () if is_marked(con, table) else _MARKS.items():
        con.execute(f"ALTER TABLE {quoted(table.name)} ADD COLUMN {name} {kind}")


def is_marked(con: duckdb.DuckDBPyConnection, table: Table) -> bool:
    """Return whether a table has the columns `unread` and `respelt`."""
    found = con.execute(
        "SELECT 1 FROM duckdb_columns() WHERE database_name = current_database() AND table_name = ?"
        " AND column_name = 'unread'",
        [table.name],
    ).fetchall()
    return bool(found)


def respelt_values(con: duckdb.DuckDBPyConnection, table: Table, origin: Provenance) -> int:
    """Return how many register numbers of a file were put right."""
    if not is_marked(con, table):
        return 0
    [[count]] = con.execute(
        f"SELECT coalesce(sum(respelt), 0) FROM {quoted(table.name)} WHERE {origin.rows}"
    ).fetchall()
    return int(count)


@dataclass(frozen=True)
class Value:
    """One column of the table and where its value comes from (position and type; None = not delivered)."""

    column: Column
    position: int | None
    source: str

    @property
    def raw(self) -> str:
        """SQL of the value as it came."""
        return f"CAST(NULL AS {self.column.sql_type})" if self.position is None else f"c{self.position}"

    @property
    def text(self) -> str:
        """SQL of the value as it came, surrounding space removed from texts."""
        return trimmed(self.raw) if self.source == "VARCHAR" and self.position is not None else self.raw

    def read(self, raw: str) -> str:
        """SQL of the value read as the column's type; texts are trimmed."""
        return raw if self.position is None else conversion(self.column, raw, self.source)

    @property
    def may_fail(self) -> bool:
        """Whether a value may be there and yet not be readable."""
        return self.position is not None and self.column.sql_type not in {"VARCHAR", self.source}

    @property
    def is_text(self) -> bool:
        """Whether the value comes as a text and stays one."""
        return self.position is not None and self.column.sql_type == self.source == "VARCHAR"


def values_of(table: Table, raw: RawRows, match: HeaderMatch) -> list[Value]:
    """Return every column of the table with where its value comes from."""
    places = ((column, match.positions.get(column.name)) for column in table.columns)
    return [Value(column, at, "" if at is None else raw.types[at]) for column, at in places]


def needs_marks(table: Table, raw: RawRows, match: HeaderMatch) -> bool:
    """Return whether a value may be there that cannot be read, or a register number to put right."""
    values = values_of(table, raw, match)
    return any(value.may_fail or (value.column.normalise and value.is_text) for value in values)


def _unread(values: list[Value]) -> str:
    """Return SQL of the raw texts of a row that could not be read, NULL when there are none."""
    failing = [(n, value) for n, value in enumerate(values) if value.may_fail]
    if not failing:
        return "CAST(NULL AS VARCHAR[])"
    any_failed = " OR ".join(f"(r{n} IS NOT NULL AND v{n} IS NULL)" for n, _ in failing)
    texts = ", ".join(
        f"CASE WHEN v{n} IS NULL THEN left({as_text(f'r{n}', value.source)}, 1000) END"
        for n, value in failing
    )
    return f"CASE WHEN {any_failed} THEN [{texts}] END"


def _respelt(values: list[Value]) -> str:
    spelt = [
        f"CASE WHEN r{n} <> v{n} THEN 1 ELSE 0 END"
        for n, value in enumerate(values)
        if value.column.normalise and value.is_text
    ]
    return f"CAST({' + '.join(spelt) or '0'} AS UTINYINT)"


def lies_in_order(con: duckdb.DuckDBPyConnection, table: Table, sample: RawRows, match: HeaderMatch) -> bool:
    """Return whether the rows of a sample stand by person and period, so that the file need not be sorted.

    Nothing is decided by the order of stored rows: where a file is in disorder only between the pieces of
    its sample, checks of that table are slower, and no more.
    """
    by = storage_columns(table)
    if not by:
        return True
    values = {v.column.name: v for v in values_of(table, sample, match)}
    placed = [values[name] for name in by]
    came = ", ".join(f"{v.text} AS r{n}" for n, v in enumerate(placed))
    key = ", ".join(v.read(f"r{n}") for n, v in enumerate(placed))
    [[disorder]] = con.execute(
        f"SELECT count(*) FROM (SELECT place, lag(place) OVER (ORDER BY n) AS before FROM ("
        f"SELECT row({key}) AS place, n FROM (SELECT {came}, {sample.row} AS n FROM {sample.relation})))"
        " WHERE place < before"
    ).fetchall()
    return not disorder


def insert_rows(
    con: duckdb.DuckDBPyConnection, table: Table, raw: RawRows, match: HeaderMatch, origin: Provenance
) -> int:
    """Insert the rows of `raw`, converted, in storage order, and mark what may be amiss; return how many."""
    marks = tuple(_MARKS) if needs_marks(table, raw, match) else ()
    if marks:
        mark(con, table)
    values = values_of(table, raw, match)
    came = ", ".join(
        f"{value.raw if raw.plain_texts else value.text} AS r{n}" for n, value in enumerate(values)
    )
    kept = ", ".join(f"r{n}" for n, value in enumerate(values) if value.position is not None)
    read = ", ".join(
        f"{f'r{n}' if raw.plain_texts and value.is_text else value.read(f'r{n}')} AS v{n}"
        for n, value in enumerate(values)
    )
    named = ", ".join(f"v{n} AS {quoted(value.column.name)}" for n, value in enumerate(values))
    respelt = "CAST(0 AS UTINYINT)" if raw.plain_texts else _respelt(values)
    told = f"{_unread(values)} AS unread, {respelt} AS respelt, " if marks else ""
    # each value is worked out once, level by level
    rows = (
        f"SELECT {named}, {told}source_row FROM ("
        f"SELECT {read}, {kept}, source_row FROM ("
        f"SELECT {came}, {raw.row} AS source_row FROM {raw.relation}))"
    )
    return store_rows(con, table, raw, origin, f"FROM ({rows})", marks)


def store_rows(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    raw: RawRows,
    origin: Provenance,
    rows: str,
    marks: tuple[str, ...] = (),
) -> int:
    """Insert what `FROM …` gives, in storage order, and return how many rows it was."""
    names = ", ".join([*(quoted(column.name) for column in table.columns), *marks])
    # the sort does not carry the constants
    [[count]] = con.execute(
        f"INSERT INTO {quoted(table.name)} ({names}, source_row, delivered_by, batch_id, source_file)"
        f" SELECT {names}, source_row, {literal(origin.office_code)}, {literal(origin.batch_id)},"
        f" {literal(origin.source_file)} FROM (SELECT * {rows}"
        f"{'' if raw.ordered else storage_order(table)})"
    ).fetchall()
    return int(count)


def keep_unread_values(
    con: duckdb.DuckDBPyConnection, table: Table, raw: RawRows, match: HeaderMatch, origin: Provenance
) -> None:
    """Add a `rejected_value` for every raw text marked as unread since the last call."""
    failing = [value for value in values_of(table, raw, match) if value.may_fail]
    if not failing:
        return
    names = ", ".join(literal(value.column.name) for value in failing)
    kinds = ", ".join(literal(f"not_{value.column.type}") for value in failing)
    con.execute(
        "INSERT INTO rejected_value SELECT batch_id, source_file, source_row,"
        f" {literal(table.name)}, column_name, raw_text, reason FROM ("
        "SELECT batch_id, source_file, source_row, unnest(unread) AS raw_text,"
        f" unnest([{names}]) AS column_name, unnest([{kinds}]) AS reason FROM {quoted(table.name)}"
        f" WHERE {origin.rows} AND unread IS NOT NULL) WHERE raw_text IS NOT NULL"
    )
    con.execute(f"UPDATE {quoted(table.name)} SET unread = NULL WHERE {origin.rows} AND unread IS NOT NULL")
