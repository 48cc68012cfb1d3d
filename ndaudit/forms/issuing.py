"""Forms written for an office: they name people, as the order asks, and the ledger says who had them made."""

from dataclasses import dataclass
from pathlib import Path

from ndaudit import ledger
from ndaudit.errors import RefusedError, UsageError, machine_faults
from ndaudit.forms.filling import register_data, sheet_data
from ndaudit.forms.printing import write_pdf
from ndaudit.forms.rows import recommendation_sheets, register_entries, years
from ndaudit.forms.workbook import write_form
from ndaudit.offices import Office, read_offices
from ndaudit.periods import Period
from ndaudit.reading import open_snapshot
from ndaudit.tables import read_tables
from ndaudit.wording import Language, say
from ndaudit.workbench import Workbench

FORMS = ("nd1", "nd2")


@dataclass(frozen=True)
class Issued:
    """The files of one form of one office, and how many people (nd1) or sheets (nd2) they hold."""

    form: str
    office: str
    count: int
    pdf: Path
    xlsx: Path


def issue(workbench: Workbench, form: str, office: str, period: Period, lang: Language) -> Issued:
    """Write a form of an office for a period into `data/forms/<office>/`, as PDF and XLSX.

    Args:
        period: for nd1 the year of the register; for nd2 when the sheets were written.

    Raises:
        UsageError: no such form or office.
        RefusedError: the office delivered nothing for that period.
    """
    if form not in FORMS:
        raise UsageError("usage.no_form", came=form, allowed=", ".join(FORMS))
    offices = read_offices(workbench.expectations / "offices.toml")
    if office not in offices:
        raise UsageError("usage.unknown_office_code", came=office, allowed=", ".join(offices))
    folder = workbench.data / "forms" / office
    with machine_faults(folder):
        workbench.private_folder(folder)
        write = _registers if form == "nd1" else _sheets
        issued = write(workbench, offices[office], period, lang, folder / f"{form}-{period.name}")
        for path in (issued.pdf, issued.xlsx):
            workbench.protect(path)
    ledger.append(workbench, "form", form=form, office=office, period=period.name, count=issued.count)
    return issued


def _registers(workbench: Workbench, office: Office, period: Period, lang: Language, stem: Path) -> Issued:
    table = read_tables(workbench.expectations / "tables")["register_entry"]
    with open_snapshot(workbench) as (_, con):
        rows = register_entries(con, office.code, period.first.year)
        there = years(con, office.code)
    if not rows:
        known = ", ".join(map(str, there)) or "—"
        raise RefusedError("forms.no_register", office=office.code, year=period.first.year, there=known)
    pdf, xlsx = stem.with_suffix(".pdf"), stem.with_suffix(".xlsx")
    write_pdf(pdf, "nd1", register_data(table, office, rows, lang))
    titles = [say("forms.nd1_sheet", "mn", office=office.name.mn, year=period.first.year)]
    write_form(xlsx, table, titles, rows)
    return Issued("nd1", office.code, len(rows), pdf, xlsx)


def _sheets(workbench: Workbench, office: Office, period: Period, lang: Language, stem: Path) -> Issued:
    tables = read_tables(workbench.expectations / "tables")
    table = tables["recommendation_item"]
    with open_snapshot(workbench) as (_, con):
        sheets = recommendation_sheets(con, office.code, period)
    if not sheets:
        raise RefusedError("forms.no_sheets", office=office.code, period=period.name)
    pdf, xlsx = stem.with_suffix(".pdf"), stem.with_suffix(".xlsx")
    write_pdf(pdf, "nd2", sheet_data(table, office, sheets, lang))
    titles = [say("forms.nd2_sheet", "mn", office=office.name.mn, period=period.name)]
    write_form(xlsx, tables["recommendation"], titles, sheets)
    return Issued("nd2", office.code, len(sheets), pdf, xlsx)
