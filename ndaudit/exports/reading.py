"""The way of one delivered file into its table, whatever its format."""

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from ndaudit.errors import RefusedError
from ndaudit.exports import broken_lines
from ndaudit.exports.cells import take_cells
from ndaudit.exports.columnar import open_parquet
from ndaudit.exports.dbase import read_dbf
from ndaudit.exports.delimited import (
    SAMPLE,
    Delimited,
    column_types,
    forget_rejects,
    open_delimited,
    plain_line_ends,
)
from ndaudit.exports.faults import engine_reading, unreadable
from ndaudit.exports.headers import HeaderMatch, Layout, match_headers
from ndaudit.exports.rows import Provenance, RawRows, insert_rows, keep_unread_values, lies_in_order, marked
from ndaudit.exports.workbooks import read_workbook
from ndaudit.store import quoted
from ndaudit.tables import Table

FORMATS = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xls",
    ".parquet": "parquet",
    ".dbf": "dbf",
}
_UNSURE = r"\?[А-Яа-яЁёӨөҮү]"
"""A question mark before a Cyrillic letter stands for one the old code page lacked: ө, ү or neither."""


@dataclass(frozen=True)
class FileOutcome:
    """What became of one delivered file.

    Attributes:
        rows_in: rows the file holds; always loaded + rejected.
        values_rejected: values kept in `rejected_value`, NULL in the table.
        values_normalised: register numbers and letters put right.
        values_uncertain: texts where a `?` stands for ө or ү, nobody knows which; they are kept as they are.
        unknown_columns: headers that stand for no column; they stay in the raw copy.
    """

    rows_in: int
    rows_loaded: int
    rows_rejected: int
    values_rejected: int
    values_normalised: int
    values_uncertain: int
    unknown_columns: tuple[str, ...]
    format: str


@dataclass(frozen=True)
class _Target:
    """Where one file goes."""

    con: duckdb.DuckDBPyConnection
    table: Table
    origin: Provenance
    work: Path
    layout: Layout

    def match(self, headers: tuple[str, ...]) -> HeaderMatch:
        return match_headers(headers, self.table, self.origin.source_file)

    def insert(self, raw: RawRows, match: HeaderMatch) -> int:
        rows = insert_rows(self.con, self.table, raw, match, self.origin)
        keep_unread_values(self.con, self.table, raw, match, self.origin)
        return rows


def _read_csv(target: _Target, path: Path) -> tuple[int, HeaderMatch, Delimited]:
    """Read a CSV file; return its rows (rejected ones too), how its headers were read, how it was written."""
    delimited = open_delimited(path, target.table, target.origin.source_file, target.work)
    match = target.match(delimited.headers)
    types = column_types(target.con, delimited, target.table, match, target.work)
    try:
        return _scan(target, delimited, match, types), match, delimited
    except duckdb.InvalidInputException:
        delimited = replace(plain_line_ends(delimited, target.work), encoding=delimited.encoding)
    try:
        return _scan(target, delimited, match, types), match, delimited
    except duckdb.InvalidInputException as error:
        raise unreadable(target.origin.source_file, error) from error


def _scan(target: _Target, delimited: Delimited, match: HeaderMatch, types: tuple[str, ...]) -> int:
    con, table, origin = target.con, target.table, target.origin
    sample = RawRows(delimited.scan(types, target.work / SAMPLE), "row_number() OVER ()", types)
    ordered = lies_in_order(con, table, sample, match)
    raw = RawRows(delimited.scan(types), "row_number() OVER ()", types, ordered)
    forget_rejects(con)
    rows = insert_rows(con, table, raw, match, origin)
    broken, odd = broken_lines.set_aside(con)
    if odd > broken_lines.MANY:
        con.execute(f"DELETE FROM {quoted(table.name)} WHERE {origin.rows}")
        return _scan(target, delimited, match, ("VARCHAR",) * len(types))
    if broken or odd:
        broken_lines.renumber_rows(con, table, origin)
        broken_lines.keep_broken_rows(con, origin)
    keep_unread_values(con, table, raw, match, origin)
    if odd:
        again, read = broken_lines.read_odd_lines(con, delimited, table, match, origin, target.work)
        keep_unread_values(con, table, again, match, origin)
        rows += read
        if read != odd:
            raise RefusedError(
                "exports.rows_lost", file=origin.source_file, rows=odd, loaded=read, rejected=0
            )
    return rows + broken


def _read_any(target: _Target, path: Path) -> tuple[int, HeaderMatch, str, int]:
    """Return rows, headers, format and letters put right."""
    file = target.origin.source_file
    if path.stat().st_size == 0:
        raise RefusedError("exports.empty_file", file=file)
    kind = FORMATS.get(path.suffix.lower())
    if kind == "csv":
        rows, match, delimited = _read_csv(target, path)
        return rows, match, f"csv {delimited.encoding}", delimited.repaired
    repaired = 0
    written = kind or ""
    if kind in {"xlsx", "xls"}:
        frame, headers = read_workbook(path, target.table, target.layout, file)
        raw, repaired = take_cells(target.con, frame, headers)
    elif kind == "dbf":
        frame, headers, page = read_dbf(path, target.table, file)
        raw, repaired = take_cells(target.con, frame, headers)
        written = f"dbf {page}"
    elif kind == "parquet":
        raw, headers = open_parquet(target.con, path, file)
    else:
        raise RefusedError("exports.unknown_format", file=file, allowed=" ".join(FORMATS))
    match = target.match(headers)
    with engine_reading(file):
        return target.insert(raw, match), match, written, repaired


def _uncertain(con: duckdb.DuckDBPyConnection, table: Table, origin: Provenance, written: str) -> int:
    """Return how many texts a `?` makes uncertain; UTF-8 and Parquet have room for every letter."""
    texts = [quoted(c.name) for c in table.columns if c.sql_type == "VARCHAR"]
    if not texts or written in {"csv utf-8", "parquet"}:
        return 0
    counted = " + ".join(
        f"count(*) FILTER (contains({text}, '?') AND regexp_matches({text}, '{_UNSURE}'))" for text in texts
    )
    [[found]] = con.execute(f"SELECT {counted} FROM {quoted(table.name)} WHERE {origin.rows}").fetchall()
    return int(found)


def read_export(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    table: Table,
    origin: Provenance,
    work: Path,
    layout: Layout | None = None,
) -> FileOutcome:
    """Read one delivered file into the tables of the database `con` uses.

    Args:
        con: connection whose current database has the tables of the dictionary and the records.
        work: a folder for decoded copies.
        layout: where a mapping says the table stands in the file.

    Raises:
        RefusedError: unreadable, empty, without header, or a column is missing.
    """
    name = quoted(table.name)
    with marked(con, table):
        rows_in, match, written, repaired = _read_any(
            _Target(con, table, origin, work, layout or Layout()), path
        )
        [[loaded, respelt]] = con.execute(
            f"SELECT count(*), coalesce(sum(respelt), 0) FROM {name} WHERE {origin.rows}"
        ).fetchall()
    [[rejected]] = con.execute(f"SELECT count(*) FROM rejected_row WHERE {origin.rows}").fetchall()
    [[values]] = con.execute(f"SELECT count(*) FROM rejected_value WHERE {origin.rows}").fetchall()
    if loaded + rejected != rows_in:
        raise RefusedError(
            "exports.rows_lost", file=origin.source_file, rows=rows_in, loaded=loaded, rejected=rejected
        )
    uncertain = _uncertain(con, table, origin, written)
    return FileOutcome(
        rows_in, loaded, rejected, values, int(respelt) + repaired, uncertain, match.unknown, written
    )
