"""`ndaudit rules` and `ndaudit law`: the catalogue, rule cards and parameters on the terminal."""

from collections.abc import Mapping
from typing import Any

from rich.syntax import Syntax
from rich.table import Table

from ndaudit.catalogue import Catalogue
from ndaudit.cli.options import Surroundings
from ndaudit.law import LawValue, Parameter
from ndaudit.notation import THIN
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


def _shown(value: LawValue, around: Surroundings) -> str:
    if value.rows:
        return around.say("cli.law_rows", rows=len(value.rows))
    if value.value is None:
        return around.say("cli.law_unknown")
    return f"{value.value:,f}".replace(",", THIN)


def print_law(around: Surroundings, parameters: Mapping[str, Parameter]) -> None:
    """Print every parameter with its last value."""
    if around.as_json:
        around.print_json(
            [{"name": p.name, "title": p.title.within(around.lang)} for p in parameters.values()]
        )
        return
    table = _heads(around, "parameter", "title", "from", "value", "unit")
    for parameter in parameters.values():
        last = parameter.values[-1]
        title = parameter.title.within(around.lang)
        table.add_row(parameter.name, title, str(last.valid_from), _shown(last, around), parameter.unit)
    around.console().print(table)


def print_parameter(around: Surroundings, parameter: Parameter) -> None:
    """Print the values of one parameter with reference and confidence."""
    if around.as_json:
        around.print_json([{"from": str(v.valid_from), "value": _shown(v, around)} for v in parameter.values])
        return
    around.console().print(parameter.title.within(around.lang), style="bold")
    table = _heads(around, "from", "value", "unit", "confidence", "reference")
    for value in parameter.values:
        source = " ".join(part for part in (value.reference.act, value.reference.article) if part)
        confidence = around.say(f"cli.confidence_{value.confidence}")
        table.add_row(str(value.valid_from), _shown(value, around), parameter.unit, confidence, source)
    around.console().print(table)
