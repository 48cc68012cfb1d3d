"""Planters for the months of НД-17 and the choice of the window (WAG-05, WAG-08)."""

from datetime import date

import polars as pl

from ndaudit.synthetic.awards import window_wages
from ndaudit.synthetic.months import first_day
from ndaudit.synthetic.planters.employers import taken_reports
from ndaudit.synthetic.planters.field import Field
from ndaudit.synthetic.planters.law_amounts import paid_otherwise
from ndaudit.synthetic.rates import bounds

SHEET, MONTH, ROW = "determination_id", "period", "contribution_id"
MOVED = 24
"""Months by which a window is chosen too early: wages rose since."""

CERTAIN = 769_000
"""The highest minimum pension listed: from here on it decides nothing."""


def _initial(field: Field) -> pl.DataFrame:
    """Return initial determinations as the generator made them, on wages whose law is on file."""
    files = field.frames["pension_file"].filter(
        (pl.col("regime") == "civil") & pl.col("file_no").is_in(field.filed["file_no"].implode())
    )
    listed = field.frames["determination_wage"].group_by(SHEET).agg(listed=pl.len())
    length = pl.col("window") * 1000
    lawful = (pl.col("wages") * pl.col("thousandths") * 2 + length) // (length * 2)
    rows = field.frames["determination"].join(listed, on=SHEET, maintain_order="left")
    rows = rows.with_columns(lawful=lawful)
    return rows.filter(
        pl.col("kind") == "initial",
        pl.col("window_from") >= date(2013, 1, 1),
        pl.col("file_no").is_in(files["file_no"].implode()),
        # nobody took a month, a tögrög or the window from them yet
        pl.col("listed") == pl.col("window"),
        pl.col("window_months") == pl.col("window"),
        (pl.col("condition") == "proportional") | (pl.col("amount") >= pl.col("lawful")),
        pl.col("nd17_attached"),
        field.is_free(SHEET),
        field.is_free("file_no"),
    )


def _written(field: Field, sheets: pl.DataFrame, wage: pl.Expr) -> pl.DataFrame:
    """Write another wage for the last paid month of each sheet and return those months."""
    wages = field.frames["determination_wage"]
    paid = wages.filter(pl.col(SHEET).is_in(sheets[SHEET].implode()), pl.col("wage") > 0)
    months = paid.group_by(SHEET, maintain_order=True).agg(pl.col(MONTH).max())
    marked = wages.join(
        months.with_columns(hit=pl.lit(value=True)), on=[SHEET, MONTH], how="left", maintain_order="left"
    )
    value = pl.when(pl.col("hit").fill_null(value=False)).then(wage).otherwise(pl.col("wage"))
    field.frames["determination_wage"] = marked.with_columns(wage=value).drop("hit")
    return months


def plant_wag_05(field: Field) -> None:
    """A tögrög more than the ledger; half of it; twice as much; nothing at all; not recorded."""
    wage = pl.col("wage")
    victims = field.pick(_initial(field), SHEET, least=4)
    field.take(victims["person_id"].to_list())
    for part, value in zip(field.parts(victims, 4), (wage + 1, wage // 2, wage * 2, wage * 0), strict=True):
        field.list(_written(field, part, value), SHEET, MONTH)
    silent = field.one(_initial(field), SHEET)
    field.take(silent["person_id"].to_list())
    months = _written(field, silent, pl.lit(None, pl.Int64))
    field.list(months, SHEET, MONTH, outcome="undetermined")


def _earlier(field: Field) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return sheets a window of earlier months makes poorer, with its sum and amount, and its wages."""
    # what another planter made of their payments is no longer what was determined
    paid = field.frames["payment"].filter(~field.is_free("payment_id"))["person_id"].unique()
    rows = _initial(field).filter(
        ~pl.col("person_id").is_in(paid.implode()),
        pl.col("condition") != "proportional",
        pl.col("window_from") >= date(2013 + MOVED // 12, 1, 1),
        pl.col("amount") >= CERTAIN,
        # another planter may have raised it, or written another rate
        pl.col("amount") == pl.col("lawful"),
        pl.col("rate") == pl.format("0.{}", "thousandths"),
    )
    moved = rows.with_columns(wage_from=pl.col("wage_from") - MOVED)
    wages = window_wages(moved, field.frames["contribution"])
    sums = wages.group_by(SHEET).agg(poorer=pl.col("wage").sum())
    length = pl.col("window") * 1000
    priced = moved.join(sums, on=SHEET, maintain_order="left").with_columns(
        lower=(pl.col("poorer") * pl.col("thousandths") * 2 + length) // (length * 2)
    )
    return priced.filter((pl.col("lower") < pl.col("amount")) & (pl.col("lower") >= CERTAIN)), wages


def plant_wag_08(field: Field) -> None:
    """Everything computed as the law asks, on months two years before the best; a wage not recorded."""
    rows, wages = _earlier(field)
    victims = field.pick(rows, SHEET)
    field.take(victims["person_id"].to_list())
    hundredths = pl.col("poorer") * 100 // pl.col("window")
    new = victims.select(
        SHEET,
        "lower",
        since=pl.Series(first_day(victims["wage_from"].to_numpy()), dtype=pl.Date),
        mean=pl.format("{}.{}", hundredths // 100, (hundredths % 100).cast(pl.String).str.zfill(2)),
    )
    for name, source in (("amount", "lower"), ("window_from", "since"), ("reference_wage", "mean")):
        value = pl.col(SHEET).replace_strict(
            new[SHEET], new[source], default=None, return_dtype=new[source].dtype
        )
        field.set("determination", SHEET, victims[SHEET], **{name: value})
    field.drop("determination_wage", SHEET, victims[SHEET])
    field.add(
        "determination_wage", wages.join(new.select(SHEET), on=SHEET, how="semi", maintain_order="left")
    )
    field.list(victims, SHEET)
    paid_otherwise(field, victims)
    _better_perhaps(field)


def _better_perhaps(field: Field) -> None:
    """Take the wage out of the ledger for the month before a window: a high one would have been better."""
    # another planter may have written another condition into the file
    files = field.frames["pension_file"].filter(condition="general")["file_no"]
    sheets = _initial(field).filter(
        pl.col("file_no").is_in(files.implode()),
        pl.col("window_from") >= date(2015, 1, 1),
        pl.col("amount") == pl.col("lawful"),
        pl.col("rate") == pl.format("0.{}", "thousandths"),
        pl.col("service_months_after_1995").is_not_null(),
    )
    last = pl.col("window_from").dt.offset_by(pl.format("{}mo", pl.col("window") - 1))
    before = sheets.select(SHEET, "person_id", last=last, period=pl.col("window_from").dt.offset_by("-1mo"))
    ledger = field.frames["contribution"]
    given_up = ledger.group_by("person_id", last=MONTH).agg(given_up=pl.col("wage").sum())
    before = before.join(bounds(), on=MONTH, maintain_order="left").join(
        given_up, on=["person_id", "last"], maintain_order="left"
    )
    alone = ledger.filter(pl.len().over("person_id", "period") == 1, insured_type="01")
    # more than the ceiling of the month was not counted, whatever was earned
    rows = alone.join(before.filter(pl.col("given_up") < pl.col("ceiling")), on=["person_id", "period"])
    rows = rows.sort(ROW).join(
        taken_reports(field), on=["employer_no", "period"], how="anti", maintain_order="left"
    )
    # what stands in a book is held against the ledger
    rows = rows.join(
        field.frames["book_entry"], on=["person_id", "period"], how="anti", maintain_order="left"
    )
    silent = field.one(rows, SHEET)
    field.set("contribution", ROW, silent[ROW], wage=pl.lit(None, pl.Int64))
    field.list(silent, SHEET, outcome="undetermined")
    field.list(silent, ROW, rule="SIB-07", outcome="undetermined")
    field.list(silent, "employer_no", "period", rule="CON-04", outcome="undetermined")
