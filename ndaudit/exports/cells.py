"""Cells of a workbook or a DBF file as texts: what such formats share once they are read."""

from collections.abc import Sequence

import duckdb
import polars as pl

from ndaudit.exports.headers import HeaderMatch
from ndaudit.exports.rows import Provenance, RawRows
from ndaudit.store import literal
from ndaudit.tables import Table
from ndaudit.text import SUBSTITUTED, SUBSTITUTES

ERROR_MARK = "\ufdd0"
"""Stands before the text of a cell that holds an error (#DIV/0!): a character no text can hold."""


def take_cells(
    con: duckdb.DuckDBPyConnection, frame: pl.DataFrame, headers: Sequence[str]
) -> tuple[RawRows, int]:
    """Return the rows of a frame of texts, one column per header, and how many letters were put right.

    Rows are numbered as they stand; rows without any value are not counted as rows. Such files come from
    systems of one byte per letter, whose substitutes of ө and ү are certain: Mongolian has no є and no ї.
    """
    names = [f"c{n}" for n in range(len(headers))]
    numbered = frame.rename(dict(zip(frame.columns, names, strict=True))).with_row_index(
        "source_row", offset=1
    )
    letters = "".join(SUBSTITUTES)
    whole = (f"CASE WHEN NOT starts_with({n}, {literal(ERROR_MARK)}) THEN {n} END" for n in names)
    cells = ", ".join(
        f"translate({cell}, {literal(letters)}, {literal(SUBSTITUTED)}) AS {n}"
        for cell, n in zip(whole, names, strict=True)
    )
    texts = "concat(" + ", ".join(names) + ")"
    kept = f"translate({texts}, {literal(letters)}, '')"
    con.register("delivered_cells", numbered.to_arrow())
    [[repaired]] = con.execute(
        f"SELECT coalesce(sum(length({texts}) - length({kept})), 0) FROM delivered_cells"
    ).fetchall()
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE delivered_rows AS SELECT source_row, {cells} FROM delivered_cells"
        f" WHERE {' OR '.join(f'{name} IS NOT NULL' for name in names)}"
    )
    errors = " UNION ALL ".join(
        f"SELECT source_row, {at} AS position, substr({name}, 2) AS raw_text FROM delivered_cells"
        f" WHERE starts_with({name}, {literal(ERROR_MARK)})"
        for at, name in enumerate(names)
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE error_cell AS {errors}")
    con.unregister("delivered_cells")
    return RawRows("delivered_rows", "source_row", ("VARCHAR",) * len(headers)), int(repaired)


def keep_error_cells(
    con: duckdb.DuckDBPyConnection, table: Table, match: HeaderMatch, origin: Provenance
) -> None:
    """Add a `rejected_value` for every cell of the table that held an error instead of a value."""
    for column, position in match.positions.items():
        con.execute(
            "INSERT INTO rejected_value SELECT ?, ?, source_row, ?, ?, raw_text, 'error_cell' FROM error_cell"
            " WHERE position = ?",
            [origin.batch_id, origin.source_file, table.name, column, position],
        )
