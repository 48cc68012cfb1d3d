"""The clauses of Order 163, from `expectations/clauses.toml`."""

from dataclasses import dataclass
from pathlib import Path

from ndaudit.declarations import read_declaration
from ndaudit.wording import Text


@dataclass(frozen=True)
class Clause:
    """One clause of Order 163, annex 1."""

    number: str
    title: Text


def read_clauses(path: Path) -> dict[str, Clause]:
    """Return the clauses declared in `path`, by number, in their order.

    Raises:
        DeclarationError: an entry has an unknown or missing key.
    """
    declared = read_declaration(path)
    clauses = {}
    for part in declared.parts("clauses"):
        clause = Clause(part.take("number", str), part.text("title"))
        part.finish()
        clauses[clause.number] = clause
    declared.finish()
    return clauses
