"""The tables of an executed notebook as one XLSX: a sheet each, typed, filtered, no formulas, no links."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import nbformat
import xlsxwriter

from ndaudit.reporting.blocks import TABLE
from ndaudit.spreadsheets import INERT

_FORMATS = {
    "count": "#,##0",
    "alarm": "#,##0",
    "money": "#,##0",
    "signed": "+#,##0;-#,##0;0",
    "sum": "#,##0.00",
    "signed_sum": "+#,##0.00;-#,##0.00;0",
    "percent": "0.00%",
    "per_thousand": "0.0",
}
_WIDEST = 60


def tables_of(notebook: nbformat.NotebookNode) -> list[Mapping[str, Any]]:
    """Return the filled views an executed notebook shows, in order."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    return [output["data"][TABLE] for output in outputs if TABLE in output.get("data", {})]


def _number(value: str | int, kind: str) -> float:
    # a spreadsheet holds every number as binary floating point: exactness ends here, and only here
    return float(Decimal(value) * 1000 if kind == "per_thousand" else Decimal(value))


def _sheet_name(title: str, taken: Iterable[str]) -> str:
    name = re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip()
    return name if name not in taken else f"{name[:28]} {len(list(taken)) + 1}"


def write_workbook(path: Path, tables: Iterable[Mapping[str, Any]]) -> None:
    """Write tables to an XLSX file, one sheet each."""
    # the tables of a page are short: no need of a file for each sheet on the way
    with xlsxwriter.Workbook(path, {**INERT, "in_memory": True}) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        formats = {kind: book.add_format({"num_format": form}) for kind, form in _FORMATS.items()}
        taken: list[str] = []
        for table in tables:
            taken.append(_sheet_name(table["title"], taken))
            _write_sheet(book.add_worksheet(taken[-1]), table, head, formats)


def _write_sheet(sheet: Any, table: Mapping[str, Any], head: Any, formats: Mapping[str, Any]) -> None:
    heads, rows = table["heads"], table["rows"]
    for place, column in enumerate(heads):
        unit = f", {column['unit']}" if column["unit"] else ""
        sheet.write_string(0, place, column["text"] + unit, head)
        texts = [row["cells"][place] for row in rows] + [column["text"]]
        sheet.set_column(place, place, min(_WIDEST, max(map(len, texts)) + 2))
    for line, row in enumerate(rows, start=1):
        for place, (column, value) in enumerate(zip(heads, row["values"], strict=True)):
            kind = column["kind"]
            if not column["number"]:
                sheet.write_string(line, place, value)
            elif value is not None:
                sheet.write_number(line, place, _number(value, kind), formats[kind])
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(heads) - 1)
