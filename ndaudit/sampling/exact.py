"""How likely so few errors are, and the most errors a sample is compatible with.

Sources: AICPA Audit Guide *Audit Sampling* (2017), tables A-1 to A-4; Clopper and Pearson (1934); the
hypergeometric limits are the inverted one-sided exact test.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from math import ceil, comb
from typing import Any

DISTRIBUTIONS = ("hypergeometric", "binomial", "poisson")
NEAR = 1e-9
"""Closer to a threshold than this, floating point is not trusted and integers decide."""
SHOWN = Decimal("0.00000001")


def _binomial_tail(errors: int, size: int, rate: Fraction, risk: Fraction) -> bool:
    bad, whole = rate.numerator, rate.denominator
    ways = sum(comb(size, i) * bad**i * (whole - bad) ** (size - i) for i in range(errors + 1))
    return bool(ways * risk.denominator <= risk.numerator * whole**size)


def _hypergeometric_tail(errors: int, size: int, bad: int, items: int, risk: Fraction) -> bool:
    ways = sum(comb(bad, i) * comb(items - bad, size - i) for i in range(min(errors, size) + 1))
    return ways * risk.denominator <= risk.numerator * comb(items, size)


def tolerable_items(rate: Fraction, items: int) -> int:
    """Return how many of `items` a tolerable rate is: the least whole number that reaches it."""
    return ceil(rate * items)


def unlikely(
    errors: Sequence[int],
    sizes: Sequence[int],
    rate: Fraction,
    risk: Fraction,
    *,
    distribution: str,
    items: int | None,
) -> Callable[[int], bool]:
    """Return the test whether, at place p, so few errors in so many items are unlikely enough.

    All places are computed at once; a probability near the risk is computed again in whole numbers.

    Args:
        errors: errors allowed at each place.
        sizes: sample size at each place.
        rate: the rate of errors tested against.
        risk: the probability not to be exceeded.
        items: size of the population (hypergeometric).
    """
    from scipy import stats

    chances: Any
    if distribution == "hypergeometric" and items is not None:
        bad = tolerable_items(rate, items)
        chances = stats.hypergeom.cdf(errors, items, bad, sizes)

        def exactly(place: int) -> bool:
            return _hypergeometric_tail(errors[place], sizes[place], bad, items, risk)

    elif distribution == "binomial":
        chances = stats.binom.cdf(errors, sizes, float(rate))

        def exactly(place: int) -> bool:
            return _binomial_tail(errors[place], sizes[place], rate, risk)

    else:
        chances = stats.poisson.cdf(errors, [float(rate * size) for size in sizes])

        def exactly(place: int) -> bool:
            # e is not rational: no threshold is met exactly
            return bool(chances[place] <= float(risk))

    def test(place: int) -> bool:
        gap = float(chances[place]) - float(risk)
        return exactly(place) if abs(gap) < NEAR else gap < 0

    return test


def upper_limit(
    errors: int, size: int, confidence: Fraction, *, distribution: str, items: int | None = None
) -> Decimal:
    """Return the highest rate of errors the sample is compatible with, rounded up at the eighth place.

    Args:
        errors: errors found among `size` items examined.
        items: size of the population (hypergeometric: the limit is a whole number of its items).
    """
    from scipy import stats

    if errors >= size:
        return Decimal(1)
    if distribution == "hypergeometric" and items is not None:
        most = _most_bad(errors, size, items, 1 - confidence)
        return (Decimal(most) / Decimal(items)).quantize(SHOWN, ROUND_CEILING)
    if distribution == "binomial":
        limit = stats.beta.ppf(float(confidence), errors + 1, size - errors)
    else:
        limit = min(stats.gamma.ppf(float(confidence), errors + 1) / size, 1.0)
    return Decimal(repr(float(limit))).quantize(SHOWN, ROUND_CEILING)


def _most_bad(errors: int, size: int, items: int, risk: Fraction) -> int:
    """Return the largest number of bad items under which so few errors are not yet unlikely."""
    low, high = errors, items - (size - errors)
    while low < high:
        middle = (low + high + 1) // 2
        if _hypergeometric_tail(errors, size, middle, items, risk):
            high = middle - 1
        else:
            low = middle
    return low


@dataclass(frozen=True)
class Part:
    """One stratum as counted: its items, how many were examined, how many of these are wrong."""

    items: int
    examined: int
    errors: int


def strata_limit(parts: Sequence[Part], confidence: Fraction, *, distribution: str) -> Decimal:
    """Return the highest rate of errors a sample of several strata is compatible with.

    Strata examined whole are known. The others count as one simple sample, as thin as the thinnest of them,
    and each error weighs as much as its stratum: a sample in proportion spreads less than a simple one, and
    a stratum that gave more than its share must not hide the errors of another.
    """
    items = sum(part.items for part in parts)
    known = sum(part.errors for part in parts if part.examined == part.items)
    rest = [part for part in parts if part.examined < part.items]
    if not rest:
        return (Decimal(known) / Decimal(items)).quantize(SHOWN, ROUND_CEILING)
    if any(not part.examined for part in rest):
        return Decimal(1)
    whole = sum(part.items for part in rest)
    size = int(min(Fraction(part.examined * whole, part.items) for part in rest))
    rate = sum((Fraction(part.errors * part.items, part.examined) for part in rest), Fraction(0)) / whole
    limit = upper_limit(ceil(rate * size), size, confidence, distribution=distribution, items=whole)
    most = Fraction(limit) * whole + known
    share = Decimal(most.numerator) / Decimal(most.denominator * items)
    return min(share, Decimal(1)).quantize(SHOWN, ROUND_CEILING)
