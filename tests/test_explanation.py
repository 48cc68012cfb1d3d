"""The explanation of one person, on the worked examples of the specification."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from pension_world import FIRST, MOTHER, SECOND, WOMAN, decided_world

from ndaudit.catalogue import Catalogue
from ndaudit.errors import RefusedError, UsageError
from ndaudit.explanation import Explanation, explain_person
from ndaudit.explanation.told import Ground, Step
from ndaudit.reading import Reading, open_reading

KEY = bytes(32)


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Iterator[Reading]:
    workbench, run = decided_world(tmp_path_factory.mktemp("world"), catalogue)
    with open_reading(workbench, run) as opened:
        yield opened


def explained(reading: Reading, person: int) -> Explanation:
    return explain_person(reading, str(person), KEY, "en")


def steps(told: Explanation, *names: str) -> list[Step]:
    return [step for section in told.sections for step in section.steps if step.name in names]


def test_example_1_step_by_step(reading: Reading) -> None:
    told = explained(reading, FIRST)
    assert told.on == date(2018, 4, 1)
    text = told.within("en")
    # 1992-03…1994-12 = 34 months, 1995-01…2018-02 = 278
    assert "Proven before 1995: 2 years 10 months (34 months)." in text
    assert "1995-01 – 2018-02: 23 years 2 months (278 months) paid." in text
    # 240 + 3 × (2018 − 2017) = 243 months; 60 on 2018-03-10
    assert "Service asked, 20 years 3 months (243 months): " in text
    assert "The right that arises first: “General condition”, on 2018-03-10." in text
    # 60 × 1,000,000 ÷ 60; 0.45 + 0.015 × (26 − 20) = 0.54
    assert "Reference wage: 60\u202f000\u202f000\u00a0₮ ÷ 60 = 1\u202f000\u202f000\u00a0₮." in text
    assert "0.45 + 0.015 × (26 − 20) = 0.54" in text
    assert "1\u202f000\u202f000\u00a0₮ × 0.54 = 540\u202f000\u00a0₮." in text
    assert "Lawful 540\u202f000\u00a0₮, determined 540\u202f000\u00a0₮: they agree." in text


def test_what_is_not_known_is_named_with_its_day(reading: Reading) -> None:
    told = explained(reading, FIRST)
    [step] = steps(told, "not_on_file")
    assert (step.values["parameter"], step.values["day"]) == ("minimum_pension_full", date(2018, 4, 1))
    # 540,000 is above the next minimum listed, 310,000 of 2019-02-01
    [held] = steps(told, "minimum_later")
    assert held.values["next"].amount == Decimal(310000)


# 244 months on 2019-07-01; 2019 asks 246, so 55y + 3m × (1964 − 1962) = 55y6m: 2019-12-01
def test_example_2_without_a_determination_is_explained_as_of_the_export(reading: Reading) -> None:
    told = explained(reading, SECOND)
    assert told.on == date(2024, 6, 30)
    assert [section.name for section in told.sections] == ["who", "service", "right", "decided"]
    [first] = steps(told, "right_first")
    assert first.values["right_on"] == date(2019, 12, 1)
    assert "Age 55 years 6 months (666 months), risen by year of birth: 2019-12-01." in told.within("en")
    assert "Нас 55 жил 6 сар (666 сар), төрсөн оноор нэмэгдүүлсэн: 2019.12.01." in told.within("mn")


# 230 + 5 × 18 = 320 months, 26 years: 0.54; 60-month mean 1,500,000: 810,000, yet 800,000 was determined
def test_example_4_with_children_and_an_underpayment(reading: Reading) -> None:
    told = explained(reading, MOTHER)
    [children] = steps(told, "children_counted")
    assert (children.values["children"], children.values["months"].months) == (5, 90)
    [first] = steps(told, "right_first")
    assert first.values["right_on"] == date(2024, 5, 5)
    [verdict] = steps(told, "verdict_under")
    assert (verdict.values["lawful"].amount, verdict.values["difference"].amount) == (810000, 10000)
    [finding] = steps(told, "finding")
    assert finding.values["rule"] == "DET-06"


# in the book 1988-01-01…1994-12-31, neither sealed nor signed
def test_service_without_papers_is_named_and_not_counted(reading: Reading) -> None:
    told = explained(reading, WOMAN)
    [unproven] = steps(told, "period_unproven")
    assert unproven.values == {"first": date(1988, 1, 1), "last": date(1994, 12, 31)}
    [before] = steps(told, "total_before")
    assert before.values["months"].months == 0


def test_every_amount_names_its_law(reading: Reading) -> None:
    document = explained(reading, FIRST).document("mn")
    found = {step["step"]: step for section in document["sections"] for step in section["steps"]}
    rate = {law["parameter"]: law for law in found["rate"]["law"]}
    assert set(rate) == {"base_rate", "base_years", "rate_per_year"}
    assert (rate["base_rate"]["value"], rate["base_rate"]["act"]) == ("0.45", "pension_law")
    assert found["window"]["law"][0]["parameter"] == "reference_window_months"
    assert found["rate"]["values"]["rate"] == "0.540000"
    assert json.loads(json.dumps(document, ensure_ascii=False)) == document


@pytest.mark.parametrize("lang", ["mn", "en"])
def test_nobody_is_named(reading: Reading, lang: str) -> None:
    told = explain_person(reading, str(FIRST), KEY, "en" if lang == "en" else "mn")
    assert str(FIRST) not in str(told) + json.dumps(told.document("mn"))


def test_an_own_value_is_marked_where_it_is_used(catalogue: Catalogue) -> None:
    parameter = catalogue.law["base_rate"]
    own = replace(parameter, values=tuple(replace(value, is_own=True) for value in parameter.values))
    ground = Ground(own, date(2018, 4, 1))
    assert "own value" in ground.within("en")
    assert ground.document("en")["is_own"] is True


def test_who_is_not_there_and_what_is_no_number(reading: Reading) -> None:
    with pytest.raises(RefusedError) as refused:
        explain_person(reading, "99", KEY, "mn")
    assert refused.value.sentence == "explain.unknown_person"
    with pytest.raises(UsageError) as wrong:
        explain_person(reading, "УЮ60050111", KEY, "mn")
    assert wrong.value.sentence == "explain.not_a_number"


def test_a_condition_without_its_children_is_not_spoken_of(reading: Reading) -> None:
    # the woman of example 2 has no children, the mother of example 4 has five
    assert "Mother of several children" not in explained(reading, SECOND).within("en")
    assert "Mother of several children" in explained(reading, MOTHER).within("en")
