"""The cases of rules: given rows, decided by the same evaluation as a delivery."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal

import duckdb

from ndaudit.catalogue import Catalogue
from ndaudit.deciding import item_key_sql, scope_sql
from ndaudit.errors import DeclarationError
from ndaudit.evaluation import build_populations, create_results, delivered_tables, evaluate_rule
from ndaudit.populations import in_order
from ndaudit.rules import Case, Rule
from ndaudit.scope import Scope
from ndaudit.store import connect, create_tables, declare_world, literal, quoted, state_law
from ndaudit.tables import PROVENANCE

OFFICE = "1110"
"""The office that delivered a given row which names none."""


@dataclass(frozen=True)
class Decision:
    """What a case came to: an outcome (or `absent`), the reason when undetermined, the effect in tögrög."""

    outcome: str
    reason: str | None
    effect: Decimal | None


@contextmanager
def case_world(catalogue: Catalogue) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an empty world with every table, law value and population of the catalogue."""
    con = connect()
    try:
        create_tables(con, catalogue.tables.values())
        declare_world(con, catalogue.law, catalogue.thresholds)
        broken = build_populations(con, catalogue, catalogue.rules.values())
        for name, why in broken.items():
            raise DeclarationError("declarations.bad_sql", where=f"{name}.sql", why=why)
        create_results(con)
        con.execute("CREATE TABLE filled (population VARCHAR, given VARCHAR)")
        yield con
    finally:
        con.close()


def _insert(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, rule: Rule, case: Case) -> set[str]:
    offices = {OFFICE}
    for name, rows in case.given.items():
        where = f"{rule.path.name} [[cases]] {case.name}"
        if name not in catalogue.tables:
            allowed = ", ".join(catalogue.tables)
            raise DeclarationError(
                "declarations.not_allowed", where=where, key="given", came=name, allowed=allowed
            )
        columns = {column.name for column in catalogue.tables[name].columns} | set(PROVENANCE)
        for row in rows:
            for column in row:
                if column not in columns:
                    raise DeclarationError(
                        "declarations.not_allowed",
                        where=where,
                        key=name,
                        came=column,
                        allowed=", ".join(sorted(columns)),
                    )
            office = row.get("delivered_by", row.get("office_code", OFFICE))
            offices.add(office)
            given = {**row, "delivered_by": office}
            names = ", ".join(quoted(column) for column in given)
            marks = ", ".join("?" for _ in given)
            con.execute(f"INSERT INTO {quoted(name)} ({names}) VALUES ({marks})", list(given.values()))
    return offices


def _state_law(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, rule: Rule, case: Case) -> None:
    """Put the law a case states in the place of the values on file."""
    for name, stated in case.law.items():
        parameter = catalogue.law.get(name)
        if parameter is None:
            where = f"{rule.path.name} [[cases]] {case.name}"
            allowed = ", ".join(catalogue.law)
            raise DeclarationError(
                "declarations.not_allowed", where=where, key="law", came=name, allowed=allowed
            )
        rows = stated if parameter.columns else []
        value = replace(
            parameter.values[0],
            valid_from=date(1900, 1, 1),
            valid_to=None,
            adopted_on=None,
            value=None if parameter.columns else Decimal(stated),
            rows=tuple(tuple(row[column] for column in parameter.columns) for row in rows),
        )
        state_law(con, replace(parameter, values=(value,)))


def _deliver(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, case: Case, offices: set[str]) -> None:
    exported_at = datetime.combine(case.as_of, time(18, 0))
    for office in sorted(offices):
        con.execute(
            "INSERT INTO batch (batch_id, office_code, exported_at) VALUES (?, ?, ?)",
            [office, office, exported_at],
        )
        delivered = [name for name in catalogue.tables if name not in case.not_delivered]
        con.execute(
            "INSERT INTO delivered_file (batch_id, office_code, table_name) SELECT ?, ?, unnest(?)",
            [office, office, delivered],
        )


def _refresh(
    con: duckdb.DuckDBPyConnection, catalogue: Catalogue, rule: Rule, case: Case, offices: set[str]
) -> None:
    """Fill the materialised populations `rule` rests on from the given rows, as a run does.

    What a population holds follows from the rows of the tables it reads, the deliveries and the law: where
    these are those of the case that filled it last, it stays as it is.
    """
    world = repr((sorted(offices), case.as_of, sorted(case.not_delivered), sorted(case.law.items())))
    filled = dict(con.execute("SELECT population, given FROM filled").fetchall())
    read: dict[str, frozenset[str]] = {}
    stale: dict[str, str] = {}
    for population in in_order(catalogue.populations, frozenset({rule.population})):
        parts = [read.get(name, frozenset({name})) for name in population.reads]
        read[population.name] = tables = frozenset().union(*parts)
        given = world + repr([(name, case.given[name]) for name in sorted(tables & case.given.keys())])
        if population.materialise and filled.get(population.name) != given:
            stale[population.name] = given
    con.execute("DELETE FROM filled WHERE population IN (SELECT unnest(?))", [list(stale)])
    for name in stale:
        con.execute(f"DELETE FROM {quoted(name)}")
        con.execute(f"INSERT INTO {quoted(name)} {catalogue.populations[name].sql}")
    con.execute("INSERT INTO filled SELECT unnest(?), unnest(?)", [list(stale), list(stale.values())])


def _clear(con: duckdb.DuckDBPyConnection, case: Case) -> None:
    results = ("batch", "delivered_file", "finding", "rule_result", "undetermined_count", "population_size")
    for name in (*case.given, *results):
        con.execute(f"DELETE FROM {quoted(name)}")


def _decision(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, rule: Rule, case: Case) -> Decision:
    population = catalogue.populations[rule.population]
    chosen = f"item_key = {literal(case.item)}" if case.item is not None else "TRUE"
    findings = con.execute(
        f"SELECT outcome, reason, effect FROM finding WHERE {chosen} ORDER BY ALL"
    ).fetchall()
    if findings:
        return Decision(*findings[0])
    counted = con.execute("SELECT reason FROM undetermined_count ORDER BY ALL").fetchall()
    if counted:
        return Decision("undetermined", counted[0][0], None)
    items = con.execute(
        f"SELECT count(*) FROM (SELECT {item_key_sql(population)} AS item_key FROM {quoted(population.name)}"
        f" WHERE {scope_sql(rule, population, Scope())}) WHERE {chosen}"
    ).fetchall()
    return Decision("met" if items[0][0] else "absent", None, None)


def decide_case(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, rule: Rule, case: Case) -> Decision:
    """Decide one case in a `case_world` and leave the world empty again.

    Raises:
        DeclarationError: the case names a table or column that is not in the dictionary.
    """
    try:
        offices = _insert(con, catalogue, rule, case)
        _deliver(con, catalogue, case, offices)
        _state_law(con, catalogue, rule, case)
        _refresh(con, catalogue, rule, case, offices)
        evaluate_rule(con, catalogue, rule, Scope(), delivered_tables(con))
        return _decision(con, catalogue, rule, case)
    finally:
        _clear(con, case)
        for name in case.law:
            state_law(con, catalogue.law[name])
