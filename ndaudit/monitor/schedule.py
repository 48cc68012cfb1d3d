"""What is published when, from `expectations/schedule.toml`, and which of it is due."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from ndaudit.declarations import read_declaration
from ndaudit.periods import Period, add_months, read_period

EACH: Mapping[str, int] = {"month": 1, "quarter": 3, "year": 12}
AHEAD_MONTHS = 3
"""So long after its last month an office still gets what looks ahead: older data tell nothing of it."""


@dataclass(frozen=True)
class Publication:
    """One thing published again and again.

    Attributes:
        name: a notebook, or `nd1` or `nd2` for a form.
        each: `month`, `quarter` or `year`.
        days_after: how many days after the period ends it is due; below zero when it is due before.
        offices: whether each office gets its own.
        country: whether the country gets one.
        only_ahead: nobody is served by it once its period is over.
    """

    name: str
    each: str
    days_after: int
    offices: bool
    country: bool
    only_ahead: bool = False


@dataclass(frozen=True)
class Due:
    """A publication due for a period; office is None for the country."""

    publication: Publication
    period: Period
    office: str | None


def read_schedule(path: Path) -> list[Publication]:
    """Return what is declared in `path`.

    Raises:
        DeclarationError: an entry has an unknown or missing key.
    """
    declared = read_declaration(path)
    publications = []
    for part in declared.parts("publish"):
        publications.append(
            Publication(
                name=part.take("name", str),
                each=part.one_of("each", EACH),
                days_after=part.take("days_after", int),
                offices=part.take("offices", bool, False),
                country=part.take("country", bool, False),
                only_ahead=part.take("only_ahead", bool, False),
            )
        )
        part.finish()
    declared.finish()
    return publications


def period_of(day: date, each: str) -> Period:
    """Return the month, quarter or year a day lies in."""
    names = {
        "month": f"{day:%Y-%m}",
        "quarter": f"{day.year}-Q{(day.month - 1) // 3 + 1}",
        "year": str(day.year),
    }
    return read_period(names[each])


def _periods(first: date, until: date, each: str) -> Iterable[Period]:
    period = period_of(first, each)
    while period.first <= until:
        yield period
        period = period_of(period.end, each)


def due(publication: Publication, delivered: Mapping[str, tuple[date, date]], today: date) -> list[Due]:
    """Return what of a publication is due, oldest period first.

    What looks back is due once its days are over and the month it ends with was delivered: nobody is served
    by a report on data that are not there. What looks ahead (a register of next year) waits for no data.

    Args:
        delivered: the first and the last month each office delivered.
    """
    ahead = publication.days_after < 0
    found: list[Due] = []
    whole = dict(delivered)
    if publication.country and delivered:
        # the country is there as far as the office that delivered most
        whole |= {"": (min(f for f, _ in delivered.values()), max(t for _, t in delivered.values()))}
    for office, (first, last) in sorted(whole.items()):
        if not (publication.country if office == "" else publication.offices):
            continue
        until = add_months(last, max(EACH[publication.each], AHEAD_MONTHS)) if ahead else last
        for period in _periods(first, until, publication.each):
            over = period.first if ahead else period.end
            day = over + timedelta(days=publication.days_after)
            complete = ahead or add_months(last, 1) >= period.end
            late = publication.only_ahead and period.end <= today
            if day <= today and complete and not late:
                found.append(Due(publication, period, office or None))
    return sorted(found, key=lambda item: (item.period.first, item.office or ""))
