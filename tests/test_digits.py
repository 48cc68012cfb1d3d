"""Digit tests: published data sets reproduced, and the gate that refuses what does not fit."""

import csv
from collections import defaultdict
from fractions import Fraction

import pytest
from conftest import REPOSITORY

from ndaudit.digits.benford import FIRST, FIRST_TWO, SECOND, expected_shares, leading
from ndaudit.digits.benford import test_amounts as amounts_tested
from ndaudit.digits.benford import test_counts as counts_tested
from ndaudit.digits.gate import Refusal, discoveries, refusal
from ndaudit.digits.patterns import differences, duplication, heaps, last_two, most_frequent

TABLES = REPOSITORY / "tests" / "audit_tables"
KINDS = {"1": FIRST, "2": FIRST_TWO}


def published_counts() -> dict[tuple[str, str], list[tuple[int, float]]]:
    found: dict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    with (TABLES / "benford_reference_digit_counts.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            found[row["dataset"], row["digits"]].append((int(row["count"]), float(row["z_with_continuity"])))
    return found


def test_benford_reference_results() -> None:
    counts = published_counts()
    with (TABLES / "benford_reference_results.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            key = row["dataset"], row["digits"]
            test = counts_tested([count for count, _ in counts[key]], KINDS[row["digits"]])
            assert test.amounts == int(row["n"])
            assert test.mad == pytest.approx(float(row["MAD"]), abs=5e-9)
            assert test.chi2 == pytest.approx(float(row["chi2"]), abs=5e-9)
            assert test.p == pytest.approx(float(row["p_value"]), rel=1e-8, abs=1e-12)
            assert test.ks == pytest.approx(float(row["KS_D"]), abs=5e-9)


def test_benford_reference_digit_counts() -> None:
    for (_, digits), cells in published_counts().items():
        test = counts_tested([count for count, _ in cells], KINDS[digits])
        for own, (_, published) in zip(test.z, cells, strict=True):
            assert own == pytest.approx(published, abs=6e-5)


@pytest.mark.parametrize("digits", [FIRST, SECOND, FIRST_TWO])
def test_shares_of_the_law_add_up(digits: str) -> None:
    assert sum(expected_shares(digits)) == pytest.approx(1.0)


def test_the_second_digit_follows_from_the_first_two() -> None:
    two = expected_shares(FIRST_TWO)
    assert expected_shares(SECOND)[0] == pytest.approx(sum(two[d * 10 - 10] for d in range(1, 10)))


def test_digits_of_amounts() -> None:
    amounts = [1234, 9, 50, 0, -7]
    assert leading(amounts, FIRST) == [1, 9, 5]
    assert leading(amounts, FIRST_TWO) == [12, 50]
    assert leading(amounts, SECOND) == [2, 0]


def test_the_expected_mad_falls_with_the_root_of_the_size() -> None:
    small = counts_tested([30, 18, 12, 10, 8, 7, 6, 5, 4], FIRST)
    large = counts_tested([3000, 1800, 1200, 1000, 800, 700, 600, 500, 400], FIRST)
    assert small.expected_mad == pytest.approx(10 * large.expected_mad)


def test_nothing_is_no_test() -> None:
    with pytest.raises(ValueError, match="digits"):
        amounts_tested([], FIRST)
    with pytest.raises(ValueError, match="digits"):
        last_two([7, 12])


def test_last_two_digits_that_pile_up() -> None:
    even = last_two(list(range(100, 10_100)))
    assert even.p == pytest.approx(1.0)
    heaped = last_two([*range(100, 10_100), *[5000] * 2000])
    assert heaped.p < 1e-6
    assert heaped.most[0] == (0, 2100)


def test_duplication_by_hand() -> None:
    # 5, 5, 5, 7: three of four alike, 9 ÷ 16
    assert duplication([5, 5, 5, 7]) == Fraction(9, 16)
    assert duplication([1, 2, 3]) == 0
    assert duplication([]) == 0
    assert most_frequent([5, 7, 5, 5], 1) == [(5, 3)]


def test_differences_of_ordered_amounts() -> None:
    assert differences([10, 3, 3, 7]) == [4, 3]


def test_heaps_at_the_minimum_and_the_ceiling() -> None:
    assert heaps([660, 660, 700, 6600], [660, 6600, 1]) == {660: Fraction(1, 2), 6600: Fraction(1, 4), 1: 0}


@pytest.mark.parametrize(
    ("amounts", "why"),
    [
        (list(range(1, 200)), "few"),
        (list(range(660_000, 6_600_000, 5000)), "bounded"),
        ([*range(10, 100_000, 97), *[792_000] * 200], "assigned"),
    ],
)
def test_a_test_that_does_not_fit_is_refused_with_its_reason(amounts: list[int], why: str) -> None:
    found = refusal(amounts)
    assert isinstance(found, Refusal)
    assert found.why == why


def test_amounts_over_many_powers_of_ten_are_let_through() -> None:
    assert refusal([int(1.01**n) + n for n in range(1, 1500)]) is None


def test_of_many_tests_few_false_alarms() -> None:
    # Benjamini and Hochberg by hand: 0.001 × 5 ÷ 1 = 0.005; 0.04 × 5 ÷ 2 = 0.1
    assert discoveries([0.001, 0.04, 0.5, 0.8, 0.9]) == [True, False, False, False, False]
    assert discoveries([]) == []
