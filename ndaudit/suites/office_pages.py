"""What the Data Docs show of one office: its share in every rule, and the contracts its rows broke."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ndaudit.offices import Office
from ndaudit.suites.kept import OFFICES
from ndaudit.suites.pages import Check, OfficeCounts, RuleView, TableView, office_name
from ndaudit.wording import Language

COUNTRY = "country"
"""Names the page of items that belong to no office."""


@dataclass(frozen=True)
class OfficeRule:
    """One rule in one office."""

    rule: RuleView
    own: OfficeCounts

    @property
    def unexpected(self) -> int:
        """Exceptions and incomplete items of the office together."""
        return self.own.exceptions + self.own.missing

    @property
    def withheld(self) -> bool:
        """Whether something could not be decided for want of a table or a value of law."""
        return self.own.not_delivered or self.own.unknown > 0

    @property
    def weight(self) -> tuple[bool, int, int, str]:
        """What it is sorted by: findings of fault before leads, exceptions, incomplete items, id."""
        return (self.rule.severity == "info", -self.own.exceptions, -self.own.missing, self.rule.id)


@dataclass(frozen=True)
class OfficeCheck:
    """One expectation of a contract that rows of the office broke."""

    table: TableView
    check: Check
    rows: int


@dataclass(frozen=True)
class OfficeView:
    """One office in one run.

    Attributes:
        day: of its data, as ISO writes it; None for items of no office.
        rules: those that speak of an item of the office, in the order they are shown.
    """

    code: str | None
    name: str
    day: str | None
    url: str
    rules: tuple[OfficeRule, ...]
    checks: tuple[OfficeCheck, ...]

    @property
    def speaking(self) -> tuple[OfficeRule, ...]:
        """Rules with exceptions or incomplete items."""
        return tuple(one for one in self.rules if one.unexpected)

    @property
    def broken(self) -> tuple[OfficeRule, ...]:
        """Rules the office broke, leads left out."""
        return tuple(one for one in self.rules if one.own.exceptions and one.rule.severity != "info")

    @property
    def held(self) -> tuple[OfficeRule, ...]:
        """Rules that hold for every item of the office."""
        quiet = (one for one in self.rules if one.own.population and not one.unexpected)
        return tuple(one for one in quiet if not one.withheld)

    @property
    def partly(self) -> tuple[OfficeRule, ...]:
        """Rules that found nothing, and could not decide every item."""
        return tuple(one for one in self.rules if one.withheld and not one.unexpected)

    @property
    def missing(self) -> int:
        """Items nobody could decide for want of a value, leads left out."""
        return sum(one.own.missing for one in self.rules if one.rule.severity != "info")

    @property
    def leads(self) -> int:
        """Items that are worth a look and no faults."""
        return sum(one.own.exceptions for one in self.rules if one.rule.severity == "info")

    @property
    def failing(self) -> int:
        """Rows that broke a contract, counted once for each expectation they broke."""
        return sum(check.rows for check in self.checks)

    def exceptions(self, severity: str) -> int:
        """Return the exceptions of one severity."""
        return sum(one.own.exceptions for one in self.rules if one.rule.severity == severity)


def office_views(
    run_id: str,
    days: Sequence[tuple[str, str]],
    rules: Iterable[RuleView],
    tables: Sequence[TableView],
    offices: Mapping[str, Office],
    lang: Language,
) -> list[OfficeView]:
    """Return a view of each office that delivered, in the order given, then of items of no office if any.

    Args:
        days: code of each office, and the day of its data.
    """
    own: dict[str | None, list[OfficeRule]] = {code: [] for code, _ in days}
    for rule in rules:
        for share in rule.offices:
            own.setdefault(share.code, []).append(OfficeRule(rule, share))
    known = dict(days)
    return [
        OfficeView(
            code=code,
            name=office_name(code, offices, lang),
            day=known.get(code) if code else None,
            url=f"{OFFICES}/{run_id}/{code or COUNTRY}.html",
            rules=tuple(sorted(found, key=lambda one: one.weight)),
            checks=tuple(_checks(code, tables)),
        )
        for code, found in own.items()
    ]


def _checks(code: str | None, tables: Iterable[TableView]) -> list[OfficeCheck]:
    return [
        OfficeCheck(table, check, check.failing[code])
        for table in tables
        for check in table.failed
        if code is not None and code in check.failing
    ]
