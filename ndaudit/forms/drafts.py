"""What an office has to write before a right arises: НД-2 drafts, and the list of people by name.

Both are computed from the register, ledger, labour books and sheets on record, as notebook 04 computes them;
an inspector checks them, fills in what only the person's papers tell, and signs.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from ndaudit.analyses import prospective
from ndaudit.forms.filling import DRAFT
from ndaudit.periods import Period
from ndaudit.reading import Reading
from ndaudit.scope import Scope

_LACKING = (
    ("unproven_months", "labour_book", "archive_service"),
    ("unpaid_months", "si_book", "office_archive_reference"),
)
"""What is lacking, which paper does not show it, which one is to be added (Order 163, 3.1.1 and 3.1.2)."""
_NAMES = """
SELECT person_id, min(surname) AS surname, min(given_name) AS given_name, min(register_no) AS register_no,
    min(book_no) AS book_no
FROM snapshot.person WHERE delivered_by = $office OR office_code = $office GROUP BY person_id
"""


def named_rights(reading: Reading, office: str, period: Period) -> pl.DataFrame:
    """Return `prospective.rights` of an office that arise in a period, with the names of the people."""
    found = _named(reading, office, prospective.rights(reading, Scope(office)))
    return found.filter(pl.col("right_on").is_between(period.first, period.end, closed="left"))


def _named(reading: Reading, office: str, found: pl.DataFrame) -> pl.DataFrame:
    return found.join(reading.frame(_NAMES, office=office), on="person_id", how="left").sort(
        "right_on", "person_id"
    )


def draft_sheets(reading: Reading, office: str, period: Period) -> list[dict[str, Any]]:
    """Return a sheet for everybody who lacks something, has none yet, and must be advised by a period's end.

    A day by which the papers had to be there and which is over stays empty: the inspector sets a new one.
    """
    due = prospective.sheets(prospective.rights(reading, Scope(office)))
    due = _named(reading, office, due.filter(pl.col("sheet_due") < period.end)).sort("sheet_due", "person_id")
    return [
        _sheet(row, number, period.first) for number, row in enumerate(due.iter_rows(named=True), start=1)
    ]


def _sheet(row: Mapping[str, Any], number: int, first: date) -> dict[str, Any]:
    key = {"office_code": row["office_code"], "sheet_year": first.year, "sheet_no": f"{DRAFT}{number:03}"}
    lines = [
        key | {"line": line, "defective_paper": shown, "paper_to_add": added, "text": text}
        for line, (shown, added, text) in enumerate(_lines(row), start=1)
    ]
    return (
        key
        | {"issued_on": None}
        | {name: row[name] for name in ("person_id", "surname", "given_name")}
        | {"bring_by": row["sheet_due"] if row["sheet_due"] >= first else None, "lines": lines}
    )


def _lines(row: Mapping[str, Any]) -> Iterable[tuple[str, str, str | None]]:
    for name, shown, added in _LACKING:
        if row[name]:
            yield shown, added, None
    if row["missing_papers"]:
        yield "other", "other", row["missing_papers"]
