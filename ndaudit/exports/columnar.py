"""Parquet files: values arrive typed, though not always with the type the dictionary gives them."""

from pathlib import Path

import duckdb

from ndaudit.exports.faults import engine_reading
from ndaudit.exports.rows import RawRows
from ndaudit.store import literal, quoted


def open_parquet(con: duckdb.DuckDBPyConnection, path: Path, file: str) -> tuple[RawRows, tuple[str, ...]]:
    """Return the rows of a Parquet file with its headers.

    Raises:
        RefusedError: the file is no Parquet file, or broken.
    """
    source = f"read_parquet({literal(str(path))}, file_row_number = true)"
    with engine_reading(file):
        described = con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    fields = [(name, kind.strip('"')) for name, kind, *_ in described if name != "file_row_number"]
    cells = ", ".join(f"{quoted(name)} AS c{n}" for n, (name, _) in enumerate(fields))
    relation = f"(SELECT file_row_number + 1 AS source_row, {cells} FROM {source})"
    raw = RawRows(relation, "source_row", tuple(kind for _, kind in fields))
    return raw, tuple(name for name, _ in fields)
