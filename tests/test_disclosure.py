"""Tables for readers outside, and an attacker who adds, subtracts and compares all that is shown.

The attacker is not the solver that protects: he works with exact fractions, by elimination and by tightening
the bounds of every equation, over one table, over two periods and over offices and their totals.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from ndaudit.disclosure import Cells, Key, Limits, Protected, hierarchy, protect
from ndaudit.disclosure.protecting import intervals, wanted_width

LIMITS = Limits(11, Decimal(10))
D = Decimal


def table(rows: list[list[int]], groups: Mapping[str, list[str]] | None = None) -> Cells:
    inner = {(f"r{n}", f"c{m}"): D(value) for n, row in enumerate(rows) for m, value in enumerate(row)}
    names = [f"r{n}" for n in range(len(rows))], [f"c{m}" for m in range(len(rows[0]))]
    return hierarchy(inner, *names, groups)


def equations(tables: Iterable[Protected]) -> tuple[list[Key], list[tuple[dict[Key, int], Fraction]]]:
    """All that an outsider knows: each sum with what is shown in it put in."""
    found = []
    for one in tables:
        for total, parts in one.cells.sums:
            known, unknown = Fraction(0), {}
            for key, sign in [(total, -1), *((part, 1) for part in parts)]:
                if key in one.hidden:
                    unknown[key] = unknown.get(key, 0) + sign
                else:
                    known -= sign * Fraction(one.cells.values[key])
            if unknown:
                found.append((unknown, known))
    return sorted({key for unknown, _ in found for key in unknown}), found


def worked_out(one: Protected) -> dict[Key, Fraction]:
    """Solve what is shown by elimination over fractions; return the cells that have one value only."""
    keys, found = equations([one])
    rows = [[Fraction(unknown.get(key, 0)) for key in keys] + [known] for unknown, known in found]
    pivots: list[int] = []
    for column in range(len(keys)):
        at = next((n for n in range(len(pivots), len(rows)) if rows[n][column]), None)
        if at is None:
            continue
        rows[len(pivots)], rows[at] = rows[at], rows[len(pivots)]
        lead = rows[len(pivots)]
        lead[:] = [value / lead[column] for value in lead]
        for n, row in enumerate(rows):
            if n != len(pivots) and row[column]:
                factor = row[column]
                row[:] = [value - factor * other for value, other in zip(row, lead, strict=True)]
        pivots.append(column)
    return {
        keys[column]: row[-1]
        for column, row in zip(pivots, rows, strict=False)
        if sum(1 for value in row[:-1] if value) == 1
    }


def tightened(one: Protected) -> dict[Key, tuple[Fraction, Fraction | None]]:
    """Narrow what each hidden cell can be, sum by sum, until nothing narrows any more."""
    keys, found = equations([one])
    ends: dict[Key, tuple[Fraction, Fraction | None]] = {key: (Fraction(0), None) for key in keys}
    moved = True
    while moved:
        moved = False
        for unknown, known in found:
            for key, sign in unknown.items():
                low, high = _bounds(unknown, known, key, sign, ends)
                before = ends[key]
                now = (max(before[0], low), _least(before[1], high))
                moved, ends[key] = moved or now != before, now
    return ends


def _least(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return other if one is None else one if other is None else min(one, other)


def _bounds(
    unknown: Mapping[Key, int],
    known: Fraction,
    key: Key,
    sign: int,
    ends: Mapping[Key, tuple[Fraction, Fraction | None]],
) -> tuple[Fraction, Fraction | None]:
    """Return what one sum says of one of its cells, given what is known of the others."""
    low: Fraction | None = known
    high: Fraction | None = known
    for other, factor in unknown.items():
        if other == key:
            continue
        least, most = ends[other]
        up, down = (least, most) if factor > 0 else (most, least)
        high = None if high is None or up is None else high - factor * up
        low = None if low is None or down is None else low - factor * down
    if sign < 0:
        low, high = (None if high is None else -high), (None if low is None else -low)
    return (Fraction(0) if low is None else low), high


def assert_safe(one: Protected, money: bool = False) -> None:
    assert not set(worked_out(one)) & one.primary
    ends = tightened(one)
    for key in one.hidden:
        low, high = ends.get(key, (Fraction(0), None))
        assert high is None or high - low >= wanted_width(one.cells, LIMITS, key, money) - 1e-6
        value = one.cells.values[key]
        assert low <= value
        assert high is None or value <= high


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    assert protect(table([[20, 30], [40, 0]]), LIMITS).hidden == frozenset()


def test_a_small_cell_takes_a_square_with_it() -> None:
    """Of 5 in a corner, neither its row, its column nor the totals may give it: 3 others go."""
    one = protect(table([[5, 30, 40], [40, 25, 60], [70, 80, 90]]), LIMITS)
    assert one.primary == {("r0", "c0")}
    assert one.complementary == {("r0", "c1"), ("r1", "c0"), ("r1", "c1")}
    assert one.shown(("r0", "c0")) is None
    assert one.shown(("", "")) == 440
    assert_safe(one)


@pytest.mark.parametrize(("count", "hidden"), [(0, False), (1, True), (10, True), (11, False)])
def test_both_sides_of_the_threshold(count: int, hidden: bool) -> None:
    assert bool(protect(table([[count, 300], [400, 200]]), LIMITS).hidden) is hidden


def test_a_small_total_is_hidden_too() -> None:
    one = protect(table([[3, 4], [400, 200]]), LIMITS)
    assert ("r0", "") in one.primary
    assert_safe(one)


def test_one_hidden_cell_in_a_row_alone_would_be_known() -> None:
    """What the rule is for: 30 + x = 35 in the row, so the attacker has it."""
    cells = table([[5, 30], [40, 25]])
    bare = Protected(cells, frozenset({("r0", "c0")}), frozenset())
    assert worked_out(bare)[("r0", "c0")] == 5
    with pytest.raises(AssertionError):
        assert_safe(bare)


def test_a_square_of_small_numbers_is_too_narrow() -> None:
    """Four hidden cells can be worked out to an interval: with 1 and 2 beside 5, to one of width 3."""
    cells = table([[5, 1, 90], [2, 60, 70], [80, 75, 85]])
    square = {("r0", "c0"), ("r0", "c1"), ("r1", "c0"), ("r1", "c1")}
    low, high = intervals(cells, square)[("r0", "c0")]
    assert (round(low), round(high)) == (0, 6)
    assert_safe(protect(cells, LIMITS))


def test_districts_cannot_be_told_from_their_subtotal() -> None:
    """c2 and c3 are districts; a small district is not c2 + c3 less the other one."""
    one = protect(table([[50, 60, 5, 70], [80, 90, 100, 110]], {"capital": ["c2", "c3"]}), LIMITS)
    assert ("r0", "c2") in one.primary
    assert_safe(one)


def test_who_dominates_a_sum_is_hidden() -> None:
    """950 of 1,000 come from one employer, 40 from the next: the rest, 10, is less than 10 % of 950."""
    key = ("r0", "c0")
    inner = {("r0", "c0"): D(1000), ("r0", "c1"): D(900), ("r1", "c0"): D(800), ("r1", "c1"): D(700)}
    largest = {one: (D(90), D(80)) for one in inner} | {key: (D(950), D(40))}
    cells = hierarchy(inner, ["r0", "r1"], ["c0", "c1"], None, largest)
    counts = hierarchy(dict.fromkeys(inner, D(50)), ["r0", "r1"], ["c0", "c1"]).values
    one = protect(cells, LIMITS, counts=counts)
    assert one.primary == {key}
    assert_safe(one, money=True)
    just = hierarchy(inner, ["r0", "r1"], ["c0", "c1"], None, largest | {key: (D(880), D(32))})
    assert protect(just, LIMITS, counts=counts).primary == frozenset()


def test_money_of_few_people_is_hidden() -> None:
    inner = {("r0", "c0"): D(10), ("r0", "c1"): D(900), ("r1", "c0"): D(800), ("r1", "c1"): D(700)}
    counts = hierarchy(
        {key: D(5 if value == 10 else 50) for key, value in inner.items()}, ["r0", "r1"], ["c0", "c1"]
    )
    one = protect(hierarchy(inner, ["r0", "r1"], ["c0", "c1"]), LIMITS, counts=counts.values)
    assert ("r0", "c0") in one.primary
    assert_safe(one, money=True)


def test_what_was_hidden_stays_hidden() -> None:
    """5 of January grew to 12 in February; shown, the difference of the totals would give January away."""
    january = protect(table([[5, 30, 40], [40, 25, 60], [70, 80, 90]]), LIMITS)
    february = table([[12, 30, 40], [40, 25, 60], [70, 80, 90]])
    assert protect(february, LIMITS).hidden == frozenset()
    kept = protect(february, LIMITS, before=january.hidden)
    assert january.hidden <= kept.hidden
    assert_safe(kept)


def attacked_over_two_periods(
    first: Protected, second: Protected, changed: set[Key]
) -> dict[Key, tuple[float, float]]:
    """Take cells that did not change as one unknown, and solve both tables together."""
    names: dict[tuple[int, Key], int] = {}
    for place, one in enumerate((first, second)):
        for key in sorted(one.hidden):
            same = place and key not in changed and (0, key) in names
            names[place, key] = names[0, key] if same else len(set(names.values()))
    rows, right = [], []
    for place, one in enumerate((first, second)):
        other = (second, first)[place]
        for total, parts in one.cells.sums:
            row, known = np.zeros(len(set(names.values()))), 0.0
            for key, sign in [(total, -1), *((part, 1) for part in parts)]:
                shown = one.shown(key)
                if shown is None and key not in changed:
                    shown = other.shown(key)
                if shown is None:
                    row[names[place, key]] += sign
                else:
                    known -= sign * float(shown)
            if row.any():
                rows.append(row)
                right.append(known)
    found = {}
    for (place, key), at in names.items():
        if place:
            continue
        aim = np.zeros(len(set(names.values())))
        aim[at] = 1
        ends = [linprog(s * aim, A_eq=np.array(rows), b_eq=right, bounds=(0, None)) for s in (1, -1)]
        found[key] = (ends[0].fun, -ends[1].fun if ends[1].status == 0 else float("inf"))
    return found


def test_two_periods_of_the_same_table_tell_no_more_than_one() -> None:
    rows = [[5, 30, 40], [40, 25, 60], [70, 80, 90]]
    first = protect(table(rows), LIMITS)
    second = protect(table(rows), LIMITS, before=first.hidden)
    found = attacked_over_two_periods(first, second, changed=set())
    assert all(high - low >= 10 - 1e-6 for low, high in found.values())


counts_ = st.integers(0, 40) | st.integers(0, 12) | st.sampled_from([0, 0, 1, 10, 11, 500])


@st.composite
def tables_(draw: st.DrawFn) -> Cells:
    columns = draw(st.integers(2, 6))
    rows = draw(st.lists(st.lists(counts_, min_size=columns, max_size=columns), min_size=2, max_size=5))
    groups = (
        {"capital": [f"c{n}" for n in range(draw(st.integers(2, columns)))]} if draw(st.booleans()) else None
    )
    return table(rows, groups)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(tables_())
def test_no_table_gives_a_hidden_cell_away(cells: Cells) -> None:
    one = protect(cells, LIMITS)
    small = {key for key, value in cells.values.items() if 0 < value < 11}
    assert small <= one.hidden
    everything = one.hidden == cells.values.keys()
    if not everything:
        assert_safe(one)


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(st.data())
def test_no_two_periods_give_a_hidden_cell_away(data: st.DataObject) -> None:
    """Nothing changed but one cell: the attacker knows that, and still learns nothing of the others."""
    rows = data.draw(st.lists(st.lists(counts_, min_size=3, max_size=3), min_size=3, max_size=3))
    first = protect(table(rows), LIMITS)
    second = protect(table(rows), LIMITS, before=first.hidden)
    if first.hidden and first.hidden != first.cells.values.keys():
        for low, high in attacked_over_two_periods(first, second, set()).values():
            assert high - low >= 10 - 1e-6


@pytest.mark.parametrize("size", [10**6, 10**9, 10**11])
def test_no_subtraction_gives_a_small_sum_among_large_ones_away(size: int) -> None:
    """Amounts to the möngö, one of two people: none of its sums may be short of that cell alone."""
    chance = np.random.default_rng(size)
    rows, columns = [f"r{n}" for n in range(4)], [f"c{n}" for n in range(10)]
    inner = {
        (row, column): D(int(chance.integers(size, 9 * size))) + D(int(chance.integers(0, 100))) / 100
        for row in rows
        for column in columns
    }
    counts = {key: D(2 if key == ("r1", "c3") else 500) for key in inner}
    cells = hierarchy(inner, rows, columns)
    totals = hierarchy(counts, rows, columns).values
    one = protect(cells, LIMITS, counts=totals)
    assert ("r1", "c3") in one.primary
    for total, parts in cells.sums:
        assert len({total, *parts} & one.hidden) != 1
