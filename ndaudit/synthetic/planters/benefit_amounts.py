"""Planters for days and amounts of benefits: BEN-09, BEN-10."""

from datetime import date
from typing import Any

import polars as pl

from ndaudit.synthetic.planters.field import Field

BY = "benefit_id"
NO_NUMBER = pl.lit(None, pl.Int64)
LAW_KNOWN_BEFORE = date(2024, 1, 1)


def _known(field: Field, kind: str) -> pl.DataFrame:
    """Return ordinary benefits whose law is on file."""
    return field.frames["benefit"].filter(
        (pl.col("kind") == kind)
        & (pl.col("cause") == "ordinary")
        & (pl.col("event_from") < LAW_KNOWN_BEFORE)
        & (pl.col("amount") > 0)
    )


def _grant(field: Field, victims: pl.DataFrame, amount: pl.Expr, **more: Any) -> None:
    """Give benefits another amount, settled as it is; list them."""
    new = pl.col(BY).replace_strict(victims[BY], victims.select(amount.alias("new"))["new"], default=None)
    through = pl.when(pl.col("settled_amount").is_not_null()).then(new)
    field.set("benefit", BY, victims[BY], amount=new, settled_amount=through, **more)
    field.list(victims, BY)


def plant_ben_09(field: Field) -> None:
    """Two tögrög more; the employer's days paid too; twice the wages; more days than lasted; no days."""
    sick = _known(field, "sickness")
    little, days, wages, long = field.parts(field.pick(sick, BY, least=4), 4)
    amount = pl.col("amount")
    _grant(field, little, amount + 2)
    _grant(field, days, amount * pl.col("days") // (pl.col("days") - 5))
    _grant(field, wages, amount * 2, base_wage=pl.col("base_wage") * 2)
    _grant(field, long, amount * 95 // (pl.col("days") - 5), days=pl.lit(100))
    silent = field.one(sick, BY)
    field.set("benefit", BY, silent[BY], base_days=NO_NUMBER)
    field.list(silent, BY, outcome="undetermined")


def plant_ben_10(field: Field) -> None:
    """Two tögrög less; 150 days; half the days and half the money; amount not recorded."""
    # Of a leave paid in parts the other part would not be lawful any more.
    leaves = _known(field, "maternity").filter(pl.col("days") >= 120)
    little, long, half = field.parts(field.pick(leaves, BY, least=3), 3)
    amount = pl.col("amount")
    _grant(field, little, amount - 2)
    _grant(field, long, amount * 5 // 4, days=pl.lit(150))
    _grant(field, half, amount // 2, days=pl.lit(60))
    silent = field.one(leaves, BY)
    field.set("benefit", BY, silent[BY], amount=NO_NUMBER, settled_amount=NO_NUMBER)
    field.list(silent, BY, outcome="undetermined")
    through = silent.filter(pl.col("employer_no").is_not_null())
    field.list(through, BY, rule="BEN-14", outcome="undetermined")
