"""A form as a workbook an inspector can fill in further and send back as a delivery that loads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Sheet:
    """One sheet of a form's workbook: a table of the dictionary, the lines above its heads, its rows.

    A column a row does not have is left for the inspector to fill in.
    """

    table: Table
    titles: Sequence[str]
    rows: Iterable[Row]


@dataclass(frozen=True)
class Listed:
    """A sheet that is read and never sent back: a title, heads, cells as they are printed."""

    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[str]]


def write_form(path: Path, sheets: Iterable[Sheet | Listed]) -> None:
    """Write each sheet's rows below its titles and a row of Mongolian names the data contract knows."""
    draft = path.with_name(f".{path.name}.part")
    with xlsxwriter.Workbook(draft, INERT) as book:
        for sheet in sheets:
            if isinstance(sheet, Sheet):
                _write_sheet(book, sheet)
            else:
                _write_listed(book, sheet)
    draft.replace(path)


def _write_sheet(book: Any, told: Sheet) -> None:
    table = told.table
    sheet = book.add_worksheet(table.name[:31])
    strong = book.add_format({"bold": True, "align": "center"})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1})
    for line, title in enumerate(told.titles):
        sheet.merge_range(line, 0, line, len(table.columns) - 1, title, strong)
    formats = {kind: book.add_format({"num_format": form}) for kind, form in NUMBERS.items()}
    top = len(told.titles)
    for place, column in enumerate(table.columns):
        is_name = column.type == "text" and column.personal in (None, "name")
        sheet.set_column(place, place, WIDE if is_name else NARROW)
        sheet.write_string(top, place, column.title.mn, head)
    for line, row in enumerate(told.rows, start=top + 1):
        for place, column in enumerate(table.columns):
            value = _written(table, column, row.get(column.name))
            if isinstance(value, str):
                sheet.write_string(line, place, value)
            elif value is not None:
                sheet.write_number(line, place, value, formats[column.type])
    sheet.freeze_panes(top + 1, 0)


def _write_listed(book: Any, told: Listed) -> None:
    sheet = book.add_worksheet()
    strong = book.add_format({"bold": True})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1})
    sheet.write_string(0, 0, told.title, strong)
    for place, text in enumerate(("№", *told.heads)):
        sheet.set_column(place, place, NARROW if place else 5)
        sheet.write_string(1, place, text, head)
    for line, cells in enumerate(told.rows, start=2):
        for place, text in enumerate(cells):
            sheet.write_string(line, place, text)
    sheet.freeze_panes(2, 0)
