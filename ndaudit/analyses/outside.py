"""Counts and sums of offices for readers outside: each table is protected as a whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ndaudit.analyses.district import DENSITIES, MONTHS
from ndaudit.disclosure import Cells, Key, Limits, Protected, hierarchy, protect
from ndaudit.offices import read_offices
from ndaudit.reading import Reading

CAPITAL = "11"
"""The code of the capital, the sum of its districts."""
BENEFITS = ("sickness", "maternity", "funeral", "unknown")
_EXCEPTIONS = """
SELECT regexp_extract(rule_id, '^([A-Z]+)', 1) AS line, office_code,
    CAST(sum(exceptions) AS DECIMAL(18, 2)) AS value
FROM run.rule_result
WHERE severity <> 'I' AND office_code IS NOT NULL
GROUP BY line, office_code ORDER BY line, office_code
"""
_DENSITY = """
WITH counted AS (
    SELECT c.person_id, c.delivered_by AS office_code, count(DISTINCT c.period) AS months
    FROM snapshot.contribution c
    JOIN (SELECT delivered_by, max(period) AS latest FROM snapshot.contribution GROUP BY delivered_by) l
        ON l.delivered_by = c.delivered_by
    WHERE c.period > l.latest - to_months($months)
    GROUP BY c.person_id, c.delivered_by
)
SELECT CASE WHEN months >= 12 THEN 'all' WHEN months >= 7 THEN 'most' WHEN months >= 4 THEN 'half'
        ELSE 'few' END AS line, office_code, CAST(count(*) AS DECIMAL(18, 2)) AS value
FROM counted GROUP BY line, office_code ORDER BY line, office_code
"""
_BENEFITS = """
WITH person AS (
    SELECT coalesce(kind, 'unknown') AS line, delivered_by AS office_code, person_id, sum(amount) AS amount
    FROM snapshot.benefit WHERE amount > 0
    GROUP BY ALL
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY line, office_code ORDER BY amount DESC, person_id) AS place
    FROM person
)
SELECT line, office_code, CAST(count(*) AS DECIMAL(18, 2)) AS people,
    CAST(sum(amount) AS DECIMAL(38, 2)) AS value,
    CAST(coalesce(max(amount) FILTER (WHERE place = 1), 0) AS DECIMAL(38, 2)) AS first,
    CAST(coalesce(max(amount) FILTER (WHERE place = 2), 0) AS DECIMAL(38, 2)) AS second
FROM ranked GROUP BY line, office_code ORDER BY line, office_code
"""


@dataclass(frozen=True)
class OutsideTable:
    """A protected table of offices.

    Attributes:
        name: what it is of: `exceptions`, `insured`, `people`, `money`.
        lines: what is counted, in order.
        offices: codes in order, the capital before its districts where it stands for several.
    """

    name: str
    lines: tuple[str, ...]
    offices: tuple[str, ...]
    protected: Protected

    @property
    def pattern(self) -> list[list[str]]:
        """The cells left out, as the next publication asks for them; nothing of their values."""
        return sorted(list(key) for key in self.protected.hidden)


Before = Mapping[str, Iterable[Key]]
"""What was left out the last time, by table."""


def limits(reading: Reading) -> Limits:
    """Return what may be told, by the thresholds of the run."""
    told = reading.catalogue.thresholds
    return Limits(int(told["outside_least"].value), told["outside_dominance_percent"].value)


def exceptions(reading: Reading, before: Before) -> OutsideTable:
    """Return the exceptions of rules that accuse, by area of the catalogue and office."""
    rows = reading.frame(_EXCEPTIONS).to_dicts()
    return _counted(reading, "exceptions", rows, before)


def insured(reading: Reading, before: Before) -> OutsideTable:
    """Return the insured of the last twelve months, by in how many of them they contributed, and office."""
    rows = reading.frame(_DENSITY, months=MONTHS).to_dicts()
    return _counted(reading, "insured", rows, before, DENSITIES)


def benefits(reading: Reading, before: Before) -> tuple[OutsideTable, OutsideTable]:
    """Return the people paid a benefit and the money, by kind and office; one hides what the other does."""
    rows = reading.frame(_BENEFITS).to_dicts()
    lines, offices, groups = _shape(reading, rows, BENEFITS)
    people = hierarchy(_inner(rows, "people"), lines, offices, groups)
    largest = {(row["line"], row["office_code"]): (row["first"], row["second"]) for row in rows}
    money = hierarchy(_inner(rows, "value"), lines, offices, groups, largest)
    told = limits(reading)
    hidden: set[Key] = {(key[0], key[1]) for name in ("people", "money") for key in before.get(name, ())}
    first, second = _together(people, money, told, hidden)
    order = _order(offices, groups)
    return OutsideTable("people", lines, order, first), OutsideTable("money", lines, order, second)


def _together(people: Cells, money: Cells, told: Limits, hidden: set[Key]) -> tuple[Protected, Protected]:
    """Protect two tables of the same cells until both leave out the same ones."""
    while True:
        first = protect(people, told, before=hidden)
        second = protect(money, told, counts=people.values, before=first.hidden)
        if first.hidden == second.hidden:
            return first, second
        hidden = set(second.hidden)


def _inner(rows: Iterable[Mapping[str, Any]], column: str) -> dict[Key, Decimal]:
    return {(row["line"], row["office_code"]): Decimal(row[column]) for row in rows}


def _counted(
    reading: Reading,
    name: str,
    rows: list[dict[str, Any]],
    before: Before,
    order: tuple[str, ...] | None = None,
) -> OutsideTable:
    lines, offices, groups = _shape(reading, rows, order)
    cells = hierarchy(_inner(rows, "value"), lines, offices, groups)
    made = protect(cells, limits(reading), before=[(key[0], key[1]) for key in before.get(name, ())])
    return OutsideTable(name, lines, _order(offices, groups), made)


def _shape(
    reading: Reading, rows: Iterable[Mapping[str, Any]], order: tuple[str, ...] | None
) -> tuple[tuple[str, ...], tuple[str, ...], dict[str, list[str]]]:
    """Return the lines, the offices that delivered, and the districts where there are several."""
    declared = read_offices(reading.run.folder / "expectations" / "offices.toml")
    offices = tuple(sorted(reading.offices))
    districts = [code for code in offices if code in declared and declared[code].kind == "district"]
    lines = order or tuple(sorted({row["line"] for row in rows}))
    return lines, offices, {CAPITAL: districts} if len(districts) > 1 and CAPITAL not in offices else {}


def _order(offices: tuple[str, ...], groups: Mapping[str, list[str]]) -> tuple[str, ...]:
    districts = groups.get(CAPITAL, [])
    others = [code for code in offices if code not in districts]
    return (*others, *groups, *districts)
