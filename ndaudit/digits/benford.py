"""How far the leading digits of amounts lie from Benford's law.

Sources: Nigrini, *Benford's Law* (2012), for MAD and its bands; the expected MAD of a sample that follows the
law is that of its cells, √(2p(1−p)/πn) each, in the mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10, pi, sqrt

FIRST, SECOND, FIRST_TWO = "first", "second", "first_two"
BANDS = {
    FIRST: (0.006, 0.012, 0.015),
    SECOND: (0.008, 0.010, 0.012),
    FIRST_TWO: (0.0012, 0.0018, 0.0022),
}
WORDS = ("close", "acceptable", "marginal", "nonconformity")


@dataclass(frozen=True)
class DigitTest:
    """The digits of one set of amounts beside the law.

    Attributes:
        counts: how often each digit stands there, in the order of digits.
        expected: the share the law gives each digit.
        mad: mean absolute deviation of the shares.
        expected_mad: the MAD to be expected of so many amounts that follow the law.
        z: each digit's distance in standard errors, with the continuity correction.
        ks: largest distance of the cumulated shares.
        band: Nigrini's word for the MAD.
    """

    digits: str
    counts: tuple[int, ...]
    expected: tuple[float, ...]
    mad: float
    expected_mad: float
    chi2: float
    p: float
    z: tuple[float, ...]
    ks: float
    band: str

    @property
    def amounts(self) -> int:
        """How many amounts were tested."""
        return sum(self.counts)


def expected_shares(digits: str) -> tuple[float, ...]:
    """Return the share Benford's law gives each digit, in the order of digits."""
    if digits == FIRST:
        return tuple(log10(1 + 1 / d) for d in range(1, 10))
    if digits == FIRST_TWO:
        return tuple(log10(1 + 1 / d) for d in range(10, 100))
    return tuple(sum(log10(1 + 1 / (10 * first + d)) for first in range(1, 10)) for d in range(10))


def leading(whole: Sequence[int], digits: str) -> list[int]:
    """Return the tested digit (or two) of each whole amount above zero that has it."""
    texts = [str(amount) for amount in whole if amount > 0]
    if digits == FIRST:
        return [int(text[0]) for text in texts]
    long = [text for text in texts if len(text) > 1]
    return [int(text[:2]) if digits == FIRST_TWO else int(text[1]) for text in long]


def test_counts(counts: Sequence[int], digits: str) -> DigitTest:
    """Return how counts of digits lie beside the law.

    Args:
        counts: how often each digit stands there, in the order of digits.

    Raises:
        ValueError: there is nothing to count.
    """
    from scipy import stats

    expected = expected_shares(digits)
    n = sum(counts)
    if not n or len(counts) != len(expected):
        raise ValueError("no digits to test")
    shares = [count / n for count in counts]
    gaps = [abs(share - law) for share, law in zip(shares, expected, strict=True)]
    mad = sum(gaps) / len(gaps)
    result = stats.chisquare(list(counts), [n * law for law in expected])
    cumulated = zip(_cumulated(shares), _cumulated(expected), strict=True)
    return DigitTest(
        digits,
        tuple(counts),
        expected,
        mad,
        sum(sqrt(2 * law * (1 - law) / (pi * n)) for law in expected) / len(expected),
        float(result.statistic),
        float(result.pvalue),
        tuple(_z(gap, law, n) for gap, law in zip(gaps, expected, strict=True)),
        max(abs(own - law) for own, law in cumulated),
        WORDS[sum(mad > bound for bound in BANDS[digits])],
    )


def _cumulated(shares: Sequence[float]) -> list[float]:
    total, found = 0.0, []
    for share in shares:
        total += share
        found.append(total)
    return found


def _z(gap: float, law: float, n: int) -> float:
    corrected = gap - 1 / (2 * n) if gap > 1 / (2 * n) else gap
    return corrected / sqrt(law * (1 - law) / n)


def test_amounts(whole: Sequence[int], digits: str) -> DigitTest:
    """Return how the leading digits of whole amounts lie beside the law; see `test_counts`."""
    found = leading(whole, digits)
    start = 0 if digits == SECOND else 10 if digits == FIRST_TWO else 1
    counts = [0] * len(expected_shares(digits))
    for digit in found:
        counts[digit - start] += 1
    return test_counts(counts, digits)
