"""Sentences of the Data Docs: what an expectation asks and what was found, in Mongolian or English."""

from collections.abc import Mapping
from typing import Any

from ndaudit.notation import count
from ndaudit.tables import Table
from ndaudit.wording import Language, say, sentences

SHOWN_VALUES = 12
"""Longer lists of allowed values are cut, and say how many more there are."""


def rule_name(rule_id: str, title: Mapping[str, str], lang: Language) -> str:
    """Return a rule's id and what must hold."""
    return say("suites.rule_name", lang, rule=rule_id, title=title[lang])


def rule_line(rule_id: str, title: Mapping[str, str], counts: Mapping[str, Any], lang: Language) -> str:
    """Return the sentence of a rule: its name, and what the run found."""
    return f"{rule_name(rule_id, title, lang)}: {rule_found(counts, lang)}"


def rule_found(counts: Mapping[str, Any], lang: Language) -> str:
    """Return what the run found for a rule: items, exceptions and incomplete ones apart."""
    if counts.get("failure"):
        return say("suites.not_run", lang, why=counts["failure"])
    if not counts["population"]:
        return say("suites.no_items", lang)
    found = say(
        "suites.found",
        lang,
        population=count(counts["population"]),
        exceptions=count(counts["exceptions"]),
        missing=count(counts["missing_value"]),
    )
    asides = [
        say(f"suites.{reason}", lang, items=count(counts[reason]))
        for reason in ("not_delivered", "law_value_unknown")
        if counts[reason]
    ]
    return " ".join([found, *asides])


def column_title(table: Table | None, name: str, lang: Language) -> str:
    """Return a column's title from the data dictionary, or its bare name."""
    titles = {column.name: column.title for column in table.columns} if table else {}
    return titles[name].within(lang) if name in titles else name


def _codes(table: Table | None, column: str, values: list[Any], lang: Language) -> str:
    """Return allowed values as words: in Mongolian the first word an office writes for the code."""
    declared = next((c for c in table.columns if c.name == column), None) if table else None
    words = declared.words if declared and lang == "mn" else {}
    shown = [f"{value} ({words[value]})" if value in words else str(value) for value in values[:SHOWN_VALUES]]
    more = len(values) - len(shown)
    return ", ".join(shown) + (say("suites.more_values", lang, more=more) if more else "")


def _plain(value: Any) -> Any:
    """Return a bound as it was declared: Great Expectations turns whole ones into 31.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def expectation_line(
    kind: str, kwargs: Mapping[str, Any], table: Table | None, lang: Language
) -> tuple[str, bool]:
    """Return what an ordinary expectation asks, and whether a sentence of ours was found for it.

    Expectations we have no sentence for (an auditor may add any) are named by their type and arguments.
    """
    if kind not in sentences("expectations"):
        given = ", ".join(f"{k} = {v}" for k, v in kwargs.items() if k not in ("batch_id", "column"))
        return f"{kind}({given})", False
    values: dict[str, Any] = {k: _plain(v) for k, v in kwargs.items() if v is not None}
    column = str(kwargs.get("column", ""))
    if "value_set" in values:
        values["value_set"] = _codes(table, column, list(values["value_set"]), lang)
    if "column_set" in values:
        values["columns"] = count(len(values["column_set"]))
    low, high = values.get("min_value"), values.get("max_value")
    name = kind
    if kind.endswith("_to_be_between"):
        name = f"{kind}_from" if high is None else f"{kind}_to" if low is None else kind
    return say(f"expectations.{name}", lang, **values), True
