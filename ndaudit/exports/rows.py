"""From delivered values to typed rows, with every unreadable value kept: one pass over the file.

While a file is read its table has two columns more: `unread`, the raw texts of what could not be read (NULL
in nearly every row), and `respelt`, how many register numbers were put right. They go when the file is done.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from ndaudit.exports.headers import HeaderMatch
from ndaudit.exports.values import as_text, conversion, trimmed
from ndaudit.snapshots import storage_columns, storage_order
from ndaudit.store import literal, quoted
from ndaudit.tables import Column, Table


@dataclass(frozen=True)
class RawRows:
    """The rows of a delivered file as SQL can read them, one column `c0`, `c1`, … per header.

    Attributes:
        relation: SQL to stand after FROM.
        row: SQL of a row's number in the file, 1 = first row of data.
        types: DuckDB type of each column.
        ordered: whether the rows already lie in storage order, and need no sort.
    """

    relation: str
    row: str
    types: tuple[str, ...]
    ordered: bool = False


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
    """Give a table the columns `unread` and `respelt` for as long as a file is read into it."""
    con.execute(f"ALTER TABLE {quoted(table.name)} ADD COLUMN unread VARCHAR[]")
    con.execute(f"ALTER TABLE {quoted(table.name)} ADD COLUMN respelt UTINYINT")
    yield
    # a failed load throws the whole draft away: only success has to clean up
    con.execute(f"ALTER TABLE {quoted(table.name)} DROP COLUMN unread")
    con.execute(f"ALTER TABLE {quoted(table.name)} DROP COLUMN respelt")


@dataclass(frozen=True)
class _Value:
    """One column of the table and where its value comes from (position and type; None = not delivered)."""

    column: Column
    position: int | None
    source: str

    @property
    def delivered(self) -> str:
        """SQL of the value as it came, surrounding space removed from texts."""
        if self.position is None:
            return f"CAST(NULL AS {self.column.sql_type})"
        raw = f"c{self.position}"
        return trimmed(raw) if self.source == "VARCHAR" else raw

    def read(self, raw: str) -> str:
        """SQL of the value read as the column's type."""
        return raw if self.position is None else conversion(self.column, raw, self.source)

    @property
    def may_fail(self) -> bool:
        """Whether a value may be there and yet not be readable."""
        return self.position is not None and self.column.sql_type not in {"VARCHAR", self.source}


def _values(table: Table, raw: RawRows, match: HeaderMatch) -> list[_Value]:
    places = ((column, match.positions.get(column.name)) for column in table.columns)
    return [_Value(column, at, "" if at is None else raw.types[at]) for column, at in places]


def _unread(values: list[_Value]) -> str:
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


def _respelt(values: list[_Value]) -> str:
    spelt = [
        f"CASE WHEN r{n} <> v{n} THEN 1 ELSE 0 END"
        for n, value in enumerate(values)
        if value.column.normalise and value.source == "VARCHAR"
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
    read = {v.column.name: v.read(f"({v.delivered})") for v in _values(table, sample, match)}
    key = f"row({', '.join(read[name] for name in by)})"
    try:
        [[disorder]] = con.execute(
            f"SELECT count(*) FROM (SELECT place, lag(place) OVER (ORDER BY n) AS before FROM ("
            f"SELECT {key} AS place, {sample.row} AS n FROM {sample.relation})) WHERE place < before"
        ).fetchall()
    except duckdb.InvalidInputException:
        # a piece of the sample may begin within a quoted text; the file itself is read all the same
        return False
    return not disorder


def insert_rows(
    con: duckdb.DuckDBPyConnection, table: Table, raw: RawRows, match: HeaderMatch, origin: Provenance
) -> int:
    """Insert the rows of `raw`, converted, in storage order, into a `marked` table; return how many."""
    values = _values(table, raw, match)
    names = ", ".join(quoted(value.column.name) for value in values)
    came = ", ".join(f"{value.delivered} AS r{n}" for n, value in enumerate(values))
    kept = ", ".join(f"r{n}" for n, value in enumerate(values) if value.position is not None)
    read = ", ".join(f"{value.read(f'r{n}')} AS v{n}" for n, value in enumerate(values))
    named = ", ".join(f"v{n} AS {quoted(value.column.name)}" for n, value in enumerate(values))
    # each value is worked out once, level by level; the sort does not carry the constants
    [[count]] = con.execute(
        f"INSERT INTO {quoted(table.name)}"
        f" ({names}, unread, respelt, delivered_by, batch_id, source_file, source_row)"
        f" SELECT {names}, unread, respelt, {literal(origin.office_code)}, {literal(origin.batch_id)},"
        f" {literal(origin.source_file)}, source_row FROM ("
        f"SELECT {named}, {_unread(values)} AS unread, {_respelt(values)} AS respelt, source_row FROM ("
        f"SELECT {read}, {kept}, source_row FROM ("
        f"SELECT {came}, {raw.row} AS source_row FROM {raw.relation}))"
        f"{'' if raw.ordered else storage_order(table)})"
    ).fetchall()
    return int(count)


def keep_unread_values(
    con: duckdb.DuckDBPyConnection, table: Table, raw: RawRows, match: HeaderMatch, origin: Provenance
) -> None:
    """Add a `rejected_value` for every raw text marked as unread since the last call."""
    failing = [value for value in _values(table, raw, match) if value.may_fail]
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
