"""What the folder tells in words: how to check it, and the card of the rule with the law it rests on."""

import json
from collections.abc import Mapping
from typing import Any

from ndaudit import notation
from ndaudit.law import Parameter
from ndaudit.law_notes import plain, reference, written
from ndaudit.lexicon import Lexicon
from ndaudit.phrasing import Conditions
from ndaudit.reading import Reading
from ndaudit.rules import Rule
from ndaudit.wording import Language, say


def law_values(parameter: Parameter) -> list[dict[str, Any]]:
    """Return every value of a parameter on file with where it was seen."""
    return [
        {
            "from": value.valid_from,
            "to": value.valid_to,
            "value": None if value.value is None else str(value.value),
            "rows": [dict(zip(parameter.columns, map(plain, row), strict=True)) for row in value.rows],
            "confidence": value.confidence,
            "reference": vars(value.reference),
            "checked_on": value.checked_on,
            "stated_by_the_workbench": value.is_own,
        }
        for value in parameter.values
    ]


def card(reading: Reading, finding: Mapping[str, Any], lang: Language) -> str:
    """Return the card of the rule as text: what was found, what must hold, on which law and values."""
    rule = reading.catalogue.rules[finding["rule_id"]]
    lexicon = Lexicon(reading, lang)
    declared = reading.run.folder / "expectations"
    effect = finding["effect"]
    lines = [
        f"# {rule.id} · {rule.title.within(lang)}",
        "",
        _line("severity", lexicon.severity(rule.severity), lang),
        _line("finding", finding["finding_id"], lang),
        _line("item", finding["item_key"], lang),
        _line("office", lexicon.office_in_full(finding["office_code"]), lang),
        _line("outcome", say(f"cli.outcome_{finding['outcome']}", lang), lang),
        _line("effect", "—" if effect is None else f"{notation.money(effect, sign=True)} ₮", lang),
        "",
        f"## {say('proof.found', lang)}",
        "",
        Conditions(declared, lang).sentence(rule.id, finding["evidence"]),
        "",
        *_evidence(finding, lexicon, rule, reading),
        *_criteria(rule, lexicon, lang),
        *_law(reading, rule, lang),
        *_rest(rule, lexicon, lang),
    ]
    return "\n".join(lines) + "\n"


def _line(name: str, value: str, lang: Language) -> str:
    return f"- {say(f'proof.{name}', lang)}: {value}"


def _evidence(finding: Mapping[str, Any], lexicon: Lexicon, rule: Rule, reading: Reading) -> list[str]:
    values: dict[str, Any] = json.loads(finding["evidence"])
    population = reading.catalogue.populations[rule.population].title.within(lexicon.lang)
    head = [f"## {say('proof.evidence', lexicon.lang)}", "", population, ""]
    return [*head, *(f"- {name}: {'—' if value is None else value}" for name, value in values.items()), ""]


def _criteria(rule: Rule, lexicon: Lexicon, lang: Language) -> list[str]:
    head = [f"## {say('proof.criteria', lang)}", ""]
    cited = []
    for one in rule.criterion:
        days = [notation.day(day, lang) if day else "" for day in (one.valid_from, one.valid_to)]
        span = " – ".join(days).strip() if any(days) else ""
        cited.append(f"- {lexicon.criteria([f'{one.act} {one.clause}'])} {span}".rstrip())
    return [*head, *cited, ""]


def _law(reading: Reading, rule: Rule, lang: Language) -> list[str]:
    lines = [f"## {say('proof.law', lang)}", ""]
    for parameter in reading.catalogue.law_of(rule):
        lines.append(f"### {parameter.title.within(lang)} (`{parameter.name}`)")
        for value in parameter.values:
            said = written(parameter, value, lang)
            seen = reference(value.reference, lang)
            confidence = say(f"cli.confidence_{value.confidence}", lang)
            lines.append(f"- {notation.day(value.valid_from, lang)}: {said} · {seen} · {confidence}")
        lines.append("")
    return lines


def _rest(rule: Rule, lexicon: Lexicon, lang: Language) -> list[str]:
    assumed = [f"- {lexicon.assumption('assumption', name)}" for name in rule.assumptions]
    known = rule.known_false_positives
    lines = [f"## {say('proof.assumptions', lang)}", "", *(assumed or ["—"]), ""]
    if known:
        lines += [f"## {say('proof.known_false_positives', lang)}", "", known.within(lang), ""]
    return lines
