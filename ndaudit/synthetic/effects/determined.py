"""Effects of how pensions were determined: DET-06, DET-07, DET-09, DET-12, WAG-02, WAG-05, WAG-08."""

import polars as pl

from ndaudit.synthetic.effects.change import (
    SHEET,
    Change,
    floored,
    half_up,
    hundredths,
    months_paid,
    priced,
    thousandths,
    with_minima,
)
from ndaudit.synthetic.months import AS_OF
from ndaudit.synthetic.planters.awards_made import CLAIMED
from ndaudit.synthetic.planters.field import key_of

SERVICE = (
    pl.col("service_months_before_1995")
    + pl.col("service_months_after_1995")
    + pl.col("bonus_months").fill_null(0)
)
PARTLY = pl.col("condition") == "proportional"


def effect_det_06(change: Change) -> pl.DataFrame:
    """What differs from the amount as computed; without wages proven no more than the minimum is due."""
    rows = with_minima(change.both("determination", SHEET))
    untouched = pl.col("amount") == pl.col("amount_was")
    lawful = pl.when(untouched).then("minimum").otherwise("amount_was")
    more = (pl.col("amount") - lawful) * pl.col("months")
    return priced(months_paid(change, rows, every=False), more)


def effect_det_07(change: Change) -> pl.DataFrame:
    """What the pension lacks to the minimum of its day."""
    rows = with_minima(change.rows("determination", SHEET))
    return priced(
        months_paid(change, rows, every=True), (pl.col("amount") - pl.col("minimum")) * pl.col("months")
    )


def effect_det_09(change: Change) -> pl.DataFrame:
    """What the months counted make of the pension, less what the months proven make of it."""
    rows = with_minima(change.both("determination", SHEET))
    proven = change.was["determination"].select(SHEET, proven=SERVICE)
    rows = rows.join(proven, on=SHEET, how="left").with_columns(counted=SERVICE)

    def amount(months: pl.Expr) -> pl.Expr:
        part = pl.when(PARTLY).then(months).otherwise(240)
        rate = pl.when(PARTLY).then(450).otherwise(thousandths(months))
        return floored(half_up(hundredths("reference_wage") * rate * part, 240 * 100_000))

    more = amount(pl.col("counted")) - amount(pl.col("proven"))
    return priced(months_paid(change, rows, every=False), more * pl.col("months"))


def effect_det_12(change: Change) -> pl.DataFrame:
    """What the months nobody paid for raise the pension by, in every month since it began."""
    rows = change.rows("determination", SHEET)
    bought = change.now["determination_service"].filter(
        pl.col("employment_id").is_null() & (pl.col("line") == CLAIMED)
    )
    rows = rows.join(bought.group_by(SHEET).agg(claimed=pl.col("months").sum()), on=SHEET, how="left")
    more = thousandths(SERVICE) - thousandths(SERVICE - pl.col("claimed"))
    raised = half_up(hundredths("reference_wage") * more, 100_000)
    begun = pl.col("effective_from")
    months = (AS_OF.year - begun.dt.year()) * 12 + AS_OF.month - begun.dt.month() + 1
    months = months - (begun.dt.day() > AS_OF.day).cast(pl.Int64)
    return priced(rows, raised * months)


def effect_wag_02(change: Change) -> pl.DataFrame:
    """What the sum of the statement says beyond its months."""
    by = "statement_id"
    stated = change.now["wage_statement_month"].group_by(by).agg(months_sum=pl.col("wage").sum())
    rows = change.rows("wage_statement", by).join(stated, on=by, how="left")
    return priced(rows, pl.col("total_figures") - pl.col("months_sum"))


def effect_wag_05(change: Change) -> pl.DataFrame:
    """What a wage written otherwise than in the ledger makes of the pension."""
    key = (SHEET, "period")
    before = change.was["determination_wage"].select(item_key=key_of(*key), lawful="wage")
    months = change.rows("determination_wage", *key).join(before, on="item_key", how="left")
    sheets = with_minima(change.now["determination"].join(months.select(SHEET), on=SHEET, how="semi"))
    rows = months.drop("period").join(months_paid(change, sheets, every=False), on=SHEET, how="left")
    weight = _written_rate() * pl.when(PARTLY).then(SERVICE).otherwise(240)
    length = pl.col("window_months")
    total = hundredths("reference_wage") * length
    other = total + 100 * (pl.col("lawful") - pl.col("wage"))
    written, lawful = (floored(half_up(wages * weight, length * (240 * 100_000))) for wages in (total, other))
    return priced(rows, (written - lawful) * pl.col("months"))


def _written_rate() -> pl.Expr:
    """Return the written rate as a whole number of thousandths."""
    return pl.col("rate").str.slice(2).str.pad_end(3, "0").cast(pl.Int64)


def effect_wag_08(change: Change) -> pl.DataFrame:
    """What the citizen lost in each month paid: the sheet was on the best months before."""
    rows = change.both("determination", SHEET)
    lost = (pl.col("amount") - pl.col("amount_was")) * pl.col("months")
    return priced(months_paid(change, rows, every=False), lost)
