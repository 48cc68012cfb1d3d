"""An office before and after planting, and the sums of law that several effects share."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from ndaudit.synthetic.awards import CHANGE_REASON
from ndaudit.synthetic.plan import Frames
from ndaudit.synthetic.planters.field import key_of
from ndaudit.synthetic.rates import MINIMA

SHEET = "determination_id"
FOR_EVER = date(9999, 12, 31)


@dataclass(frozen=True)
class Change:
    """What planting did to an office.

    Attributes:
        was: its tables before.
        now: its tables after.
        items: keys of the planted exceptions of one rule, in the column `item_key`.
    """

    was: Frames
    now: Frames
    items: pl.DataFrame

    def rows(self, table: str, *key: str) -> pl.DataFrame:
        """Return the rows of `table` that are items, as they are now."""
        keyed = self.now[table].with_columns(item_key=key_of(*key))
        return keyed.join(self.items, on="item_key", how="semi", maintain_order="left")

    def both(self, table: str, by: str) -> pl.DataFrame:
        """Return the rows of `table` that are items; columns as they were carry `_was` behind their names."""
        before = self.was[table]
        now = self.rows(table, by)
        return now.join(before, on=by, how="left", suffix="_was", maintain_order="left")


def priced(rows: pl.DataFrame, effect: pl.Expr) -> pl.DataFrame:
    """Return item and effect of the rows."""
    return rows.select("item_key", effect=effect)


def half_up(top: pl.Expr, bottom: pl.Expr | int) -> pl.Expr:
    """Return the quotient of whole numbers, rounded half up to a whole one."""
    return (top * 2 + bottom) // (pl.lit(2) * bottom)


def thousandths(months: pl.Expr) -> pl.Expr:
    """Return the rate of so many months: 45 %, and 1.5 % a whole year above twenty, in thousandths."""
    return 450 + 15 * (months // 12 - 20).clip(lower_bound=0)


def hundredths(column: str) -> pl.Expr:
    """Return a sum written with two decimals as a whole number of hundredths."""
    return pl.col(column).str.replace(".", "", literal=True).cast(pl.Int64)


def with_minima(sheets: pl.DataFrame) -> pl.DataFrame:
    """Return sheets with the minimum pension of their day, and from where on an amount is certain."""
    steps = pl.DataFrame(
        {
            "since": [since for since, _, _ in MINIMA],
            "full": [full for _, full, _ in MINIMA],
            "part": [part for _, _, part in MINIMA],
        }
    )
    steps = steps.with_columns(
        full_certain=pl.col("full").backward_fill(), part_certain=pl.col("part").backward_fill()
    )
    dated = sheets.sort("effective_from").join_asof(
        steps, left_on="effective_from", right_on="since", check_sortedness=False
    )
    proportional = pl.col("condition") == "proportional"
    return dated.with_columns(
        minimum=pl.when(proportional).then("part").otherwise("full"),
        certain=pl.when(proportional).then("part_certain").otherwise("full_certain"),
    )


def floored(amount: pl.Expr) -> pl.Expr:
    """Return an amount, but not less than the minimum; nothing where either is unknown and decides."""
    known = pl.when(amount >= pl.col("certain")).then(amount)
    return known.when(amount.is_not_null()).then("minimum")


def months_paid(change: Change, sheets: pl.DataFrame, every: bool) -> pl.DataFrame:
    """Return sheets with the months paid on each, as `months`.

    Args:
        every: until the next determination of whatever kind, else until the next that sets a window.
    """
    drawn = change.now["determination"] if every else change.was["determination"]
    if not every:
        drawn = drawn.filter((pl.col("kind") == "initial") | (pl.col("change_reason") == CHANGE_REASON))
    nexts = sheets.select(SHEET, "file_no", since="effective_from").join(
        drawn.select("file_no", later="effective_from"), on="file_no", how="left"
    )
    until = nexts.filter(pl.col("later") > pl.col("since")).group_by(SHEET).agg(pl.col("later").min())
    books = change.now["pension_book"].select("file_no", "book_no")
    books = pl.concat([books, sheets.select("file_no", book_no="file_no")]).drop_nulls().unique()
    roll = change.now["payment"].filter(pl.col("status").is_null() | (pl.col("status") == "paid"))
    paid = roll.select("period", book_no="pension_book_no").join(books, on="book_no")
    inside = (pl.col("period") >= pl.col("effective_from")) & (
        pl.col("period") < pl.col("later").fill_null(FOR_EVER)
    )
    spans = sheets.select(SHEET, "file_no", "effective_from").join(until, on=SHEET, how="left")
    counted = (
        spans.join(paid, on="file_no").filter(inside).group_by(SHEET).agg(months=pl.col("period").n_unique())
    )
    return sheets.join(counted, on=SHEET, how="left", maintain_order="left").with_columns(
        pl.col("months").fill_null(0).cast(pl.Int64)
    )
