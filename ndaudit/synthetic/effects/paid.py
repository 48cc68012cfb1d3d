"""Effects of what pensions were paid: BOK-05, PAY-02 to PAY-08, DIS-03, SUR-04."""

import polars as pl

from ndaudit.synthetic.effects.change import SHEET, Change, priced
from ndaudit.synthetic.plan import Frames
from ndaudit.synthetic.planters.field import key_of

PAYMENT = "payment_id"
SENT_BACK = pl.col("status").fill_null("") == "returned"


def effect_bok_05(change: Change) -> pl.DataFrame:
    """What went out on a book that is not there, unless the bank sent it back."""
    return priced(change.rows("payment", PAYMENT), pl.when(SENT_BACK).then(0).otherwise("amount"))


def effect_pay_05(change: Change) -> pl.DataFrame:
    """All that was paid for a month after death."""
    return priced(change.rows("payment", PAYMENT), pl.col("amount"))


def effect_dis_03(change: Change) -> pl.DataFrame:
    """All that was paid for a month without an act: each payment is for one month."""
    return priced(change.rows("payment", PAYMENT), pl.col("amount"))


def effect_pay_06(change: Change) -> pl.DataFrame:
    """What was paid for the month beside the largest payment."""
    sent = ~pl.col("status").fill_null("").is_in(["returned", "stopped"])
    types = change.now["pension_file"].select(book_no="file_no", pension_type="pension_type")
    roll = change.now["payment"].filter(sent).join(types, left_on="file_no", right_on="book_no")
    keyed = roll.with_columns(item_key=key_of("person_id", "pension_type", "period"))
    sums = keyed.group_by("item_key").agg(effect=pl.col("amount").sum() - pl.col("amount").max())
    return sums.join(change.items, on="item_key", how="semi")


def _sums(frames: Frames) -> pl.DataFrame:
    """Return what was sent, what stands on the roll and what was stated, of each bank and month."""
    month = ["bank", "period"]
    sent = frames["bank_line"].group_by(month).agg(sent=pl.col("amount").sum())
    standing = pl.col("status").fill_null("") != "stopped"
    roll = frames["payment"].filter(standing).group_by(month).agg(roll=pl.col("amount").sum())
    stated = (
        frames["bank_transmission"].group_by("office_code", *month).agg(stated=pl.col("total_amount").sum())
    )
    return stated.join(sent, on=month, how="left").join(roll, on=month, how="left").fill_null(0)


def effect_pay_02(change: Change) -> pl.DataFrame:
    """What the bank was sent beyond the roll; where those agree, what was stated beyond what was sent."""
    sums = _sums(change.now).with_columns(item_key=key_of("office_code", "bank", "period"))
    more = pl.col("sent") - pl.col("roll")
    told = pl.when(more != 0).then(more).otherwise(pl.col("stated") - pl.col("sent"))
    return priced(sums.join(change.items, on="item_key", how="semi"), told)


def effect_pay_03(change: Change) -> pl.DataFrame:
    """A payment without its line never arrived; a line without its payment went to somebody else."""
    lines = change.now["bank_line"].with_columns(
        item_key=pl.format("bank_line|{}/{}", "transmission_id", "line")
    )
    roll = change.now["payment"].with_columns(item_key=pl.format("payment|{}", PAYMENT))
    lost = priced(roll, pl.when(SENT_BACK).then(0).otherwise(-pl.col("amount")))
    return pl.concat([priced(lines, pl.col("amount")), lost]).join(change.items, on="item_key", how="semi")


def _in_force(change: Change) -> pl.DataFrame:
    """Return the payments as they were, with the determination of each and its amount as it is now."""
    sheets = change.was["determination"].select("file_no", "effective_from", SHEET).sort("effective_from")
    roll = change.was["payment"].select(PAYMENT, "file_no", "period").sort("period")
    dated = roll.join_asof(
        sheets, left_on="period", right_on="effective_from", by="file_no", check_sortedness=False
    )
    now = change.now["determination"].select(SHEET, determined="amount")
    return dated.join(now, on=SHEET, how="left")


def effect_pay_04(change: Change) -> pl.DataFrame:
    """What was paid less what the determination in force says."""
    rows = change.rows("payment", PAYMENT).join(_in_force(change), on=PAYMENT, how="left")
    more = pl.col("gross_amount") - pl.col("determined")
    return priced(rows, pl.when(SENT_BACK).then(0).otherwise(more))


def effect_pay_08(change: Change) -> pl.DataFrame:
    """The whole amount determined for the month, withheld from the pensioner."""
    books = change.now["pension_book"].select("book_no", "file_no")
    months = _in_force(change).unique(["file_no", "period"]).join(books, on="file_no")
    keyed = months.with_columns(item_key=key_of("book_no", "period"))
    return priced(keyed.join(change.items, on="item_key", how="semi"), -pl.col("determined"))


def effect_sur_04(change: Change) -> pl.DataFrame:
    """The child's share of what the family was paid for the month: equal parts, where no share is written."""
    members = change.now["survivor_member"].with_columns(of_all=pl.len().over("file_no").cast(pl.Int64))
    held = pl.col("status").fill_null("").is_in(["returned", "stopped"])
    paid = (
        change.now["payment"].filter(~held).group_by("pension_book_no", "period").agg(pl.col("amount").sum())
    )
    months = members.select("file_no", "person_id", "share", "of_all").join(
        paid, left_on="file_no", right_on="pension_book_no"
    )
    keyed = months.with_columns(item_key=key_of("file_no", "person_id", "period"))
    # shares are written as whole ones, or not at all
    parts = pl.when(pl.col("share").is_not_null()).then(1).otherwise("of_all")
    amount = (pl.col("amount") * 2 + parts) // (parts * 2)
    return priced(keyed.join(change.items, on="item_key", how="semi"), amount)
