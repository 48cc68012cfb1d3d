"""What findings rest on without proof: assumptions, unconfirmed, own and old values of the law."""

from collections.abc import Collection, Iterator, Mapping

import polars as pl

from ndaudit.catalogue import Catalogue
from ndaudit.law_notes import outdated
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
    return [
        parameter.name
        for parameter in catalogue.law_of(rule)
        if any(value.confidence == "assumption" for value in parameter.values)
    ]


def _resting_on(reading: Reading, rule: Rule) -> Iterator[tuple[str, str]]:
    """Yield kind and name of everything the exceptions of a rule take for granted."""
    day = reading.run.finished_at.date()
    yield from (("assumption", name) for name in rule.assumptions)
    yield from (("law", name) for name in unconfirmed_law(rule, reading.catalogue))
    yield from (("outdated", one.name) for one in outdated(reading.catalogue.law_of(rule), day))


def _stated_here(reading: Reading, rule: Rule) -> Iterator[tuple[str, str]]:
    """Yield the law parameters a rule calls for which the workbench states values of its own."""
    names = {own.parameter.name for own in reading.catalogue.own_law_of(rule)}
    yield from (("own", name) for name in sorted(names))


def assumptions(reading: Reading, rules: pl.DataFrame, always: Collection[str] = ()) -> pl.DataFrame:
    """Return what the exceptions in `outcomes.by_rule` rest on, the most exceptions first.

    A value of the law that the workbench states itself is named with every rule that calls it, leads and
    rules without exceptions too.

    Columns: kind (`assumption`, `law`, `outdated`, `own`), name, rules, rule_ids, exceptions.

    Args:
        always: rules whose populations a report rests on even where they found nothing.
    """
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for rule_id, exceptions in rules.select("rule_id", "exceptions").iter_rows():
        rule = reading.catalogue.rules.get(rule_id)
        if rule is None:
            continue
        accuses = (exceptions and not rule.is_lead) or rule_id in always
        for key in [*_stated_here(reading, rule), *(_resting_on(reading, rule) if accuses else ())]:
            found.setdefault(key, []).append((rule_id, exceptions))
    rows = [
        (kind, name, len(parts), sorted(rule_id for rule_id, _ in parts), sum(n for _, n in parts))
        for (kind, name), parts in found.items()
    ]
    return pl.DataFrame(rows, schema=dict(_SCHEMA), orient="row").sort(
        "kind", "exceptions", "name", descending=[False, True, False]
    )
