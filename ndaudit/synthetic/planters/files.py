"""Planters for files and pension books (FIL, BOK)."""

from datetime import date

import polars as pl

from ndaudit.synthetic.planters.field import Field
from ndaudit.synthetic.planters.grounds import unlisted

ENTRY = ("register_year", "office_code", "listed_under", "listed_name", "person_id")
NOBODY = pl.lit(None, pl.String)


def plant_fil_01(field: Field) -> None:
    """Papers complete the day after the file was opened, or weeks after; the citizen was not there."""
    day, weeks, absent = field.parts(field.pick(field.filed, least=3), 3)
    for part, wait in ((day, "1d"), (weeks, "20d")):
        opened = pl.col("opened_on").dt.offset_by(wait)
        field.set("pension_file", "file_no", part["file_no"], papers_complete_on=opened)
    field.set("pension_file", "file_no", absent["file_no"], citizen_present=pl.lit(False))
    for part in (day, weeks, absent):
        field.list(part, "file_no")
    for column, kind in (("papers_complete_on", pl.Date), ("citizen_present", pl.Boolean)):
        silent = field.one(field.filed)
        field.set("pension_file", "file_no", silent["file_no"], **{column: pl.lit(None, kind)})
        field.list(silent, "file_no", outcome="undetermined")
        if column == "papers_complete_on":
            sheets = field.frames["determination"].filter(pl.col("kind") == "initial")
            sheets = sheets.filter(pl.col("file_no").is_in(silent["file_no"].implode()))
            field.list(sheets, "determination_id", rule="DET-11", outcome="undetermined")


def plant_fil_02(field: Field) -> None:
    """The inspector, or the citizen, did not sign the file; not recorded whether."""
    inspector, citizen = field.halves(field.pick(field.filed))
    silent = field.one(field.filed)
    field.set("pension_file", "file_no", inspector["file_no"], inspector_signed=pl.lit(False))
    field.set("pension_file", "file_no", citizen["file_no"], citizen_signed=pl.lit(False))
    field.set("pension_file", "file_no", silent["file_no"], citizen_signed=pl.lit(None, pl.Boolean))
    for part in (inspector, citizen):
        field.list(part, "file_no")
    field.list(silent, "file_no", outcome="undetermined")


def plant_fil_03(field: Field) -> None:
    """A copy of a labour book or of an act kept in a file; not recorded whether it is one."""
    # Papers of other kinds may be taken out by planters that come later, and would not be there to be judged.
    lasting = pl.col("kind").is_in(["labour_book", "medical_commission_act"])
    papers = field.frames["document"].filter(pl.col("file_no").is_not_null() & lasting)
    by = "document_id"
    copies = field.pick(papers, by=by)
    field.set("document", by, copies[by], is_original=pl.lit(False))
    field.list(copies, by)
    silent = field.one(papers, by)
    field.set("document", by, silent[by], is_original=pl.lit(None, pl.Boolean))
    field.list(silent, by, outcome="undetermined")


def plant_fil_04(field: Field) -> None:
    """No application in the file; no social insurance book; months not recorded."""
    application, book = field.halves(field.pick(field.filed))
    for part, kind in ((application, "application"), (book, "si_book")):
        papers = field.frames["document"].filter(
            pl.col("file_no").is_in(part["file_no"].implode()) & (pl.col("kind") == kind)
        )
        field.drop("document", "document_id", papers["document_id"])
        field.list(part, "file_no")
    listed = field.frames["register_entry"].filter(pl.col("person_id").is_in(book["person_id"].implode()))
    field.list(listed, *ENTRY, rule="REG-05")
    _unlisted(field)


def _unlisted(field: Field) -> None:
    """Leave a file of old age without labour book, its sheet without what it counts."""
    sheets = field.frames["determination"].filter(
        pl.col("kind") == "initial", pl.col("condition") == "general", field.is_free("determination_id")
    )
    files = field.filed.filter(pl.col("file_no").is_in(sheets["file_no"].implode()), field.is_free("file_no"))
    silent = unlisted(field, files.with_columns(insured_id="person_id"))
    field.take(silent["file_no"].to_list(), "file_no")
    mine = pl.col("person_id").is_in(silent["person_id"].implode())
    field.take(field.frames["spans"].filter(mine)["employment_id"].to_list(), "employment_id")
    for rule in ("DET-09", "DET-10"):
        field.list(sheets.filter(mine), "determination_id", rule=rule, outcome="undetermined")
    early = (pl.col("papers") == "complete") & (pl.col("service_months_before_1995") > 0)
    field.list(field.frames["register_entry"].filter(mine & early), *ENTRY, rule="REG-05")


def plant_fil_05(field: Field) -> None:
    """A file waits for its decision a day longer than the law gives; for years."""
    files = field.frames["pension_file"]
    decided = field.frames["determination"]["file_no"].unique().implode()
    waiting = files.filter(~pl.col("file_no").is_in(decided))
    day, years = field.halves(field.pick(waiting, by="file_no"))
    for part, opened in ((day, date(2025, 12, 12)), (years, date(2022, 3, 1))):
        same = dict.fromkeys(("applied_on", "papers_complete_on", "opened_on"), pl.lit(opened))
        field.set("pension_file", "file_no", part["file_no"], **same)
        brought = {"received_on": pl.lit(opened), "issued_on": pl.lit(opened).dt.offset_by("-20d")}
        field.set("document", "file_no", part["file_no"], **brought)
        field.list(part, "file_no")


def _renumbered(field: Field, old: pl.Series, new: pl.Series) -> None:
    """Give books other numbers, on the payment roll and in the bank file too."""
    for table, column in (
        ("pension_book", "book_no"),
        ("payment", "pension_book_no"),
        ("bank_line", "pension_book_no"),
    ):
        field.set(table, column, old, **{column: pl.col(column).replace(old, new)})


def _books(field: Field) -> pl.DataFrame:
    return field.frames["pension_book"].filter(pl.col("file_no").is_in(field.filed["file_no"].implode()))


def plant_bok_01(field: Field) -> None:
    """A book numbered otherwise than its file; a book without a file number."""
    victims = field.pick(_books(field))
    new = pl.Series(
        [f"{field.plan.code}9{number:05d}" for number in range(1, victims.height + 1)], dtype=pl.String
    )
    _renumbered(field, victims["book_no"], new)
    field.list(victims.with_columns(book_no=new), "book_no")
    silent = field.one(_books(field))
    field.set("pension_book", "book_no", silent["book_no"], file_no=NOBODY)
    field.list(silent, "book_no", outcome="undetermined")


def plant_bok_02(field: Field) -> None:
    """Two books carry one number, the second differs from its file too; a book without a number."""
    owners = field.pick(_books(field))
    copies = field.pick(_books(field)).head(owners.height)
    _renumbered(field, copies["book_no"], owners["book_no"].head(copies.height))
    shared = owners.head(copies.height)
    field.list(shared, "book_no", national=True)
    field.list(shared, "book_no", rule="BOK-01")
    # Somebody's second book: everything is paid on the first.
    blank = field.one(_books(field)).with_columns(book_no=NOBODY)
    field.add("pension_book", blank)
    field.list(blank, "book_no", national=True, outcome="undetermined")
    field.list(blank, "book_no", rule="BOK-01", outcome="undetermined")


def plant_bok_04(field: Field) -> None:
    """A book the head never signed; opened a week before the sheet was approved; stamp not recorded."""
    unsigned, early = field.halves(field.pick(_books(field).filter(pl.col("opened_on") > date(2017, 1, 1))))
    field.set("pension_book", "book_no", unsigned["book_no"], signed=pl.lit(False))
    field.set("pension_book", "book_no", early["book_no"], opened_on=pl.col("opened_on").dt.offset_by("-7d"))
    silent = field.one(_books(field))
    field.set("pension_book", "book_no", silent["book_no"], stamped=pl.lit(None, pl.Boolean))
    for part in (unsigned, early):
        field.list(part, "book_no")
    field.list(silent, "book_no", outcome="undetermined")
