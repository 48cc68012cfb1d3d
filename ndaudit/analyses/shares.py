"""Fractions as exact numbers."""

import polars as pl

_EXACT = pl.Decimal(38, 12)


def fraction(part: str, whole: str) -> pl.Expr:
    """Return column `part` ÷ column `whole` as an exact decimal, NULL where the whole is nothing."""
    divisor = pl.when(pl.col(whole) > 0).then(pl.col(whole)).otherwise(None)
    return pl.col(part).cast(_EXACT) / divisor.cast(_EXACT)
