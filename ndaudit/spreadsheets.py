"""Workbooks that go out and come back: inert cells, and filled-in sheets known by their headings."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from ndaudit.errors import RefusedError
from ndaudit.wording import LANGUAGES, say

INERT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""xlsxwriter's options under which no text becomes a formula, a link or a number."""


def filled_rows(path: Path, area: str, columns: Sequence[str], refusal: str) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of the sheet headed by the sentences `<area>.column_<name>`, in either language.

    Args:
        columns: the names every heading stands for; the rows are keyed by them, every cell as text.
        refusal: the sentence that says the file is no such workbook.

    Raises:
        RefusedError: no sheet has these headings, or the file cannot be read.
    """
    try:
        sheets = pl.read_excel(path, sheet_id=0, engine="calamine", infer_schema_length=0)
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise RefusedError(refusal, where=path.name) from error
    for frame in sheets.values():
        for lang in LANGUAGES:
            heads = {say(f"{area}.column_{name}", lang): name for name in columns}
            if heads.keys() <= set(frame.columns):
                yield from frame.select(list(heads)).rename(heads).iter_rows(named=True)
                return
    raise RefusedError(refusal, where=path.name)
