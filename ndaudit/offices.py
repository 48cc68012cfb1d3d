"""The offices that deliver: statistical code, name and kind, from `expectations/offices.toml`."""

from dataclasses import dataclass
from pathlib import Path

from ndaudit.declarations import Declaration, read_declaration
from ndaudit.wording import Text

KINDS = ("aimag", "district", "capital")


@dataclass(frozen=True)
class Office:
    """One office: an aimag, a district of Ulaanbaatar, or the capital's office above the districts."""

    code: str
    name: Text
    kind: str


def read_offices(path: Path) -> dict[str, Office]:
    """Return the offices declared in `path`, by code.

    Raises:
        DeclarationError: an entry has an unknown key or kind.
    """
    declared = read_declaration(path)
    offices: dict[str, Office] = {}
    for code in declared.names():
        part = Declaration(declared.take(code, dict), f"{path.name} [{code}]")
        offices[code] = Office(code, part.text("name"), part.one_of("kind", KINDS))
        part.finish()
    return offices
