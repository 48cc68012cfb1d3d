"""Months as numbers (months since 1970-01) and days as numpy dates: whole columns at a time."""

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Days = npt.NDArray[np.datetime64]
Flags = npt.NDArray[np.bool_]

AS_OF = date(2026, 1, 12)
"""The day every synthetic export is made."""


def month(year: int, month_of_year: int) -> int:
    """Return the number of a month."""
    return (year - 1970) * 12 + month_of_year - 1


LEDGER_START = month(1995, 1)
LAST_PERIOD = month(2025, 12)


def first_day(months: Any) -> Days:
    """Return the first day of each month."""
    return np.asarray(months, dtype="int64").astype("datetime64[M]").astype("datetime64[D]")


def last_day(months: Any) -> Days:
    """Return the last day of each month."""
    return later(first_day(np.asarray(months, dtype="int64") + 1), -1)


def month_of(days: Any) -> Ints:
    """Return the month each day lies in."""
    return np.asarray(days, dtype="datetime64[D]").astype("datetime64[M]").astype(np.int64)


def day_in(months: Any, day: Any) -> Days:
    """Return the given day (1 to 28) of each month."""
    return later(first_day(months), np.asarray(day, dtype="int64") - 1)


def later(days: Any, count: Any) -> Days:
    """Return each day moved by whole days."""
    start = np.asarray(days, dtype="datetime64[D]")
    return np.asarray(
        start + np.asarray(count, dtype="int64").astype("timedelta64[D]"), dtype="datetime64[D]"
    )


def shifted(days: Any, months: Any) -> Days:
    """Return each day (of the first 28 of its month) moved by whole months."""
    there = np.asarray(days, dtype="datetime64[D]")
    offset = there - first_day(month_of(there))
    return later(first_day(month_of(there) + np.asarray(months, dtype="int64")), offset.astype(np.int64))


def years(months: Any) -> Ints:
    """Return the calendar year of each month."""
    return np.asarray(months, dtype="int64") // 12 + 1970


def moments(days: Any, hour: int, minute: int = 0) -> Days:
    """Return each day at the given time, as local timestamps (NaT stays NaT)."""
    start = np.asarray(days, dtype="datetime64[D]").astype("datetime64[us]")
    return np.asarray(start + np.timedelta64((hour * 60 + minute) * 60_000_000, "us"), dtype="datetime64[us]")
