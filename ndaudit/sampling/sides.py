"""Money misstated, over- and understatements apart: found, most likely, and at most.

Sources: AICPA Audit Guide (2017): limits by the difference need some twenty differences, and without any the
spread says nothing. Fewer differences get the limit that needs no spread: so many items may at most be wrong,
and none by more than its book value, so that the largest of those not examined bound the money.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ndaudit.sampling.estimates import Examined, difference

OVER, UNDER = "over", "under"
SIDES = (OVER, UNDER)
LEAST_DIFFERENCES = 20
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Side:
    """One direction of misstatement, in tögrög.

    Attributes:
        found: in the items examined: less than this it cannot be.
        likely: projected to the population.
        upper: upper limit.
        how: what the limit rests on: `stringer`, `student` (the spread of the differences) or `largest`.
    """

    found: Decimal
    likely: Decimal
    upper: Decimal
    how: str

    def document(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {name: str(value) for name, value in vars(self).items()}


def gap(book: Decimal, audited: Decimal, side: str) -> Decimal:
    """Return by how much a book value is misstated in one direction; nought in the other."""
    return max(book - audited if side == OVER else audited - book, NOTHING)


def side_of(
    strata: Sequence[Examined], side: str, confidence: Fraction, wrong: int, rest: Sequence[Decimal]
) -> Side | None:
    """Return one direction of the misstatement of a sample of items, or None where a stratum has too few.

    Args:
        wrong: items of the population that may at most be misstated in this direction.
        rest: book values of the items not examined.
    """
    if any(not stratum.pairs for stratum in strata):
        return None
    gaps = [[gap(book, audited, side) for book, audited in stratum.pairs] for stratum in strata]
    found = sum((sum(part, NOTHING) for part in gaps), NOTHING)
    differing = sum(value > 0 for part in gaps for value in part)
    scaled = (
        Fraction(stratum.items, len(part)) * Fraction(sum(part, NOTHING))
        for stratum, part in zip(strata, gaps, strict=True)
    )
    exact = sum(scaled, Fraction(0))
    likely = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.01"))
    if differing >= LEAST_DIFFERENCES and all(len(part) > 1 for part in gaps):
        moved = [
            Examined(stratum.items, NOTHING, [(NOTHING, value) for value in part])
            for stratum, part in zip(strata, gaps, strict=True)
        ]
        return Side(found, likely, max(difference(moved, confidence).upper, found), "student")
    left = sorted(rest, reverse=True)[: max(wrong - differing, 0)]
    return Side(found, likely, max(found + sum(left, NOTHING), likely), "largest")
