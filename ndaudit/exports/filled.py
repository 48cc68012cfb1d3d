"""Workbooks that went out to be filled in and come back: as hostile as any other file of an office."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl

from ndaudit.errors import RefusedError
from ndaudit.exports.faults import workbook_reading
from ndaudit.exports.workbooks import open_workbook
from ndaudit.wording import LANGUAGES, say


def filled_rows(path: Path, area: str, columns: Sequence[str], refusal: str) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of the sheet headed by the sentences `<area>.column_<name>`, in either language.

    Args:
        columns: the names every heading stands for; the rows are keyed by them, every cell as text.
        refusal: the sentence that says the file is no such workbook.

    Raises:
        RefusedError: no sheet has these headings, or the file cannot be read.
    """
    for frame in _sheets(path, refusal):
        for lang in LANGUAGES:
            heads = {say(f"{area}.column_{name}", lang): name for name in columns}
            if heads.keys() <= set(frame.columns):
                yield from frame.select(list(heads)).rename(heads).iter_rows(named=True)
                return
    raise RefusedError(refusal, where=path.name)


def _sheets(path: Path, refusal: str) -> list[pl.DataFrame]:
    try:
        with workbook_reading(path.name):
            reader = open_workbook(path, path.name)
            sheets = range(len(reader.sheet_names))
            return [reader.load_sheet(n, dtypes="string").to_polars() for n in sheets]
    except (fastexcel.FastExcelError, OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise RefusedError(refusal, where=path.name) from error
