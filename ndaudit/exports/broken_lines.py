"""Lines of a CSV file DuckDB set aside: rows it cannot take apart, and rows that need a careful reading."""

from array import array
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from ndaudit.errors import RefusedError
from ndaudit.exports.delimited import Delimited
from ndaudit.exports.headers import HeaderMatch
from ndaudit.exports.rows import Provenance, RawRows, insert_rows
from ndaudit.store import quoted
from ndaudit.tables import Table

MANY = 50_000
"""Beyond so many lines that need a careful reading, the whole file gets one."""

SWALLOWED = 20
"""A row of so many lines is no row: others are hidden in it."""


def set_aside(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Collect what the last scan rejected in `broken_line`; return how many rows are broken, how many odd.

    A line is broken when its columns cannot be told, and odd when only a value in it did not fit a type.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE broken_line AS SELECT line - 1 AS source_row,"
        " any_value(trim(csv_line, chr(10) || chr(13))) AS raw_text,"
        " min(CASE WHEN error_type <> 'CAST' THEN CAST(error_type AS VARCHAR) END) AS reason"
        " FROM reject_errors GROUP BY line"
    )
    [[broken, odd]] = con.execute(
        "SELECT count(reason), count(*) - count(reason) FROM broken_line"
    ).fetchall()
    return int(broken), int(odd)


def refuse_unclosed(con: duckdb.DuckDBPyConnection, file: str) -> None:
    """Refuse a file in which a quotation mark that is not closed swallows the rows below it.

    Raises:
        RefusedError: says in which row it stands.
    """
    swallowed = con.execute(
        "SELECT min(source_row) FROM broken_line WHERE reason IS NOT NULL"
        " AND length(raw_text) - length(replace(raw_text, chr(10), '')) > ?",
        [SWALLOWED],
    ).fetchall()
    if swallowed[0][0] is not None:
        raise RefusedError("exports.unclosed", file=file, row=swallowed[0][0])


def keep_broken_rows(con: duckdb.DuckDBPyConnection, origin: Provenance) -> None:
    """Move broken lines to `rejected_row`."""
    con.execute(
        "INSERT INTO rejected_row SELECT ?, ?, source_row, left(raw_text, 10000),"
        " lower(replace(reason, ' ', '_')) FROM broken_line WHERE reason IS NOT NULL",
        [origin.batch_id, origin.source_file],
    )


def renumber_rows(
    con: duckdb.DuckDBPyConnection, table: Table, origin: Provenance, blank: "array[int]"
) -> None:
    """Count the lines set aside, and the `blank` ones, into the numbers of the rows that follow them."""
    con.register("blank_row", pl.DataFrame({"source_row": np.frombuffer(blank, np.int64)}).to_arrow())
    con.execute(
        f"UPDATE {quoted(table.name)} AS t SET source_row = moved.place FROM ("
        "SELECT k.source_row, k.source_row + passed AS place"
        f" FROM (SELECT source_row FROM {quoted(table.name)} WHERE {origin.rows}) k ASOF JOIN ("
        "SELECT source_row - n + 1 AS first, max(n) AS passed FROM ("
        "SELECT source_row, row_number() OVER (ORDER BY source_row) AS n FROM ("
        "SELECT source_row FROM broken_line UNION SELECT source_row FROM blank_row)) GROUP BY first"
        ") gap ON k.source_row >= gap.first) moved"
        f" WHERE {origin.rows} AND t.source_row = moved.source_row"
    )
    con.unregister("blank_row")


def read_odd_lines(
    con: duckdb.DuckDBPyConnection,
    delimited: Delimited,
    table: Table,
    match: HeaderMatch,
    origin: Provenance,
    work: Path,
) -> tuple[RawRows, int]:
    """Read the odd lines once more, as texts; return how they were read and how many rows they gave."""
    lines = con.execute(
        "SELECT raw_text FROM broken_line WHERE reason IS NULL ORDER BY source_row"
    ).fetchall()
    again = work / "odd.csv"
    types = ("VARCHAR",) * len(delimited.headers)
    header = delimited.delimiter.join("h" for _ in types)
    again.write_text(
        "".join(f"{line}\n" for line in [header, *(line for [line] in lines)]), "utf-8", newline=""
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE odd_row AS SELECT * FROM {delimited.scan(types, again)}")
    relation = (
        "(SELECT o.*, b.source_row AS place FROM odd_row o JOIN (SELECT source_row,"
        " row_number() OVER (ORDER BY source_row) AS n FROM broken_line WHERE reason IS NULL) b"
        " ON b.n = o.rowid + 1)"
    )
    raw = RawRows(relation, "place", types)
    return raw, insert_rows(con, table, raw, match, origin)
