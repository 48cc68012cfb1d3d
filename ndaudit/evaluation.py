"""Rules decided over populations: every item is met, an exception, or undetermined for a named reason.

All of it is SQL in one DuckDB connection that sees the tables of a snapshot (or of a case) by name. A rule
takes one pass over its population for the items that are not met; a population's size is counted once.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import duckdb

from ndaudit.catalogue import Catalogue
from ndaudit.deciding import (
    FINDING_COLUMNS,
    WRITTEN,
    counted_select,
    decided_select,
    scope_sql,
    told_sql,
)
from ndaudit.errors import DeclarationError
from ndaudit.populations import Population, in_order
from ndaudit.rules import Rule
from ndaudit.scope import EVERYTHING, Scope
from ndaudit.store import quoted

RESULT_TABLES = ("finding", "rule_result", "undetermined_count")
_DEFINITIONS = (
    "CREATE TABLE IF NOT EXISTS finding (" + ", ".join(f"{c} {t}" for c, t in FINDING_COLUMNS.items()) + ")",
    "CREATE TABLE IF NOT EXISTS rule_result (rule_id VARCHAR, severity VARCHAR, office_code VARCHAR,"
    " population BIGINT, met BIGINT, exceptions BIGINT, undetermined BIGINT, missing_value BIGINT,"
    " not_delivered BIGINT, law_value_unknown BIGINT, effect DECIMAL(18,2))",
    "CREATE TABLE IF NOT EXISTS undetermined_count (rule_id VARCHAR, office_code VARCHAR, reason VARCHAR,"
    " period DATE, items BIGINT)",
    "CREATE TABLE IF NOT EXISTS population_size (scope VARCHAR, office_code VARCHAR, items BIGINT)",
)


Delivered = Mapping[str, frozenset[str]]
"""The tables each office ever delivered, by its code."""


@dataclass(frozen=True)
class Failure:
    """A rule that could not be run, and why (one line)."""

    rule_id: str
    why: str


def create_results(con: duckdb.DuckDBPyConnection) -> None:
    """Create the empty result tables: finding, rule_result, undetermined_count."""
    for statement in _DEFINITIONS:
        con.execute(statement)


def build_populations(
    con: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    rules: Iterable[Rule],
    progress: Callable[[str], None] | None = None,
) -> dict[str, str]:
    """Create the populations `rules` speak of, and those they read, as views or (materialised) tables.

    Returns:
        why a population could not be made (one line), by its name; the others are made.
    """
    broken: dict[str, str] = {}
    wanted = frozenset(rule.population for rule in rules)
    for population in in_order(catalogue.populations, wanted):
        kind = "TABLE" if population.materialise else "VIEW"
        try:
            con.execute(f"CREATE {kind} {quoted(population.name)} AS {population.sql}")
        except (duckdb.OutOfMemoryException, duckdb.IOException):
            raise
        except duckdb.Error as error:
            broken[population.name] = _first_line(error)
        if progress:
            progress(population.name)
    return broken


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def _columns(con: duckdb.DuckDBPyConnection, population: Population) -> list[str]:
    return [row[0] for row in con.execute(f"DESCRIBE {quoted(population.name)}").fetchall()]


def _check_columns(con: duckdb.DuckDBPyConnection, rule: Rule, population: Population) -> None:
    present = _columns(con, population)
    named = [population.office, population.person, population.period, population.law_date]
    deciding = [*rule.evidence, *rule.law_values, *rule.export_values]
    for column in [*population.key, *deciding, *(c for c in named if c)]:
        if column not in present:
            raise DeclarationError(
                "declarations.no_column",
                where=rule.path.name,
                column=column,
                population=population.name,
                allowed=", ".join(present),
            )


def delivered_tables(con: duckdb.DuckDBPyConnection, where: str = "") -> Delivered:
    """Return the tables each office ever delivered, by its code.

    Args:
        where: the database whose deliveries are asked about, with its dot; the connection's own when empty.
    """
    rows = con.execute(
        f"SELECT b.office_code, list(DISTINCT f.table_name) FROM {where}batch b"
        f" LEFT JOIN {where}delivered_file f ON f.office_code = b.office_code GROUP BY b.office_code"
    ).fetchall()
    return {office: frozenset(tables) for office, tables in rows}


def closed_offices(delivered: Delivered, needed: frozenset[str], scope: Scope = EVERYTHING) -> list[str]:
    """Return the offices that never delivered one of the needed tables, in order of their codes."""
    return [
        code
        for code, tables in sorted(delivered.items())
        if not needed <= tables and scope.office in (None, code)
    ]


def _scope_key(population: Population, where: str) -> str:
    return f"{population.name}: {where}"


def _reads_once(catalogue: Catalogue, population: Population, rule: Rule) -> bool:
    """Tell whether counting the items on the way costs less than a second pass over them.

    Items that are computed cost more to make than to count; a scan of one table skips what no finding needs.
    """
    computed = not population.materialise and len(population.reads) > 1
    return computed or bool(rule.law_values or rule.export_values)


def _decide_items(
    con: duckdb.DuckDBPyConnection, catalogue: Catalogue, rule: Rule, where: str, closed: Iterable[str]
) -> None:
    """Fill `decided`, and `population_size` once for all rules that speak of the same items.

    An office that did not deliver what they need counts as one item.
    """
    population = catalogue.populations[rule.population]
    scope = _scope_key(population, where)
    select = decided_select(rule, population, where)
    counted = con.execute("SELECT 1 FROM population_size WHERE scope = ? LIMIT 1", [scope]).fetchall()
    once = not counted and _reads_once(catalogue, population, rule)
    chosen = "" if once else " WHERE held IS NOT TRUE"
    con.execute(f"CREATE TEMP TABLE decided AS {counted_select(select + chosen)}")
    if counted:
        return
    if once:
        sizes = "SELECT ?, office_code, sum(items) FROM decided"
    else:
        office = quoted(population.office) if population.office else "CAST(NULL AS VARCHAR)"
        sizes = f"SELECT ?, {office}, count(*) FROM {quoted(population.name)} WHERE {where}"
    con.execute(f"INSERT INTO population_size {sizes} GROUP BY ALL", [scope])
    for code in closed:
        con.execute("INSERT INTO population_size VALUES (?, ?, 1)", [scope, code])


def evaluate_rule(
    con: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    rule: Rule,
    scope: Scope,
    delivered: Delivered,
) -> None:
    """Decide one rule: fills `finding`, `undetermined_count`, `population_size` and `rule_result`.

    Args:
        delivered: see `delivered_tables`.

    Raises:
        DeclarationError: the rule names a column its population does not have.
        duckdb.Error: its SQL does not run.
    """
    population = catalogue.populations[rule.population]
    _check_columns(con, rule, population)
    closed = closed_offices(delivered, catalogue.needed_by(rule), scope) if population.office else []
    where = scope_sql(rule, population, scope, closed)
    con.execute("BEGIN")
    try:
        _decide_items(con, catalogue, rule, where, closed)
        con.execute(_FINDINGS_OF_RULE, {"rule": rule.id, "severity": rule.severity})
        con.execute(_COUNTS_OF_RULE, {"rule": rule.id})
        con.execute("DROP TABLE decided")
        for code in closed:
            con.execute(
                "INSERT INTO undetermined_count VALUES (?, ?, 'not_delivered', NULL, 1)", [rule.id, code]
            )
        con.execute(
            _RESULT_OF_RULE,
            {"rule": rule.id, "severity": rule.severity, "scope": _scope_key(population, where)},
        )
    except duckdb.Error:
        con.execute("ROLLBACK")
        raise
    con.execute("COMMIT")


_FINDINGS_OF_RULE = f"""
INSERT INTO finding
SELECT substr(sha256($rule || '|' || {told_sql("item_key")}), 1, 16), $rule, $severity,
    {told_sql("item_key")}, office_code, period,
    CASE decision WHEN 'exception' THEN 'exception' ELSE 'undetermined' END,
    CASE decision WHEN 'missing_value' THEN 'missing_value' END, {told_sql("effect")}, 'open',
    {told_sql("person")}, {told_sql("evidence")}
FROM decided, unnest(range(items))
WHERE decision IN ({WRITTEN})
"""
_COUNTS_OF_RULE = """
INSERT INTO undetermined_count
SELECT $rule, office_code, decision, period, CAST(items AS BIGINT)
FROM decided
WHERE decision IN ('law_value_unknown', 'not_delivered')
"""
_RESULT_OF_RULE = """
INSERT INTO rule_result
WITH part AS (
    SELECT office_code, items AS size, 0 AS exceptions, 0 AS missing, 0 AS withheld, 0 AS unknown,
        NULL AS effect
    FROM population_size WHERE scope = $scope
    UNION ALL
    SELECT office_code, 0, count(*) FILTER (WHERE outcome = 'exception'),
        count(*) FILTER (WHERE outcome = 'undetermined'), 0, 0, sum(effect)
    FROM finding WHERE rule_id = $rule GROUP BY office_code
    UNION ALL
    SELECT office_code, 0, 0, 0,
        sum(items) FILTER (WHERE reason = 'not_delivered'),
        sum(items) FILTER (WHERE reason = 'law_value_unknown'), NULL
    FROM undetermined_count WHERE rule_id = $rule GROUP BY office_code
), total AS (
    SELECT office_code, coalesce(sum(size), 0) AS size, sum(exceptions) AS exceptions,
        sum(missing) AS missing, coalesce(sum(withheld), 0) AS withheld,
        coalesce(sum(unknown), 0) AS unknown, sum(effect) AS effect
    FROM part GROUP BY office_code
)
SELECT $rule, $severity, office_code, size, size - exceptions - missing - withheld - unknown, exceptions,
    missing + withheld + unknown, missing, withheld, unknown, effect
FROM total
"""


def evaluate(
    con: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    rules: Iterable[Rule],
    scope: Scope,
    broken: Mapping[str, str],
    progress: Callable[[str], None] | None = None,
) -> list[Failure]:
    """Decide `rules` in `con` and return those that could not be run; the others are done.

    Args:
        broken: what `build_populations` returned.

    Raises:
        duckdb.OutOfMemoryException, duckdb.IOException: the machine has no room.
    """
    failures: list[Failure] = []
    delivered = delivered_tables(con)
    for rule in rules:
        try:
            if rule.population in broken:
                raise DeclarationError(
                    "declarations.bad_sql", where=f"{rule.population}.sql", why=broken[rule.population]
                )
            evaluate_rule(con, catalogue, rule, scope, delivered)
        except (duckdb.OutOfMemoryException, duckdb.IOException):
            # the machine's fault, not the rule's: the next rule would meet it too
            raise
        except (duckdb.Error, DeclarationError) as error:
            failures.append(Failure(rule.id, _first_line(error)))
        if progress:
            progress(rule.id)
    con.execute("DROP TABLE population_size")
    return failures
