"""Benefits worked by hand over a ledger of every month (BEN-09, BEN-10); the first is example 6 of spec 8.

Each line is worked from the law first: wages ÷ days × rate × days, rounded half up to the tögrög.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest

from ndaudit.cases import Decision, case_world, decide_case
from ndaudit.catalogue import Catalogue
from ndaudit.rules import Case

SICK = (
    # service in months, wages of the last three months, their days, days, benefit and how it is worked
    (84, (1_050_000, 1_050_000, 1_050_000), 63, 12, 192_500),  # 3,150,000/63 = 50,000; ×0.55×(12−5)
    (84, (900_000, 1_200_000, 1_050_000), 63, 12, 192_500),  # the same sum, unequal months
    (24, (1_050_000, 1_050_000, 1_050_000), 63, 12, 175_000),  # two years: 50,000×0.50×7
    (59, (630_000, 630_000, 630_000), 63, 10, 75_000),  # 1,890,000/63 = 30,000; ×0.50×5
    (60, (630_000, 630_000, 630_000), 63, 10, 82_500),  # five years: 30,000×0.55×5
    (179, (630_000, 630_000, 630_000), 63, 10, 82_500),  # a month short of fifteen years
    (180, (630_000, 630_000, 630_000), 63, 10, 112_500),  # fifteen years: 30,000×0.75×5
    (200, (2_100_000, 2_100_000, 2_100_000), 63, 25, 1_500_000),  # 100,000×0.75×20
    (200, (2_100_000, 2_100_000, 2_100_000), 60, 25, 1_575_000),  # the same over 60 days: 105,000×0.75×20
    (100, (420_000, 420_000, 420_000), 62, 6, 11_177),  # 1,260,000/62 = 20,322.58; ×0.55×1 = 11,177.42
    (100, (700_000, 700_000, 700_000), 61, 7, 37_869),  # 2,100,000/61 = 34,426.23; ×0.55×2 = 37,868.85
    (100, (500_000, 500_001, 500_000), 63, 9, 52_381),  # 1,500,001/63×0.55×4 = 52,380.99
    (3, (420_000, 420_000, 420_000), 63, 8, 30_000),  # three months held: 20,000×0.50×3
    (84, (1_050_000, 1_050_000, 1_050_000), 63, 5, 0),  # the employer's five days only
    (84, (1_050_000, 1_050_000, 1_050_000), 63, 132, 3_492_500),  # the year's limit: 50,000×0.55×127
)
LEAVES = (
    # wages of each of the twelve months, insured type, days, benefit and how it is worked
    (1_200_000, "01", 120, 4_800_000),  # 14,400,000/360 = 40,000; ×120
    (550_000, "01", 120, 2_200_000),  # 6,600,000/360 = 18,333.33; ×120
    (1_234_567, "01", 120, 4_938_268),  # 14,814,804/360×120
    (1_200_000, "90", 120, 3_360_000),  # voluntary: 40,000×0.70×120
    (777_777, "90", 120, 2_177_776),  # 9,333,324/360×0.70×120 = 2,177,775.6
)
FIRST_DAY = date(2022, 5, 2)


@pytest.fixture(scope="module")
def world(catalogue: Catalogue) -> Iterator[duckdb.DuckDBPyConnection]:
    with case_world(catalogue) as con:
        yield con


def ledger(months: int, wages: tuple[int, ...], insured_type: str = "01") -> list[dict[str, Any]]:
    """Return a paid ledger row for each month before the benefit, the last ones with the wages given."""
    last = FIRST_DAY.year * 12 + FIRST_DAY.month - 2
    rows = []
    for back in range(months):
        year, month = divmod(last - back, 12)
        wage = wages[-1 - back] if back < len(wages) else 400_000
        period = date(year, month + 1, 1)
        rows.append(
            {"person_id": 5, "employer_no": "1", "period": period, "insured_type": insured_type, "base": wage}
            | {"wage": wage, "paid_on": period + timedelta(days=35)}
        )
    return rows


def decided(
    world: duckdb.DuckDBPyConnection, catalogue: Catalogue, rule: str, given: Mapping[str, Any]
) -> Decision:
    case = Case("worked by hand", given, "met", None, None, (), {}, date(2026, 1, 12), None)
    return decide_case(world, catalogue, catalogue.rules[rule], case)


def sickness(wages: tuple[int, ...], base_days: int, days: int, amount: int) -> dict[str, Any]:
    end = FIRST_DAY + timedelta(days=days * 7 // 5 + 2)
    return {
        "benefit_id": "1",
        "person_id": 5,
        "employer_no": "1",
        "kind": "sickness",
        "cause": "ordinary",
    } | {
        "insured_type": "01",
        "event_from": FIRST_DAY,
        "event_to": end,
        "days": days,
        "base_wage": sum(wages),
        "base_days": base_days,
        "amount": amount,
    }


@pytest.mark.parametrize(("service", "wages", "base_days", "days", "amount"), SICK)
def test_sickness_benefit_worked_by_hand(
    world: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    service: int,
    wages: tuple[int, ...],
    base_days: int,
    days: int,
    amount: int,
) -> None:
    rows = ledger(service, wages)
    for paid, outcome in ((amount, "met"), (amount + 1, "met"), (amount + 2, "exception")):
        benefit = sickness(wages, base_days, days, paid)
        decision = decided(world, catalogue, "BEN-09", {"benefit": [benefit], "contribution": rows})
        assert decision.outcome == outcome
        if outcome == "exception":
            assert decision.effect == paid - amount


def test_a_zero_row_of_an_exempted_month_counts_as_service(
    world: duckdb.DuckDBPyConnection, catalogue: Catalogue
) -> None:
    wages = (630_000, 630_000, 630_000)
    rows = ledger(60, wages)
    for row in rows:
        if date(2020, 4, 1) <= row["period"] < date(2020, 10, 1):
            row |= {"paid_on": None, "base": 0}
    given = {"benefit": [sickness(wages, 63, 10, 82_500)], "contribution": rows}
    assert decided(world, catalogue, "BEN-09", given).outcome == "met"
    # an unpaid month outside the exemption takes the sixtieth month away: 30,000×0.50×5
    rows[10]["paid_on"] = None
    given["benefit"] = [sickness(wages, 63, 10, 75_000)]
    assert decided(world, catalogue, "BEN-09", given).outcome == "met"


@pytest.mark.parametrize(("wage", "insured_type", "days", "amount"), LEAVES)
def test_maternity_benefit_worked_by_hand(
    world: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    wage: int,
    insured_type: str,
    days: int,
    amount: int,
) -> None:
    rows = ledger(30, (wage,) * 12, insured_type)
    for paid, outcome in ((amount, "met"), (amount - 1, "met"), (amount - 2, "exception")):
        benefit = sickness((wage,) * 12, 360, days, paid) | {
            "kind": "maternity",
            "insured_type": insured_type,
        }
        decision = decided(world, catalogue, "BEN-10", {"benefit": [benefit], "contribution": rows})
        assert decision.outcome == outcome
        if outcome == "exception":
            assert decision.effect == paid - amount
