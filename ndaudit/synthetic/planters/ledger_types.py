"""Planters for who is insured how, and who wrote it (SIB-09 to SIB-11)."""

from datetime import date

import polars as pl

from ndaudit.synthetic.planters.employers import taken_reports
from ndaudit.synthetic.planters.field import Field
from ndaudit.synthetic.planters.firms import at_rate, reported

ROW = "contribution_id"
LESS_FOR_PENSIONERS = 220
"""What a working pensioner, and the employer, pay less than for an employee, in hundredths of a percent."""


def _pensioners(field: Field) -> pl.DataFrame:
    """Return months of working pensioners whose rates are on file, reported without a fault."""
    known = (pl.col("insured_type") == "22") & (pl.col("period") >= date(2021, 7, 1))
    # A month written as an employee's would be service for a pension made again on it.
    again = field.frames["determination"].filter(kind="change", nd17_attached=True)["person_id"]
    rows = field.frames["contribution"].filter(known & ~pl.col("person_id").is_in(again.implode()))
    return rows.join(taken_reports(field), on=["employer_no", "period"], how="anti", maintain_order="left")


def plant_sib_09(field: Field) -> None:
    """A working pensioner as disabled, as an employee; a child of ten at work."""
    disabled, employee = field.halves(field.pick(_pensioners(field), by=ROW))
    field.set("contribution", ROW, disabled[ROW], insured_type=pl.lit("70"))
    raised = employee.with_columns(
        insured_type=pl.lit("01"),
        insured_amount=at_rate("insured_amount", LESS_FOR_PENSIONERS),
        employer_amount=at_rate("employer_amount", LESS_FOR_PENSIONERS),
    )
    reported(field, employee, raised)
    pupil = field.frames["people"].filter(
        (pl.col("kind") == "family") & (pl.col("birth_date") > date(2012, 1, 1))
    )
    years = field.pick(pupil, least=1).select("person_id", "birth_date")
    # A grown-up's row of January 2023, written once more for the child.
    ledger = field.frames["contribution"].filter(
        (pl.col("period") == date(2023, 1, 1)) & (pl.col("insured_type") == "01")
    )
    quiet = ledger.join(taken_reports(field), on=["employer_no", "period"], how="anti", maintain_order="left")
    model = field.pick(quiet, by=ROW, least=years.height).head(years.height)
    rows = model.with_columns(
        person_id=years["person_id"].head(model.height), **{ROW: pl.col(ROW) + 600_000_000}
    )
    reported(field, rows.head(0), rows)
    for part in (disabled, employee, rows):
        field.list(part, ROW)


def _workers_rows(field: Field) -> pl.DataFrame:
    """Return the ledger of plain workers from 2012 on."""
    people = field.workers["person_id"].implode()
    return field.frames["contribution"].filter(
        pl.col("person_id").is_in(people)
        & (pl.col("period") >= date(2012, 1, 1))
        & pl.col("entered_by").is_not_null()
    )


def plant_sib_10(field: Field) -> None:
    """A contribution paid a day more than twelve months late; six years late."""
    rows = _workers_rows(field).filter(pl.col("period") < date(2019, 1, 1))
    month, years = field.halves(field.pick(rows, by=ROW))
    for part, later in ((month, "13mo"), (years, "6y")):
        field.set("contribution", ROW, part[ROW], paid_on=pl.col("period").dt.offset_by(later))
        field.list(part, ROW)


def plant_sib_11(field: Field) -> None:
    """Entered by somebody who had left; by nobody on the staff; time of entry not recorded."""
    rows = _workers_rows(field)
    left, unknown = field.halves(field.pick(rows, by=ROW))
    silent = field.one(rows, ROW)
    field.set("contribution", ROW, left[ROW], entered_by=pl.lit(f"{field.plan.code}-I1"))
    field.set("contribution", ROW, unknown[ROW], entered_by=pl.lit(f"{field.plan.code}-Х9"))
    field.set("contribution", ROW, silent[ROW], entered_at=pl.lit(None, pl.Datetime("us")))
    for part in (left, unknown):
        field.list(part, ROW)
    field.list(silent, ROW, outcome="undetermined")
