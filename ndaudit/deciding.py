"""The SQL by which a rule decides the items of its population."""

from collections.abc import Iterable, Mapping

from ndaudit.populations import Population
from ndaudit.rules import Rule
from ndaudit.scope import Scope
from ndaudit.store import literal, quoted

FINDING_COLUMNS: Mapping[str, str] = {
    "finding_id": "VARCHAR",
    "rule_id": "VARCHAR",
    "severity": "VARCHAR",
    "item_key": "VARCHAR",
    "office_code": "VARCHAR",
    "period": "DATE",
    "outcome": "VARCHAR",
    "reason": "VARCHAR",
    "effect": "DECIMAL(18,2)",
    "status": "VARCHAR",
    "person": "VARCHAR",
    "evidence": "VARCHAR",
}
WRITTEN = "'exception', 'missing_value'"
"""What is written item by item; the other decisions are counted."""
TOLD = ("item_key", "effect", "person", "evidence")
"""What is told of an item that is written."""


def item_key_sql(population: Population) -> str:
    """Return the SQL of an item key: key values in order, ISO dates, NULL empty, joined by `|`."""
    return " || '|' || ".join(f"coalesce(CAST({quoted(c)} AS VARCHAR), '')" for c in population.key)


def scope_sql(rule: Rule, population: Population, scope: Scope, closed: Iterable[str] = ()) -> str:
    """Return the condition that picks the items `rule` speaks of inside `scope`."""
    parts = [f"({rule.applies_when})"] if rule.applies_when else []
    if population.law_date:
        day = quoted(population.law_date)
        parts += [f"{day} >= DATE '{rule.valid_from}'"] if rule.valid_from else []
        parts += [f"({day} IS NULL OR {day} < DATE '{rule.valid_to}')"] if rule.valid_to else []
    if scope.period and population.period:
        column = quoted(population.period)
        parts.append(f"{column} >= DATE '{scope.period.first}' AND {column} < DATE '{scope.period.end}'")
    if population.office:
        column = quoted(population.office)
        if scope.office:
            parts.append(f"{column} = {literal(scope.office)}")
        if closed:
            listed = ", ".join(literal(code) for code in closed)
            parts.append(f"({column} IS NULL OR {column} NOT IN ({listed}))")
    return " AND ".join(parts) or "TRUE"


def _any_null(columns: Iterable[str]) -> str:
    return " OR ".join(f"{quoted(column)} IS NULL" for column in columns) or "FALSE"


def _decision(rule: Rule) -> str:
    """Return the SQL of what an item came to: met, exception, or the reason why it is undetermined."""
    return (
        f"CASE WHEN held THEN 'met' WHEN NOT held THEN 'exception' WHEN {_any_null(rule.law_values)}"
        f" THEN 'law_value_unknown' WHEN {_any_null(rule.export_values)} THEN 'not_delivered'"
        " ELSE 'missing_value' END"
    )


def decided_select(rule: Rule, population: Population, where: str) -> str:
    """Return the SQL of all items in one pass: of those that are written, what is told of each."""
    office = quoted(population.office) if population.office else "NULL"
    period = quoted(population.period) if population.period else "NULL"
    evidence = ", ".join(f"{literal(c)}, CAST({quoted(c)} AS VARCHAR)" for c in rule.evidence)
    told = {
        "item_key": item_key_sql(population),
        "effect": f"CASE WHEN NOT held THEN ({rule.effect}) END" if rule.effect else "NULL",
        "person": quoted(population.person) if population.person else "NULL",
        "evidence": f"json_object({evidence})",
    }
    columns = ", ".join(
        f"CASE WHEN decided_as IN ({WRITTEN}) THEN CAST({sql} AS {FINDING_COLUMNS[name]}) END AS {name}"
        for name, sql in told.items()
    )
    held = f"SELECT *, ({rule.requirement}) AS held FROM {quoted(population.name)} WHERE {where}"
    return (
        f"SELECT CAST({office} AS VARCHAR) AS office_code, CAST({period} AS DATE) AS period,"
        f" decided_as AS decision, {columns}"
        f" FROM (SELECT *, {_decision(rule)} AS decided_as FROM ({held}))"
    )


def counted_select(decided: str) -> str:
    """Return the SQL that counts decided items, those that are written one by one.

    What is told of an item travels as one text: items are grouped by one column instead of four.
    """
    told = ", ".join(f"CAST({name} AS VARCHAR)" for name in TOLD)
    return (
        f"SELECT office_code, period, decision, CASE WHEN decision IN ({WRITTEN}) THEN json_array({told}) END"
        f" AS told, count(*) AS items FROM ({decided}) GROUP BY ALL"
    )


def told_sql(name: str) -> str:
    """Return the SQL that reads one part of what is told of a counted item."""
    return f"CAST(json_extract_string(told, '$[{TOLD.index(name)}]') AS {FINDING_COLUMNS[name]})"
