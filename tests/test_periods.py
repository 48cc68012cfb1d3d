"""Periods as people write them."""

from datetime import date

import pytest

from ndaudit.errors import UsageError
from ndaudit.periods import read_period


@pytest.mark.parametrize(
    ("name", "first", "end"),
    [
        ("2026-05", date(2026, 5, 1), date(2026, 6, 1)),
        ("2025-12", date(2025, 12, 1), date(2026, 1, 1)),
        ("2026-Q2", date(2026, 4, 1), date(2026, 7, 1)),
        ("2025-Q4", date(2025, 10, 1), date(2026, 1, 1)),
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_period_spans_whole_months(name: str, first: date, end: date) -> None:
    period = read_period(name)
    assert (period.first, period.end) == (first, end)


@pytest.mark.parametrize(
    "name", ["2026-13", "2026-00", "2026-Q5", "26", "2026-5", "", "2026-05-01", "0000-01", "9999", "２０２６"]
)
def test_another_form_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match=r"2026-Q2"):
        read_period(name)
