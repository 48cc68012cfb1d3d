"""Planters for payments and bank files (PAY)."""

from datetime import date

import polars as pl

from ndaudit.synthetic.planters.field import Field

PAID_MONTH = ("person_id", "pension_type", "period")


def _sent(field: Field) -> pl.DataFrame:
    """Return transmissions nobody works on, of months sent in one part."""
    alone = pl.len().over("bank", "period") == 1
    return field.frames["bank_transmission"].filter(alone & field.is_free("transmission_id"))


def roll_of(field: Field) -> pl.DataFrame:
    """Return payments of quiet files with their bank lines, from transmissions nobody else works on."""
    lines = field.frames["bank_line"].select("payment_id", "transmission_id", "line")
    roll = field.frames["payment"].filter(pl.col("file_no").is_in(field.filed["file_no"].implode()))
    # What is paid again after the bank sent it back has two equal rows.
    alone = pl.len().over("pension_book_no", "period") == 1
    return (
        roll.filter(alone)
        .join(lines, on="payment_id", maintain_order="left")
        .filter(field.is_free("transmission_id"))
    )


def one_per_transmission(field: Field, rows: pl.DataFrame) -> pl.DataFrame:
    """Return one payment, drawn by lot, of each transmission: two planters would else work on all of them."""
    order = field.rng.permutation(rows.height).tolist()
    drawn: pl.DataFrame = rows[order].unique("transmission_id", keep="first", maintain_order=True)
    return drawn


def recount(field: Field, touched: pl.Series) -> None:
    """Let the transmissions count and sum the lines they now hold."""
    own = field.frames["bank_line"].filter(pl.col("transmission_id").is_in(touched.implode()))
    sums = own.group_by("transmission_id").agg(count=pl.len().cast(pl.Int64), total=pl.col("amount").sum())
    key = pl.col("transmission_id")
    field.set(
        "bank_transmission",
        "transmission_id",
        touched,
        row_count=key.replace_strict(sums["transmission_id"], sums["count"], default=0),
        total_amount=key.replace_strict(sums["transmission_id"], sums["total"], default=0),
    )


def plant_pay_01(field: Field) -> None:
    """Sent ten minutes late, or never acknowledged; due time not recorded."""
    late, mute = field.halves(field.pick(_sent(field), by="transmission_id"))
    silent = field.one(_sent(field), by="transmission_id")
    by = "transmission_id"
    minutes = pl.col("due_at").dt.offset_by("10m")
    field.set("bank_transmission", by, late[by], sent_at=minutes, acknowledged_at=minutes.dt.offset_by("2h"))
    field.set("bank_transmission", by, mute[by], acknowledged_at=pl.lit(None, pl.Datetime("us")))
    field.set("bank_transmission", by, silent[by], due_at=pl.lit(None, pl.Datetime("us")))
    for part in (late, mute):
        field.list(part, by)
    field.list(silent, by, outcome="undetermined")


def plant_pay_02(field: Field) -> None:
    """Total, or row count, of a transmission differs from its lines; total not recorded."""
    total, count = field.halves(field.pick(_sent(field), by="transmission_id"))
    silent = field.one(_sent(field), by="transmission_id")
    by = "transmission_id"
    field.set("bank_transmission", by, total[by], total_amount=pl.col("total_amount") + 1000)
    field.set("bank_transmission", by, count[by], row_count=pl.col("row_count") - 1)
    field.set("bank_transmission", by, silent[by], total_amount=pl.lit(None, pl.Int64))
    for part in (total, count):
        field.list(part, "office_code", "bank", "period")
    field.list(silent, "office_code", "bank", "period", outcome="undetermined")


def plant_pay_03(field: Field) -> None:
    """A line to another account; a payment the bank never got a line for; its status not recorded."""
    account, lost = field.halves(field.pick(one_per_transmission(field, roll_of(field)), "payment_id"))
    field.take([*account["transmission_id"], *lost["transmission_id"]], "transmission_id")
    silent = field.one(one_per_transmission(field, roll_of(field)), "payment_id")
    field.take(silent["transmission_id"].to_list(), "transmission_id")
    field.set("payment", "payment_id", silent["payment_id"], status=pl.lit(None, pl.String))
    field.list(silent.select(side=pl.lit("payment"), id="payment_id"), "side", "id", outcome="undetermined")
    field.list(silent, "office_code", "bank", "period", rule="PAY-02", outcome="undetermined")
    field.set(
        "bank_line",
        "payment_id",
        account["payment_id"],
        account_no=pl.lit("9") + pl.col("account_no").str.slice(1),
    )
    for part in (lost, silent):
        field.drop("bank_line", "payment_id", part["payment_id"])
        recount(field, part["transmission_id"])
    for part in (account, lost):
        field.list(part.select(side=pl.lit("payment"), id="payment_id"), "side", "id")
    lines = account.select(side=pl.lit("bank_line"), id=pl.concat_str("transmission_id", pl.lit("/"), "line"))
    field.list(lines, "side", "id")
    field.list(lost, "office_code", "bank", "period", rule="PAY-02")


def plant_pay_05(field: Field) -> None:
    """Payments go on after death, one month or years; not recorded whether one was sent."""
    working = field.frames["contribution"].filter(pl.col("insured_type") == "22")["person_id"].unique()
    idle = field.filed.filter(~pl.col("person_id").is_in(working.implode()))
    lately, long_ago = field.halves(field.pick(idle.filter(pl.col("effective_from") < date(2021, 1, 1))))
    for part, died in ((lately, date(2025, 11, 20)), (long_ago, date(2022, 6, 9))):
        field.set("person", "person_id", part["person_id"], deceased_on=pl.lit(died))
        after = pl.col("person_id").is_in(part["person_id"].implode()) & (pl.col("period") > died)
        # Money the bank sent back harmed nobody.
        paid = field.frames["payment"].filter(after & (pl.col("status") != "returned"))
        field.list(paid, "payment_id")
    _unsent(field, idle)


def _unsent(field: Field, idle: pl.DataFrame) -> None:
    """Let somebody die a month before a payment without a status; what was paid later is an exception."""
    touched = field.frames["payment"].filter(~field.is_free("payment_id"))["person_id"].unique()
    rows = roll_of(field).filter(
        pl.col("person_id").is_in(idle["person_id"].implode()),
        ~pl.col("person_id").is_in(touched.implode()),
        pl.col("period") >= date(2025, 1, 1),
        pl.col("status") == "paid",
    )
    silent = field.one(rows)
    died = pl.col("person_id").replace_strict(silent["person_id"], silent["period"], default=None)
    field.set("person", "person_id", silent["person_id"], deceased_on=died.cast(pl.Date).dt.offset_by("-9d"))
    field.set("payment", "payment_id", silent["payment_id"], status=pl.lit(None, pl.String))
    field.take(silent["payment_id"].to_list(), "payment_id")
    field.take(silent["transmission_id"].to_list(), "transmission_id")
    field.list(silent, "payment_id", outcome="undetermined")
    since = silent.select("person_id", first="period")
    later = field.frames["payment"].join(since, on="person_id", maintain_order="left")
    later = later.filter((pl.col("period") > pl.col("first")) & (pl.col("status") != "returned"))
    field.list(later, "payment_id")


def plant_pay_06(field: Field) -> None:
    """A month paid twice; not recorded whether the second payment was sent."""
    rows = roll_of(field).filter((pl.col("status") == "paid") & field.is_free("person_id"))
    twice = field.pick(one_per_transmission(field, rows), "payment_id")
    pay_again(field, twice)
    field.list(twice.with_columns(pension_type=pl.lit("old_age")), *PAID_MONTH)
    free = rows.filter(field.is_free("transmission_id"))
    silent = field.one(one_per_transmission(field, free), "payment_id")
    pay_again(field, silent, status=pl.lit(None, pl.String))
    field.list(silent.with_columns(pension_type=pl.lit("old_age")), *PAID_MONTH, outcome="undetermined")


def pay_again(field: Field, rows: pl.DataFrame, **columns: pl.Expr) -> None:
    """Put payments on the roll and in the bank file a second time; nobody else may use the transmissions."""
    field.take(rows["transmission_id"].to_list(), "transmission_id")
    mine = pl.col("payment_id").is_in(rows["payment_id"].implode())
    again = pl.col("payment_id") + "-2"
    field.add("payment", field.frames["payment"].filter(mine).with_columns(payment_id=again, **columns))
    lines = field.frames["bank_line"].filter(mine)
    field.add("bank_line", lines.with_columns(payment_id=again, line=pl.col("line") + 500_000))
    recount(field, rows["transmission_id"])


def plant_pay_09(field: Field) -> None:
    """Sent by an inspector; by an officer who had left; by the one who prepared it; nobody recorded."""
    late = _sent(field).filter(pl.col("period") >= date(2015, 2, 1))
    by, code = "transmission_id", field.plan.code
    inspector, gone, same, nobody = field.parts(field.pick(late, by=by, least=4), 4)
    field.set("bank_transmission", by, inspector[by], sent_by=pl.lit(f"{code}-I3"))
    field.set("bank_transmission", by, gone[by], sent_by=pl.lit(f"{code}-P1"))
    field.set("bank_transmission", by, same[by], prepared_by=pl.col("sent_by"))
    field.set("bank_transmission", by, nobody[by], sent_by=pl.lit(None, pl.String))
    for part in (inspector, gone, same, nobody):
        field.list(part, by)
    silent = field.one(late, by)
    field.set("bank_transmission", by, silent[by], prepared_by=pl.lit(None, pl.String))
    field.list(silent, by, outcome="undetermined")
    entry = silent.select(source=pl.lit("transmission"), id=by)
    field.list(entry, "source", "id", rule="ACC-08", outcome="undetermined")
