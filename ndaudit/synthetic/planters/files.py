"""Planters for files, determinations and books (FIL, DET, RED, BOK)."""

from datetime import date

import polars as pl

from ndaudit.synthetic.planters.field import Field

ENTRY = ("register_year", "office_code", "listed_under", "listed_name", "person_id")
NOBODY = pl.lit(None, pl.String)
NEVER = pl.lit(None, pl.Datetime("us"))


def _initial(field: Field) -> pl.DataFrame:
    """Return initial determinations whose days lie away from every change of heads."""
    quiet = pl.col("effective_from").dt.month().is_between(3, 12) & ~pl.col("effective_from").is_between(
        date(2016, 5, 1), date(2016, 12, 31)
    )
    rows = field.frames["determination"].filter((pl.col("kind") == "initial") & quiet)
    return rows.filter(pl.col("file_no").is_in(field.filed["file_no"].implode()))


def _item(part: pl.DataFrame, source: str, column: str, role: str) -> pl.DataFrame:
    return part.select(source=pl.lit(source), id=column, role=pl.lit(role))


def plant_fil_02(field: Field) -> None:
    """The inspector, or the citizen, did not sign the file; not recorded whether."""
    inspector, citizen = field.halves(field.pick(field.filed))
    silent = field.pick(field.filed, least=1).head(1)
    field.set("pension_file", "file_no", inspector["file_no"], inspector_signed=pl.lit(False))
    field.set("pension_file", "file_no", citizen["file_no"], citizen_signed=pl.lit(False))
    field.set("pension_file", "file_no", silent["file_no"], citizen_signed=pl.lit(None, pl.Boolean))
    for part in (inspector, citizen):
        field.list(part, "file_no")
    field.list(silent, "file_no", outcome="undetermined")


def plant_fil_04(field: Field) -> None:
    """No application in the file; no social insurance book."""
    application, book = field.halves(field.pick(field.filed))
    for part, kind in ((application, "application"), (book, "si_book")):
        papers = field.frames["document"].filter(
            pl.col("file_no").is_in(part["file_no"].implode()) & (pl.col("kind") == kind)
        )
        field.drop("document", "document_id", papers["document_id"])
        field.list(part, "file_no")
    listed = field.frames["register_entry"].filter(pl.col("person_id").is_in(book["person_id"].implode()))
    field.list(listed, *ENTRY, rule="REG-05")


def plant_det_02(field: Field) -> None:
    """No stamp; the chief accountant never signed; not recorded whether stamped."""
    stamp, sign = field.halves(field.pick(_initial(field)))
    silent = field.pick(_initial(field), least=1).head(1)
    by = "determination_id"
    field.set("determination", by, stamp[by], stamped=pl.lit(False))
    field.set("determination", by, sign[by], chief_accountant=NOBODY, chief_accountant_at=NEVER)
    field.set("determination", by, silent[by], stamped=pl.lit(None, pl.Boolean))
    for part in (stamp, sign):
        field.list(part, by)
    field.list(silent, by, outcome="undetermined")


def plant_det_03(field: Field) -> None:
    """The section head signed an hour before the sheet was entered; the chief accountant weeks before."""
    hour, weeks = field.halves(field.pick(_initial(field)))
    by = "determination_id"
    field.set("determination", by, hour[by], section_head_at=pl.col("entered_at").dt.offset_by("-1h"))
    field.set("determination", by, weeks[by], chief_accountant_at=pl.col("entered_at").dt.offset_by("-20d"))
    silent = field.pick(_initial(field), least=1).head(1)
    field.set("determination", by, silent[by], entered_at=NEVER)
    for part in (hour, weeks):
        field.list(part, by)
    field.list(silent, by, outcome="undetermined")


def plant_det_04(field: Field) -> None:
    """Entered by the section head who approved; one person signed as two; not recorded who entered."""
    entered, twice = field.halves(field.pick(_initial(field)))
    by = "determination_id"
    field.set("determination", by, entered[by], entered_by=pl.col("section_head"))
    field.set("determination", by, twice[by], chief_accountant=pl.col("section_head"))
    silent = field.pick(_initial(field), least=1).head(1)
    field.set("determination", by, silent[by], entered_by=NOBODY)
    for part in (entered, twice):
        field.list(part, by)
    field.list(_item(twice, "determination", by, "chief_accountant"), "source", "id", "role", rule="DET-05")
    field.list(silent, by, outcome="undetermined")


def plant_det_05(field: Field) -> None:
    """Signed by the control inspector for the head; by a head long gone; book signed by an inspector."""
    other, gone = field.halves(
        field.pick(_initial(field).filter(pl.col("effective_from") >= date(2017, 3, 1)))
    )
    by = "determination_id"
    field.set("determination", by, other[by], office_head=pl.lit(f"{field.plan.code}-K1"))
    field.set("determination", by, gone[by], office_head=pl.lit(f"{field.plan.code}-H1"))
    for part in (other, gone):
        field.list(_item(part, "determination", by, "office_head"), "source", "id", "role")
    books = field.pick(
        field.frames["pension_book"].filter(pl.col("file_no").is_in(field.filed["file_no"].implode())),
        least=1,
    )
    field.set("pension_book", "book_no", books["book_no"], office_head=pl.lit(f"{field.plan.code}-I2"))
    field.list(_item(books, "pension_book", "book_no", "office_head"), "source", "id", "role")


def plant_red_01(field: Field) -> None:
    """A change the control inspector, or the section head, never certified."""
    changes = field.frames["determination"].filter(pl.col("kind") == "change")
    control, section = field.halves(field.pick(changes))
    by = "determination_id"
    field.set("determination", by, control[by], control_inspector=NOBODY, control_inspector_at=NEVER)
    field.set("determination", by, section[by], section_head=NOBODY, section_head_at=NEVER)
    for part in (control, section):
        field.list(part, by)


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
    silent = field.pick(_books(field), least=1).head(1)
    field.set("pension_book", "book_no", silent["book_no"], file_no=NOBODY)
    field.list(silent, "book_no", outcome="undetermined")


def plant_bok_02(field: Field) -> None:
    """Two books carry one number; the second differs from its file too."""
    owners = field.pick(_books(field))
    copies = field.pick(_books(field)).head(owners.height)
    _renumbered(field, copies["book_no"], owners["book_no"].head(copies.height))
    shared = owners.head(copies.height)
    field.list(shared, "book_no", national=True)
    field.list(shared, "book_no", rule="BOK-01")


def plant_bok_04(field: Field) -> None:
    """A book the head never signed; opened a week before the sheet was approved; stamp not recorded."""
    unsigned, early = field.halves(field.pick(_books(field).filter(pl.col("opened_on") > date(2017, 1, 1))))
    field.set("pension_book", "book_no", unsigned["book_no"], signed=pl.lit(False))
    field.set("pension_book", "book_no", early["book_no"], opened_on=pl.col("opened_on").dt.offset_by("-7d"))
    silent = field.pick(_books(field), least=1).head(1)
    field.set("pension_book", "book_no", silent["book_no"], stamped=pl.lit(None, pl.Boolean))
    for part in (unsigned, early):
        field.list(part, "book_no")
    field.list(silent, "book_no", outcome="undetermined")
