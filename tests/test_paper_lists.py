"""The lists of papers in `expectations/law/`: what is asked of a pension, and what proves an entry."""

from itertools import product
from typing import Any

import pytest

from ndaudit.catalogue import Catalogue

TYPES = ("old_age", "disability", "survivor", "military")
CAUSES = ("ordinary", "work_accident", "occupational_disease")
ALWAYS = None


@pytest.fixture(scope="module")
def asked(catalogue: Catalogue) -> list[dict[str, Any]]:
    parameter = catalogue.law["asked_paper"]
    return [dict(zip(parameter.columns, row, strict=True)) for row in parameter.values[-1].rows]


def papers(asked: list[dict[str, Any]], *circumstances: str, **case: str) -> set[str]:
    """Return the papers asked of a case under some circumstances."""
    return {
        row["paper"]
        for row in asked
        if all(row[name] in (ALWAYS, value) for name, value in case.items())
        and row["circumstance"] in (ALWAYS, *circumstances)
    }


def civil(pension_type: str, condition: str = "general", cause: str = "ordinary") -> dict[str, str]:
    return {"regime": "civil", "pension_type": pension_type, "condition": condition, "cause": cause}


def test_old_age_before_a_file_is_opened(asked: list[dict[str, Any]]) -> None:
    # Reading 15: identity card and social insurance book always, the labour book for service before 1995
    assert papers(asked, **civil("old_age")) == {"id_card", "si_book"}
    assert papers(asked, "before_1995", **civil("old_age")) == {"id_card", "si_book", "labour_book"}
    assert papers(asked, "early_wages", **civil("old_age")) == {"id_card", "si_book", "wage_statement"}
    assert papers(asked, "child", **civil("old_age", "mother")) == {"id_card", "si_book", "birth_certificate"}
    assert papers(asked, "file_opened", **civil("old_age")) == {"id_card", "si_book", "application"}


def test_disability_by_cause(asked: list[dict[str, Any]]) -> None:
    # 163/3.2: papers 25.1.1 to 25.1.4, and the labour inspector's act for a work accident
    always = {"id_card", "si_book", "medical_commission_act"}
    assert papers(asked, **civil("disability")) == always
    assert papers(asked, **civil("disability", cause="work_accident")) == always | {"labour_inspector_act"}
    assert papers(asked, **civil("disability", cause="occupational_disease")) == always


def test_survivors_by_member(asked: list[dict[str, Any]]) -> None:
    # 163/3.3
    always = {"id_card", "si_book", "family_papers", "death_certificate"}
    assert papers(asked, **civil("survivor")) == always
    assert papers(asked, "member_spouse", **civil("survivor")) == always | {"marriage_certificate"}
    assert papers(asked, "member_pupil", **civil("survivor")) == always | {"school_statement"}


def test_service_pension_of_a_soldier(asked: list[dict[str, Any]]) -> None:
    # 163/3.4
    case = {"regime": "military", "pension_type": "military", "condition": "military_full"}
    assert papers(asked, "served_from_1995", **case) == {
        "id_card",
        "si_book",
        "release_order",
        "archive_military",
    }


def test_a_paper_is_asked_for_by_one_rule_only(asked: list[dict[str, Any]]) -> None:
    conditions = {row["condition"] for row in asked} - {ALWAYS} | {"general"}
    for regime, pension_type, condition, cause in product(("civil", "military"), TYPES, conditions, CAUSES):
        case = {"regime": regime, "pension_type": pension_type, "condition": condition, "cause": cause}
        rows = [row for row in asked if all(row[name] in (ALWAYS, value) for name, value in case.items())]
        askers: dict[str, set[str]] = {}
        for row in rows:
            askers.setdefault(row["paper"], set()).add(row["asked_by"])
        assert {paper: rules for paper, rules in askers.items() if len(rules) > 1} == {}, case


def test_the_lists_name_kinds_of_the_dictionary(catalogue: Catalogue, asked: list[dict[str, Any]]) -> None:
    [kind] = [column for column in catalogue.tables["document"].columns if column.name == "kind"]
    proving = {paper for _, paper in catalogue.law["proving_paper"].values[-1].rows}
    named = {row[name] for row in asked for name in ("paper", "or_paper")} - {None} | proving
    assert named <= set(kind.codes)


def test_the_rules_that_ask_are_in_the_catalogue(catalogue: Catalogue, asked: list[dict[str, Any]]) -> None:
    assert {row["asked_by"] for row in asked} <= set(catalogue.rules)
