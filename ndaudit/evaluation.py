"""Rules decided over populations: every item is met, an exception, or undetermined for a named reason.

All of it is SQL in one DuckDB connection that sees the tables of a snapshot (or of a case) by name. A rule
takes one pass over its population for the items that are not met; a population's size is counted once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import duckdb

from ndaudit.catalogue import Catalogue
from ndaudit.deciding import (
    COUNTS_OF_RULE,
    FINDING_COLUMNS,
    FINDINGS_OF_RULE,
    RESULTS,
    counted_select,
    decided_select,
    scope_sql,
)
from ndaudit.errors import DeclarationError
from ndaudit.memory import WHOLE, create_in_parts, within_memory
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
    parts: Sequence[str] = WHOLE,
) -> dict[str, str]:
    """Create the populations `rules` speak of, and those they read, as views or (materialised) tables.

    Args:
        parts: see `parts_of_people`; populations declared so are made part by part.

    Returns:
        why a population could not be made (one line), by its name; the others are made.
    """
    broken: dict[str, str] = {}
    wanted = frozenset(rule.population for rule in rules)
    for population in in_order(catalogue.populations, wanted):
        try:
            _create(con, population, parts)
        except (duckdb.OutOfMemoryException, duckdb.IOException):
            raise
        except duckdb.Error as error:
            broken[population.name] = _first_line(error)
        if progress:
            progress(population.name)
    return broken


def _create(con: duckdb.DuckDBPyConnection, population: Population, parts: Sequence[str]) -> None:
    name = quoted(population.name)
    if not population.in_parts or len(parts) == 1:
        kind = "TABLE" if population.materialise else "VIEW"
        within_memory(con, partial(con.execute, f"CREATE {kind} {name} AS {population.sql}"))
        return
    try:
        create_in_parts(con, population.name, population.sql, population.reads, parts)
    except duckdb.Error:
        # some people's rows are no population
        con.execute(f"DROP TABLE IF EXISTS {name}")
        raise


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


def _closed(catalogue: Catalogue, rule: Rule, scope: Scope, delivered: Delivered) -> list[str]:
    """Return the offices whose items of a rule are one undetermined item."""
    if not catalogue.populations[rule.population].office:
        return []
    return closed_offices(delivered, catalogue.needed_by(rule), scope)


def _count_closed(con: duckdb.DuckDBPyConnection, rule: Rule, closed: Iterable[str]) -> None:
    for code in closed:
        con.execute("INSERT INTO undetermined_count VALUES (?, ?, 'not_delivered', NULL, 1)", [rule.id, code])


def count_closed(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, rules: Iterable[Rule]) -> None:
    """Fill the result tables with what `evaluate` gives where no population holds an item."""
    delivered = delivered_tables(con)
    rules = list(rules)
    for rule in rules:
        closed = _closed(catalogue, rule, EVERYTHING, delivered)
        _count_closed(con, rule, closed)
        for code in closed:
            con.execute("INSERT INTO population_size VALUES (?, ?, 1)", [rule.id, code])
    _sum_up(con, [(rule.id, rule.severity, rule.id) for rule in rules])


def evaluate_rule(
    con: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    rule: Rule,
    scope: Scope,
    delivered: Delivered,
) -> str:
    """Decide one rule: fills `finding`, `undetermined_count` and `population_size`.

    Args:
        delivered: see `delivered_tables`.

    Returns:
        the scope under which the sizes stand.

    Raises:
        DeclarationError: the rule names a column its population does not have.
        duckdb.Error: its SQL does not run.
    """
    population = catalogue.populations[rule.population]
    _check_columns(con, rule, population)
    closed = _closed(catalogue, rule, scope, delivered)
    where = scope_sql(rule, population, scope, closed)
    con.execute("BEGIN")
    try:
        _decide_items(con, catalogue, rule, where, closed)
        con.execute(FINDINGS_OF_RULE, {"rule": rule.id, "severity": rule.severity})
        con.execute(COUNTS_OF_RULE, {"rule": rule.id})
        con.execute("DROP TABLE decided")
        _count_closed(con, rule, closed)
    except duckdb.Error:
        con.execute("ROLLBACK")
        raise
    con.execute("COMMIT")
    return _scope_key(population, where)


def _sum_up(con: duckdb.DuckDBPyConnection, decided: Sequence[tuple[str, str, str]]) -> None:
    """Fill `rule_result` for rules by id, severity and scope."""
    rules, severities, scopes = ([part[place] for part in decided] for place in range(3))
    con.execute(RESULTS, {"rules": rules, "severities": severities, "scopes": scopes})
    con.execute("DROP TABLE population_size")


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
    decided: list[tuple[str, str, str]] = []
    delivered = delivered_tables(con)
    for rule in rules:
        try:
            if rule.population in broken:
                raise DeclarationError(
                    "declarations.bad_sql", where=f"{rule.population}.sql", why=broken[rule.population]
                )
            decide = partial(evaluate_rule, con, catalogue, rule, scope, delivered)
            decided.append((rule.id, rule.severity, within_memory(con, decide)))
        except (duckdb.OutOfMemoryException, duckdb.IOException):
            # the machine's fault, not the rule's: the next rule would meet it too
            raise
        except (duckdb.Error, DeclarationError) as error:
            failures.append(Failure(rule.id, _first_line(error)))
        if progress:
            progress(rule.id)
    _sum_up(con, decided)
    return failures
