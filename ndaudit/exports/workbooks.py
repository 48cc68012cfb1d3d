"""Excel files: the header may stand below merged title rows; numbers, dates and flags are taken as text."""

import zipfile
from pathlib import Path

import duckdb
import fastexcel

from ndaudit.errors import RefusedError
from ndaudit.exports.headers import TITLE_ROWS, header_row
from ndaudit.exports.rows import RawRows
from ndaudit.tables import Table

INFLATED_LIMIT = 4 << 30
"""An Excel sheet full to its last row is far below this; a zip bomb is far above."""


def _refuse_bomb(path: Path, file: str) -> None:
    if not zipfile.is_zipfile(path):
        raise RefusedError("exports.unreadable", file=file, why="zip")
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > INFLATED_LIMIT:
            raise RefusedError("exports.too_large", file=file, limit=INFLATED_LIMIT >> 30)


def _find_header(reader: fastexcel.ExcelReader, table: Table) -> tuple[int, int, list[str]] | None:
    """Return the first sheet that has a header of the table, the header's row, and its cells."""
    for sheet in range(len(reader.sheet_names)):
        head = reader.load_sheet(sheet, header_row=None, n_rows=TITLE_ROWS, dtypes="string").to_polars()
        rows = [["" if cell is None else str(cell) for cell in row] for row in head.iter_rows()]
        found = header_row(rows, table)
        if found is not None:
            return sheet, found, rows[found]
    return None


def read_workbook(
    con: duckdb.DuckDBPyConnection, path: Path, table: Table, file: str
) -> tuple[RawRows, tuple[str, ...]]:
    """Read the sheet that holds the table and return its rows with its headers; empty rows are not counted.

    Raises:
        RefusedError: no workbook, no sheet with a header of this table, or unpacked beyond measure.
    """
    try:
        _refuse_bomb(path, file)
        reader = fastexcel.read_excel(str(path))
        found = _find_header(reader, table)
        if found is None:
            raise RefusedError("exports.no_header", file=file, table=table.name)
        sheet, top, headers = found
        frame = reader.load_sheet(sheet, header_row=None, skip_rows=top + 1, dtypes="string").to_polars()
    except (fastexcel.FastExcelError, zipfile.BadZipFile) as error:
        raise RefusedError("exports.unreadable", file=file, why=str(error).splitlines()[0]) from error
    frame = frame.rename({name: f"c{n}" for n, name in enumerate(frame.columns)})
    headers = [*headers, *[""] * (frame.width - len(headers))]
    for n in range(frame.width, len(headers)):
        frame = frame.with_columns(**{f"c{n}": None})
    con.register("delivered_sheet", frame.with_row_index("source_row", offset=1).to_arrow())
    names = [f"c{n}" for n in range(len(headers))]
    con.execute(
        "CREATE OR REPLACE TEMP TABLE delivered_rows AS SELECT source_row,"
        f" {', '.join(f'CAST({name} AS VARCHAR) AS {name}' for name in names)} FROM delivered_sheet"
        f" WHERE {' OR '.join(f'{name} IS NOT NULL' for name in names)}"
    )
    con.unregister("delivered_sheet")
    return RawRows("delivered_rows", "source_row", ("VARCHAR",) * len(headers)), tuple(headers)
