"""Planters for papers about wages: the second-income sheet and statements issued late (WAG)."""

import polars as pl

from ndaudit.synthetic.awards import CHANGE_REASON
from ndaudit.synthetic.planters.field import Field

SHEET, STATEMENT = "determination_id", "statement_id"


def _window_sheets(field: Field) -> pl.DataFrame:
    """Return the determinations that set a window."""
    again = (pl.col("kind") == "change") & (pl.col("change_reason") == CHANGE_REASON)
    return field.frames["determination"].filter((pl.col("kind") == "initial") | again)


def plant_wag_07(field: Field) -> None:
    """The second-income sheet lies in another file; nobody handed it in; nor are those months in НД-17."""
    second = field.frames["contribution"].filter((pl.col("insured_type") == "40") & (pl.col("base") > 1))
    papers = field.frames["document"].filter(
        (pl.col("kind") == "second_income_sheet")
        & pl.col("file_no").is_not_null()
        & pl.col("person_id").is_in(second["person_id"].unique().implode())
    )
    free = papers.filter(field.is_free("person_id"))
    elsewhere, never = field.halves(field.pick(free, by="document_id"))
    silent = field.one(free, "document_id")
    for part in (elsewhere, never, silent):
        field.take(part["person_id"].to_list())
    field.set("document", "document_id", elsewhere["document_id"], file_no=pl.col("file_no") + "0")
    for part in (never, silent):
        field.drop("document", "document_id", part["document_id"])
    for part in (elsewhere, never):
        hit = _window_sheets(field).filter(pl.col("person_id").is_in(part["person_id"].implode()))
        field.list(hit, SHEET)
    hit = _window_sheets(field).filter(pl.col("person_id").is_in(silent["person_id"].implode()))
    earned = hit.select(SHEET, "person_id").join(
        second.select("person_id", "period").unique(), on="person_id"
    )
    field.frames["determination_wage"] = field.frames["determination_wage"].join(
        earned, on=[SHEET, "period"], how="anti", maintain_order="left"
    )
    field.list(hit, SHEET, outcome="undetermined")
    field.list(hit, SHEET, rule="DET-01")


def _with_rights(field: Field) -> pl.DataFrame:
    """Return employers' statements of people on a register, with the last right written there."""
    entries = field.frames["register_entry"]
    rights = entries.group_by("person_id").agg(arises_on=pl.col("eligible_on").max())
    own = field.frames["wage_statement"].filter(pl.col("issued_by") == "employer")
    return own.join(rights, on="person_id", maintain_order="left")


def plant_wag_10(field: Field) -> None:
    """A statement issued on the day of the right; a year later; its day, or that of the right, not recorded.

    Days and issuers that other planters wrote decide here too.
    """
    by, issued, right = STATEMENT, pl.col("issued_on"), pl.col("arises_on")
    # A statement of before an award made again may have been drawn up for it.
    again = field.frames["determination"].filter(pl.col("kind") == "change")["person_id"].implode()
    sound = _with_rights(field).filter((issued < right) & ~pl.col("person_id").is_in(again))
    day, year = field.halves(field.pick(sound, by=by))
    for part, later in ((day, "0d"), (year, "1y")):
        late = part.select(late=right.dt.offset_by(later))["late"]
        late_by_id = pl.col(by).replace_strict(part[by], late, default=None)
        field.set("wage_statement", by, part[by], issued_on=late_by_id)
    silent = field.one(sound, by)
    field.set("wage_statement", by, silent[by], issued_on=pl.lit(None, pl.Date))
    field.list(silent, by, rule="WAG-04")
    now = _with_rights(field)
    field.list(now.filter(issued >= right), by)
    field.list(now.filter(issued.is_null() | right.is_null()), by, outcome="undetermined")
