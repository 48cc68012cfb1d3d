"""What findings rest on without proof: named assumptions, and law values nobody has confirmed."""

import re
from collections.abc import Mapping

import polars as pl

from ndaudit.analyses.outcomes import accusing
from ndaudit.catalogue import Catalogue
from ndaudit.populations import in_order
from ndaudit.reading import Reading
from ndaudit.rules import Rule

_SCHEMA: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "kind": pl.String,
    "name": pl.String,
    "rules": pl.Int64,
    "rule_ids": pl.List(pl.String),
    "exceptions": pl.Int64,
}


def unconfirmed_law(rule: Rule, catalogue: Catalogue) -> list[str]:
    """Return the law parameters a rule calls that hold a value of confidence `assumption`."""
    sql = [rule.requirement, rule.applies_when or "", rule.effect or ""]
    sql += [part.sql for part in in_order(catalogue.populations, frozenset({rule.population}))]
    text = "\n".join(sql)
    return [
        name
        for name, parameter in catalogue.law.items()
        if any(value.confidence == "assumption" for value in parameter.values)
        and re.search(rf"'{name}'|\blaw_{name}\b", text)
    ]


def assumptions(reading: Reading, rules: pl.DataFrame) -> pl.DataFrame:
    """Return what the exceptions in `outcomes.by_rule` rest on, the most exceptions first.

    Columns: kind (`assumption` or `law`), name, rules, rule_ids, exceptions.
    """
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for rule_id, exceptions in accusing(rules).select("rule_id", "exceptions").iter_rows():
        rule = reading.catalogue.rules.get(rule_id)
        if rule is None or not exceptions:
            continue
        named = [("assumption", name) for name in rule.assumptions]
        for key in named + [("law", name) for name in unconfirmed_law(rule, reading.catalogue)]:
            found.setdefault(key, []).append((rule_id, exceptions))
    rows = [
        (kind, name, len(parts), sorted(rule_id for rule_id, _ in parts), sum(n for _, n in parts))
        for (kind, name), parts in found.items()
    ]
    return pl.DataFrame(rows, schema=dict(_SCHEMA), orient="row").sort(
        "kind", "exceptions", "name", descending=[False, True, False]
    )
