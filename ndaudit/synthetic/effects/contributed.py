"""Effects of what contributions were taken: PER-10, SIB-02, SIB-04, SIB-05, SIB-08, CON-02."""

import polars as pl

from ndaudit.synthetic.effects.change import Change, half_up, priced
from ndaudit.synthetic.months import first_day
from ndaudit.synthetic.planters.field import key_of
from ndaudit.synthetic.rates import EMPLOYER_LOW, MONTHS, bounds

ROW = "contribution_id"
HIGHEST_CLASS, LOWEST_NOW = 200, 50
"""What the highest accident class pays above the lowest, and the lowest now, in hundredths of a percent."""

TAKEN = pl.col("insured_amount") + pl.col("employer_amount")


def effect_per_10(change: Change) -> pl.DataFrame:
    """All that was taken for a month after death is owed back."""
    return priced(
        change.rows("contribution", ROW), pl.when(pl.col("paid_on").is_null()).then(0).otherwise(-TAKEN)
    )


def effect_sib_02(change: Change) -> pl.DataFrame:
    """What the book says beyond the ledger: it was written from the ledger, until somebody altered it."""
    key = ("person_id", "employer_no", "period")
    before = change.was["book_entry"].select(item_key=key_of(*key), lawful="contribution")
    rows = change.rows("book_entry", *key).join(before, on="item_key", how="left")
    return priced(rows, pl.col("contribution") - pl.col("lawful"))


def effect_sib_04(change: Change) -> pl.DataFrame:
    """What was due less what was paid; an employer of no known class may owe that of the highest.

    A recorded accident rate is that of today: its distance from the lowest class tells the class.
    """
    rates = pl.DataFrame({"period": pl.Series(first_day(MONTHS)), "low": EMPLOYER_LOW})
    classes = change.now["employer"].select("employer_no", "accident_rate").unique("employer_no")
    rows = change.both("contribution", ROW).join(rates, on="period", how="left")
    rows = rows.join(classes, on="employer_no", how="left")
    recorded = pl.col("accident_rate").str.slice(2).str.pad_end(4, "0").cast(pl.Int64) - LOWEST_NOW
    above = recorded.fill_null(HIGHEST_CLASS).clip(upper_bound=HIGHEST_CLASS)
    due = half_up(pl.col("base") * (pl.col("low") + above), 10_000)
    same = pl.col("employer_amount") == pl.col("employer_amount_was")
    theirs = pl.when(same).then(0).otherwise(due - pl.col("employer_amount"))
    return priced(rows, pl.col("insured_amount_was") - pl.col("insured_amount") + theirs)


def effect_sib_05(change: Change) -> pl.DataFrame:
    """What was taken a second and a third time is owed back."""
    key = ("person_id", "employer_no", "period", "insured_type")
    again = change.rows("contribution", *key).join(change.was["contribution"], on=ROW, how="anti")
    return again.group_by("item_key").agg(effect=-TAKEN.sum())


def effect_sib_08(change: Change) -> pl.DataFrame:
    """What was taken on the part of the base above the ceiling."""
    rows = change.rows("contribution", "person_id", "period").join(bounds(), on="period", how="left")
    above = pl.col("base") - pl.col("ceiling")
    return priced(rows, -half_up(TAKEN * above, pl.col("base")))


def effect_con_02(change: Change) -> pl.DataFrame:
    """What of the employer's debt lies on the month: payments go to the oldest month first."""
    reports = change.now["employer_report"].sort("employer_no", "period")
    debt = (pl.col("total_due").sum() - pl.col("total_paid").sum()).over("employer_no")
    later = pl.col("total_due").sum().over("employer_no") - pl.col("total_due").cum_sum().over("employer_no")
    left = (debt - later).clip(lower_bound=0)
    keyed = reports.with_columns(item_key=key_of("employer_no", "period"), left=left)
    open_ = pl.min_horizontal("left", "total_due")
    return priced(keyed.join(change.items, on="item_key", how="semi"), open_)
