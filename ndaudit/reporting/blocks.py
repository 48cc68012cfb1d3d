"""The pieces of a report's page as HTML: every text in them is escaped."""

import re
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ndaudit.reporting.views import Filled
from ndaudit.wording import LANGUAGES, Language

TEMPLATES = Path(__file__).parent / "templates"
LAB_STYLE = Path(__file__).parent.parent / "assets" / "lab" / "outputs.css"
TABLE = "application/vnd.ndaudit.table+json"
CHART = "application/vnd.ndaudit.chart+json"
PLOTLY = "application/vnd.plotly.v1+json"
GALLERY = "application/vnd.ndaudit.gallery+json"
PART = "application/vnd.ndaudit.part+json"
"""What a block says in parts, for paper: `cover`, `lead`, `figures`, `signatures`, `evidence`."""


@cache
def _module() -> Any:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.globals["lab_style"] = LAB_STYLE.read_text("utf-8")
    return environment.get_template("blocks.html.j2").module


def render(block: str, *values: Any, **named: Any) -> str:
    """Return one block of `templates/blocks.html.j2`, filled."""
    return str(getattr(_module(), block)(*values, **named))


@dataclass(frozen=True)
class Block:
    """What a cell shows: HTML, the same in plain words, and further forms by mime type."""

    html: str
    plain: str
    forms: tuple[tuple[str, Any], ...] = ()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {"text/html": self.html, "text/plain": self.plain, **dict(self.forms)}

    def __repr__(self) -> str:
        return self.plain


def glued(text: str) -> str:
    """Return a text in which no line ends between a number and its unit."""
    return _UNIT.sub("\u00a0", text)


_UNIT = re.compile(r"(?<=\d) (?=[₮%‰])")


def part(**parts: Any) -> tuple[tuple[str, Any], ...]:
    """Return the further form of a block that a page of paper is laid out from."""
    return ((PART, parts),)


def table_block(table: Filled) -> Block:
    """Return a table as a block; its values travel with it, for the XLSX."""
    values = asdict(table)
    return Block(render("table", values), table.title, ((TABLE, values),))


def is_told(cell: Any, lang: Language) -> bool:
    """Return whether a cell of a notebook speaks in a language: one that names none speaks in each."""
    tags = set(cell.metadata.get("tags", ()))
    return cell.cell_type != "raw" and (lang in tags or not tags & set(LANGUAGES))
