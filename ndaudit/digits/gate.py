"""Which digit tests fit a set of amounts, and why another does not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log10

LEAST_AMOUNTS = 300
"""Fewer amounts, and chance alone moves the MAD by more than Nigrini's first band."""
LEAST_SPAN = 2.0
"""Powers of ten the amounts must span: wages between a minimum and a ceiling do not."""
MOST_AT_ONE = 0.05
"""A larger share at one amount: it is assigned by a rule, not measured."""


@dataclass(frozen=True)
class Refusal:
    """Why Benford's law says nothing about these amounts: `few`, `bounded` or `assigned`, and the figure."""

    why: str
    figure: float


def refusal(whole: Sequence[int]) -> Refusal | None:
    """Return why leading digits are no test of these amounts, or None when they are.

    Args:
        whole: whole amounts; those not above zero are left out.
    """
    amounts = sorted(amount for amount in whole if amount > 0)
    n = len(amounts)
    if n < LEAST_AMOUNTS:
        return Refusal("few", float(n))
    # the ends are cut off: one typing error does not widen what the law bounds
    low, high = amounts[n // 100], amounts[-1 - n // 100]
    span = log10(high / low)
    if span < LEAST_SPAN:
        return Refusal("bounded", span)
    return assigned(Counter(amounts))


def assigned(counts: Mapping[int, int]) -> Refusal | None:
    """Return the refusal of amounts of which too many are one and the same, or None.

    Args:
        counts: how often each amount stands there.
    """
    share = max(counts.values(), default=0) / max(sum(counts.values()), 1)
    return Refusal("assigned", share) if share > MOST_AT_ONE else None


def discoveries(p: Sequence[float], rate: float = 0.05) -> list[bool]:
    """Return which of many tests stand out when at most `rate` of those that do may be false alarms."""
    from scipy import stats

    return [bool(value <= rate) for value in stats.false_discovery_control(list(p))] if p else []
