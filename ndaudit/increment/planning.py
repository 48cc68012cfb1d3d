"""Which rules can be decided circle by circle, and by which circles."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from ndaudit.catalogue import Catalogue
from ndaudit.increment.circles import CIRCLES, Circle
from ndaudit.increment.keeping import Standing
from ndaudit.increment.labels import BeyondCircleError, Label
from ndaudit.increment.locality import read_relation
from ndaudit.increment.plan import Plan
from ndaudit.increment.relations import LOCAL, NOTHING, NOWHERE, OWN, TIED, TIES, Relation, Sight
from ndaudit.increment.touching import Loose
from ndaudit.increment.trees import compares_stars
from ndaudit.populations import Population, in_order
from ndaudit.rules import Rule
from ndaudit.store import RECORDS, quoted

GROWING = "reporting_month"
"""A calendar that grows with the last export: who reads it asks no month after the export of an office, and
an office with rows of later months counts as touched."""
_EMPLOYER = "employer_no"
_WORD = re.compile(r"\w+")
_TIES = {"delivered_by": "office", "office_code": "office", "batch_id": "batch", _EMPLOYER: "employer"}


Shapes = Mapping[str, Mapping[str, str]]
"""Column types by column, by table or population."""


def make_plan(
    con: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    rules: Sequence[Rule],
    loose: Loose = frozenset(),
    standing: Standing = lambda populations: frozenset(),
) -> Plan:
    """Sort rules by the circles their populations stay in.

    Args:
        con: sees the tables and the law; gains an empty table for each population.
        standing: asked about populations that look across circles, and read nothing of circles themselves.
    """
    needed = in_order(catalogue.populations, frozenset(rule.population for rule in rules))
    _declare(con, needed)
    shapes = _shapes(con)
    schema = MappingSchema(dict(shapes), dialect="duckdb")
    parsed = {one.name: sqlglot.parse_one(one.sql, read="duckdb") for one in needed}
    plan = Plan({}, tuple(rules), columns=_columns(catalogue, needed, parsed), loose=loose)
    trees = {name: _qualified(tree, schema) for name, tree in parsed.items()}
    found: dict[str, Mapping[str, Relation]] = {}
    for circle in CIRCLES:
        known = {
            name: _base(catalogue, name, columns, circle, loose)
            for name, columns in shapes.items()
            if name not in catalogue.populations
        }
        known[GROWING] = NOTHING
        if circle.beside:
            beside = found[circle.beside.name]
            found[circle.name] = local_populations(trees, known, circle, beside)
            plan = _numbered(catalogue, plan, circle, found[circle.name], beside)
        else:
            local = local_populations(trees, known, circle)
            outside = [
                one for one in needed if one.name not in local and _reads_outside(catalogue, one, circle)
            ]
            if same := standing(outside):
                local = local_populations(trees, known | dict.fromkeys(same, NOTHING), circle)
            found[circle.name] = local
            plan = _inside(catalogue, plan, circle, local)
    return plan


def _inside(catalogue: Catalogue, plan: Plan, circle: Circle, local: Mapping[str, Relation]) -> Plan:
    """Take the rules whose items stay inside circles; of rows outside all would be looked at, twice."""
    inside = {name: relation for name, relation in local.items() if relation.kind != TIED}
    rules = tuple(rule for rule in plan.in_full if rule.population in inside)
    owned = {
        rule.id
        for rule in rules
        if inside[rule.population].is_owned(catalogue.populations[rule.population].office)
    }
    return replace(plan.taking(circle, rules), owned=plan.owned | owned)


def _numbered(
    catalogue: Catalogue,
    plan: Plan,
    circle: Circle,
    local: Mapping[str, Relation],
    beside: Mapping[str, Relation],
) -> Plan:
    """Take the rules whose items always carry the number of their circle, where it has others beside."""
    columns = {rule.id: _numbering(catalogue, rule, local, circle) for rule in plan.in_full}
    named = {name: column for name, column in columns.items() if column}
    rules = tuple(rule for rule in plan.in_full if rule.id in named)
    return replace(plan.taking(circle, rules), named=named, whole=_looked_at(catalogue, rules, local, beside))


def _looked_at(
    catalogue: Catalogue, rules: Iterable[Rule], local: Mapping[str, Relation], beside: Mapping[str, Relation]
) -> frozenset[str]:
    """Return what populations read that are worked out for the circles beside."""
    parts = in_order(catalogue.populations, frozenset(rule.population for rule in rules))
    theirs = {
        part.name
        for part in parts
        if part.name in beside and local.get(part.name) == beside[part.name].beside().named(part.name)
    }
    return catalogue.reads(theirs)


def _numbering(catalogue: Catalogue, rule: Rule, local: Mapping[str, Relation], circle: Circle) -> str | None:
    """Return the part of the key of a rule's items that always numbers their circle."""
    relation = local.get(rule.population)
    if relation is None or relation.kind != LOCAL:
        return None
    key = catalogue.populations[rule.population].key
    return next(
        (c for c in key if (x := relation.labels.get(c)) and x.total and x.kinds & circle.kinds), None
    )


def _reads_outside(catalogue: Catalogue, population: Population, circle: Circle) -> bool:
    """Tell whether a population is worked out of tables outside circles alone."""
    tables = catalogue.reads([population.name]) & catalogue.tables.keys()
    return population.name != GROWING and not any(circle.tied(catalogue.tables[name]) for name in tables)


def _declare(con: duckdb.DuckDBPyConnection, populations: Iterable[Population]) -> None:
    """Give each population an empty table: of views DuckDB would read the SQL anew wherever they are read."""
    for one in populations:
        columns = con.execute(f"DESCRIBE {one.sql}").fetchall()
        listed = ", ".join(f"{quoted(column[0])} {column[1]}" for column in columns)
        con.execute(f"CREATE TABLE {quoted(one.name)} ({listed})")


def _qualified(tree: exp.Expr, schema: MappingSchema) -> exp.Expr:
    """Return parsed SQL with each column given the source it is from, and stars written out."""
    return qualify(tree, schema=schema, dialect="duckdb", quote_identifiers=False)


def _columns(
    catalogue: Catalogue, populations: Iterable[Population], parsed: Mapping[str, exp.Expr]
) -> dict[str, frozenset[str]]:
    """Return the names by table that SQL says which reads it, itself or through others.

    A table of which whole rows are compared is left out: every column of it makes a difference.
    """
    found: dict[str, frozenset[str]] = {}
    whole: set[str] = set()
    for one in populations:
        tables = catalogue.reads([one.name]) & catalogue.tables.keys()
        names = frozenset(_WORD.findall(one.sql))
        found.update({name: found.get(name, frozenset()) | names for name in tables})
        whole |= tables if compares_stars(parsed[one.name]) else set()
    return {name: names for name, names in found.items() if name not in whole}


def _shapes(con: duckdb.DuckDBPyConnection) -> Shapes:
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in con.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal ORDER BY ALL"
    ).fetchall():
        found.setdefault(table, {})[column] = kind
    return found


def local_populations(
    trees: Mapping[str, exp.Expr],
    known: Mapping[str, Relation],
    circle: Circle,
    beside: Mapping[str, Relation] | None = None,
) -> dict[str, Relation]:
    """Return the populations that stay inside circles, with what they give.

    Args:
        trees: qualified SQL by population, each after those it reads.
        known: what they read besides.
        beside: the populations that stay inside the circles beside these.
    """
    found: dict[str, Relation] = {}
    ties = TIES | (circle.beside.kinds if circle.beside else NOWHERE)
    for name, tree in trees.items():
        if name not in known:
            try:
                relation = read_relation(tree, Sight(name, {**known, **found}, circle.kinds, ties=ties))
            except BeyondCircleError:
                other = (beside or {}).get(name)
                if other is None or other.kind != LOCAL:
                    continue
                relation = other.beside()
            found[name] = relation.named(name)
    return found


def _base(
    catalogue: Catalogue, name: str, columns: Mapping[str, str], circle: Circle, loose: Loose
) -> Relation:
    """Return what is known of a table: the law is constant, records of deliveries hang on their office."""
    if name not in catalogue.tables and name not in (*RECORDS, "as_of", "delivered"):
        return NOTHING
    table = catalogue.tables.get(name)
    tied = circle.tied(table) if table else {}
    beside = circle.beside.tied(table) if table and circle.beside else {}
    # a row changes with the office that delivered it, whatever office its code names
    ties = {c: kind for c, kind in _TIES.items() if not tied or kind not in circle.kinds}
    if table and not tied and _EMPLOYER not in columns:
        # one office may deliver a record of staff that names another: only who delivered it is looked for
        ties.pop("office_code")
    if beside and not tied:
        # only what belongs to circles beside is there: an office would seem to have no more
        ties = {}
    labels = {}
    for column in columns:
        kinds = {f"{name}.{column}"} | {one[column] for one in (ties, tied, beside) if column in one}
        kinds |= {OWN} if tied and column == "delivered_by" else set()
        loosely = (name, column) in loose and (column in tied or column in beside)
        labels[column] = Label(frozenset(kinds), not loosely)
    return Relation(LOCAL if tied else TIED, labels)
