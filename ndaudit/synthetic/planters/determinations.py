"""Planters for determinations and changes of pensions (DET, RED)."""

from datetime import date

import polars as pl

from ndaudit.synthetic.awards import CORRECTION_REASON
from ndaudit.synthetic.planters.field import Field

NOBODY = pl.lit(None, pl.String)
NEVER = pl.lit(None, pl.Datetime("us"))


def initial_of(field: Field) -> pl.DataFrame:
    """Return initial determinations whose days lie away from every change of heads."""
    quiet = pl.col("effective_from").dt.month().is_between(3, 12) & ~pl.col("effective_from").is_between(
        date(2016, 5, 1), date(2016, 12, 31)
    )
    rows = field.frames["determination"].filter((pl.col("kind") == "initial") & quiet)
    return rows.filter(pl.col("file_no").is_in(field.filed["file_no"].implode()))


def _item(part: pl.DataFrame, source: str, column: str, role: str) -> pl.DataFrame:
    return part.select(source=pl.lit(source), id=column, role=pl.lit(role))


def _entered_unknown(field: Field, sheets: pl.DataFrame) -> None:
    items = sheets.select(source=pl.lit("determination"), id="determination_id")
    field.list(items, "source", "id", rule="ACC-08", outcome="undetermined")


def plant_det_01(field: Field) -> None:
    """НД-17 lacks a month, or is not attached; an indexation sheet names a file nobody has; not recorded."""
    by = "determination_id"
    month, bare = field.halves(field.pick(initial_of(field)))
    first = pl.col("period") == pl.col("period").min().over(by)
    field.frames["determination_wage"] = field.frames["determination_wage"].filter(
        ~(first & pl.col(by).is_in(month[by].implode()))
    )
    field.set("determination", by, bare[by], nd17_attached=pl.lit(False))
    indexed = field.frames["determination"].filter(
        (pl.col("kind") == "indexation") & pl.col("file_no").is_in(field.filed["file_no"].implode())
    )
    lost = field.pick(indexed, least=1)
    field.set("determination", by, lost[by], file_no=pl.lit("Х") + pl.col("file_no"))
    for part in (month, bare, lost):
        field.list(part, by)
    silent = field.one(initial_of(field))
    field.set("determination", by, silent[by], nd17_attached=pl.lit(None, pl.Boolean))
    field.list(silent, by, outcome="undetermined")


def plant_det_02(field: Field) -> None:
    """No stamp; the chief accountant never signed; not recorded whether stamped."""
    stamp, sign = field.halves(field.pick(initial_of(field)))
    silent = field.one(initial_of(field))
    by = "determination_id"
    field.set("determination", by, stamp[by], stamped=pl.lit(False))
    field.set("determination", by, sign[by], chief_accountant=NOBODY, chief_accountant_at=NEVER)
    field.set("determination", by, silent[by], stamped=pl.lit(None, pl.Boolean))
    for part in (stamp, sign):
        field.list(part, by)
    field.list(sign, by, rule="DET-11")
    field.list(silent, by, outcome="undetermined")


def plant_det_03(field: Field) -> None:
    """The section head signed an hour before the sheet was entered; the chief accountant weeks before."""
    hour, weeks = field.halves(field.pick(initial_of(field)))
    by = "determination_id"
    field.set("determination", by, hour[by], section_head_at=pl.col("entered_at").dt.offset_by("-1h"))
    field.set("determination", by, weeks[by], chief_accountant_at=pl.col("entered_at").dt.offset_by("-20d"))
    silent = field.one(initial_of(field))
    field.set("determination", by, silent[by], entered_at=NEVER)
    for part in (hour, weeks):
        field.list(part, by)
    field.list(silent, by, outcome="undetermined")
    _entered_unknown(field, silent)


def plant_det_04(field: Field) -> None:
    """Entered by the section head who approved; one person signed as two; not recorded who entered."""
    entered, twice = field.halves(field.pick(initial_of(field)))
    by = "determination_id"
    field.set("determination", by, entered[by], entered_by=pl.col("section_head"))
    field.set("determination", by, twice[by], chief_accountant=pl.col("section_head"))
    silent = field.one(initial_of(field))
    field.set("determination", by, silent[by], entered_by=NOBODY)
    for part in (entered, twice):
        field.list(part, by)
    field.list(_item(twice, "determination", by, "chief_accountant"), "source", "id", "role", rule="DET-05")
    field.list(silent, by, outcome="undetermined")
    _entered_unknown(field, silent)


def plant_det_05(field: Field) -> None:
    """Signed by the control inspector for the head; by a head long gone; book by an inspector, or undated."""
    other, gone = field.halves(
        field.pick(initial_of(field).filter(pl.col("effective_from") >= date(2017, 3, 1)))
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
    silent = field.one(
        field.frames["pension_book"].filter(pl.col("file_no").is_in(field.filed["file_no"].implode()))
    )
    field.set("pension_book", "book_no", silent["book_no"], opened_on=pl.lit(None, pl.Date))
    undated = _item(silent, "pension_book", "book_no", "office_head")
    field.list(undated, "source", "id", "role", outcome="undetermined")
    field.list(silent, "book_no", rule="BOK-04", outcome="undetermined")


def _changes(field: Field) -> pl.DataFrame:
    return field.frames["determination"].filter(pl.col("kind") == "change")


def plant_red_01(field: Field) -> None:
    """A change the control inspector, or the section head, never certified; one entered on no day."""
    control, section = field.halves(field.pick(_changes(field)))
    by = "determination_id"
    field.set("determination", by, control[by], control_inspector=NOBODY, control_inspector_at=NEVER)
    field.set("determination", by, section[by], section_head=NOBODY, section_head_at=NEVER)
    for part in (control, section):
        field.list(part, by)
    # A sheet drawn up once more, not certified, of which the export holds no day.
    kept = field.one(_changes(field).filter(pl.col("change_reason") == CORRECTION_REASON))
    blank = kept.with_columns(
        pl.col(by) + "-2",
        effective_from=pl.lit(None, pl.Date),
        entered_at=NEVER,
        section_head=NOBODY,
        section_head_at=NEVER,
    )
    field.add("determination", blank)
    for rule in ("RED-01", "RED-02"):
        field.list(blank, by, rule=rule, outcome="undetermined")
    _entered_unknown(field, blank)


def plant_red_02(field: Field) -> None:
    """The head certified an hour, the control inspector weeks after entry; all of it after the payment."""
    hour, weeks, paid = field.parts(field.pick(_changes(field), least=3), 3)
    by = "determination_id"
    entered = pl.col("entered_at")
    field.set("determination", by, hour[by], office_head_at=entered.dt.offset_by("1h"))
    field.set("determination", by, weeks[by], control_inspector_at=entered.dt.offset_by("40d"))
    moments = ("entered_at", "control_inspector_at", "section_head_at", "office_head_at")
    late = {name: pl.col(name).dt.offset_by("45d") for name in moments}
    field.set("determination", by, paid[by], **late)
    for part in (hour, weeks, paid):
        field.list(part, by)
    silent = field.one(_changes(field))
    field.set("determination", by, silent[by], entered_at=NEVER)
    field.list(silent, by, outcome="undetermined")
    _entered_unknown(field, silent)
