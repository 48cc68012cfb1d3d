"""What planted exceptions are worth in tögrög, worked by hand from the law."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from conftest import REPOSITORY

from ndaudit.rules import read_rules
from ndaudit.synthetic.effects import effect_functions, planted_effects
from ndaudit.synthetic.effects.change import Change, thousandths
from ndaudit.synthetic.office import lawful_office
from ndaudit.synthetic.plan import Frames, OfficePlan
from ndaudit.synthetic.planters import combiners
from ndaudit.synthetic.planters.field import Field

PLAN = OfficePlan("1110", 450, 11, 0)


@pytest.fixture(scope="module")
def lawful() -> Frames:
    return lawful_office(PLAN)


def worth(rule: str, was: Frames, now: Frames, *keys: str) -> dict[str, int | None]:
    change = Change(was, now, pl.DataFrame({"item_key": list(keys)}))
    priced = effect_functions()[rule](change)
    return dict(priced.select("item_key", "effect").iter_rows())


def test_every_rule_with_an_effect_has_its_function_and_no_other() -> None:
    rules = read_rules(REPOSITORY / "expectations" / "rules").values()
    assert effect_functions().keys() == {rule.id for rule in rules if rule.effect}


@pytest.mark.parametrize("name", combiners())
def test_two_defects_are_planted_in_one_place(lawful: Frames, name: str) -> None:
    field = Field(PLAN, dict(lawful), Decimal("0.02"))
    field.begin(name)
    combiners()[name](field)
    listed = field.planted().filter(pl.col("outcome") == "exception")
    assert listed["rule_id"].n_unique() >= 2


def test_there_are_at_least_a_dozen_combinations() -> None:
    assert len(combiners()) >= 12


@pytest.mark.parametrize(
    ("months", "rate"),
    # 20 years and less 45 %; 21 whole years 46.5 %; 26 whole years 54 %
    [(120, 450), (251, 450), (252, 465), (312, 540)],
)
def test_rate_of_so_many_months(months: int, rate: int) -> None:
    assert pl.select(thousandths(pl.lit(months))).item() == rate


def test_payments_go_to_the_oldest_debt_first() -> None:
    # due 100 + 100 + 100, paid 150 in all: January is paid, February owes 50, March 100
    report = pl.DataFrame(
        {
            "employer_no": ["1", "1", "1"],
            "period": [date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)],
            "total_due": [100, 100, 100],
            "total_paid": [0, 0, 150],
        }
    )
    keys = ("1|2025-01-01", "1|2025-02-01", "1|2025-03-01")
    owed = worth("CON-02", {}, {"employer_report": report}, *keys)
    assert owed == dict(zip(keys, (0, 50, 100), strict=True))


def test_contributions_above_the_ceiling_are_owed_back() -> None:
    # the ceiling of January 2014 is 1,920,000: 630,000 × (3,000,000 − 1,920,000) ÷ 3,000,000 = 226,800
    row = pl.DataFrame(
        {
            "person_id": [7],
            "period": [date(2014, 1, 1)],
            "base": [3_000_000],
            "insured_amount": [300_000],
            "employer_amount": [330_000],
        }
    )
    assert worth("SIB-08", {}, {"contribution": row}, "7|2014-01-01") == {"7|2014-01-01": -226_800}


def test_a_sickness_is_worth_the_days_it_lasted_beyond_five() -> None:
    # 12 days from Monday 2 May to Tuesday 17 May 2022, 3,150,000 ÷ 63 = 50,000 a day × 0.55 × 7 = 192,500
    lawful = pl.DataFrame(
        {
            "benefit_id": ["Т1"],
            "event_from": [date(2022, 5, 2)],
            "event_to": [date(2022, 5, 17)],
            "days": [12],
            "base_wage": [3_150_000],
            "base_days": [63],
            "thousandths": [550],
            "amount": [192_500],
        }
    )
    # with the employer's five days: 50,000 × 0.55 × 12 = 330,000
    paid = lawful.with_columns(amount=pl.lit(330_000))
    assert worth("BEN-09", {"benefit": lawful}, {"benefit": paid}, "Т1") == {"Т1": 137_500}


def test_half_of_the_days_after_death_is_half_of_the_benefit() -> None:
    # ten days, died on the fifth: five days are for nobody
    benefit = pl.DataFrame(
        {
            "benefit_id": ["Т1"],
            "person_id": [7],
            "event_from": [date(2022, 5, 1)],
            "event_to": [date(2022, 5, 10)],
            "amount": [1_000],
        }
    )
    person = pl.DataFrame({"person_id": [7], "deceased_on": [date(2022, 5, 5)]})
    assert worth("BEN-11", {}, {"benefit": benefit, "person": person}, "Т1") == {"Т1": 500}


def test_effects_are_listed_for_exceptions_only() -> None:
    payment = pl.DataFrame({"payment_id": ["Г1", "Г2"], "amount": [500_000, 1], "status": ["paid", "paid"]})
    listed = pl.DataFrame(
        {
            "rule_id": ["PAY-05", "PAY-05", "PER-01"],
            "item_key": ["Г1", "Г2", "7"],
            "office_code": ["1110"] * 3,
            "outcome": ["exception", "undetermined", "exception"],
        }
    )
    frames = {"payment": payment}
    assert planted_effects(frames, frames, listed).rows() == [("PAY-05", "Г1", "500000.00")]
