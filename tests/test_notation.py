"""Numbers, money, days and periods as people write them."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from ndaudit import notation
from ndaudit.periods import read_period

T = notation.THIN


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (999, "999"), (1234567, f"1{T}234{T}567"), (-1000, f"−1{T}000"), (None, "—")],
)
def test_count(value: int | None, text: str) -> None:
    assert notation.count(value) == text


@pytest.mark.parametrize(
    ("value", "sign", "text"),
    [("1234567.49", False, f"1{T}234{T}567"), ("0.5", False, "1"), ("5", True, "+5"), ("-5", True, "−5")],
)
def test_money_is_whole_tugrik(value: str, sign: bool, text: str) -> None:
    assert notation.money(Decimal(value), sign=sign) == text


def test_tugrik_never_breaks_from_its_unit() -> None:
    assert notation.tugrik(Decimal(1500)) == f"1{T}500\u00a0₮"


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        ("0", "0"),
        ("0.00001", f"<{T}0.1"),
        ("0.001", "0.1"),
        ("0.5", "50.0"),
        ("0.9999", f">{T}99.9"),
        ("1", "100"),
    ],
)
def test_percent_never_rounds_some_to_none_or_all(fraction: str, text: str) -> None:
    assert notation.percent(Decimal(fraction)) == text


def test_days_are_written_as_the_language_does() -> None:
    assert notation.day(date(2026, 11, 22), "mn") == "2026.11.22"
    assert notation.day(date(2026, 11, 22), "en") == "2026-11-22"
    assert notation.moment(datetime(2026, 1, 2, 3, 4), "mn") == "2026.01.02 03:04"


@pytest.mark.parametrize(
    ("name", "mn", "en"),
    [
        ("2025-12", "2025 оны 12 дугаар сар", "December 2025"),
        ("2025-09", "2025 оны 9 дүгээр сар", "September 2025"),
        ("2025-Q4", "2025 оны 4 дүгээр улирал", "Q4 2025"),
        ("2025", "2025 он", "2025"),
    ],
)
def test_periods_in_words(name: str, mn: str, en: str) -> None:
    assert (notation.period(read_period(name), "mn"), notation.period(read_period(name), "en")) == (mn, en)


def test_list_in_a_sentence() -> None:
    assert notation.listed(["a"], "en") == "a"
    assert notation.listed(["a", "b", "c"], "en") == "a, b and c"
