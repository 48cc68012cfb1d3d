"""The clauses of Order 163 and the duties of the job description, as `expectations/` lists them."""

import re
from dataclasses import dataclass
from pathlib import Path

from ndaudit.declarations import read_declaration
from ndaudit.wording import Text


@dataclass(frozen=True)
class Clause:
    """One clause of Order 163, annex 1, or one duty of the job description.

    Attributes:
        not_shown: why no rule can speak of it, or None where rules do.
    """

    number: str
    title: Text
    not_shown: Text | None


def read_clauses(path: Path) -> dict[str, Clause]:
    """Return the clauses declared in `path`, by number, in their order.

    Raises:
        DeclarationError: an entry has an unknown or missing key.
    """
    declared = read_declaration(path)
    clauses = {}
    for part in declared.parts("clauses"):
        clause = Clause(part.take("number", str), part.text("title"), part.text("not_shown", None))
        part.finish()
        clauses[clause.number] = clause
    declared.finish()
    return clauses


def place(number: str) -> list[int]:
    """Return what clauses are sorted by: 2.9 stands before 2.10."""
    return [int(part) for part in re.findall(r"\d+", number)]
