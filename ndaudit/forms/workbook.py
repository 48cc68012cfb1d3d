"""A form as a workbook an inspector can fill in further and send back as a delivery that loads."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from ndaudit.forms.filling import word
from ndaudit.forms.rows import Row
from ndaudit.notation import yes_no
from ndaudit.spreadsheets import INERT
from ndaudit.tables import Column, Table

NARROW, WIDE = 12, 28
NUMBERS = {"integer": "0", "money": "#,##0.00"}


def _written(table: Table, column: Column, value: Any) -> str | float | None:
    """Return a value as a cell holds it: words for codes and flags, ISO days, numbers as numbers."""
    if value is None:
        return None
    if column.type == "code":
        return word(table, column.name, value)
    if column.type == "flag":
        return yes_no(value, "mn")
    if column.type == "period":
        return f"{value:%Y-%m}"
    if isinstance(value, date):
        return value.isoformat()
    # a spreadsheet holds every number as binary floating point
    return float(value) if isinstance(value, int | Decimal) else str(value)


def write_form(path: Path, table: Table, titles: Sequence[str], rows: Iterable[Row]) -> None:
    """Write `rows` below title lines and a row of Mongolian column names the data contract knows."""
    draft = path.with_name(f".{path.name}.part")
    with xlsxwriter.Workbook(draft, INERT) as book:
        sheet = book.add_worksheet(table.name[:31])
        strong = book.add_format({"bold": True, "align": "center"})
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1})
        for line, title in enumerate(titles):
            sheet.merge_range(line, 0, line, len(table.columns) - 1, title, strong)
        formats = {kind: book.add_format({"num_format": form}) for kind, form in NUMBERS.items()}
        top = len(titles)
        for place, column in enumerate(table.columns):
            is_name = column.type == "text" and column.personal in (None, "name")
            sheet.set_column(place, place, WIDE if is_name else NARROW)
            sheet.write_string(top, place, column.title.mn, head)
        for line, row in enumerate(rows, start=top + 1):
            for place, column in enumerate(table.columns):
                value = _written(table, column, row[column.name])
                if isinstance(value, str):
                    sheet.write_string(line, place, value)
                elif value is not None:
                    sheet.write_number(line, place, value, formats[column.type])
        sheet.freeze_panes(top + 1, 0)
    draft.replace(path)
