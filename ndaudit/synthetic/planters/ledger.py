"""Planters for ledger, books and employers' reports (SIB, CON), and for wage statements (WAG)."""

from datetime import date

import polars as pl

from ndaudit.synthetic.ledger import employer_reports
from ndaudit.synthetic.planters.field import Field
from ndaudit.synthetic.statements import in_words

ENTRY = ("person_id", "employer_no", "period")


def _reported_again(field: Field, touched: pl.DataFrame) -> None:
    """Let employers report what the ledger now holds, so that only the planted rule breaks."""
    months = touched.select("employer_no", "period").unique()
    ledger = field.frames["contribution"].join(
        months, on=["employer_no", "period"], how="semi", maintain_order="left"
    )
    old = field.frames["employer_report"]
    kept = old.join(months, on=["employer_no", "period"], how="anti", maintain_order="left")
    field.frames["employer_report"] = pl.concat(
        [kept, employer_reports(ledger)], how="diagonal_relaxed"
    ).sort("employer_no", "period")


def _taken(field: Field) -> pl.DataFrame:
    """Return the employers' months whose report is broken: touching their ledger would mend it."""
    nothing = pl.DataFrame(schema={"employer_no": pl.String, "period": pl.Date})
    return field.frames.get("report_taken", nothing)


def _rows(field: Field) -> pl.DataFrame:
    """Return rows of plain workers, now taken: the rate is on file, and nobody planted in their report."""
    people = field.pick(field.workers.filter(pl.col("start") < 600), least=4)["person_id"]
    ledger = field.frames["contribution"].filter(pl.col("person_id").is_in(people.implode()))
    known = (pl.col("period") >= date(2011, 1, 1)) & ~pl.col("period").is_between(
        date(2020, 3, 1), date(2021, 6, 1)
    )
    planted = field.frames.get(
        "report_taken", pl.DataFrame(schema={"employer_no": pl.String, "period": pl.Date})
    )
    return ledger.filter(known).join(planted, on=["employer_no", "period"], how="anti", maintain_order="left")


def plant_sib_02(field: Field) -> None:
    """Wage in the book a few tögrög, or a digit, off the ledger; contribution off; wage missing."""
    busy = field.frames["benefit"]["person_id"].implode()
    owners = field.frames["people"].filter((pl.col("kind") == "worker") & ~pl.col("person_id").is_in(busy))[
        "person_id"
    ]
    book = (
        field.frames["book_entry"].with_row_index("row").filter(pl.col("person_id").is_in(owners.implode()))
    )
    book = book.filter(pl.col("period") >= date(2011, 1, 1))
    victims = field.pick(book, "row")
    mild, blatant = field.halves(victims)
    silent = field.pick(book, "row", least=1).head(1)
    row = pl.col("row")
    field.frames["book_entry"] = (
        field.frames["book_entry"]
        .with_row_index("row")
        .with_columns(
            wage=pl.when(row.is_in(mild["row"].implode()))
            .then(pl.col("wage") + 2)
            .when(row.is_in(silent["row"].implode()))
            .then(None)
            .otherwise("wage"),
            contribution=pl.when(row.is_in(blatant["row"].implode()))
            .then(pl.col("contribution") * 10)
            .otherwise("contribution"),
        )
        .drop("row")
    )
    field.list(victims, *ENTRY)
    field.list(silent, *ENTRY, outcome="undetermined")


def plant_sib_03(field: Field) -> None:
    """No contribution for one month, or for half a year, in the middle of a job."""
    months = pl.col("period").is_between(date(2022, 8, 1), date(2023, 1, 1))
    near = (
        field.frames["contribution"]
        .filter(months)
        .join(_taken(field), on=["employer_no", "period"], how="semi")
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


def plant_sib_04(field: Field) -> None:
    """Insured amount two tögrög off or half paid; employer amount a third too high; amount missing."""
    rows, by = _rows(field), "contribution_id"
    insured = field.pick(rows, by)
    employer = field.pick(rows, by, least=1)
    silent = field.pick(rows, by, least=1).head(1)
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
    """A row entered twice, or three times."""
    rows = field.pick(_rows(field).filter(pl.col("wage") < 1_500_000), "contribution_id")
    _, thrice = field.halves(rows)
    for more, part in ((400_000_000, rows), (500_000_000, thrice)):
        field.add("contribution", part.with_columns(pl.col("contribution_id") + more))
    _reported_again(field, rows)
    field.list(rows, *ENTRY, "insured_type")


def plant_con_04(field: Field) -> None:
    """Reported wages a little over the ledger, a head too many; nothing reported as wages."""
    report = field.frames["employer_report"].with_columns(
        month=pl.concat_str("employer_no", pl.col("period").cast(pl.String))
    )
    victims = field.pick(report, by="month")
    silent = field.pick(report, by="month", least=1).head(1)
    wage, head = field.halves(victims)
    month = pl.concat_str("employer_no", pl.col("period").cast(pl.String))
    hit = {
        name: month.is_in(part["month"].implode())
        for name, part in (("wage", wage), ("head", head), ("silent", silent))
    }
    field.frames["employer_report"] = field.frames["employer_report"].with_columns(
        total_wage=pl.when(hit["wage"])
        .then(pl.col("total_wage") + 10 * pl.col("headcount"))
        .when(hit["silent"])
        .then(None)
        .otherwise("total_wage"),
        headcount=pl.when(hit["head"]).then(pl.col("headcount") + 1).otherwise("headcount"),
    )
    field.frames["report_taken"] = pl.concat([victims, silent]).select("employer_no", "period")
    field.list(victims, "employer_no", "period")
    field.list(silent, "employer_no", "period", outcome="undetermined")


def plant_wag_02(field: Field) -> None:
    """A month, or the five-year sum, does not add up; the sum is missing."""
    stated = field.frames["wage_statement"]
    month, total = field.halves(field.pick(stated))
    silent = field.pick(stated, least=1).head(1)
    first = pl.col("period") == pl.date(pl.col("period").dt.year(), 1, 1)
    monthly = field.frames["wage_statement_month"]
    hit = (
        pl.col("statement_id").is_in(month["statement_id"].implode())
        & first
        & (pl.col("period").dt.year() == pl.col("period").dt.year().max().over("statement_id"))
    )
    field.frames["wage_statement_month"] = monthly.with_columns(
        wage=pl.when(hit).then(pl.col("wage") + 1000).otherwise("wage")
    )
    more = {value: value + 120_000 for value in total["total_figures"].to_list()}
    ids = total["statement_id"]
    figures = pl.col("total_figures")
    words = pl.Series([in_words(value) for value in more.values()], dtype=pl.String)
    field.set(
        "wage_statement",
        "statement_id",
        ids,
        total_words=figures.replace_strict(list(more), words, default=None),
    )
    field.set("wage_statement", "statement_id", ids, total_figures=figures + 120_000)
    field.set("wage_statement", "statement_id", silent["statement_id"], total_figures=pl.lit(None, pl.Int64))
    for part in (month, total):
        field.list(part, "statement_id")
    field.list(silent, "statement_id", outcome="undetermined")
