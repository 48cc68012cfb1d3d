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


FINDINGS_OF_RULE = f"""
INSERT INTO finding
SELECT substr(sha256($rule || '|' || {told_sql("item_key")}), 1, 16), $rule, $severity,
    {told_sql("item_key")}, office_code, period,
    CASE decision WHEN 'exception' THEN 'exception' ELSE 'undetermined' END,
    CASE decision WHEN 'missing_value' THEN 'missing_value' END, {told_sql("effect")}, 'open',
    {told_sql("person")}, {told_sql("evidence")}
FROM decided, unnest(range(items))
WHERE decision IN ({WRITTEN})
"""
COUNTS_OF_RULE = """
INSERT INTO undetermined_count
SELECT $rule, office_code, decision, period, CAST(items AS BIGINT)
FROM decided
WHERE decision IN ('law_value_unknown', 'not_delivered')
"""
RESULTS = """
INSERT INTO rule_result
WITH decided_rule AS (
    SELECT unnest($rules::VARCHAR[]) AS rule_id, unnest($severities::VARCHAR[]) AS severity,
        unnest($scopes::VARCHAR[]) AS scope
), part AS (
    SELECT d.rule_id, p.office_code, p.items AS size, 0 AS exceptions, 0 AS missing, 0 AS withheld,
        0 AS unknown, NULL AS effect
    FROM decided_rule d
    JOIN population_size p ON p.scope = d.scope
    UNION ALL
    SELECT rule_id, office_code, 0, count(*) FILTER (WHERE outcome = 'exception'),
        count(*) FILTER (WHERE outcome = 'undetermined'), 0, 0, sum(effect)
    FROM finding GROUP BY rule_id, office_code
    UNION ALL
    SELECT rule_id, office_code, 0, 0, 0,
        sum(items) FILTER (WHERE reason = 'not_delivered'),
        sum(items) FILTER (WHERE reason = 'law_value_unknown'), NULL
    FROM undetermined_count GROUP BY rule_id, office_code
), total AS (
    SELECT rule_id, office_code, coalesce(sum(size), 0) AS size, sum(exceptions) AS exceptions,
        sum(missing) AS missing, coalesce(sum(withheld), 0) AS withheld,
        coalesce(sum(unknown), 0) AS unknown, sum(effect) AS effect
    FROM part GROUP BY rule_id, office_code
)
SELECT t.rule_id, d.severity, office_code, size, size - exceptions - missing - withheld - unknown, exceptions,
    missing + withheld + unknown, missing, withheld, unknown, effect
FROM total t
JOIN decided_rule d ON d.rule_id = t.rule_id
"""
"""Of all rules decided, at once: a pass of each over what was found costs more than its rows."""
