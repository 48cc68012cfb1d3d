"""The suites: contracts read from `expectations/suites`, and the suite of rules built from the catalogue."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from great_expectations.core import ExpectationSuite
from great_expectations.exceptions import GreatExpectationsError
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.metadata_types import FailureSeverity

from ndaudit.catalogue import Catalogue
from ndaudit.errors import DeclarationError
from ndaudit.rules import Criterion, Rule
from ndaudit.suites.kept import RULES
from ndaudit.suites.rule_expectation import ExpectRuleToHold
from ndaudit.tables import Table
from ndaudit.wording import Language

_SEVERITIES = {"C": FailureSeverity.CRITICAL, "W": FailureSeverity.WARNING, "I": FailureSeverity.INFO}


def read_contracts(folder: Path, tables: Mapping[str, Table]) -> list[ExpectationSuite]:
    """Return the contract suites in `folder`, one per table, in order of name.

    Raises:
        DeclarationError: a file is not a suite, or names no table of the dictionary.
    """
    return [_contract(path, tables) for path in sorted(folder.glob("*.json"))]


def _contract(path: Path, tables: Mapping[str, Table]) -> ExpectationSuite:
    if path.stem not in tables:
        raise DeclarationError(
            "declarations.not_allowed", where=path.name, key="name", came=path.stem, allowed=", ".join(tables)
        )
    try:
        raw = json.loads(path.read_text("utf-8"))
        for one in raw["expectations"]:
            # tried one by one, because a suite drops an expectation it does not know and only logs it
            ExpectationConfiguration(**one).to_domain_obj()
        suite = ExpectationSuite(**raw)
    # Great Expectations reports a wrong type or argument by whichever of these comes first
    except (GreatExpectationsError, ValueError, TypeError, KeyError, AttributeError) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DeclarationError("suites.not_a_suite", where=path.name, why=why) from error
    if suite.name != path.stem:
        raise DeclarationError(
            "declarations.name_differs", where=path.name, came=path.stem, wanted=suite.name
        )
    return suite


def suite_of_rules(catalogue: Catalogue, findings: str, lang: Language) -> ExpectationSuite:
    """Return the suite with one expectation per rule of the catalogue."""
    rules = catalogue.rules.values()
    expectations = [_expectation(catalogue, rule, findings, lang) for rule in rules]
    return ExpectationSuite(name=RULES, expectations=expectations)


def _expectation(catalogue: Catalogue, rule: Rule, findings: str, lang: Language) -> ExpectRuleToHold:
    return ExpectRuleToHold(
        rule_id=rule.id,
        title=_both(rule.title),
        findings=findings,
        lang=lang,
        severity=_SEVERITIES[rule.severity],
        meta={
            "severity": rule.severity,
            "area": rule.area,
            "law": [_clause(criterion) for criterion in rule.criterion],
            "assumptions": list(rule.assumptions),
            "own_law": [
                {"mn": own.sentence("mn"), "en": own.sentence("en")} for own in catalogue.own_law_of(rule)
            ],
            "known_false_positives": _both(rule.known_false_positives)
            if rule.known_false_positives
            else None,
        },
    )


def _both(text: Any) -> dict[str, str]:
    return {"mn": text.mn, "en": text.en}


def _clause(criterion: Criterion) -> dict[str, str | None]:
    return {
        "act": criterion.act,
        "clause": criterion.clause,
        "from": criterion.valid_from.isoformat() if criterion.valid_from else None,
        "to": criterion.valid_to.isoformat() if criterion.valid_to else None,
    }
