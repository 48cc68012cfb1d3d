"""Everything declared, read together and checked against each other: tables, law, populations, rules."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ndaudit.errors import DeclarationError
from ndaudit.law import Parameter, Threshold, read_law, read_thresholds
from ndaudit.populations import Population, needed_tables, read_populations
from ndaudit.rules import Rule, read_rules
from ndaudit.tables import Table, read_tables
from ndaudit.workbench import Workbench


@dataclass(frozen=True)
class Catalogue:
    """The declarations of one workbench.

    Attributes:
        hash: sha256 over every declaring file, its name and its bytes.
    """

    tables: Mapping[str, Table]
    law: Mapping[str, Parameter]
    thresholds: Mapping[str, Threshold]
    populations: Mapping[str, Population]
    rules: Mapping[str, Rule]
    hash: str

    def needed_by(self, rule: Rule) -> frozenset[str]:
        """Return the tables without which an office's items of `rule` stay undetermined."""
        population = self.populations[rule.population]
        return needed_tables(population, self.populations, self.tables) | frozenset(rule.needs)


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


def read_catalogue(workbench: Workbench) -> Catalogue:
    """Read all declarations of a workbench.

    Raises:
        DeclarationError: a file is wrong by itself, or names a population, table or column that is not there.
    """
    folder = workbench.expectations
    catalogue = Catalogue(
        tables=read_tables(folder / "tables"),
        law=read_law(folder / "law"),
        thresholds=read_thresholds(folder / "thresholds.toml", workbench.settings.thresholds),
        populations=read_populations(folder / "populations"),
        rules=read_rules(folder / "rules"),
        hash=content_hash(folder),
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
