"""A table as cells that add up: rows, columns, their totals, and totals of groups of columns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

Key = tuple[str, str]
"""Row and column of a cell; `TOTAL` stands for all of them."""
TOTAL = ""
ZERO = Decimal(0)


@dataclass(frozen=True)
class Cells:
    """The cells of one table and what everybody knows of them: which add up to which.

    Attributes:
        values: every cell, totals too.
        sums: a total and the cells it is the sum of.
        largest: the largest and second largest contribution to a cell, where money is shown.
    """

    values: Mapping[Key, Decimal]
    sums: Sequence[tuple[Key, tuple[Key, ...]]]
    largest: Mapping[Key, tuple[Decimal, Decimal]]

    def of(self, key: Key) -> list[tuple[Key, ...]]:
        """Return the equations a cell stands in, each as all its cells."""
        return [(total, *parts) for total, parts in self.sums if key == total or key in parts]


def hierarchy(
    inner: Mapping[Key, Decimal],
    rows: Sequence[str],
    columns: Sequence[str],
    groups: Mapping[str, Sequence[str]] | None = None,
    largest: Mapping[Key, tuple[Decimal, Decimal]] | None = None,
) -> Cells:
    """Return a table with all its totals, from its inner cells; one that is not there is nought.

    Args:
        groups: columns that have a subtotal of their own, by its name: the districts of the capital.
        largest: of inner cells; those of totals are taken over their parts.
    """
    groups = groups or {}
    grouped = {name for parts in groups.values() for name in parts}
    tops = [name for name in [*columns, *groups] if name not in grouped]
    values = {(row, column): inner.get((row, column), ZERO) for row in rows for column in columns}
    sums: list[tuple[Key, tuple[Key, ...]]] = []
    for row in rows:
        across = [(name, parts) for name, parts in groups.items()] + [(TOTAL, tops)]
        sums += [((row, name), tuple((row, part) for part in parts)) for name, parts in across]
    for total, parts in sums:
        values[total] = _sum(values, parts)
    for column in [*columns, *groups, TOTAL]:
        down = ((TOTAL, column), tuple((row, column) for row in rows))
        sums.append(down)
        values[down[0]] = _sum(values, down[1])
    for name, members in [*groups.items(), (TOTAL, tops)]:
        sums.append(((TOTAL, name), tuple((TOTAL, part) for part in members)))
    return Cells(values, sums, _largest(largest or {}, sums))


def _sum(values: Mapping[Key, Decimal], keys: Iterable[Key]) -> Decimal:
    return sum((values[key] for key in keys), ZERO)


def _largest(
    inner: Mapping[Key, tuple[Decimal, Decimal]], sums: Iterable[tuple[Key, tuple[Key, ...]]]
) -> dict[Key, tuple[Decimal, Decimal]]:
    found = dict(inner)
    for total, parts in sums:
        ordered = sorted((one for part in parts for one in found.get(part, ())), reverse=True)
        if ordered and total not in found:
            found[total] = (ordered[0], ordered[1] if len(ordered) > 1 else ZERO)
    return found
