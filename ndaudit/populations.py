"""Populations: the items rules speak of, one SQL file each, discovered from `expectations/populations/`."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import duckdb

from ndaudit.declarations import Declaration
from ndaudit.errors import DeclarationError
from ndaudit.tables import Table
from ndaudit.wording import Text

_HEAD = re.compile(r"--\s*([a-z_.]+):\s*(.*\S)\s*$")


@dataclass(frozen=True)
class Population:
    """The items one or more rules speak of.

    Attributes:
        key: columns that name an item, in the order of item keys.
        office: column with the office of the item, or None for items of the whole country.
        person: column with the person the item belongs to, or None.
        period: column with the month of the item, or None.
        law_date: column with the day whose law decides the item, or None.
        materialise: keep it as a table during a run, because several rules or populations read it.
        in_parts: each of its rows rests on rows of one person alone, so that people can be taken in parts.
        not_needed: tables it reads that an office may leave undelivered without making rules undetermined.
    """

    name: str
    title: Text
    key: tuple[str, ...]
    office: str | None
    person: str | None
    period: str | None
    law_date: str | None
    materialise: bool
    in_parts: bool
    not_needed: tuple[str, ...]
    sql: str

    @cached_property
    def reads(self) -> frozenset[str]:
        """The tables and populations its SELECT names (parsed when first asked for: reports never ask).

        Raises:
            DeclarationError: the SQL cannot be parsed.
        """
        return _reads(self.sql, f"{self.name}.sql")


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    """Return an engine that only parses: no thread of its own, which a fork would lose."""
    return duckdb.connect(config={"threads": 1})


@cache
def _reads(sql: str, where: str) -> frozenset[str]:
    # two catalogues of one process, as of two runs, mostly hold the same SQL
    named, own = set[str](), set[str]()

    def note(node: dict[str, Any]) -> dict[str, Any]:
        if node.get("type") == "BASE_TABLE":
            named.add(node["table_name"])
        if "cte_map" in node:
            own.update(part["key"] for part in node["cte_map"]["map"])
        return node

    # not sqlglot: to import it takes longer than the engine takes for all of them
    [[text]] = _parser().cursor().execute("SELECT json_serialize_sql(?::VARCHAR)", [sql]).fetchall()
    try:
        tree = json.loads(text, object_hook=note)
    except RecursionError as error:
        raise DeclarationError("declarations.sql_too_deep", where=where) from error
    if tree["error"]:
        why = tree["error_message"].splitlines()[0]
        raise DeclarationError("declarations.bad_sql", where=where, why=why)
    if len(tree["statements"]) != 1:
        raise DeclarationError("declarations.not_one_select", where=where, count=len(tree["statements"]))
    return frozenset(named - own)


def _population(path: Path) -> Population:
    text = path.read_text("utf-8")
    lines = text.splitlines()
    size = next((n for n, line in enumerate(lines) if not line.startswith("--")), len(lines))
    pairs = [(found[1], found[2]) for line in lines[:size] if (found := _HEAD.match(line))]
    head = Declaration(dict(pairs), path.name)
    sql = "\n".join(lines[size:]).strip().rstrip(";")
    population = Population(
        name=path.stem,
        title=Text(mn=head.take("title.mn", str), en=head.take("title.en", str)),
        key=_names(head.take("key", str)),
        office=head.take("office", str, None),
        person=head.take("person", str, None),
        period=head.take("period", str, None),
        law_date=head.take("law_date", str, None),
        materialise=head.one_of("materialise", ("true", "false"), "false") == "true",
        in_parts=head.one_of("in_parts", ("true", "false"), "false") == "true",
        not_needed=_names(head.take("not_needed", str, None)),
        sql=sql,
    )
    head.finish()
    return population


def read_populations(folder: Path) -> dict[str, Population]:
    """Return the populations declared in `folder`, by name.

    Raises:
        DeclarationError: a head lacks a key or names an unknown one.
    """
    return {path.stem: _population(path) for path in sorted(folder.glob("*.sql"))}


def in_order(populations: Mapping[str, Population], wanted: frozenset[str]) -> list[Population]:
    """Return `wanted` and every population they read, each after those it reads.

    Raises:
        DeclarationError: populations read each other in a circle.
    """
    done: dict[str, Population] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise DeclarationError("declarations.circle", where=name, circle=" → ".join([*path, name]))
        if name in done or name not in populations:
            return
        for read in sorted(populations[name].reads):
            visit(read, (*path, name))
        done[name] = populations[name]

    for name in sorted(wanted):
        visit(name, ())
    return list(done.values())


def needed_tables(
    population: Population, populations: Mapping[str, Population], tables: Mapping[str, Table]
) -> frozenset[str]:
    """Return the delivered tables without which `population` cannot be decided for an office.

    A table it may lack (`not_needed`) counts neither for it nor through the populations it reads.
    """
    found: set[str] = set()
    for part in in_order(populations, frozenset({population.name})):
        found |= {name for name in part.reads if name in tables} - set(part.not_needed)
    return frozenset(found - set(population.not_needed))
