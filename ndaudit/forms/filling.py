"""Rows written as the forms write them: words for codes, thin spaces in sums, empty where not known."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from ndaudit.forms.rows import Row
from ndaudit.notation import count, day, money
from ndaudit.offices import Office
from ndaudit.tables import Table
from ndaudit.wording import Language, say

COPIES = 2
"""НД-1 is drawn up in two copies (Order 163, 2.2)."""
HEADS = tuple(f"forms.nd1_{mark}" for mark in ("name", *range(1, 14)))


def word(table: Table, column: str, code: str | None) -> str:
    """Return the Mongolian word for a code, as offices write it."""
    return "" if code is None else table.column(column).words.get(code, code)


def _counted(value: int | None) -> str:
    return "" if value is None else count(value)


def _dated(value: date | None) -> str:
    return "" if value is None else day(value, "mn")


def _paid(value: Decimal | None) -> str:
    return "" if value is None else money(value)


def entry_cells(table: Table, number: int, row: Row) -> list[str]:
    """Return the fifteen cells of one line of НД-1."""
    papers = word(table, "papers", row["papers"])
    missing = row["missing_papers"] or papers
    return [
        str(number),
        row["surname_name"] or "",
        _dated(row["birth_date"]),
        word(table, "sex", row["sex"]),
        row["register_no"] or "",
        row["book_no"] or "",
        _counted(row["children"]),
        word(table, "work_condition", row["work_condition"]),
        _paid(row["window_wage"]),
        _counted(row["service_months"]),
        _counted(row["service_months_before_1995"]),
        _counted(row["service_months_after_1995"]),
        _dated(row["eligible_on"]),
        papers if row["papers"] == "complete" else missing,
        "",
    ]


def register_data(table: Table, office: Office, rows: Iterable[Row], lang: Language) -> dict[str, Any]:
    """Return what the НД-1 template takes: one register for each employer, khoroo or bag."""
    registers = []
    for (_, name), entries in groupby(rows, key=lambda row: (row["listed_under"], row["listed_name"])):
        own = list(entries)
        registers.append(
            {
                "office": office.name.mn,
                "name": name or "",
                "year": str(own[0]["register_year"]),
                "rows": [entry_cells(table, number, row) for number, row in enumerate(own, start=1)],
            }
        )
    return {
        "title": say("forms.nd1_title", lang, office=office.name.within(lang)),
        "of_office": say(f"forms.of_{office.kind}", "mn"),
        "heads": [say(head, "mn") for head in HEADS],
        "of_which": say("forms.nd1_of_which", "mn"),
        "copy": say("forms.copy", "mn"),
        "copies": COPIES,
        "registers": registers,
    }


def _parts(value: date | None) -> dict[str, str]:
    if value is None:
        return {"year": "", "month": "", "day": ""}
    return {"year": str(value.year), "month": f"{value.month:02}", "day": f"{value.day:02}"}


def sheet_data(table: Table, office: Office, sheets: Sequence[Row], lang: Language) -> dict[str, Any]:
    """Return what the НД-2 template takes.

    Args:
        table: the dictionary's table of a sheet's lines.
    """
    return {
        "title": say("forms.nd2_title", lang, office=office.name.within(lang)),
        "of_office": say(f"forms.of_{office.kind}", "mn"),
        "section": say("forms.section", "mn"),
        "sheets": [
            {
                "office": office.name.mn,
                "place": office.name.mn,
                "number": sheet["sheet_no"] or "",
                "issued": _parts(sheet["issued_on"]),
                "bring_by": _parts(sheet["bring_by"]),
                "surname": sheet["surname"] or "",
                "given_name": sheet["given_name"] or "",
                "lines": [
                    [word(table, name, line[name]) for name in ("defective_paper", "paper_to_add")]
                    for line in sheet["lines"]
                ],
            }
            for sheet in sheets
        ],
    }
