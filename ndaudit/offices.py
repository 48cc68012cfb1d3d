"""The offices that deliver: statistical code, name and kind, from `expectations/offices.toml`."""

from dataclasses import dataclass
from pathlib import Path

from ndaudit.declarations import Declaration, read_declaration
from ndaudit.errors import DeclarationError
from ndaudit.wording import Text

KINDS = ("aimag", "district", "capital")
_TILE = "[0, 0]"


@dataclass(frozen=True)
class Office:
    """One office: an aimag, a district of Ulaanbaatar, or the capital's office above the districts.

    Attributes:
        tile: row and column on the map of tiles, or None for an office that has no place there.
    """

    code: str
    name: Text
    kind: str
    tile: tuple[int, int] | None = None


def read_offices(path: Path) -> dict[str, Office]:
    """Return the offices declared in `path`, by code.

    Raises:
        DeclarationError: an entry has an unknown key or kind.
    """
    declared = read_declaration(path)
    offices: dict[str, Office] = {}
    for code in declared.names():
        part = Declaration(declared.take(code, dict), f"{path.name} [{code}]")
        offices[code] = Office(code, part.text("name"), part.one_of("kind", KINDS), _tile(part))
        part.finish()
    return offices


def _tile(part: Declaration) -> tuple[int, int] | None:
    places = part.take("tile", list, None)
    if places is None:
        return None
    if len(places) != 2 or not all(type(place) is int and place >= 0 for place in places):
        raise DeclarationError(
            "declarations.not_allowed", where=part.where, key="tile", came=places, allowed=_TILE
        )
    return (places[0], places[1])
