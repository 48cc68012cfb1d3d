"""Planters for wages: minimum and ceiling in the ledger, the window and the papers of a pension."""

from datetime import date

import polars as pl

from ndaudit.synthetic.planters.employers import taken_reports
from ndaudit.synthetic.planters.field import Field
from ndaudit.synthetic.planters.firms import quiet_rows, reported
from ndaudit.synthetic.planters.law_amounts import with_minimum
from ndaudit.synthetic.rates import bounds
from ndaudit.synthetic.statements import in_words

ROW, SHEET, MONTH = "contribution_id", "determination_id", ("employer_no", "period")
EARLY = 1988


def _rows(field: Field, suited: pl.Expr | None = None) -> pl.DataFrame:
    """Return full months of plain workers, now taken, with the minimum wage and the ceiling of the month."""
    known = (pl.col("period") >= date(2012, 1, 1)) & (pl.col("period") < date(2025, 12, 1))
    people = field.workers.filter(field.is_free("person_id"))["person_id"]
    rows = field.frames["contribution"].filter(pl.col("person_id").is_in(people.implode()) & known)
    # one row a month: nobody changed jobs in it, and no other planter wrote it twice
    alone = rows.filter(pl.len().over("person_id", "period") == 1, pl.col("worked_days") > 15)
    rows = alone.join(taken_reports(field), on=MONTH, how="anti", maintain_order="left").join(
        bounds(), on="period", maintain_order="left"
    )
    fit = rows if suited is None else rows.filter(suited)
    picked = field.pick(fit.unique("person_id", keep="first", maintain_order=True))
    return fit.filter(pl.col("person_id").is_in(picked["person_id"].implode()))


def _write(field: Field, old: pl.DataFrame, new: pl.DataFrame) -> None:
    """Replace rows of the ledger, and let their employers report the difference and pay it."""
    money = ("wage", "base", "insured_amount", "employer_amount")
    for name in money:
        value = pl.col(ROW).replace_strict(new[ROW], new[name], default=None)
        field.set("contribution", ROW, new[ROW], **{name: value})
    more = pl.concat([new.with_columns(sign=pl.lit(1)), old.with_columns(sign=pl.lit(-1))])
    due = pl.col("insured_amount") + pl.col("employer_amount")
    sums = more.group_by(MONTH).agg(
        wages=(pl.col("wage") * pl.col("sign")).sum(), dues=(due * pl.col("sign")).sum()
    )
    reports = field.frames["employer_report"]
    joined = reports.join(sums, on=MONTH, how="left", maintain_order="left")
    parts = {"total_wage": "wages", "total_due": "dues", "total_paid": "dues"}
    field.frames["employer_report"] = joined.with_columns(
        (pl.col(name) + pl.col(part).fill_null(0)).alias(name) for name, part in parts.items()
    ).select(reports.columns)


def plant_sib_07(field: Field) -> None:
    """A full month paid a tögrög, or two thirds, below the minimum wage; the wage not recorded."""
    suited = _rows(field)
    rows = field.pick(suited, by=ROW)
    mild, blatant = field.halves(rows)
    for part, wage in ((mild, pl.col("minimum") - 1), (blatant, pl.col("minimum") // 3)):
        _write(field, part, part.with_columns(wage=wage))
    field.list(rows, ROW)
    reported = suited.join(rows.select(*MONTH), on=MONTH, how="anti", maintain_order="left")
    silent = field.one(reported, ROW)
    field.set("contribution", ROW, silent[ROW], wage=pl.lit(None, pl.Int64))
    field.list(silent, ROW, outcome="undetermined")
    field.list(silent, *MONTH, rule="CON-04", outcome="undetermined")


def plant_sib_08(field: Field) -> None:
    """Contributions taken on more than the ceiling; of two rows one without its base."""
    # Three times a rounded amount is within a tögrög of the amount of three times the base; four is not,
    # but where nothing was rounded.
    times = pl.col("ceiling") // pl.col("base") + 1
    parts = (pl.col(name) * 10_000 % pl.col("base") for name in ("insured_amount", "employer_amount"))
    rows = field.pick(_rows(field, (times <= 3) | pl.all_horizontal(part == 0 for part in parts)), by=ROW)
    money = ("base", "insured_amount", "employer_amount")
    new = rows.with_columns(pl.col(name) * times for name in money)
    _write(field, rows, new.with_columns(wage=pl.col("base")))
    field.list(rows, "person_id", "period")
    earner = field.one(field.idle, "idler")["person_id"]
    pair = quiet_rows(field, date(2013, 5, 1), 2 * earner.len(), 640_000_000)
    pair = pair.with_columns(person_id=pl.lit(earner.first(), pl.Int64))
    half = pair.with_columns(base=pl.when(pl.int_range(pl.len()) == 0).then("base"))
    reported(field, pair.head(0), half)
    field.list(pair.head(1), "person_id", "period", outcome="undetermined")


def _initial(field: Field) -> pl.DataFrame:
    """Return initial determinations of undisturbed files, made before 2024."""
    rows = field.frames["determination"].filter(
        (pl.col("kind") == "initial") & (pl.col("effective_from") < date(2023, 12, 1))
    )
    return rows.filter(pl.col("file_no").is_in(field.filed["file_no"].implode()))


def plant_wag_01(field: Field) -> None:
    """A month too few; a month of НД-17 outside the window; regime not recorded."""
    short, outside = field.halves(field.pick(_initial(field)))
    field.set("determination", SHEET, short[SHEET], window_months=pl.col("window_months") - 1)
    before = pl.col("window_from").dt.offset_by("-1mo")
    field.add("determination_wage", outside.select(SHEET, period=before, wage=pl.lit(900_000)))
    for part in (short, outside):
        field.list(part, SHEET)
    recent = pl.col("window_from") >= date(2013, 1, 1)
    field.list(short.filter(recent), SHEET, rule="DET-06", outcome="undetermined")
    silent = field.one(_initial(field))
    field.set("pension_file", "file_no", silent["file_no"], regime=pl.lit(None, pl.String))
    field.list(silent, SHEET, outcome="undetermined")


def _moved(field: Field, sheets: pl.DataFrame) -> pl.DataFrame:
    """Move the windows of determinations to 1988 and return their months: determination_id, period, wage.

    The longest window, of seven years, ends with 1994 then.
    """
    field.set("determination", SHEET, sheets[SHEET], window_from=pl.lit(date(EARLY, 1, 1)))
    place = pl.int_range(pl.len()).over(SHEET)
    hit = pl.col(SHEET).is_in(sheets[SHEET].implode())
    wages = field.frames["determination_wage"].with_columns(
        period=pl.when(hit).then(pl.date(EARLY + place // 12, place % 12 + 1, 1)).otherwise("period")
    )
    field.frames["determination_wage"] = wages
    return wages.filter(hit)


def _state(field: Field, sheets: pl.DataFrame, months: pl.DataFrame) -> None:
    """Add a lawful statement of the archive for the months of each sheet."""
    stated = months.join(sheets.select(SHEET, "person_id", "effective_from"), on=SHEET, maintain_order="left")
    stated = stated.with_columns(statement_id="СТ-" + pl.col(SHEET), year=pl.col("period").dt.year())
    yearly = stated.group_by("statement_id", "year", maintain_order=True).agg(total=pl.col("wage").sum())
    heads = stated.group_by("statement_id", "person_id", "effective_from", maintain_order=True).agg(
        total_figures=pl.col("wage").sum()
    )
    field.take(heads["statement_id"].to_list(), "statement_id")
    words = pl.Series([in_words(value) for value in heads["total_figures"].to_list()], dtype=pl.String)
    no = pl.lit(value=False)
    heads = heads.with_columns(
        first_year=pl.lit(EARLY),
        issued_by=pl.lit("archive"),
        issued_on=pl.col("effective_from").dt.offset_by("-60d"),
        total_words=words,
        signed_accountant=no,
        signed_head=no,
        signed_chief_accountant=no,
    )
    field.add("wage_statement", heads.drop("effective_from"))
    field.add("wage_statement_month", stated.select("statement_id", "period", "wage"))
    field.add("wage_statement_year", yearly)


def plant_wag_06(field: Field) -> None:
    """Early wages nobody stated; stated, but not on file; on file under a number that fits no statement.

    One more sheet is given early wages and everything the law asks of them: it is no defect.
    """
    bare, stated = field.halves(field.pick(_initial(field)))
    silent, lawful = field.one(_initial(field)), field.one(_initial(field))
    unstated = _moved(field, bare).filter(pl.col("wage") > 0)
    field.list(unstated, SHEET, "period", rule="WAG-05", outcome="undetermined")
    for part in (stated, silent, lawful):
        _state(field, part, _moved(field, part))
    numbered = [silent.with_columns(number=pl.lit("77")), lawful.with_columns(number="СТ-" + pl.col(SHEET))]
    paper = pl.concat(numbered).select(
        "person_id",
        "file_no",
        "number",
        document_id=pl.format("{}-ЦТ", "file_no"),
        kind=pl.lit("wage_statement"),
        is_original=pl.lit(value=True),
        issued_on=pl.col("effective_from").dt.offset_by("-60d"),
        received_on=pl.col("effective_from").dt.offset_by("-50d"),
    )
    field.add("document", paper)
    for part in (bare, stated):
        field.list(part, SHEET)
    # without a wage proven, no more than the minimum was due
    field.list(with_minimum(bare).filter(pl.col("amount") - pl.col("least") > 500), SHEET, rule="DET-06")
    field.list(silent, SHEET, outcome="undetermined")


def plant_wag_03(field: Field) -> None:
    """Words of a thousand more; the thousands left out; a word nobody can read."""
    by = "statement_id"
    figures = pl.col("total_figures").is_null()
    field.list(field.frames["wage_statement"].filter(figures), by, outcome="undetermined")
    stated = field.frames["wage_statement"].filter(~figures)
    more, less = field.halves(field.pick(stated, by=by))
    words = pl.Series([in_words(value + 1000) for value in more["total_figures"].to_list()], dtype=pl.String)
    field.set(
        "wage_statement", by, more[by], total_words=pl.col(by).replace_strict(more[by], words, default=None)
    )
    short = pl.lit("хорин мянган төгрөг")
    field.set("wage_statement", by, less[by], total_words=short)
    for part in (more, less):
        field.list(part, by)
    silent = field.one(stated, by)
    field.set("wage_statement", by, silent[by], total_words=pl.lit("уншигдахгүй"))
    field.list(silent, by, outcome="undetermined")
