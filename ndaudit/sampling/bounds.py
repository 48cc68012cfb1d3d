"""What misstatements found in monetary units say about the whole: Stringer and cell bounds.

Sources: AICPA Audit Guide (2017), monetary unit sampling; Leslie, Teitlebaum and Anderson, *Dollar-Unit
Sampling* (1979), for the cell bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ndaudit.sampling.sizes import confidence_factor


@dataclass(frozen=True)
class Bound:
    """A misstatement projected to the population, and its upper limit, exact, in tögrög.

    Attributes:
        certain: misstatement of items examined because of their size, as it is.
        projected: misstatement projected from the units drawn.
        basic: allowance when nothing is found.
        incremental: further allowance for what was found.
    """

    certain: Fraction
    projected: Fraction
    basic: Fraction
    incremental: Fraction

    @property
    def likely(self) -> Fraction:
        """The most likely misstatement."""
        return self.certain + self.projected

    @property
    def upper(self) -> Fraction:
        """The upper limit of the misstatement."""
        return self.likely + self.basic + self.incremental


def taint(book: Decimal, audited: Decimal) -> Fraction:
    """Return the share of a book value that is wrong: above zero when it is overstated.

    Raises:
        ValueError: the book value is not above zero, so that no share of it can be.
    """
    if book <= 0:
        raise ValueError("a share of nothing is no taint")
    return Fraction(book - audited) / Fraction(book)


def _factors(risk: Fraction, count: int) -> list[Fraction]:
    return [Fraction(confidence_factor(risk, errors)) for errors in range(count + 1)]


def stringer(
    taints: Sequence[Fraction], interval: Fraction, risk: Fraction, certain: Fraction = Fraction(0)
) -> Bound:
    """Return the Stringer bound of misstatements of one direction.

    Args:
        taints: share misstated of each unit found wrong, above zero.
        interval: sampling interval in tögrög.
        risk: risk of incorrect acceptance.
        certain: misstatement of the items examined because of their size.
    """
    factor = _factors(risk, len(taints))
    projected = incremental = Fraction(0)
    for place, share in enumerate(sorted(taints, reverse=True), start=1):
        projected += share * interval
        incremental += share * interval * (factor[place] - factor[place - 1] - 1)
    return Bound(certain, projected, factor[0] * interval, incremental)


def cell(
    taints: Sequence[Fraction], interval: Fraction, risk: Fraction, certain: Fraction = Fraction(0)
) -> Bound:
    """Return the cell bound: at each misstatement the larger of loading and spreading.

    Args: as `stringer`.
    """
    factor = _factors(risk, len(taints))
    limit, total = factor[0], Fraction(0)
    for place, share in enumerate(sorted(taints, reverse=True), start=1):
        total += share
        limit = max(limit + share, factor[place] * total / place)
    projected, basic = total * interval, factor[0] * interval
    return Bound(certain, projected, basic, limit * interval - basic - projected)
