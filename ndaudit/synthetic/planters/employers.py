"""Planters for what employers report and pay (CON)."""

from datetime import date

import polars as pl

from ndaudit.synthetic.planters.field import Field

REPORT = ("employer_no", "period")
MONTH = pl.concat_str(pl.col("employer_no"), pl.col("period").cast(pl.String))
NO_DAY = pl.lit(None, pl.Date)
MANY = 6
"""Months a long silence lasts: as many fewer employers fall silent so long."""


def taken_reports(field: Field) -> pl.DataFrame:
    """Return the employers' months whose report is broken: touching their ledger would mend it."""
    nothing = pl.DataFrame(schema={"employer_no": pl.String, "period": pl.Date})
    return field.frames.get("report_taken", nothing)


def _reports(field: Field) -> pl.DataFrame:
    """Return reports nobody works on, paid in full and no more."""
    even = pl.col("total_paid") == pl.col("total_due")
    reports = field.frames["employer_report"].filter(even).with_columns(month=MONTH)
    return reports.filter(field.is_free("month"))


def _write(field: Field, part: pl.DataFrame, **columns: pl.Expr) -> None:
    """Give columns of those reports another value, and keep them from being reported again."""
    field.take(part["month"].to_list(), "month")
    field.frames["report_taken"] = pl.concat([taken_reports(field), part.select(*REPORT)])
    hit = MONTH.is_in(part["month"].implode())
    field.frames["employer_report"] = field.frames["employer_report"].with_columns(
        pl.when(hit).then(value).otherwise(pl.col(name)).alias(name) for name, value in columns.items()
    )


def plant_con_01(field: Field) -> None:
    """Paid ten days late; reported two months late; never reported; never paid."""
    due = _reports(field).filter(pl.col("period") < date(2025, 11, 1))
    paid, told, silent, unpaid = field.parts(field.pick(due, by="month", least=4), 4)
    next_month = pl.col("period").dt.offset_by("1mo")
    _write(field, paid, paid_on=next_month.dt.offset_by("14d"))
    _write(field, told, submitted_on=next_month.dt.offset_by("2mo"))
    _write(field, silent, submitted_on=NO_DAY)
    _write(field, unpaid, paid_on=NO_DAY)
    for part in (paid, told, silent, unpaid):
        field.list(part, *REPORT)


def _last_months(field: Field) -> pl.DataFrame:
    """Return the last eight reports, all untouched, of employers nobody works on; `age` 1 is the last."""
    age = pl.col("period").rank("ordinal", descending=True).over("employer_no")
    reports = _reports(field).with_columns(age=age).filter(pl.col("age") <= 8)
    last = field.frames["employer_report"].group_by("employer_no").agg(last=pl.col("period").max())
    reports = reports.join(last, on="employer_no", maintain_order="left")
    whole = (pl.len() == 8) & (pl.col("period").max() == pl.col("last").first())
    unbroken = pl.col("period").min() == pl.col("last").first().dt.offset_by("-7mo")
    return reports.filter((whole & unbroken).over("employer_no")).sort("employer_no", "period")


def plant_con_02(field: Field) -> None:
    """Half a year ago 1000 ₮ too little was paid; nothing for three months; what was due is not recorded.

    Payments go to the oldest debt first, so the debt shows in the latest month.
    """
    reports = _last_months(field)
    little, nothing, unknown = field.parts(
        field.pick(reports.filter(pl.col("age") == 1), by="employer_no", least=3), 3
    )
    some, three, eight = (
        reports.filter(pl.col("employer_no").is_in(part["employer_no"].implode()))
        for part in (little, nothing, unknown)
    )
    _write(field, some, total_paid=pl.col("total_paid") - pl.when(_old(some)).then(1000).otherwise(0))
    field.list(some.filter(pl.col("age") == 1), *REPORT)
    latest = three.filter(pl.col("age") <= 3)
    _write(field, latest, total_paid=pl.lit(0, pl.Int64), paid_on=NO_DAY)
    for rule in ("CON-01", "CON-02"):
        field.list(latest, *REPORT, rule=rule)
    # From the month whose due is not recorded on nobody knows what was owed.
    _write(field, eight, total_due=pl.when(_old(eight)).then(None).otherwise("total_due"))
    field.list(eight.filter(pl.col("age") <= 7), *REPORT, outcome="undetermined")
    field.list(eight.filter(pl.col("age") == 7), *REPORT, rule="CON-04", outcome="undetermined")


def _old(reports: pl.DataFrame) -> pl.Expr:
    """Return whether a report is the one of half a year ago."""
    return MONTH.is_in(reports.filter(pl.col("age") == 7)["month"].implode())


def plant_con_03(field: Field) -> None:
    """An employer with staff does not report a month; half a year."""
    staffed = _reports(field).filter(pl.col("headcount") >= 6)
    one, many = field.halves(field.pick(staffed, by="month"))
    many = many.head(many.height // MANY + 1)
    until = many.select("employer_no", first="period", last=pl.col("period").dt.offset_by("5mo"))
    longer = (
        staffed.join(until, on="employer_no", maintain_order="left")
        .filter(pl.col("period").is_between("first", "last"))
        .filter(field.is_free("month") | pl.col("month").is_in(many["month"].implode()))
        .select(one.columns)
    )
    for part in (one, longer):
        _write(field, part)
        field.list(part, *REPORT)
        field.frames["employer_report"] = field.frames["employer_report"].filter(
            ~MONTH.is_in(part["month"].implode())
        )


def plant_con_04(field: Field) -> None:
    """Reported wages a little over the ledger, a head too many; nothing reported as wages."""
    victims = field.pick(_reports(field), by="month")
    silent = field.one(_reports(field), "month")
    wage, head = field.halves(victims)
    _write(field, wage, total_wage=pl.col("total_wage") + 10 * pl.col("headcount"))
    _write(field, head, headcount=pl.col("headcount") + 1)
    _write(field, silent, total_wage=pl.lit(None, pl.Int64))
    field.list(victims, *REPORT)
    field.list(silent, *REPORT, outcome="undetermined")
