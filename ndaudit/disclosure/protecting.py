"""Which cells are left out: those that tell of few, and others until no sum or difference gives them away.

What an outsider can work out of the cells that are shown, knowing which add up to which and that none is
below nought, is found by linear programming, exactly as he would. Source: A. Hundepool et al., Handbook on
Statistical Disclosure Control, ESSnet SDC 2010, chapter 4 (threshold, p % rule, intervals of protection).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from scipy.optimize import linprog

from ndaudit.disclosure.cells import TOTAL, Cells, Key

Interval = tuple[float, float]
_SLACK = 1e-6
SOLVED, NO_END = 0, 3
"""What the solver says of itself: it found an end, or there is none."""
_HUNDRED = 100


@dataclass(frozen=True)
class Limits:
    """What may be told.

    Attributes:
        least: a count from one to below this is left out, and never narrowed below what that alone tells.
        dominance_percent: money is left out when all but the two largest contributors together have less than
            this share of the largest: the second could work the first out that closely. It is also how far,
            in per cent of its value, what can be worked out of a sum left out must lie apart.
    """

    least: int
    dominance_percent: Decimal


@dataclass(frozen=True)
class Protected:
    """A table that can be shown.

    Attributes:
        primary: cells that tell of few, of one who dominates, or that were left out the last time.
        complementary: cells left out so that nobody can work those out.
    """

    cells: Cells
    primary: frozenset[Key]
    complementary: frozenset[Key]

    @property
    def hidden(self) -> frozenset[Key]:
        """Every cell that is left out."""
        return self.primary | self.complementary

    def shown(self, key: Key) -> Decimal | None:
        """Return the value of a cell, None where it is left out."""
        return None if key in self.hidden else self.cells.values[key]


def _few(cells: Cells, limits: Limits, counts: Mapping[Key, Decimal] | None) -> set[Key]:
    """Return the cells that tell of few people, or of one who dominates."""
    of_people = counts if counts is not None else cells.values
    found = {key for key, count in of_people.items() if 0 < count < limits.least and key in cells.values}
    for key, (first, second) in cells.largest.items():
        rest = cells.values[key] - first - second
        if first > 0 and rest * _HUNDRED < first * limits.dominance_percent:
            found.add(key)
    return found


def wanted_width(cells: Cells, limits: Limits, key: Key, money: bool) -> float:
    """Return how far apart the ends of what can be worked out of a cell must lie at least."""
    if money:
        return float(cells.values[key] * limits.dominance_percent / _HUNDRED)
    return float(limits.least - 1)


def intervals(cells: Cells, hidden: Collection[Key]) -> dict[Key, Interval]:
    """Return between which values each cell left out lies, as far as an outsider can tell.

    What is looked for is how far the cells left out can move together while every sum stays as it is: so that
    nothing but noughts stands on the right, which no rounding of large amounts can contradict.
    """
    order = {key: place for place, key in enumerate(sorted(hidden))}
    rows = []
    for total, parts in cells.sums:
        if order.keys().isdisjoint((total, *parts)):
            continue
        row = np.zeros(len(order))
        for key, sign in [(total, -1), *((part, 1) for part in parts)]:
            if key in order:
                row[order[key]] += sign
        rows.append(row)
    sums, values = np.array(rows), [float(cells.values[key]) for key in order]
    return {key: _range(sums, values, place) for key, place in order.items()}


def _range(sums: np.ndarray, values: Sequence[float], place: int) -> Interval:
    aim = np.zeros(len(values))
    aim[place] = 1
    # in units of the cell itself, so that large amounts are no harder to the solver than small counts
    unit = max(values[place], 1.0)
    ends = []
    for sign in (1, -1):
        found = linprog(
            sign * aim,
            A_eq=sums,
            b_eq=np.zeros(len(sums)),
            bounds=[(-value / unit, None) for value in values],
            method="highs",
        )
        # what the solver cannot tell counts as known exactly: more is hidden then, never less
        moved = found.fun * sign * unit if found.status == SOLVED else 0.0
        ends.append(float("inf") * -sign if found.status == NO_END else values[place] + moved)
    low, high = ends
    # rounding in the solver may put nought a hair below itself
    return max(low, 0.0), high


def protect(
    cells: Cells,
    limits: Limits,
    *,
    counts: Mapping[Key, Decimal] | None = None,
    before: Iterable[Key] = (),
) -> Protected:
    """Return a table of which no cell that must be left out can be worked out closer than allowed.

    Args:
        counts: how many people stand behind each cell, where the table is one of money.
        before: cells left out when the table was last published: they stay so, or the difference between the
            two tables would tell.
    """
    primary = _few(cells, limits, counts) | (set(before) & set(cells.values))
    hidden = set(primary)
    money = counts is not None
    while open_ := _open(cells, limits, hidden, money):
        added = {found for key in open_ if (found := _another(cells, hidden, key))}
        if not added:
            # nothing is left to hide it behind but everything there is
            added = {key for key in cells.values if key not in hidden}
            if not added:
                break
        hidden |= added
    return Protected(cells, frozenset(primary), frozenset(hidden - primary))


def _open(cells: Cells, limits: Limits, hidden: Collection[Key], money: bool) -> list[Key]:
    """Return the hidden cells an outsider can work out too closely."""
    return [
        key
        for key, (low, high) in intervals(cells, hidden).items()
        if high - low < wanted_width(cells, limits, key, money) - _SLACK
    ]


def _another(cells: Cells, hidden: Set[Key], key: Key) -> Key | None:
    """Return the cell to hide another behind: the smallest of the sum that has fewest hidden cells.

    Totals last: they are what most readers look for.
    """
    for sum_ in sorted(cells.of(key), key=lambda one: len(hidden & set(one))):
        shown = [one for one in sum_ if one not in hidden and cells.values[one] > 0]
        if shown:
            return min(shown, key=lambda one: (one.count(TOTAL), cells.values[one], one))
    return None
