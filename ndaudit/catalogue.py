"""Everything declared, read together and checked against each other: tables, law, populations, rules."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from ndaudit.errors import DeclarationError
from ndaudit.law import Parameter, Threshold, read_law, read_thresholds
from ndaudit.law_notes import OwnValue, own_values
from ndaudit.populations import Population, in_order, needed_tables, read_populations
from ndaudit.rules import Rule, read_rules
from ndaudit.tables import Table, read_tables
from ndaudit.workbench import Workbench

RISEN_AGE = "risen_age_by_birth_year"
"""What rules take for granted about the risen age; under the other basis they take its other reading."""


_QUOTED, _LAW_TABLE = re.compile(r"'(\w+)(?=')"), re.compile(r"\blaw_(\w+)")


@cache
def _called(sql: str) -> frozenset[str]:
    # dozens of rules read one population: its SQL is looked through once
    return frozenset((*_QUOTED.findall(sql), *_LAW_TABLE.findall(sql)))


@dataclass(frozen=True)
class Catalogue:
    """The declarations of one workbench.

    Attributes:
        hash: sha256 over every declaring file, the workbench's own law values, and the settings that decide.
    """

    tables: Mapping[str, Table]
    law: Mapping[str, Parameter]
    thresholds: Mapping[str, Threshold]
    populations: Mapping[str, Population]
    rules: Mapping[str, Rule]
    hash: str

    def reads(self, populations: Iterable[str]) -> frozenset[str]:
        """Return the tables and populations that populations read, themselves or through others."""
        parts = in_order(self.populations, frozenset(populations))
        return frozenset(name for part in parts for name in part.reads)

    def needed_by(self, rule: Rule) -> frozenset[str]:
        """Return the tables without which an office's items of `rule` stay undetermined."""
        population = self.populations[rule.population]
        return needed_tables(population, self.populations, self.tables) | frozenset(rule.needs)

    def law_of(self, rule: Rule) -> list[Parameter]:
        """Return the parameters of the law that `rule` and the populations it reads call."""
        read = in_order(self.populations, frozenset({rule.population}))
        own = "\n".join((rule.requirement, rule.applies_when or "", rule.effect or ""))
        called = _called(own).union(*(_called(part.sql) for part in read))
        return [one for name, one in self.law.items() if name in called]

    def own_law_of(self, rule: Rule) -> list[OwnValue]:
        """Return the law values of the workbench's own that `rule` or its populations call."""
        own = own_values(self.law.values())
        # most workbenches state none, and looking through the SQL of every rule takes its time
        names = {parameter.name for parameter in self.law_of(rule)} if own else set()
        return [one for one in own if one.parameter.name in names]


def declaring_files(expectations: Path) -> list[Path]:
    """Return every declaring file, in order of its path."""
    found = [p for p in expectations.rglob("*") if p.suffix in {".toml", ".sql", ".json"} and p.is_file()]
    return sorted(found, key=lambda p: p.relative_to(expectations).as_posix())


def content_hash(expectations: Path) -> str:
    """Return the sha256 over the names and bytes of every declaring file."""
    digest = hashlib.sha256()
    for path in declaring_files(expectations):
        digest.update(f"{path.relative_to(expectations).as_posix()}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def deciding_hash(workbench: Workbench) -> str:
    """Return the sha256 over everything that decides: declarations, own law values, settings."""
    digest = hashlib.sha256(content_hash(workbench.expectations).encode())
    digest.update(content_hash(workbench.own_law).encode())
    digest.update(json.dumps(workbench.settings.deciding, sort_keys=True).encode())
    return digest.hexdigest()


def _by_basis(law: dict[str, Parameter], basis: str) -> dict[str, Parameter]:
    """Return the law with the risen age by the basis chosen only: two readings of one law, never both.

    Raises:
        DeclarationError: the table does not tell its readings apart, as in runs of an older version.
    """
    risen = law.get("risen_age")
    if risen is None:
        return law
    if "basis" not in risen.columns:
        raise DeclarationError("declarations.no_basis", where="risen_age.toml", column="basis")
    place = list(risen.columns).index("basis")
    values = tuple(
        replace(value, rows=tuple(row for row in value.rows if row[place] == basis)) for value in risen.values
    )
    return law | {"risen_age": replace(risen, values=values)}


def _assuming(rules: dict[str, Rule], basis: str) -> dict[str, Rule]:
    """Return the rules with their assumption about the risen age as the basis chosen makes it."""
    return {
        name: replace(
            rule,
            assumptions=tuple(
                f"risen_age_by_{basis}" if one == RISEN_AGE else one for one in rule.assumptions
            ),
        )
        for name, rule in rules.items()
    }


def read_catalogue(workbench: Workbench, *, accepted: bool = False) -> Catalogue:
    """Read all declarations of a workbench.

    Args:
        accepted: they were read and accepted before, as the copy a run keeps was.

    Raises:
        DeclarationError: a file is wrong by itself, or names a population, table or column that is not there.
    """
    folder = workbench.expectations
    basis = workbench.settings.risen_age_basis
    catalogue = Catalogue(
        tables=read_tables(folder / "tables"),
        law=_by_basis(read_law(folder / "law", workbench.own_law), basis),
        thresholds=read_thresholds(folder / "thresholds.toml", workbench.settings.thresholds),
        populations=read_populations(folder / "populations"),
        rules=_assuming(read_rules(folder / "rules", accepted=accepted), basis),
        hash=deciding_hash(workbench),
    )
    for rule in catalogue.rules.values():
        _check_names(rule, catalogue)
    return catalogue


def _check_names(rule: Rule, catalogue: Catalogue) -> None:
    if rule.population not in catalogue.populations:
        raise DeclarationError(
            "declarations.no_population",
            where=rule.path.name,
            population=rule.population,
            allowed=", ".join(catalogue.populations),
        )
    for table in rule.needs:
        if table not in catalogue.tables:
            raise DeclarationError(
                "declarations.not_allowed",
                where=rule.path.name,
                key="needs",
                came=table,
                allowed=", ".join(catalogue.tables),
            )
