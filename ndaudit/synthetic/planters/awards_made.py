"""Planters for how awards were made: ACC-08, DET-11, DET-12, FIL-06, RED-04."""

from datetime import date, datetime

import polars as pl

from ndaudit.synthetic.planters.field import Field

SHEET, FILE = "determination_id", "file_no"
NOBODY = pl.lit(None, pl.String)
CLAIMED = 90
"""Line of a sheet on which a year nobody bought back is claimed: no sheet has so many of its own."""


def _entered(field: Field, items: pl.DataFrame, source: str, by: str, outcome: str = "exception") -> None:
    field.list(items.select(source=pl.lit(source), id=by), "source", "id", outcome=outcome)


def _initial(field: Field) -> pl.DataFrame:
    rows = field.frames["determination"].filter(pl.col("kind") == "initial")
    return rows.filter(pl.col(FILE).is_in(field.filed[FILE].implode()))


def plant_acc_08(field: Field) -> None:
    """Entered under the account of inspectors and heads who had left; not recorded by whom."""
    code = field.plan.code
    gone = pl.lit(f"{code}-I1")
    sheets = field.pick(_initial(field))
    field.set("determination", SHEET, sheets[SHEET], entered_by=gone)
    _entered(field, sheets, "determination", SHEET)
    benefits = field.pick(field.frames["benefit"], "benefit_id", least=1)
    field.set("benefit", "benefit_id", benefits["benefit_id"], entered_by=gone)
    _entered(field, benefits, "benefit", "benefit_id")
    by = "transmission_id"
    late = field.frames["bank_transmission"].filter(pl.col("period") >= date(2014, 3, 1))
    sent = field.pick(late, by, least=1)
    field.set("bank_transmission", by, sent[by], prepared_by=pl.lit(f"{code}-S1"))
    _entered(field, sent, "transmission", by)
    silent = field.one(field.frames["benefit"], "benefit_id")
    field.set("benefit", "benefit_id", silent["benefit_id"], entered_by=NOBODY)
    _entered(field, silent, "benefit", "benefit_id", "undetermined")


def plant_det_11(field: Field) -> None:
    """The last head signed on the thirty-first day; after half a year."""
    day, months = field.halves(field.pick(_initial(field)))
    for part, wait in ((day, "-31d"), (months, "-190d")):
        complete = part.select(at=pl.col("office_head_at").dt.date().dt.offset_by(wait))["at"]
        new = pl.col(FILE).replace_strict(part[FILE], complete, default=None)
        field.set("pension_file", FILE, part[FILE], papers_complete_on=new)
        field.list(part, SHEET)


def plant_det_12(field: Field) -> None:
    """A year counted as bought back that nobody bought; a credit whose payment is not recorded."""
    rows = _initial(field)
    victims, silent = field.pick(rows), field.one(rows)
    lines = pl.concat([victims, silent]).select(
        SHEET,
        FILE,
        line=pl.lit(CLAIMED),
        employment_id=NOBODY,
        counted_from=pl.lit(date(1998, 1, 1)),
        counted_to=pl.lit(date(1998, 12, 31)),
        months=pl.lit(12),
        work_condition=pl.lit("normal"),
    )
    field.add("determination_service", lines)
    credits = silent.select(
        "person_id",
        credit_id=pl.format(f"{field.plan.code}-НД{{}}", "person_id"),
        covers_from=pl.lit(date(1998, 1, 1)),
        covers_to=pl.lit(date(1998, 12, 31)),
        months=pl.lit(12),
        amount=pl.lit(240_000),
        paid_on=pl.lit(None, pl.Date),
        act=pl.lit("2012-09-04-ний хууль"),
    )
    field.add("bought_service", credits)
    field.list(victims, SHEET)
    field.list(silent, SHEET, outcome="undetermined")


def _renewed(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows of a file as those of a second one."""
    return rows.with_columns(pl.col(FILE) + "9")


def plant_fil_06(field: Field) -> None:
    """A second disability pension from this month on, while the first one runs; its type not recorded.

    Where ordinary illness is its cause, and few years were served, long ago, they do not suffice (DIS-04).
    """
    sheets = field.frames["determination"].filter(
        (pl.col("kind") == "initial") & (pl.col("pension_type") == "disability")
    )
    victims = field.pick(field.untouched(sheets))
    files = _awarded_again(field, victims)
    field.list(files, FILE, "pension_type", "person_id")
    field.list(files.filter(pl.col("cause") == "ordinary"), FILE, rule="DIS-04")
    typeless = _awarded_again(field, field.one(field.untouched(sheets)))
    nothing = pl.lit(None, pl.String)
    field.set("pension_file", FILE, typeless[FILE], pension_type=nothing)
    field.list(
        typeless.with_columns(pension_type=nothing), FILE, "pension_type", "person_id", outcome="undetermined"
    )


def _awarded_again(field: Field, victims: pl.DataFrame) -> pl.DataFrame:
    """Return second files of people on disability pension, opened, decided and given a book last month."""
    mine = pl.col(FILE).is_in(victims[FILE].implode())
    day = {name: pl.lit(date(2025, 12, 18)) for name in ("applied_on", "papers_complete_on", "opened_on")}
    # by that cause no service is asked: the last five years of a second award may hold none
    served = victims.filter(
        pl.col("effective_from") < date(2019, 1, 1), pl.col("before") + pl.col("after") < 228
    )
    short = pl.col(FILE).is_in(served[FILE].implode()) & (pl.col("cause") == "ordinary")
    again = pl.when(~short & (pl.col("cause") == "ordinary")).then(pl.lit("occupational_disease"))
    files = field.frames["pension_file"].filter(mine).with_columns(**day, cause=again.otherwise("cause"))
    files = _renewed(files)
    papers = _renewed(field.frames["document"].filter(mine)).with_columns(pl.col("document_id") + "-9")
    signed = {
        f"{role}_at": datetime(2025, 12, 21, 11)
        for role in ("section_head", "chief_accountant", "office_head")
    }
    second = _renewed(victims).with_columns(
        pl.col(SHEET) + "-9",
        effective_from=pl.lit(date(2026, 1, 1)),
        entered_at=pl.lit(datetime(2025, 12, 19, 10)),
        entered_by=pl.lit(f"{field.plan.code}-I3"),
        section_head=pl.lit(f"{field.plan.code}-S2"),
        chief_accountant=pl.lit(f"{field.plan.code}-C2"),
        office_head=pl.lit(f"{field.plan.code}-H2"),
        **{name: pl.lit(moment) for name, moment in signed.items()},
    )
    books = _renewed(field.frames["pension_book"].filter(mine)).with_columns(
        book_no=pl.col(FILE),
        opened_on=pl.lit(date(2025, 12, 22)),
        office_head=pl.lit(f"{field.plan.code}-H2"),
    )
    named = pl.col(SHEET).is_in(victims[SHEET].implode())
    for table in ("determination_wage", "determination_service"):
        rows = field.frames[table].filter(named).with_columns(pl.col(SHEET) + "-9")
        field.add(table, _renewed(rows) if FILE in rows.columns else rows)
    for table, rows in (("pension_file", files), ("document", papers), ("determination", second)):
        field.add(table, rows)
    field.add("pension_book", books)
    return files


def plant_red_04(field: Field) -> None:
    """A change without a reason; with a blank one."""
    changes = field.frames["determination"].filter(pl.col("kind") == "change")
    none, blank = field.halves(field.pick(changes))
    field.set("determination", SHEET, none[SHEET], change_reason=NOBODY)
    field.set("determination", SHEET, blank[SHEET], change_reason=pl.lit("  "))
    for part in (none, blank):
        field.list(part, SHEET)
