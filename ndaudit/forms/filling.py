"""Rows written as the forms write them: words for codes, thin spaces in sums, empty where not known."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from ndaudit.forms.rows import Row
from ndaudit.notation import count, day, money
from ndaudit.notation import period as written
from ndaudit.offices import Office
from ndaudit.periods import Period
from ndaudit.tables import Table
from ndaudit.wording import Language, say

DRAFT = "Т-"
"""What the number of a draft begins with (төсөл) until the inspector gives the sheet its own."""
COPIES = 2
"""НД-1 is drawn up in two copies (Order 163, 2.2)."""
_UNBROKEN = re.compile("[0-9A-Za-zА-Яа-яЁёӨөҮү.\u202f]*")
"""Letters, figures, full stops, and the thin spaces in sums: no line is broken between them."""
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


def several_lines(cells: Sequence[str]) -> list[int]:
    """Return the places of the cells that may need more than one line: those a line can be broken in."""
    return [place for place, text in enumerate(cells) if not _UNBROKEN.fullmatch(text)]


def register_data(table: Table, office: Office, rows: Iterable[Row], lang: Language) -> dict[str, Any]:
    """Return what the НД-1 template takes: one register for each employer, khoroo or bag."""
    registers = []
    for (_, name), entries in groupby(rows, key=lambda row: (row["listed_under"], row["listed_name"])):
        own = list(entries)
        cells = [entry_cells(table, number, row) for number, row in enumerate(own, start=1)]
        registers.append(
            {
                "office": office.name.mn,
                "name": name or "",
                "year": str(own[0]["register_year"]),
                "rows": cells,
                "several": [several_lines(row) for row in cells],
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


def is_draft(sheet: Row) -> bool:
    """Say whether a sheet is one nobody has written yet."""
    return str(sheet["sheet_no"] or "").startswith(DRAFT)


def _line_cells(table: Table, line: Row) -> list[str]:
    """Return both papers of a line; where no code fits, what the register says is missing."""
    own = line.get("text")
    if own:
        return ["", own]
    return [word(table, name, line[name]) for name in ("defective_paper", "paper_to_add")]


RIGHTS = (
    "name",
    "3",
    "11",
    "6",
    "months",
    "lacking",
    "sheet_by",
    "window",
    "pension",
)


def rights_data(office: Office, period: Period, rows: Iterable[Row], lang: Language) -> dict[str, Any]:
    """Return what the template of the list of rights to come takes: people by name, for the office only."""
    return {
        "title": say("forms.rights_title", lang, office=office.name.within(lang)),
        "head": say("forms.rights_sheet", "mn", office=office.name.mn, period=written(period, "mn")),
        "note": say("forms.rights_note", "mn"),
        "heads": [say(f"forms.{'nd1' if name in _OF_ND1 else 'rights'}_{name}", "mn") for name in RIGHTS],
        "rows": [right_cells(number, row) for number, row in enumerate(rows, start=1)],
    }


_OF_ND1 = ("name", "3", "11", "6")


def right_cells(number: int, row: Row) -> list[str]:
    """Return one line of the list of rights to come."""
    lacking = [
        say(f"forms.rights_{name}", "mn", months=count(row[name]))
        for name in ("unproven_months", "unpaid_months")
        if row[name]
    ]
    if row["missing_papers"]:
        lacking.append(row["missing_papers"])
    window = f"{month_of(row['best_from'])}–{month_of(row['best_to'])}" if row["best_from"] else ""
    return [
        str(number),
        " ".join(part for part in (row["surname"], row["given_name"]) if part),
        row["register_no"] or "",
        _dated(row["right_on"]),
        say(f"words.condition_{row['condition']}", "mn"),
        _counted(row["months_at_right"]),
        "; ".join(lacking),
        "" if not row["is_lacking"] or row["sheet_on"] else _dated(row["sheet_due"]),
        window,
        _paid(row["pension"]),
    ]


def month_of(value: date) -> str:
    """Return a month as НД-1 writes it."""
    return f"{value:%Y.%m}"


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
                "number": "" if is_draft(sheet) else sheet["sheet_no"] or "",
                "draft": say("forms.draft", "mn") if is_draft(sheet) else "",
                "issued": _parts(sheet["issued_on"]),
                "bring_by": _parts(sheet["bring_by"]),
                "surname": sheet["surname"] or "",
                "given_name": sheet["given_name"] or "",
                "lines": [_line_cells(table, line) for line in sheet["lines"]],
            }
            for sheet in sheets
        ],
    }
