"""The way of one delivered file into its table, whatever its format."""

from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from ndaudit.errors import RefusedError
from ndaudit.exports import broken_lines
from ndaudit.exports.aside import read_aside
from ndaudit.exports.cells import keep_error_cells, take_cells
from ndaudit.exports.columnar import open_parquet
from ndaudit.exports.dbase import read_dbf
from ndaudit.exports.delimited import (
    Delimited,
    column_types,
    forget_rejects,
    open_delimited,
    plain_line_ends,
    take_sample,
)
from ndaudit.exports.faults import engine_reading, unreadable
from ndaudit.exports.headers import HeaderMatch, Layout, match_headers
from ndaudit.exports.plain import has_plain_texts, has_plain_values, insert_plain, put_right
from ndaudit.exports.rows import (
    Provenance,
    RawRows,
    insert_rows,
    keep_unread_values,
    lies_in_order,
    marked,
    needs_marks,
    respelt_values,
)
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

    def insert(self, raw: RawRows, match: HeaderMatch) -> tuple[int, int]:
        """Insert rows; return how many, and how many of their register numbers were put right."""
        with self.marked(wanted=needs_marks(self.table, raw, match)):
            rows = insert_rows(self.con, self.table, raw, match, self.origin)
            keep_unread_values(self.con, self.table, raw, match, self.origin)
            return rows, self.respelt()

    @contextmanager
    def marked(self, *, wanted: bool = True) -> Iterator[None]:
        """Let the rows of the table be marked, without touching others."""
        with read_aside(self.con, self.table, wanted=wanted), marked(self.con, self.table):
            yield

    def respelt(self) -> int:
        return respelt_values(self.con, self.table, self.origin)


@dataclass(frozen=True)
class _Read:
    """One file read.

    Attributes:
        rows: rejected ones too.
        repaired: letters and register numbers put right.
        question_marks: whether a `?` may stand in a text.
    """

    rows: int
    match: HeaderMatch
    format: str
    repaired: int
    question_marks: bool


def _read_csv(target: _Target, path: Path) -> _Read:
    delimited = open_delimited(path, target.table, target.origin.source_file, target.work)
    match = target.match(delimited.headers)
    types = column_types(target.con, delimited, target.table, match, target.work)
    with target.marked():
        try:
            rows = _scan(target, delimited, match, types)
        except duckdb.InvalidInputException:
            delimited = plain_line_ends(delimited, target.work)
            try:
                rows = _scan(target, delimited, match, types)
            except duckdb.InvalidInputException as error:
                raise unreadable(target.origin.source_file, error) from error
        repaired = delimited.repaired + target.respelt()
    spelling = delimited.spelling
    return _Read(rows, match, f"csv {spelling.encoding}", repaired, spelling.question_marks)


def _as_sampled(target: _Target, delimited: Delimited, match: HeaderMatch, types: tuple[str, ...]) -> RawRows:
    """Return the rows of a file with what its sample tells: whether they lie in order, and plain texts."""
    raw = RawRows(delimited.scan(types), "row_number() OVER ()", types)
    if not take_sample(target.con, delimited, types, target.work):
        return raw
    sample = RawRows("sampled", "rowid", types)
    return replace(
        raw,
        ordered=lies_in_order(target.con, target.table, sample, match),
        plain_texts=has_plain_texts(target.con, target.table, sample, match),
    )


def _scan(
    target: _Target, delimited: Delimited, match: HeaderMatch, types: tuple[str, ...], *, plain: bool = True
) -> int:
    con, table, origin = target.con, target.table, target.origin
    raw = _as_sampled(target, delimited, match, types)
    raw = replace(raw, plain_texts=raw.plain_texts and plain)
    marks = not (raw.plain_texts and has_plain_values(table, raw, match))
    forget_rejects(con)
    rows = (insert_rows if marks else insert_plain)(con, table, raw, match, origin)
    broken, odd = broken_lines.set_aside(con)
    broken_lines.refuse_unclosed(con, origin.source_file)
    if odd > broken_lines.MANY:
        con.execute(f"DELETE FROM {quoted(table.name)} WHERE {origin.rows}")
        return _scan(target, delimited, match, ("VARCHAR",) * len(types))
    if raw.plain_texts and not put_right(con, table, raw, match, origin):
        con.execute(f"DELETE FROM {quoted(table.name)} WHERE {origin.rows}")
        return _scan(target, delimited, match, types, plain=False)
    blank = delimited.lines.blank_rows() if delimited.spelling.blank_lines else array("q")
    if broken or odd or blank:
        broken_lines.renumber_rows(con, table, origin, blank)
        broken_lines.keep_broken_rows(con, origin)
    if marks:
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


def _read_any(target: _Target, path: Path) -> _Read:
    """Read a file of any format."""
    file = target.origin.source_file
    if path.stat().st_size == 0:
        raise RefusedError("exports.empty_file", file=file)
    kind = FORMATS.get(path.suffix.lower())
    if kind == "csv":
        return _read_csv(target, path)
    written, repaired = kind or "", 0
    if kind in {"xlsx", "xls"}:
        frame, headers = read_workbook(path, target.table, target.layout, file)
        raw, repaired = take_cells(target.con, frame, headers)
    elif kind == "dbf":
        frame, headers, page = read_dbf(path, target.table, file)
        raw, repaired = take_cells(target.con, frame, headers)
        written = f"dbf {page}"
    elif kind == "parquet":
        raw, headers, repaired = open_parquet(target.con, path, file)
    else:
        raise RefusedError("exports.unknown_format", file=file, allowed=" ".join(FORMATS))
    match = target.match(headers)
    with engine_reading(file):
        rows, respelt = target.insert(raw, match)
    if kind in {"xlsx", "xls"}:
        keep_error_cells(target.con, target.table, match, target.origin)
    return _Read(rows, match, written, repaired + respelt, question_marks=True)


def _uncertain(con: duckdb.DuckDBPyConnection, table: Table, origin: Provenance) -> int:
    """Return how many texts a `?` makes uncertain."""
    texts = [quoted(c.name) for c in table.columns if c.sql_type == "VARCHAR"]
    counted = " + ".join(
        f"count(*) FILTER (contains({text}, '?') AND regexp_matches({text}, '{_UNSURE}'))" for text in texts
    )
    [[found]] = con.execute(
        f"SELECT {counted or '0'} FROM {quoted(table.name)} WHERE {origin.rows}"
    ).fetchall()
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
    read = _read_any(_Target(con, table, origin, work, layout or Layout()), path)
    [[loaded]] = con.execute(f"SELECT count(*) FROM {name} WHERE {origin.rows}").fetchall()
    [[rejected]] = con.execute(f"SELECT count(*) FROM rejected_row WHERE {origin.rows}").fetchall()
    [[values]] = con.execute(f"SELECT count(*) FROM rejected_value WHERE {origin.rows}").fetchall()
    if loaded + rejected != read.rows:
        raise RefusedError(
            "exports.rows_lost", file=origin.source_file, rows=read.rows, loaded=loaded, rejected=rejected
        )
    return FileOutcome(
        read.rows,
        loaded,
        rejected,
        values,
        read.repaired,
        _uncertain(con, table, origin) if read.question_marks else 0,
        read.match.unknown,
        read.format,
    )
