"""Planters for what pensions were paid: PAY-04, PAY-07, PAY-08, BOK-05, DIS-03, SUR-04."""

from datetime import date

import polars as pl

from ndaudit.synthetic.planters.field import Field
from ndaudit.synthetic.planters.law_amounts import paid_otherwise
from ndaudit.synthetic.planters.payments import recount, roll_of

PAYMENT, SENT = "payment_id", "transmission_id"
NOBODY = pl.lit(None, pl.String)
NO_DAY = pl.lit(None, pl.Date)


def _quiet(field: Field) -> pl.DataFrame:
    """Return paid months of people nobody works on, from the second month of their pension on."""
    first = pl.col("period") > pl.col("period").min().over("pension_book_no")
    free = field.is_free("person_id") & field.is_free(PAYMENT)
    return roll_of(field).filter(first & free & (pl.col("status") == "paid"))


def _pick(field: Field, rows: pl.DataFrame, least: int) -> pl.DataFrame:
    """Take payments, the people they went to, and the transmissions they stand in."""
    chosen = field.pick(rows.unique("person_id", keep="any", maintain_order=True), least=least)
    field.take(chosen[PAYMENT].to_list(), PAYMENT)
    field.take(chosen[SENT].to_list(), SENT)
    return chosen


def plant_pay_04(field: Field) -> None:
    """A tögrög too little; half; twice the amount; a determination without an amount."""
    victims = _pick(field, _shuffled(field, _quiet(field)), 3)
    for part, amount in zip(
        field.parts(victims, 3),
        (pl.col("amount") - 1, pl.col("amount") // 2, pl.col("amount") * 2),
        strict=True,
    ):
        field.set("payment", PAYMENT, part[PAYMENT], gross_amount=amount, amount=amount)
        field.set("bank_line", PAYMENT, part[PAYMENT], amount=amount)
    recount(field, victims[SENT])
    field.list(victims, PAYMENT)
    sheets = field.frames["determination"].filter(
        (pl.col("kind") == "initial") & (pl.col("pension_type") == "disability")
    )
    silent = field.one(sheets)
    field.set("determination", "determination_id", silent["determination_id"], amount=pl.lit(None, pl.Int64))
    paid_otherwise(field, silent, "undetermined")


def _shuffled(field: Field, rows: pl.DataFrame) -> pl.DataFrame:
    order = field.rng.permutation(rows.height).tolist()
    shuffled: pl.DataFrame = rows[order]
    return shuffled


def plant_pay_07(field: Field) -> None:
    """Three people of three households on one account; households not recorded."""
    working = field.frames["payment"].filter(~field.is_free(PAYMENT))["person_id"].implode()
    people = _quiet(field).filter(~pl.col("person_id").is_in(working))
    people = people.unique("person_id", keep="any", maintain_order=True).sort("bank", "person_id")
    bank = people.filter(pl.col("bank") == pl.col("bank").mode().sort().first())
    for outcome in ("exception", "undetermined"):
        trio = field.pick(bank, least=3).sort("person_id").head(3)
        if trio.height < 3:
            return
        account = trio["account_no"].first()
        # not by book: a payment made on the wrong book is another person's
        theirs = field.frames["payment"].filter(pl.col("person_id").is_in(trio["person_id"].implode()))
        for table in ("payment", "bank_line"):
            field.set(table, PAYMENT, theirs[PAYMENT], account_no=pl.lit(account))
        if outcome == "undetermined":
            field.set("person", "person_id", trio["person_id"], household_no=NOBODY)
        field.list(trio.head(1), "bank", "account_no", outcome=outcome)


def plant_pay_08(field: Field) -> None:
    """A month, or up to three in a row, that nobody ever paid."""
    rows = _shuffled(field, _quiet(field))
    one, many = field.halves(_pick(field, rows, 2))
    last = pl.col("period").dt.offset_by("2mo")
    spans = pl.concat(
        [
            one.select("person_id", first="period", last="period"),
            many.select("person_id", first="period", last=last),
        ]
    )
    lost = rows.join(spans, on="person_id", maintain_order="left")
    lost = lost.filter(pl.col("period").is_between("first", "last"))
    field.take(lost[SENT].to_list(), SENT)
    for table in ("payment", "bank_line"):
        field.drop(table, PAYMENT, lost[PAYMENT])
    recount(field, lost[SENT].unique())
    field.list(lost, "pension_book_no", "period")


def plant_bok_05(field: Field) -> None:
    """Paid on a book nobody has; on another person's book; holder of a book not recorded."""
    none, other = field.halves(_pick(field, _shuffled(field, _quiet(field)), 2))
    books = field.frames["pension_book"].filter(~pl.col("person_id").is_in(other["person_id"].implode()))
    strange = books.head(1)["book_no"].first()
    for part, number in ((none, pl.lit("Ц") + pl.col("pension_book_no")), (other, pl.lit(strange))):
        for table in ("payment", "bank_line"):
            field.set(table, PAYMENT, part[PAYMENT], pension_book_no=number)
        field.list(part, PAYMENT)
        field.list(part, PAYMENT, rule="PAY-04", outcome="undetermined")
        field.list(part, "pension_book_no", "period", rule="PAY-08")
    silent = field.one(_quiet(field).filter(pl.col("pension_book_no") != strange))
    paid = field.frames["payment"].filter(
        pl.col("pension_book_no").is_in(silent["pension_book_no"].implode())
    )
    field.take(paid[PAYMENT].to_list(), PAYMENT)
    field.set("pension_book", "book_no", silent["pension_book_no"], person_id=pl.lit(None, pl.Int64))
    field.list(paid, PAYMENT, outcome="undetermined")
    field.list(silent, "pension_book_no", rule="BOK-04", outcome="undetermined")


def _ended(field: Field, files: pl.DataFrame, last: date) -> None:
    """Let the acts of disability files end on a day, and list what was paid for later months."""
    acts = _acts(field, files)
    end = pl.lit(last)
    field.set("document", "document_id", acts, permanent=pl.lit(False), covers_to=end, valid_until=end)
    _list_paid(field, files, last)


def _acts(field: Field, files: pl.DataFrame) -> pl.Series:
    own = pl.col("file_no").is_in(files["file_no"].implode())
    acts = field.frames["document"].filter(own & (pl.col("kind") == "medical_commission_act"))["document_id"]
    field.take(acts.to_list(), "document_id")
    return acts


def _list_paid(field: Field, files: pl.DataFrame, after: date, outcome: str = "exception") -> None:
    mine = pl.col("pension_book_no").is_in(files["file_no"].implode())
    paid = field.frames["payment"].filter(mine & (pl.col("period") > after) & (pl.col("status") == "paid"))
    field.list(paid, PAYMENT, outcome=outcome)


def plant_dis_03(field: Field) -> None:
    """The act ended a month, or years, before the last payment; not recorded whether it ends."""
    decided = field.frames["determination"]["file_no"].unique().implode()
    files = field.untouched(field.frames["pension_file"]).filter(
        (pl.col("pension_type") == "disability") & pl.col("file_no").is_in(decided)
    )
    lasting = field.frames["document"].filter(
        (pl.col("kind") == "medical_commission_act") & pl.col("permanent")
    )
    files = files.filter(pl.col("file_no").is_in(lasting["file_no"].drop_nulls().implode()))
    lately, long_ago = field.halves(field.pick(files))
    _ended(field, lately, date(2025, 11, 30))
    _ended(field, long_ago, date(2025, 1, 31))
    silent = field.one(files)
    field.set("document", "document_id", _acts(field, silent), permanent=pl.lit(None, pl.Boolean))
    _list_paid(field, silent, date(1990, 1, 1), "undetermined")


def list_school_months(
    field: Field, members: pl.DataFrame, outcome: str, since: date = date(1990, 1, 1)
) -> None:
    """Write down the months paid for children of sixteen and more (SUR-04)."""
    born = field.frames["person"].select("person_id", "birth_date")
    own = members.select("file_no", "person_id").join(born, on="person_id", maintain_order="left")
    paid = field.frames["payment"].filter(pl.col("status") == "paid").drop("file_no", "person_id")
    months = own.join(paid, left_on="file_no", right_on="pension_book_no", maintain_order="left")
    grown = pl.col("period") >= pl.col("birth_date").dt.offset_by("16y")
    listed = months.filter(grown & (pl.col("period") >= since)).unique(["person_id", "period"])
    field.list(listed, "file_no", "person_id", "period", rule="SUR-04", outcome=outcome)


def plant_sur_04(field: Field) -> None:
    """No school statement at all; none for this school year; its end not recorded."""
    papers = field.frames["document"].filter(pl.col("kind") == "school_statement")
    holders = papers["file_no"].drop_nulls().implode()
    children = field.untouched(field.frames["survivor_member"]).filter(pl.col("file_no").is_in(holders))
    none, stale = field.halves(field.pick(children))
    silent = field.one(children)
    this_year = date(2025, 9, 1)
    for part, since in ((none, date(1990, 1, 1)), (stale, this_year)):
        mine = papers.filter(pl.col("file_no").is_in(part["file_no"].implode()))
        field.drop("document", "document_id", mine.filter(pl.col("covers_from") >= since)["document_id"])
        list_school_months(field, part, "exception", since)
    mine = papers.filter(pl.col("file_no").is_in(silent["file_no"].implode()))
    field.set("document", "document_id", mine["document_id"], covers_to=NO_DAY, valid_until=NO_DAY)
    field.take(mine["document_id"].to_list(), "document_id")
    list_school_months(field, silent, "undetermined")
