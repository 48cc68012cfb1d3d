"""`ndaudit rules` and `ndaudit law`: the catalogue, rule cards and parameters on the terminal."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from rich.syntax import Syntax
from rich.table import Table

from ndaudit.catalogue import Catalogue
from ndaudit.cli.options import Surroundings
from ndaudit.law import LawValue, Parameter
from ndaudit.law_notes import outdated, outdated_sentence, plain, reference, unit, written
from ndaudit.rules import Rule


def _heads(around: Surroundings, *names: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in names:
        table.add_column(around.say(f"cli.head_{name}"))
    return table


def print_rules(around: Surroundings, catalogue: Catalogue) -> None:
    """Print the catalogue: id, severity and title of every rule."""
    if around.as_json:
        around.print_json(
            [
                {"rule_id": r.id, "severity": r.severity, "title": r.title.within(around.lang)}
                for r in catalogue.rules.values()
            ]
        )
        return
    table = _heads(around, "rule", "severity", "title")
    for rule in catalogue.rules.values():
        table.add_row(rule.id, rule.severity, rule.title.within(around.lang))
    around.console().print(table)


def _clauses(rule: Rule) -> str:
    return ", ".join(f"{criterion.act} {criterion.clause}" for criterion in rule.criterion)


def card(around: Surroundings, catalogue: Catalogue, rule: Rule) -> dict[str, Any]:
    """Return the card of a rule: law, population, requirement, evidence, assumptions and cases."""
    population = catalogue.populations[rule.population]
    return {
        "rule_id": rule.id,
        "title": rule.title.within(around.lang),
        "severity": rule.severity,
        "criterion": _clauses(rule),
        "population": population.title.within(around.lang),
        "item_key": " | ".join(population.key),
        "needs": ", ".join(sorted(catalogue.needed_by(rule))),
        "applies_when": rule.applies_when or "",
        "requirement": rule.requirement.strip(),
        "effect": rule.effect or "",
        "condition": rule.condition.within(around.lang),
        "assumptions": ", ".join(rule.assumptions),
        "known_false_positives": (
            rule.known_false_positives.within(around.lang) if rule.known_false_positives else ""
        ),
        "cases": "\n".join(f"{case.expect:13} {case.name}" for case in rule.cases),
    }


def print_card(around: Surroundings, catalogue: Catalogue, rule: Rule) -> None:
    """Print the card of one rule."""
    shown = card(around, catalogue, rule)
    if around.as_json:
        around.print_json(shown)
        return
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for name, text in shown.items():
        if text:
            code = name in {"requirement", "applies_when", "effect"}
            table.add_row(
                around.say(f"cli.card_{name}"), Syntax(text, "sql", word_wrap=True) if code else text
            )
    around.console().print(table)


def _notes(around: Surroundings, parameter: Parameter) -> str:
    """Return what has to be said of a parameter beside its values."""
    own = any(value.is_own for value in parameter.values)
    old = bool(outdated([parameter], date.today()))
    said = [name for name, true in (("law_own", own), ("law_outdated", old)) if true]
    return ", ".join(around.say(f"cli.{name}") for name in said)


def _listed(around: Surroundings, parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "title": parameter.title.within(around.lang),
        "from": str(parameter.values[-1].valid_from),
        "value": written(parameter, parameter.values[-1], around.lang),
        "is_own": any(value.is_own for value in parameter.values),
        "is_outdated": bool(outdated([parameter], date.today())),
    }


def print_law(around: Surroundings, parameters: Mapping[str, Parameter]) -> None:
    """Print every parameter with its last value, and what has to be said of it."""
    if around.as_json:
        around.print_json([_listed(around, parameter) for parameter in parameters.values()])
        return
    table = _heads(around, "parameter", "title", "from", "value", "note")
    for parameter in parameters.values():
        last = parameter.values[-1]
        title = parameter.title.within(around.lang)
        value = written(parameter, last, around.lang)
        table.add_row(parameter.name, title, str(last.valid_from), value, _notes(around, parameter))
    around.console().print(table)


def _document(around: Surroundings, parameter: Parameter, value: LawValue) -> dict[str, Any]:
    return {
        "from": str(value.valid_from),
        "to": None if value.valid_to is None else str(value.valid_to),
        "value": None if value.value is None else str(value.value),
        "rows": [dict(zip(parameter.columns, map(plain, row), strict=True)) for row in value.rows],
        "unit": parameter.unit,
        "confidence": value.confidence,
        "reference": vars(value.reference),
        "is_own": value.is_own,
    }


def print_parameter(around: Surroundings, parameter: Parameter) -> None:
    """Print the values of one parameter with reference and confidence."""
    if around.as_json:
        around.print_json([_document(around, parameter, value) for value in parameter.values])
        return
    console = around.console()
    title = parameter.title.within(around.lang)
    console.print(f"{title}, {unit(parameter.unit, around.lang)}".removesuffix(", "), style="bold")
    table = _heads(around, "from", "value", "confidence", "reference", "note")
    for value in parameter.values:
        table.add_row(
            str(value.valid_from),
            written(parameter, value, around.lang),
            around.say(f"cli.confidence_{value.confidence}"),
            reference(value.reference, around.lang),
            around.say("cli.law_own") if value.is_own else "",
        )
    console.print(table)
    if outdated([parameter], date.today()):
        console.print(outdated_sentence(parameter, around.lang))
