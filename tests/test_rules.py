"""One test file for all rules: every case of every rule, and what the catalogue asks of each rule."""

from collections.abc import Iterator
from decimal import Decimal

import duckdb
import pytest
from conftest import REPOSITORY

from ndaudit.cases import case_world, decide_case
from ndaudit.catalogue import Catalogue, read_catalogue
from ndaudit.rules import Case, Rule
from ndaudit.workbench import Workbench

RULES = read_catalogue(Workbench(REPOSITORY)).rules
CASES = [(rule, case) for rule in RULES.values() for case in rule.cases]


@pytest.fixture(scope="module")
def world(catalogue: Catalogue) -> Iterator[duckdb.DuckDBPyConnection]:
    with case_world(catalogue) as con:
        yield con


@pytest.mark.parametrize(("rule", "case"), CASES, ids=[f"{rule.id}: {case.name}" for rule, case in CASES])
def test_case(world: duckdb.DuckDBPyConnection, catalogue: Catalogue, rule: Rule, case: Case) -> None:
    decision = decide_case(world, catalogue, rule, case)
    assert decision.outcome == case.expect
    if case.reason:
        assert decision.reason == case.reason
    if case.effect:
        assert decision.effect == Decimal(case.effect)


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_rule_has_a_case_for_met_and_for_exception(rule: Rule) -> None:
    assert {"met", "exception"} <= {case.expect for case in rule.cases}


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_undetermined_by_law_has_a_case(rule: Rule) -> None:
    reasons = {case.reason for case in rule.cases if case.expect == "undetermined"}
    assert not rule.law_values or "law_value_unknown" in reasons
    assert not rule.export_values or "not_delivered" in reasons
