"""Cells of a workbook or a DBF file as texts: what such formats share once they are read."""

from collections.abc import Sequence

import duckdb
import polars as pl

from ndaudit.exports.rows import RawRows
from ndaudit.store import literal
from ndaudit.text import SUBSTITUTED, SUBSTITUTES


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
    cells = ", ".join(
        f"translate(CAST({n} AS VARCHAR), {literal(letters)}, {literal(SUBSTITUTED)}) AS {n}" for n in names
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
    con.unregister("delivered_cells")
    return RawRows("delivered_rows", "source_row", ("VARCHAR",) * len(headers)), int(repaired)
