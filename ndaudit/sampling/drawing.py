"""Which items are examined: decided by sha256 alone, so that anybody can draw the same sample again.

An item's rank is the sha256 of `seed|item`. It does not depend on the order of rows, and a larger sample
holds the smaller one.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ndaudit.errors import RefusedError

SELECTIONS = ("fixed", "cell", "random")


@dataclass(frozen=True)
class Item:
    """One item of a population: its key, its book value, and its stratum (empty when there are none)."""

    key: str
    value: Decimal
    stratum: str = ""


@dataclass(frozen=True)
class Hit:
    """A drawn item.

    Attributes:
        times: how often a monetary unit of it was drawn; 1 for a sample of items.
        certain: examined because of its size, not by chance.
    """

    item: Item
    times: int = 1
    certain: bool = False


def rank(seed: str, item: str) -> str:
    """Return the place of an item among all others, as 64 hexadecimal digits."""
    return hashlib.sha256(f"{seed}|{item}".encode()).hexdigest()


def number(seed: str, label: str, below: int) -> int:
    """Return a number from 0 up to `below`, the same for the same seed and label."""
    return int(rank(seed, label), 16) % below


def ranked(items: Iterable[Item], seed: str) -> list[Item]:
    """Return items in the order of their ranks."""
    return sorted(items, key=lambda item: (rank(seed, item.key), item.key))


def draw_items(items: Sequence[Item], shares: Mapping[str, int], seed: str) -> list[Hit]:
    """Return the first so many items of each stratum, by rank.

    Raises:
        RefusedError: a stratum has fewer items than are to be drawn.
    """
    drawn = []
    for stratum, wanted in sorted(shares.items()):
        own = [item for item in items if item.stratum == stratum]
        if wanted > len(own):
            raise RefusedError("sampling.too_few", wanted=wanted, there=len(own))
        drawn += [Hit(item) for item in ranked(own, seed)[:wanted]]
    return drawn


def allocate(sizes: Mapping[str, int], total: int, least: int = 1) -> dict[str, int]:
    """Return how many items each stratum gives: in proportion to its size, none fewer than `least`.

    Raises:
        RefusedError: the strata cannot give so many, or so few.
    """
    floor = {stratum: min(least, size) for stratum, size in sizes.items()}
    if total < sum(floor.values()) or total > sum(sizes.values()):
        raise RefusedError("sampling.strata_do_not_fit", wanted=total, strata=len(sizes))
    whole = sum(sizes.values())
    shares = dict(floor)
    for _ in range(total - sum(floor.values())):
        open_ones = [s for s in sizes if shares[s] < sizes[s]]
        # the stratum furthest below its share is next; equal ones in order of their names
        shares[min(open_ones, key=lambda s: (Fraction(shares[s] * whole, sizes[s]), s))] += 1
    return shares


def in_hundredths(amount: Decimal) -> int:
    """Return an amount in möngö: units that can be counted."""
    return int((amount * 100).to_integral_value())


def split_certain(items: Sequence[Item], units: int) -> tuple[list[Item], list[Item], int]:
    """Set apart the items so large that each is certain to be drawn.

    Returns:
        the certain items, the others, and the sampling interval of the others in möngö.
    """
    certain: list[Item] = []
    others = list(items)
    while True:
        left = units - len(certain)
        total = sum(in_hundredths(item.value) for item in others)
        if left <= 0 or not total:
            return certain, others, total
        interval = max(total // left, 1)
        large = [item for item in others if in_hundredths(item.value) >= interval]
        if not large:
            return certain, others, interval
        certain += large
        others = [item for item in others if in_hundredths(item.value) < interval]


def _points(total: int, interval: int, seed: str, selection: str) -> list[int]:
    """Return the monetary units drawn, counted from 0, in order."""
    count = -(-total // interval)
    if selection == "random":
        return sorted(number(seed, f"unit {i}", total) for i in range(count))
    if selection == "fixed":
        start = number(seed, "start", interval)
        return list(range(start, total, interval))
    inside = (i * interval + number(seed, f"cell {i}", interval) for i in range(count))
    return [point for point in inside if point < total]


def draw_units(items: Sequence[Item], units: int, seed: str, selection: str) -> tuple[list[Hit], int]:
    """Return the items hit by monetary units and those that are certain, and the interval in möngö.

    Args:
        items: each with a book value above zero.
        units: how many monetary units are to be drawn, the certain items among them.
        selection: `fixed` interval, `cell`, or `random`.
    """
    certain, others, interval = split_certain(items, units)
    drawn = [Hit(item, 1, certain=True) for item in ranked(certain, seed)]
    total = sum(in_hundredths(item.value) for item in others)
    if not total or len(certain) >= units:
        return drawn, interval
    drawn += hit_items(ranked(others, seed), _points(total, interval, seed, selection))
    return drawn, interval


def hit_items(ordered: Iterable[Item], units: Iterable[int]) -> list[Hit]:
    """Return the items that hold the drawn monetary units, and how many of them each holds.

    Args:
        units: möngö counted from 0 along the items, ascending.
    """
    hits = []
    points = iter(units)
    point = next(points, None)
    end = 0
    for item in ordered:
        end += in_hundredths(item.value)
        times = 0
        while point is not None and point < end:
            times += 1
            point = next(points, None)
        if times:
            hits.append(Hit(item, times))
    return hits
