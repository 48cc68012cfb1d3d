"""Excel files, old and new: several sheets, the header below merged title rows, every cell taken as text."""

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import fastexcel
import polars as pl

from ndaudit.errors import RefusedError
from ndaudit.exports.bombs import refuse_bomb
from ndaudit.exports.cells import ERROR_MARK
from ndaudit.exports.faults import unreadable, workbook_reading
from ndaudit.exports.headers import TITLE_ROWS, Layout, header_row, identities, lacks
from ndaudit.exports.trial import refuse_deadly, source
from ndaudit.tables import Table

_ERROR = re.compile(r"Error\((\w+)\)")
_ERRORS = {
    "Div0": "#DIV/0!",
    "GettingData": "#GETTING_DATA",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
}
"""What the reader calls an error, as Excel shows it."""


@dataclass(frozen=True)
class _Found:
    """A header row in a sheet: the sheet's place, the row's index, its cells."""

    sheet: int
    top: int
    cells: tuple[str, ...]


def open_workbook(path: Path, file: str) -> fastexcel.ExcelReader:
    """Return the reader of a workbook that is no bomb and kills nobody.

    Raises:
        RefusedError: it is one, or does.
        FastExcelError: it is no workbook.
    """
    size = refuse_bomb(path, file) if zipfile.is_zipfile(path) else path.stat().st_size
    refuse_deadly(path, file, size)
    return fastexcel.read_excel(source(path))


def sheet_heads(path: Path, file: str) -> dict[str, list[tuple[str, ...]]]:
    """Return the first rows of every sheet, as texts, by its name.

    Raises:
        RefusedError: no workbook, or a bomb.
    """
    try:
        with workbook_reading(file):
            reader = open_workbook(path, file)
            return {name: _head(reader, n) for n, name in enumerate(reader.sheet_names)}
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError) as error:
        raise unreadable(file, error) from error


def _head(reader: fastexcel.ExcelReader, sheet: int) -> list[tuple[str, ...]]:
    loaded = reader.load_sheet(sheet, header_row=None, n_rows=TITLE_ROWS, dtypes="string")
    return [
        tuple("" if cell is None else str(cell) for cell in row) for row in loaded.to_polars().iter_rows()
    ]


def _headers(reader: fastexcel.ExcelReader, table: Table, layout: Layout, file: str) -> list[_Found]:
    """Return the sheets that hold the table: the one named, else all with every column it must have.

    When none has them all, the sheet that names most columns is returned: its errors are the telling ones.
    """
    names = reader.sheet_names
    if layout.sheet is not None and layout.sheet not in names:
        raise RefusedError("exports.no_sheet", file=file, sheet=layout.sheet, there=", ".join(names))
    whole: list[_Found] = []
    best: tuple[int, _Found | None] = (0, None)
    for sheet, name in enumerate(names):
        if layout.sheet not in (None, name):
            continue
        rows = _head(reader, sheet)
        top, matches = header_row(rows, table, layout.header_row)
        if top is None:
            continue
        found = _Found(sheet, top, rows[top])
        if not lacks(found.cells, table):
            whole.append(found)
        if matches > best[0]:
            best = (matches, found)
    if best[1] is None:
        raise RefusedError("exports.no_header", file=file, table=table.name)
    return whole or [best[1]]


def _marked_errors(frame: pl.DataFrame, errors: fastexcel.CellErrors) -> pl.DataFrame:
    """Return a frame whose error cells, which the reader leaves empty, hold their marked texts."""
    texts: dict[int, dict[int, str]] = {}
    for error in errors.errors:
        found = _ERROR.search(error.detail)
        row, column = error.offset_position
        name = found[1] if found else error.detail
        texts.setdefault(column, {})[row] = ERROR_MARK + _ERRORS.get(name, f"#{name}")
    for column, marked in texts.items():
        cells = frame.to_series(column)
        frame = frame.with_columns(cells.scatter(list(marked), list(marked.values())))
    return frame


def _sheet_frame(reader: fastexcel.ExcelReader, found: _Found) -> tuple[pl.DataFrame, tuple[str, ...]]:
    loaded = reader.load_sheet(found.sheet, header_row=None, skip_rows=found.top + 1, dtypes="string")
    cells, errors = loaded.to_arrow_with_errors()
    frame = pl.DataFrame(cells)
    if errors is not None:
        frame = _marked_errors(frame, errors)
    headers = [*found.cells, *[""] * (frame.width - len(found.cells))]
    frame = frame.rename({name: f"c{n}" for n, name in enumerate(frame.columns)})
    missing = [pl.lit(None, pl.String).alias(f"c{n}") for n in range(frame.width, len(headers))]
    # a stray cell far out makes hundreds of columns nobody named
    named = [n for n, header in enumerate(headers) if header.strip()]
    frame = frame.with_columns(missing).select(pl.col(f"c{n}").alias(f"c{at}") for at, n in enumerate(named))
    return frame, tuple(headers[n] for n in named)


def _together(
    sheets: Sequence[tuple[pl.DataFrame, tuple[str, ...]]], table: Table
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Put sheets of one table under each other, whatever the order of their columns."""
    if len(sheets) == 1:
        return sheets[0]
    headers: dict[str, str] = {}
    frames = []
    for frame, cells in sheets:
        named = identities(cells, table)
        for identity, cell in zip(named, cells, strict=True):
            headers.setdefault(identity, cell)
        frames.append(frame.rename({f"c{n}": identity for n, identity in enumerate(named)}))
    stacked = pl.concat(frames, how="diagonal").select(list(headers))
    return stacked.rename({identity: f"c{n}" for n, identity in enumerate(headers)}), tuple(headers.values())


def read_workbook(
    path: Path, table: Table, layout: Layout, file: str
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return the rows of the sheets that hold the table, as texts, with their headers.

    Raises:
        RefusedError: no workbook, no sheet with a header of this table, or unpacked beyond measure.
    """
    try:
        with workbook_reading(file):
            reader = open_workbook(path, file)
            sheets = [_sheet_frame(reader, found) for found in _headers(reader, table, layout, file)]
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError) as error:
        raise unreadable(file, error) from error
    return _together(sheets, table)
