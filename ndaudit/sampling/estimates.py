"""Totals estimated from examined items: mean per unit, difference, ratio; stratified where strata are given.

Source: Cochran, *Sampling Techniques* (1977), chapters 2, 5 and 6; limits by Student's t, with the finite
population correction. Sums are exact; only the quantile is a rounded number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from ndaudit.errors import RefusedError

PLACES = 40
MONGO = Decimal("0.01")


@dataclass(frozen=True)
class Examined:
    """The examined items of one stratum.

    Attributes:
        items: how many items the stratum has.
        book_total: what its items add up to in the books, in tögrög.
        pairs: book value and audited value of each item examined.
    """

    items: int
    book_total: Decimal
    pairs: Sequence[tuple[Decimal, Decimal]]


@dataclass(frozen=True)
class Estimate:
    """An estimated total with its two-sided limits, in tögrög."""

    total: Decimal
    lower: Decimal
    upper: Decimal


def _part(stratum: Examined, values: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """Return the estimated total of `values` over a stratum and its variance."""
    n = len(values)
    if n < 2:
        raise RefusedError("sampling.two_items", there=n)
    mean = sum(values, Fraction(0)) / n
    spread = sum(((v - mean) ** 2 for v in values), Fraction(0)) / (n - 1)
    left = 1 - Fraction(n, stratum.items)
    return stratum.items * mean, stratum.items**2 * left * spread / n


def _estimate(
    parts: Sequence[tuple[Fraction, Fraction]], freedom: int, base: Fraction, confidence: Fraction
) -> Estimate:
    from scipy import stats

    total = base + sum((part for part, _ in parts), Fraction(0))
    variance = sum((part for _, part in parts), Fraction(0))
    quantile = Decimal(repr(float(stats.t.ppf(float((1 + confidence) / 2), freedom))))
    with localcontext() as context:
        context.prec = PLACES
        centre = Decimal(total.numerator) / Decimal(total.denominator)
        root = (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()
        lower, upper = centre - quantile * root, centre + quantile * root
        return Estimate(*(value.quantize(MONGO) for value in (centre, lower, upper)))


def _freedom(strata: Sequence[Examined]) -> int:
    return sum(len(stratum.pairs) for stratum in strata) - len(strata)


def mean_per_unit(strata: Sequence[Examined], confidence: Fraction) -> Estimate:
    """Return the audited total, from the mean of the audited values.

    Raises:
        RefusedError: a stratum has fewer than two examined items.
    """
    parts = [_part(s, [Fraction(audited) for _, audited in s.pairs]) for s in strata]
    return _estimate(parts, _freedom(strata), Fraction(0), confidence)


def difference(strata: Sequence[Examined], confidence: Fraction) -> Estimate:
    """Return the audited total, from the mean difference between audited and book values.

    Raises:
        RefusedError: see `mean_per_unit`.
    """
    parts = [_part(s, [Fraction(audited - book) for book, audited in s.pairs]) for s in strata]
    base = sum((Fraction(s.book_total) for s in strata), Fraction(0))
    return _estimate(parts, _freedom(strata), base, confidence)


def ratio(strata: Sequence[Examined], confidence: Fraction) -> Estimate:
    """Return the audited total, from the ratio of audited to book values in each stratum.

    Raises:
        RefusedError: see `mean_per_unit`; or the examined book values of a stratum add up to nothing.
    """
    parts = []
    base = Fraction(0)
    for stratum in strata:
        book = sum((Fraction(b) for b, _ in stratum.pairs), Fraction(0))
        if not book:
            raise RefusedError("sampling.no_ratio")
        share = sum((Fraction(a) for _, a in stratum.pairs), Fraction(0)) / book
        _, variance = _part(stratum, [Fraction(a) - share * Fraction(b) for b, a in stratum.pairs])
        parts.append((Fraction(0), variance))
        base += share * Fraction(stratum.book_total)
    return _estimate(parts, _freedom(strata), base, confidence)
