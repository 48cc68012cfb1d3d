"""Forms written for an office: they name people, as the order asks, and the ledger says who had them made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ndaudit import ledger
from ndaudit.errors import RefusedError, UsageError, machine_faults
from ndaudit.forms.drafts import draft_sheets, named_rights
from ndaudit.forms.filling import register_data, rights_data, sheet_data
from ndaudit.forms.printing import write_pdf
from ndaudit.forms.rows import Row, recommendation_sheets, register_entries, years
from ndaudit.forms.workbook import Listed, Sheet, write_form
from ndaudit.offices import Office, read_offices
from ndaudit.periods import Period
from ndaudit.reading import open_reading, open_snapshot
from ndaudit.roles import current_standing
from ndaudit.tables import read_tables
from ndaudit.wording import Language, say
from ndaudit.workbench import Workbench


class NothingToIssueError(RefusedError):
    """The office delivered nothing for that period, or nobody is concerned."""


@dataclass(frozen=True)
class Issued:
    """The files of one form of one office, and how many people (nd1, rights) or sheets (nd2) they hold."""

    form: str
    office: str
    count: int
    pdf: Path
    xlsx: Path


@dataclass(frozen=True)
class Asked:
    """Whose form of which period is asked for."""

    workbench: Workbench
    office: Office
    period: Period
    lang: Language


@dataclass(frozen=True)
class Filled:
    """A form filled in: how many people or sheets, what its template takes, the sheets of its workbook."""

    count: int
    template: str
    data: Mapping[str, Any]
    sheets: tuple[Sheet | Listed, ...]


def issue(workbench: Workbench, form: str, office: str, period: Period, lang: Language) -> Issued:
    """Write a form of an office for a period into `data/forms/<office>/`, as PDF and XLSX.

    The PDF comes last, after the ledger: where it lies, the form is whole and its making is on record.

    Args:
        period: for nd1 the year of the register; for nd2 when the sheets were written; for nd2_drafts by when
            they have to be; for rights when the rights arise.

    Raises:
        UsageError: no such form or office.
        RefusedError: the office delivered nothing for that period, or nobody is concerned; or the account may
            not hand out forms that name people, or not those of this office.
    """
    if form not in FORMS:
        raise UsageError("usage.no_form", came=form, allowed=", ".join(FORMS))
    offices = read_offices(workbench.expectations / "offices.toml")
    if office not in offices:
        raise UsageError("usage.unknown_office_code", came=office, allowed=", ".join(offices))
    standing = current_standing(workbench)
    standing.require("issue")
    standing.require_office(office)
    asked = Asked(workbench, offices[office], period, lang)
    folder = workbench.data / "forms" / office
    pdf, xlsx = (folder / f"{form}-{period.name}{ending}" for ending in (".pdf", ".xlsx"))
    filled = _FILLED[form](asked)
    with machine_faults(folder):
        workbench.private_folder(folder)
        write_form(xlsx, filled.sheets)
        workbench.protect(xlsx)
        ledger.append(workbench, "form", form=form, office=office, period=period.name, count=filled.count)
        write_pdf(pdf, filled.template, filled.data)
        workbench.protect(pdf)
    return Issued(form, office, filled.count, pdf, xlsx)


def _registers(asked: Asked) -> Filled:
    table = read_tables(asked.workbench.expectations / "tables")["register_entry"]
    office, year = asked.office, asked.period.first.year
    with open_snapshot(asked.workbench) as (_, con):
        rows = register_entries(con, office.code, year)
        there = years(con, office.code)
    if not rows:
        known = ", ".join(map(str, there)) or "—"
        raise NothingToIssueError("forms.no_register", office=office.code, year=year, there=known)
    titles = [say("forms.nd1_sheet", "mn", office=office.name.mn, year=year)]
    return Filled(
        len(rows), "nd1", register_data(table, office, rows, asked.lang), (Sheet(table, titles, rows),)
    )


def _sheets(asked: Asked) -> Filled:
    with open_snapshot(asked.workbench) as (_, con):
        sheets = recommendation_sheets(con, asked.office.code, asked.period)
    return _filled_sheets(asked, sheets, "forms.no_sheets")


def _drafts(asked: Asked) -> Filled:
    with open_reading(asked.workbench) as reading:
        sheets = draft_sheets(reading, asked.office.code, asked.period)
    return _filled_sheets(asked, sheets, "forms.no_drafts")


def _filled_sheets(asked: Asked, sheets: Sequence[Row], nothing: str) -> Filled:
    if not sheets:
        raise NothingToIssueError(nothing, office=asked.office.code, period=asked.period.name)
    tables = read_tables(asked.workbench.expectations / "tables")
    titles = [say("forms.nd2_sheet", "mn", office=asked.office.name.mn, period=asked.period.name)]
    lines = [line for sheet in sheets for line in sheet["lines"]]
    data = sheet_data(tables["recommendation_item"], asked.office, sheets, asked.lang)
    return Filled(
        len(sheets),
        "nd2",
        data,
        (
            Sheet(tables["recommendation"], titles, sheets),
            Sheet(tables["recommendation_item"], titles, lines),
        ),
    )


def _rights(asked: Asked) -> Filled:
    with open_reading(asked.workbench) as reading:
        found = named_rights(reading, asked.office.code, asked.period)
    if found.is_empty():
        raise NothingToIssueError("forms.no_rights", office=asked.office.code, period=asked.period.name)
    data = rights_data(asked.office, asked.period, found.iter_rows(named=True), asked.lang)
    return Filled(found.height, "rights", data, (Listed(data["head"], data["heads"], data["rows"]),))


_FILLED: Mapping[str, Callable[[Asked], Filled]] = {
    "nd1": _registers,
    "nd2": _sheets,
    "nd2_drafts": _drafts,
    "rights": _rights,
}
FORMS = tuple(_FILLED)
