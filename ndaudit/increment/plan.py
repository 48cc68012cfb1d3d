"""Which rules can be decided circle by circle, and by which circles."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from ndaudit.catalogue import Catalogue
from ndaudit.increment.circles import CIRCLES, Circle
from ndaudit.increment.labels import BeyondCircleError, Label
from ndaudit.increment.locality import read_relation
from ndaudit.increment.relations import LOCAL, NOTHING, TIED, Relation, Sight
from ndaudit.populations import Population, in_order
from ndaudit.rules import Rule
from ndaudit.store import RECORDS

GROWING = "reporting_month"
"""A calendar that grows with the last export: who reads it asks no month after the export of an office, and
an office with rows of later months counts as touched."""
_TIES = {"delivered_by": "office", "office_code": "office", "batch_id": "batch", "employer_no": "employer"}


@dataclass(frozen=True)
class Plan:
    """How the rules of a catalogue are decided after a delivery.

    Attributes:
        by_circle: rules whose items depend on one circle each, by the name of the circle.
        in_full: rules that look across circles.
    """

    by_circle: Mapping[str, tuple[Rule, ...]]
    in_full: tuple[Rule, ...]


Shapes = Mapping[str, Mapping[str, str]]
"""Column types by column, by table or population."""
Loose = frozenset[tuple[str, str]]
"""Tables and tying columns that are empty in some row of a circle."""


def make_plan(
    con: duckdb.DuckDBPyConnection, catalogue: Catalogue, rules: Iterable[Rule], loose: Loose = frozenset()
) -> Plan:
    """Sort rules by the circles their populations stay in.

    Args:
        con: sees the tables, the law and every population by name.
    """
    shapes = _shapes(con)
    schema = MappingSchema(dict(shapes), dialect="duckdb")
    trees = {name: _qualified(one.sql, schema) for name, one in _needed(catalogue, rules).items()}
    chosen: dict[str, tuple[Rule, ...]] = {}
    left = list(rules)
    for circle in CIRCLES:
        known = {
            name: _base(catalogue, name, columns, circle, loose)
            for name, columns in shapes.items()
            if name not in catalogue.populations
        }
        local = local_populations(trees, known | {GROWING: NOTHING}, circle)
        chosen[circle.name] = tuple(rule for rule in left if rule.population in local)
        left = [rule for rule in left if rule.population not in local]
    return Plan(chosen, tuple(left))


def _needed(catalogue: Catalogue, rules: Iterable[Rule]) -> dict[str, Population]:
    wanted = frozenset(rule.population for rule in rules)
    return {one.name: one for one in in_order(catalogue.populations, wanted)}


def _qualified(sql: str, schema: MappingSchema) -> exp.Expr:
    """Return SQL parsed, each column with the source it is from."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    return qualify(tree, schema=schema, dialect="duckdb", quote_identifiers=False)


def _shapes(con: duckdb.DuckDBPyConnection) -> Shapes:
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in con.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal ORDER BY ALL"
    ).fetchall():
        found.setdefault(table, {})[column] = kind
    return found


def local_populations(
    trees: Mapping[str, exp.Expr], known: Mapping[str, Relation], circle: Circle
) -> dict[str, Relation]:
    """Return the populations that stay inside circles, with what they give.

    Args:
        trees: qualified SQL by population, each after those it reads.
        known: what they read besides.
    """
    found: dict[str, Relation] = {}
    for name, tree in trees.items():
        if name not in known:
            try:
                relation = read_relation(tree, Sight(name, {**known, **found}, circle.kinds))
            except BeyondCircleError:
                continue
            found[name] = relation.named(name)
    return found


def _base(
    catalogue: Catalogue, name: str, columns: Mapping[str, str], circle: Circle, loose: Loose
) -> Relation:
    """Return what is known of a table: the law is constant, records of deliveries hang on their office."""
    if name not in catalogue.tables and name not in (*RECORDS, "as_of", "delivered"):
        return NOTHING
    tied = circle.tied(catalogue.tables[name]) if name in catalogue.tables else {}
    # a row changes with the office that delivered it, whatever office its code names
    ties = {c: kind for c, kind in _TIES.items() if not tied or kind not in circle.kinds}
    labels = {}
    for column in columns:
        kinds = {f"{name}.{column}"} | {one[column] for one in (ties, tied) if column in one}
        labels[column] = Label(frozenset(kinds), (name, column) not in loose)
    return Relation(LOCAL if tied else TIED, labels)


def signature(catalogue: Catalogue, rule: Rule) -> str:
    """Return the sha256 over all that decides a rule besides the records delivered."""
    parts = in_order(catalogue.populations, frozenset({rule.population}))
    said = [
        {name: str(value) for name, value in vars(rule).items() if name != "path"},
        [str(part) for part in parts],
        [str(parameter) for parameter in catalogue.law_of(rule)],
        [str(threshold) for threshold in catalogue.thresholds.values()],
        sorted(catalogue.needed_by(rule)),
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
