"""How many items to examine so that the conclusion holds at the confidence asked."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from math import ceil

from ndaudit.errors import RefusedError
from ndaudit.sampling.exact import unlikely

MOST = 20_000
"""Above this nobody samples: the plan is refused, and says why."""
STEP = 128
"""Sizes are tried in growing steps: most plans need few."""
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Size:
    """A sample size and the errors it may show."""

    items: int
    errors_allowed: int


def _check(tolerable: Fraction, expected: Fraction, confidence: Fraction) -> None:
    if not 0 < tolerable < 1:
        raise RefusedError("sampling.tolerable_outside", came=float(tolerable))
    if not Fraction(1, 2) <= confidence < 1:
        raise RefusedError("sampling.confidence_outside", came=float(confidence))
    if not 0 <= expected < tolerable:
        raise RefusedError("sampling.expected_too_high", expected=float(expected), tolerable=float(tolerable))


def attribute_size(
    tolerable: Fraction,
    expected: Fraction,
    confidence: Fraction,
    *,
    distribution: str,
    items: int | None = None,
) -> Size:
    """Return the least size at which the expected rate of errors still proves the tolerable one.

    Args:
        tolerable: the rate of errors that must not be exceeded.
        expected: the rate the sample is planned to show.
        items: size of the population; asked for by the hypergeometric distribution.

    Raises:
        RefusedError: the rates cannot be told apart, or every item would have to be examined.

    Source: AICPA Audit Guide (2017), tables A-1 and A-2 (binomial); US DCAA EZ-Quant (hypergeometric).
    """
    _check(tolerable, expected, confidence)
    most = MOST if items is None else min(MOST, items - 1)
    first = 1
    while first <= most:
        sizes = list(range(first, min(4 * first + STEP, most) + 1))
        errors = [ceil(size * expected) for size in sizes]
        enough = unlikely(errors, sizes, tolerable, 1 - confidence, distribution=distribution, items=items)
        for place, size in enumerate(sizes):
            if errors[place] < size and enough(place):
                return Size(size, errors[place])
        first = sizes[-1] + 1
    raise RefusedError("sampling.examine_all", most=most)


def confidence_factor(risk: Fraction, errors: int) -> Decimal:
    """Return the MUS confidence factor, rounded up at the second place as it is published.

    Args:
        risk: risk of incorrect acceptance.
        errors: number of misstatements.

    Source: AICPA Audit Guide (2017), confidence factors for monetary unit sampling.
    """
    from scipy import stats

    exact = stats.gamma.ppf(float(1 - risk), errors + 1)
    return Decimal(repr(float(exact))).quantize(CENT, ROUND_CEILING)


def monetary_size(tolerable: Fraction, expected: Fraction, confidence: Fraction) -> int:
    """Return the number of monetary units to draw (Poisson, misstatement expected in parts of units).

    Args:
        tolerable: tolerable misstatement ÷ book total.
        expected: expected misstatement ÷ book total.

    Raises:
        RefusedError: see `attribute_size`.
    """
    from scipy import stats

    _check(tolerable, expected, confidence)

    def enough(size: int) -> bool:
        allowed = float(size * expected)
        return bool(stats.gamma.cdf(float(size * tolerable), 1 + allowed) >= float(confidence))

    low, high = 1, MOST
    if not enough(high):
        raise RefusedError("sampling.examine_all", most=MOST)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low
