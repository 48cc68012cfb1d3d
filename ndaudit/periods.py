"""Months, quarters and years as people write them (`2026-05`, `2026-Q2`, `2026`), and the local time."""

import re
from dataclasses import dataclass
from datetime import date, timedelta, timezone

from ndaudit.errors import UsageError

ULAANBAATAR = timezone(timedelta(hours=8))
_FORMS = {
    re.compile(r"([12][0-9]{3})-(0[1-9]|1[0-2])"): 1,
    re.compile(r"([12][0-9]{3})-Q([1-4])"): 3,
    re.compile(r"([12][0-9]{3})"): 12,
}


@dataclass(frozen=True)
class Period:
    """A span of whole months.

    Attributes:
        name: as written, `2026-05`, `2026-Q2` or `2026`.
        first: first day of its first month.
        end: first day after it.
    """

    name: str
    first: date
    end: date


def add_months(day: date, months: int) -> date:
    """Return the first day of the month `months` after the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def read_period(name: str) -> Period:
    """Return the period a name stands for.

    Raises:
        UsageError: the name has none of the three forms.
    """
    for form, months in _FORMS.items():
        found = form.fullmatch(name)
        if found:
            part = int(found.group(2)) if form.groups > 1 else 1
            first = date(int(found.group(1)), (part - 1) * months + 1 if months > 1 else part, 1)
            return Period(name, first, add_months(first, months))
    raise UsageError("usage.bad_period", came=name)
