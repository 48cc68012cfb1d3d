"""Employers founded for a planter, with a staff of their own; and reports that follow a changed ledger."""

from datetime import date

import numpy as np
import polars as pl

from ndaudit.synthetic.ledger import employer_reports
from ndaudit.synthetic.months import LAST_PERIOD, LEDGER_START, first_day, month
from ndaudit.synthetic.people import register_numbers
from ndaudit.synthetic.planters.employers import taken_reports
from ndaudit.synthetic.planters.field import Field
from ndaudit.synthetic.rates import KINDS, LEVEL, MINIMUM_WAGE, rate_tables, share

ROW, MONTH = "contribution_id", ("employer_no", "period")
SINCE = month(2016, 1)
"""The month in which every founded employer hires its staff."""


def at_rate(amount: str, more: int = 0, base: str = "base") -> pl.Expr:
    """Return what `base` bears at the rate of the row's amount, raised by hundredths of a percent."""
    rate = (pl.col(amount) * 10_000 * 2 + pl.col("base")) // (pl.col("base") * 2)
    return (pl.col(base) * (rate + more) * 2 + 10_000) // 20_000


def _moved(reports: pl.DataFrame, old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Return the reports with the rows that left taken off and the rows that came put on."""
    both = pl.concat(
        [new.with_columns(sign=pl.lit(1)), old.select(new.columns).with_columns(sign=pl.lit(-1))],
        how="vertical_relaxed",
    )
    due = pl.col("insured_amount") + pl.col("employer_amount")
    sums = both.group_by(MONTH).agg(
        wages=(pl.col("wage") * pl.col("sign")).sum(),
        dues=(due * pl.col("sign")).sum(),
        heads=pl.col("sign").sum(),
    )
    joined = reports.join(sums, on=list(MONTH), how="left", maintain_order="left")
    dues = pl.col("dues").fill_null(0)
    moved = joined.with_columns(
        total_wage=pl.col("total_wage") + pl.col("wages").fill_null(0),
        total_due=pl.col("total_due") + dues,
        # who paid nothing goes on paying nothing
        total_paid=pl.col("total_paid") + pl.when(pl.col("total_paid") > 0).then(dues).otherwise(0),
        headcount=pl.col("headcount") + pl.col("heads").fill_null(0),
    )
    return moved.select(reports.columns)


def reported(field: Field, old: pl.DataFrame, new: pl.DataFrame) -> None:
    """Put rows of the ledger in the place of others; employers report and pay the difference."""
    ledger = field.frames["contribution"]
    kept = ledger.filter(~pl.col(ROW).is_in(old[ROW].implode()))
    field.frames["contribution"] = pl.concat([kept, new.select(ledger.columns)], how="vertical_relaxed")
    field.frames["employer_report"] = _moved(field.frames["employer_report"], old, new)


def quiet_rows(field: Field, period: date, count: int, more: int) -> pl.DataFrame:
    """Return low rows of employees of different employers, numbered anew, to be written once more.

    Args:
        period: their month; nobody planted in the reports of it.
        more: what is added to their numbers.
    """
    ledger = field.frames["contribution"].filter(
        pl.col("period") == period, pl.col("wage") == pl.col("base"), field.is_free(ROW), insured_type="01"
    )
    quiet = ledger.join(taken_reports(field), on=list(MONTH), how="anti", maintain_order="left")
    lowest = quiet.sort("base", ROW).unique("employer_no", keep="first", maintain_order=True).head(count)
    return lowest.with_columns(pl.col(ROW) + more)


def _staff(field: Field, number: str, size: int) -> pl.DataFrame:
    """Return new people who work for an employer, and add them to `person` and `employment`."""
    person = field.frames["person"]
    first = field.plan.first_person + 900_000 + int(number[-4:]) * 20
    who = np.arange(first, first + size)
    birth = np.datetime64("1990-01-05", "D") + ((who - field.plan.first_person) * 7 % 3_000).astype(
        "timedelta64[D]"
    )
    woman = who % 2 == 0
    model = person.head(size).with_columns(
        person_id=pl.Series(who),
        register_no=pl.Series(register_numbers(field.plan.code, birth, woman, 21)),
        civil_id=pl.Series([f"1{index:011d}" for index in who.tolist()]),
        given_name=pl.format("Шинэ{}", pl.Series(who)),
        birth_date=pl.Series(birth),
        sex=pl.Series(np.where(woman, "F", "M").tolist()),
        book_no=pl.Series([f"НД{index:010d}" for index in who.tolist()]),
        household_no=pl.Series([f"Ө{index:010d}" for index in who.tolist()]),
        deceased_on=pl.lit(None, pl.Date),
    )
    field.add("person", model)
    field.add("employment", post(model, pl.lit(number), date(2016, 1, 1)))
    return model


def post(people: pl.DataFrame, employer: pl.Expr, hired: date) -> pl.DataFrame:
    """Return a faultless open labour book entry for each of some people."""
    flags = dict.fromkeys(("corrected", "order_altered", "rewritten", "records_lost"), pl.lit(value=False))
    return people.select(
        "person_id",
        employment_id=pl.format("{}-Ф{}", "office_code", "person_id"),
        employer_no=employer,
        kind=pl.lit("work"),
        occupation=pl.lit("оёдолчин"),
        work_condition=pl.lit("normal"),
        hired_on=pl.lit(hired),
        hire_order_no=pl.lit("А/1"),
        surname_written="surname",
        given_name_written="given_name",
        birth_date_written="birth_date",
        main=pl.lit(value=True),
        certified=pl.lit(value=True),
        pay_recorded=pl.lit(value=True),
        **flags,
    )


def _ledger(field: Field, number: str, staff: pl.DataFrame) -> pl.DataFrame:
    """Return the ledger of the staff since they were hired: each earns another wage."""
    insured, theirs = rate_tables(np.array([-1]), np.array([0]), np.array([True]))
    months, kind = np.arange(SINCE, LAST_PERIOD + 1), KINDS.index("01")
    row, at = np.divmod(np.arange(staff.height * len(months)), len(months))
    place = months[at] - LEDGER_START
    base = np.maximum(LEVEL[place] * (60 + 7 * (row % 12)) // 100 // 200 * 200, MINIMUM_WAGE[place])
    days = field.frames["contribution"].filter(
        (pl.col("insured_type") == "01") & (pl.col("worked_days") > 15)
    )
    same = (
        days.select("period", "worked_days", "reported_on", "paid_on", "entered_at").group_by("period").max()
    )
    frame = pl.DataFrame(
        {
            ROW: int(field.plan.code) * 1_000_000_000
            + 700_000_000
            + int(number[-4:]) * 10_000
            + np.arange(len(row)),
            "person_id": staff["person_id"].to_numpy()[row],
            "period": first_day(months[at]),
            "wage": base,
            "base": base,
            "employer_amount": share(base, theirs[0, kind, place]),
            "insured_amount": share(base, insured[0, kind, place]),
        }
    )
    return frame.join(same, on="period", maintain_order="left").with_columns(
        employer_no=pl.lit(number),
        insured_type=pl.lit("01"),
        office_code=pl.lit(field.plan.code),
        entered_by=pl.lit(f"{field.plan.code}-I2"),
    )


def _another(field: Field, model: pl.DataFrame, name: str, **columns: pl.Expr) -> str:
    """Add an employer like `model` under a number of its own; return the number."""
    place = field.frames["employer"].height
    number = f"{int(field.plan.code):04d}9{place % 10_000:05d}"
    own = {
        "employer_no": pl.lit(number),
        "name": pl.lit(f"«{name} {number[-4:]}» ХХК"),
        "register_no": pl.lit(f"9{int(field.plan.code) % 10_000:04d}{place % 100:02d}"),
    }
    field.add("employer", model.with_columns(**own, **columns))
    return number


def found(field: Field, size: int, name: str) -> tuple[str, pl.DataFrame]:
    """Found an employer with a staff; return its number and its ledger, for the caller to change and open."""
    model = field.frames["employer"].filter(pl.col("industry").is_not_null()).head(1)
    plain = {"sector": pl.lit("private"), "accident_rate": pl.lit(None, pl.String)}
    number = _another(field, model, name, **plain)
    return number, _ledger(field, number, _staff(field, number, size))


def left_alone(field: Field, rows: pl.DataFrame) -> None:
    """Let a job, given by its ledger, have been with an employer of the same kind who had nobody else."""
    person, former = rows.select("person_id", "employer_no").row(0)
    model = field.frames["employer"].filter(pl.col("employer_no") == former)
    number = pl.lit(_another(field, model, "Ганц"))
    moved = rows.with_columns(employer_no=number)
    reported(field, rows, moved)
    field.add("employer_report", employer_reports(moved))
    mine = (pl.col("person_id") == person) & (pl.col("employer_no") == former)
    for table in ("employment", "book_entry", "wage_statement"):
        frame = field.frames[table]
        field.frames[table] = frame.with_columns(
            employer_no=pl.when(mine).then(number).otherwise("employer_no")
        )


def opened(field: Field, rows: pl.DataFrame) -> None:
    """Write the ledger of a founded employer, and its reports."""
    field.add("contribution", rows)
    field.add("employer_report", employer_reports(rows))
