"""Parquet files: values arrive typed, though not always with the type the dictionary gives them."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from ndaudit.exports.faults import engine_reading
from ndaudit.exports.rows import RawRows
from ndaudit.store import literal, quoted
from ndaudit.text import SUBSTITUTED, SUBSTITUTES


def open_parquet(
    con: duckdb.DuckDBPyConnection, path: Path, file: str
) -> tuple[RawRows, tuple[str, ...], int]:
    """Return the rows of a Parquet file with its headers, and how many letters were put right.

    Raises:
        RefusedError: the file is no Parquet file, or broken.
    """
    source = f"read_parquet({literal(str(path))}, file_row_number = true)"
    with engine_reading(file):
        described = con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        fields = [(name, kind.strip('"')) for name, kind, *_ in described if name != "file_row_number"]
        repaired = _substitutes(con, source, [name for name, kind in fields if kind == "VARCHAR"])
    cells = ", ".join(
        f"{_repaired(name) if repaired and kind == 'VARCHAR' else quoted(name)} AS c{n}"
        for n, (name, kind) in enumerate(fields)
    )
    relation = f"(SELECT file_row_number + 1 AS source_row, {cells} FROM {source})"
    raw = RawRows(relation, "source_row", tuple(kind for _, kind in fields))
    return raw, tuple(name for name, _ in fields), repaired


def _repaired(name: str) -> str:
    return f"translate({quoted(name)}, {literal(SUBSTITUTES)}, {literal(SUBSTITUTED)})"


def _substitutes(con: duckdb.DuckDBPyConnection, source: str, names: Sequence[str]) -> int:
    """Return how many letters stand in these columns that Mongolian has not, in place of ө and ү."""
    counted = " + ".join(
        f"coalesce(sum(length({name}) - length(translate({name}, {literal(SUBSTITUTES)}, '')))"
        f" FILTER (regexp_matches({name}, {literal(f'[{SUBSTITUTES}]')})), 0)"
        for name in map(quoted, names)
    )
    [[found]] = con.execute(f"SELECT {counted or '0'} FROM {source}").fetchall()
    return int(found)
