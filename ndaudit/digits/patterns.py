"""Digit tests that need no law of digits: doubled amounts, last two digits, differences, heaps."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

ENDINGS = 100


@dataclass(frozen=True)
class Ending:
    """The last two digits of amounts beside an even spread."""

    amounts: int
    chi2: float
    p: float
    most: tuple[tuple[int, int], ...]


def last_two(whole: Sequence[int], named: int = 5, *, without_round: bool = False) -> Ending:
    """Return how evenly the last two digits of whole amounts of 100 and more are spread.

    Args:
        named: how many of the most frequent endings are named.
        without_round: amounts that end in nought are left out: rounding is a habit.

    Raises:
        ValueError: no amount has so many digits.
    """
    from scipy import stats

    places = [ending for ending in range(ENDINGS) if ending % 10 or not without_round]
    endings = Counter(
        amount % ENDINGS for amount in whole if amount >= ENDINGS and (amount % 10 or not without_round)
    )
    n = endings.total()
    if not n:
        raise ValueError("no digits to test")
    result = stats.chisquare([endings[e] for e in places])
    most = sorted(endings.items(), key=lambda item: (-item[1], item[0]))[:named]
    return Ending(n, float(result.statistic), float(result.pvalue), tuple(most))


def duplication(whole: Iterable[int] | Mapping[int, int]) -> Fraction:
    """Return the number frequency factor: 0 when all amounts differ, 1 when all are the same.

    Args:
        whole: amounts, or how often each stands there.

    Source: Nigrini (2012): Σ c² ÷ n² over the amounts that stand there c times, more than once.
    """
    counts = Counter(whole)
    n = counts.total()
    return Fraction(sum(c * c for c in counts.values() if c > 1), n * n) if n else Fraction(0)


def most_frequent(whole: Iterable[int] | Mapping[int, int], named: int = 10) -> list[tuple[int, int]]:
    """Return the amounts that stand there most often, and how often."""
    return sorted(Counter(whole).items(), key=lambda item: (-item[1], item[0]))[:named]


def differences(whole: Iterable[int]) -> list[int]:
    """Return the differences between the ordered amounts, for the second order test; nought left out."""
    ordered = sorted(whole)
    return [high - low for low, high in pairwise(ordered) if high > low]


def heaps(whole: Sequence[int], places: Sequence[int]) -> dict[int, Fraction]:
    """Return the share of amounts that lie exactly at each of `places` (minimum wage, ceiling, …)."""
    counts = Counter(whole)
    n = len(whole)
    return {place: Fraction(counts[place], n) if n else Fraction(0) for place in places}
