"""Planters for the ledger (SIB-03 to SIB-05)."""

from datetime import date

import polars as pl

from ndaudit.synthetic.ledger import employer_reports
from ndaudit.synthetic.planters.employers import taken_reports
from ndaudit.synthetic.planters.field import Field
from ndaudit.synthetic.planters.firms import post, quiet_rows
from ndaudit.synthetic.rates import bounds

MONTH = ("person_id", "employer_no", "period", "insured_type")


def _reported_again(field: Field, touched: pl.DataFrame) -> None:
    """Let employers report what the ledger now holds, so that only the planted rule breaks.

    What they paid more or less than was due, and when, stays as it was.
    """
    months = touched.select("employer_no", "period").unique()
    ledger = field.frames["contribution"].join(
        months, on=["employer_no", "period"], how="semi", maintain_order="left"
    )
    old = field.frames["employer_report"]
    was = old.select(
        "employer_no",
        "period",
        more=pl.col("total_paid") - pl.col("total_due"),
        told="submitted_on",
        gave="paid_on",
    )
    again = employer_reports(ledger).join(was, on=["employer_no", "period"], maintain_order="left")
    again = again.with_columns(
        total_paid=pl.col("total_paid") + pl.col("more"), submitted_on="told", paid_on="gave"
    ).drop("more", "told", "gave")
    kept = old.join(months, on=["employer_no", "period"], how="anti", maintain_order="left")
    field.frames["employer_report"] = pl.concat([kept, again], how="diagonal_relaxed").sort(
        "employer_no", "period"
    )


def _rows(field: Field) -> pl.DataFrame:
    """Return rows of plain workers, now taken: the rate is on file, and nobody planted in their report."""
    people = field.pick(field.workers.filter(pl.col("start") < 600))["person_id"]
    ledger = field.frames["contribution"].filter(pl.col("person_id").is_in(people.implode()))
    known = (pl.col("period") >= date(2011, 1, 1)) & ~pl.col("period").is_between(
        date(2020, 3, 1), date(2021, 6, 1)
    )
    return ledger.filter(known).join(
        taken_reports(field), on=["employer_no", "period"], how="anti", maintain_order="left"
    )


def plant_sib_03(field: Field) -> None:
    """No contribution for one month, or half a year, in the middle of a job; for a job of no employer."""
    months = pl.col("period").is_between(date(2022, 8, 1), date(2023, 1, 1))
    near = (
        field.frames["contribution"]
        .filter(months)
        .join(taken_reports(field), on=["employer_no", "period"], how="semi")
    )
    quiet = (
        (pl.col("jobs") == 1)
        & (pl.col("start") < 590)
        & ~pl.col("person_id").is_in(near["person_id"].implode())
    )
    people = field.pick(field.workers.filter(quiet))
    one, many = field.halves(people)
    posts = field.frames["employment"].select("person_id", "employment_id")
    for part, last in ((one, date(2022, 8, 1)), (many, date(2023, 1, 1))):
        hit = field.frames["contribution"].filter(
            pl.col("person_id").is_in(part["person_id"].implode())
            & pl.col("period").is_between(date(2022, 8, 1), last)
        )
        field.drop("contribution", "contribution_id", hit["contribution_id"])
        _reported_again(field, hit)
        field.list(hit.join(posts, on="person_id", maintain_order="left"), "employment_id", "period")
        # An employer of this one person has nothing left to report.
        silent = hit.join(
            field.frames["employer_report"], on=["employer_no", "period"], how="anti", maintain_order="left"
        )
        field.list(silent, "employer_no", "period", rule="CON-03")
    _unnamed_employer(field)


def _unnamed_employer(field: Field) -> None:
    """Write two months of work into a labour book, for an employer nobody recorded."""
    worker = field.frames["person"].filter(
        pl.col("person_id").is_in(field.one(field.idle, "idler")["person_id"].implode())
    )
    hired, released = date(2014, 3, 1), date(2014, 4, 30)
    entry = post(worker, pl.lit(None, pl.String), hired).with_columns(
        released_on=pl.lit(released), release_order_no=pl.lit("Б/3")
    )
    field.add("employment", entry)
    for period in (hired, date(2014, 4, 1)):
        field.list(
            entry.with_columns(period=pl.lit(period)), "employment_id", "period", outcome="undetermined"
        )


def plant_sib_04(field: Field) -> None:
    """Insured amount two tögrög off or half paid; employer amount a third too high; amount missing."""
    rows, by = _rows(field), "contribution_id"
    insured = field.pick(rows, by)
    employer = field.pick(rows, by, least=1)
    silent = field.one(rows, by)
    mild, blatant = field.halves(insured)
    amount = pl.col("insured_amount")
    field.set("contribution", "contribution_id", mild["contribution_id"], insured_amount=amount + 2)
    field.set("contribution", "contribution_id", blatant["contribution_id"], insured_amount=amount // 2)
    field.set(
        "contribution",
        "contribution_id",
        employer["contribution_id"],
        employer_amount=pl.col("employer_amount") * 4 // 3,
    )
    field.set(
        "contribution", "contribution_id", silent["contribution_id"], insured_amount=pl.lit(None, pl.Int64)
    )
    for part in (insured, employer, silent):
        _reported_again(field, part)
    for part in (insured, employer):
        field.list(part, "contribution_id")
    field.list(silent, "contribution_id", outcome="undetermined")
    field.list(silent, "employer_no", "period", rule="CON-04", outcome="undetermined")


def plant_sib_05(field: Field) -> None:
    """A row entered twice, or three times; twice, and nobody recorded for which employer."""
    able = _rows(field).join(bounds(), on="period", maintain_order="left")
    # Three times the base stays under the ceiling: SIB-08 has nothing to say.
    low = able.filter(pl.col("base") * 3 <= pl.col("ceiling")).drop("minimum", "ceiling")
    rows = field.pick(low, "contribution_id")
    _, thrice = field.halves(rows)
    for more, part in ((400_000_000, rows), (500_000_000, thrice)):
        field.add("contribution", part.with_columns(pl.col("contribution_id") + more))
    _reported_again(field, rows)
    field.list(rows, *MONTH)
    earner = field.one(field.idle, "idler")["person_id"]
    twin = quiet_rows(field, date(2012, 5, 1), earner.len(), 620_000_000).with_columns(
        person_id=pl.lit(earner.first(), pl.Int64), employer_no=pl.lit(None, pl.String)
    )
    for more in (0, 10_000_000):
        field.add("contribution", twin.with_columns(pl.col("contribution_id") + more))
    field.list(twin, *MONTH, outcome="undetermined")
