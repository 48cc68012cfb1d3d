"""Effects of benefits: BEN-08 to BEN-11, BEN-13, BEN-14."""

import polars as pl

from ndaudit.synthetic.effects.change import Change, half_up, priced
from ndaudit.synthetic.planters.benefits import LATER, TWICE

BY = "benefit_id"


def effect_ben_08(change: Change) -> pl.DataFrame:
    """What differs from the amount of the day of death; of a second benefit all of it."""
    return priced(change.both("benefit", BY), pl.col("amount") - pl.col("amount_was").fill_null(0))


def effect_ben_09(change: Change) -> pl.DataFrame:
    """What differs from daily wage × rate × the days the sickness lasted beyond the employer's five.

    Article 18 of the law on benefits, as the generator pays it.
    """
    lasted = (pl.col("event_to") - pl.col("event_from")).dt.total_days() + 1
    days = pl.min_horizontal("days", lasted) - 5
    daily = pl.col("base_wage_was") * pl.col("thousandths") * days
    return priced(change.both("benefit", BY), pl.col("amount") - half_up(daily, pl.col("base_days") * 1000))


def effect_ben_10(change: Change) -> pl.DataFrame:
    """What differs from the amount of the days the law gives."""
    return priced(change.both("benefit", BY), pl.col("amount") - pl.col("amount_was"))


def effect_ben_11(change: Change) -> pl.DataFrame:
    """The part of the benefit that is for days already paid, or for days after death."""
    rows = change.rows("benefit", BY)
    first = pl.col(BY).str.replace(f"({LATER}|{TWICE})$", "")
    earlier = change.now["benefit"].select(BY, other_from="event_from", other_to="event_to")
    dead = change.now["person"].select("person_id", died="deceased_on").unique("person_id")
    both = rows.with_columns(first=pl.when(first != pl.col(BY)).then(first)).join(
        earlier, left_on="first", right_on=BY, how="left", maintain_order="left"
    )
    both = both.join(dead, on="person_id", how="left", maintain_order="left")
    start, end = pl.col("event_from"), pl.col("event_to")
    shared = (pl.min_horizontal(end, "other_to") - pl.max_horizontal(start, "other_from")).dt.total_days() + 1
    late = (end - pl.max_horizontal(start - pl.duration(days=1), "died")).dt.total_days()
    twice = pl.when(pl.col("other_to").is_not_null()).then(shared).otherwise(0)
    after = pl.when(pl.col("died").is_not_null()).then(late).otherwise(0)
    days = pl.max_horizontal(twice, after)
    whole = (end - start).dt.total_days() + 1
    return priced(both, half_up(pl.col("amount") * days, whole))


def effect_ben_13(change: Change) -> pl.DataFrame:
    """All that was settled: their own fund owes it."""
    return priced(change.rows("benefit", BY), pl.coalesce("settled_amount", "amount"))


def effect_ben_14(change: Change) -> pl.DataFrame:
    """What was settled beyond the benefit."""
    return priced(change.rows("benefit", BY), pl.col("settled_amount") - pl.col("amount"))
