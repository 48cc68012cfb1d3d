"""The error rate of a year: evaluated samples put together, over- and underpayment apart.

What a sample proves of a whole population is not what rules found in it: neither is part of the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ndaudit.periods import Period, read_period
from ndaudit.sampling.plan import Aim, Plan
from ndaudit.sampling.result import Result
from ndaudit.sampling.sides import NOTHING, SIDES, Side
from ndaudit.sampling.standing import Standing


@dataclass(frozen=True)
class YearRate:
    """What the samples of one table say of one year.

    Attributes:
        year: of the period drawn from; None when no period was asked.
        office: the office all of them are of; None for the country.
        samples: their names; their populations share no item.
        book_total: what the populations add up to in the books, in tögrög.
        sides: over- and understatement of all populations together; the limits are added, which is more than
            the limit of the sum.
    """

    year: int | None
    table: str
    office: str | None
    samples: tuple[str, ...]
    items: int
    examined: int
    errors: int
    book_total: Decimal
    sides: dict[str, Side]


def _period(aim: Aim) -> Period | None:
    return read_period(aim.period) if aim.period else None


def _meet(one: Aim, other: Aim) -> bool:
    """Return whether the populations of two samples of one table may share items."""
    if one.office and other.office and one.office != other.office:
        return False
    first, second = _period(one), _period(other)
    if first is None or second is None:
        return True
    return first.first < second.end and second.first < first.end


def _groups(found: Sequence[tuple[Plan, Result]]) -> list[list[tuple[Plan, Result]]]:
    """Put samples together that are of one table, office and year and share no item."""
    groups: list[list[tuple[Plan, Result]]] = []
    for plan, result in found:
        for group in groups:
            same = all(_kind(plan.aim) == _kind(other.aim) for other, _ in group)
            if same and not any(_meet(plan.aim, other.aim) for other, _ in group):
                group.append((plan, result))
                break
        else:
            groups.append([(plan, result)])
    return groups


def _kind(aim: Aim) -> tuple[int | None, str, str | None, str | None]:
    period = _period(aim)
    return (period.first.year if period else None, aim.table, aim.value, aim.office)


def _together(sides: Sequence[Side]) -> Side:
    hows = sorted({side.how for side in sides})
    return Side(
        sum((side.found for side in sides), NOTHING),
        sum((side.likely for side in sides), NOTHING),
        sum((side.upper for side in sides), NOTHING),
        hows[0] if len(hows) == 1 else "added",
    )


def yearly_rates(standings: Sequence[Standing]) -> list[YearRate]:
    """Return the rates of each year, the latest first; only samples with values have one."""
    evaluated = [(s.plan, s.result) for s in standings if s.result and s.result.sides.keys() == set(SIDES)]
    rates = []
    for group in _groups(evaluated):
        year, table, _, office = _kind(group[0][0].aim)
        rates.append(
            YearRate(
                year,
                table,
                office,
                tuple(plan.aim.name for plan, _ in group),
                sum(plan.items for plan, _ in group),
                sum(result.examined for _, result in group),
                sum(result.errors for _, result in group),
                sum((plan.book_total or NOTHING for plan, _ in group), NOTHING),
                {name: _together([result.sides[name] for _, result in group]) for name in SIDES},
            )
        )
    return sorted(rates, key=lambda rate: (-(rate.year or 0), rate.table, rate.samples))
