"""Tables as reports show them: declared in `views.toml`, filled from a frame, kept as words and as values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from ndaudit import notation
from ndaudit.declarations import Declaration, read_declaration
from ndaudit.lexicon import Lexicon
from ndaudit.masking import Masker
from ndaudit.wording import Text

VIEWS = Path(__file__).parent / "views.toml"
NUMBERS = ("count", "alarm", "money", "signed", "sum", "signed_sum", "percent", "per_thousand")
WORDS = (
    "text",
    "code",
    "figure",
    "day",
    "moment",
    "month",
    "flag",
    "list",
    "office",
    "table",
    "column",
    "rule",
    "severity",
    "area",
    "clause",
    "assumption",
    "reason",
    "item",
    "word",
    "short_month",
    "year",
    "criteria",
    "law",
    "law_value",
    "duty",
)


@dataclass(frozen=True)
class ViewColumn:
    """One column of a view: which column of the frame, how it is written, under what head.

    Attributes:
        office_only: shown only where the report speaks of one office.
    """

    name: str
    kind: str
    head: Text
    unit: str | None
    quiet: bool
    office_only: bool

    @property
    def is_number(self) -> bool:
        """Its values are aligned right."""
        return self.kind in NUMBERS


@dataclass(frozen=True)
class View:
    """One declared table.

    Attributes:
        empty: what stands there when the frame has no row.
        unless: a count column, and what stands in its place when the count is nothing: the row's numbers
            are then left out.
    """

    name: str
    title: Text
    empty: Text
    columns: tuple[ViewColumn, ...]
    unless: tuple[str, Text] | None

    def about(self, office: str | None) -> "View":
        """Return the view without the columns that say nothing about one office, or about the country."""
        kept = tuple(c for c in self.columns if not (c.kind == "office" if office else c.office_only))
        return replace(self, columns=kept)


def _column(part: Declaration) -> ViewColumn:
    column = ViewColumn(
        name=part.take("name", str),
        kind=part.one_of("kind", (*NUMBERS, *WORDS)),
        head=part.text("head"),
        unit=part.take("unit", str, None),
        quiet=part.take("quiet", bool, False),
        office_only=part.take("office_only", bool, False),
    )
    part.finish()
    return column


def _view(name: str, declared: Declaration) -> View:
    raw = declared.take("unless", dict, None)
    unless = None
    if raw is not None:
        part = Declaration(raw, f"{declared.where} [unless]")
        unless = (part.take("column", str), Text(part.take("mn", str), part.take("en", str)))
        part.finish()
    view = View(
        name,
        declared.text("title"),
        declared.text("empty"),
        tuple(_column(part) for part in declared.parts("columns")),
        unless,
    )
    declared.finish()
    return view


@cache
def read_views() -> Mapping[str, View]:
    """Return the declared tables by name.

    Raises:
        DeclarationError: an entry has an unknown key or kind.
    """
    declared = read_declaration(VIEWS)
    return {
        name: _view(name, Declaration(declared.take(name, dict), f"{VIEWS.name} [{name}]"))
        for name in declared.names()
    }


class Writer:
    """Writes the values of one row as people read them.

    Args:
        masker: gives item keys their pseudonyms.
    """

    def __init__(self, lexicon: Lexicon, masker: Masker) -> None:
        self._lexicon = lexicon
        self._masker = masker
        lang = lexicon.lang
        self._kinds: dict[str, Callable[[Any], str]] = {
            "text": str,
            "code": str,
            "figure": lambda value: str(value).replace("-", "\u2212"),
            "count": notation.count,
            "alarm": notation.count,
            "money": notation.money,
            "signed": lambda value: notation.money(value, sign=True),
            "sum": notation.money,
            "signed_sum": lambda value: notation.money(value, sign=True),
            "percent": notation.percent,
            "per_thousand": notation.per_thousand,
            "day": lambda value: notation.day(value, lang),
            "moment": lambda value: notation.moment(value, lang),
            "month": lambda value: notation.month(value, lang),
            "short_month": lambda value: notation.day(value, lang)[:7],
            "year": lambda value: str(value.year),
            "flag": lambda value: notation.yes_no(value, lang),
            "list": ", ".join,
            "office": lexicon.office,
            "table": lexicon.table,
            "rule": lexicon.rule,
            "severity": lexicon.severity,
            "area": lexicon.area,
            "clause": lexicon.clause,
            "reason": lexicon.reason,
            "criteria": lexicon.criteria,
            "law": lexicon.law,
            "law_value": lexicon.law_value,
            "duty": lexicon.duty,
            "item": lambda value: masker.mask(str(value)),
        }

    def write(self, column: ViewColumn, row: Mapping[str, Any]) -> str:
        """Return the text of one cell; a dash where nothing is recorded."""
        value = row[column.name]
        if value is None and column.kind != "office":
            return notation.NOTHING
        if column.kind == "column":
            return self._lexicon.column(row["table_name"], value)
        if column.kind == "word":
            return self._lexicon.word(column.name, value)
        if column.kind == "assumption":
            return self._lexicon.assumption(row["kind"], value)
        return self._kinds[column.kind](value)


def plain(value: Any) -> Any:
    """Return a number as JSON can hold it without loss: exact numbers as text."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


Link = str | tuple[tuple[str, str], ...] | None


def _link(column: ViewColumn, row: Mapping[str, Any]) -> Link:
    """Return the place that tells where the value of a cell comes from."""
    value = row[column.name]
    if column.name == "rule_ids" and value is not None:
        return tuple((rule, f"rule-{rule}") for rule in value)
    if not value or not (column.is_number or column.kind in ("code", "area")):
        return None
    if row.get("finding_id") and (column.is_number or column.name == "finding_id"):
        return f"finding-{row['finding_id']}"
    subject = next((name for name in _FOLLOWED if row.get(name)), None)
    if subject is None or not (column.is_number or column.name == subject):
        return None
    place = "findings" if (subject, column.name) == ("rule_id", "exceptions") else _FOLLOWED[subject]
    return f"{place}-{row[subject]}"


_FOLLOWED: Mapping[str, str] = {"rule_id": "rule", "clause": "clause", "area": "area"}
"""Columns that say what the numbers of a row are about, and what the places telling more are called."""


@dataclass(frozen=True)
class Row:
    """One row of a filled view.

    Attributes:
        cells: its texts.
        values: what an XLSX needs: numbers as exact text, everything else as shown.
        note: what stands in place of its numbers, or None.
        links: where each cell leads on its page: a place, or texts with theirs.
    """

    cells: tuple[str, ...]
    values: tuple[Any, ...]
    note: str | None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Head:
    """The head of one column of a filled view.

    Attributes:
        number: its values are numbers.
        right: its values are aligned right.
        quiet: it is of less weight.
    """

    text: str
    unit: str | None
    kind: str
    number: bool
    right: bool
    quiet: bool = False


@dataclass(frozen=True)
class Filled:
    """A view with its rows, in one language."""

    name: str
    title: str
    empty: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]


def _row(view: View, row: Mapping[str, Any], writer: Writer, lexicon: Lexicon) -> Row:
    texts = tuple(writer.write(column, row) for column in view.columns)
    note = view.unless[1].within(lexicon.lang) if view.unless and not row[view.unless[0]] else None
    values = tuple(
        text if not column.is_number else None if note else plain(row[column.name])
        for column, text in zip(view.columns, texts, strict=True)
    )
    return Row(texts, values, note, tuple(_link(column, row) for column in view.columns))


def fill(view: View, frame: pl.DataFrame, writer: Writer, lexicon: Lexicon) -> Filled:
    """Return `view` filled with the rows of `frame`."""
    lang = lexicon.lang
    heads = tuple(
        Head(
            column.head.within(lang),
            column.unit,
            column.kind,
            number=column.is_number,
            right=column.is_number or column.kind == "figure",
            quiet=column.quiet,
        )
        for column in view.columns
    )
    rows = tuple(_row(view, row, writer, lexicon) for row in frame.iter_rows(named=True))
    return Filled(view.name, view.title.within(lang), view.empty.within(lang), heads, rows)
