"""The data dictionary: every table an export may hold, from `expectations/tables/*.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ndaudit.declarations import Declaration, read_declaration
from ndaudit.errors import DeclarationError
from ndaudit.wording import Text

SQL_TYPES: Mapping[str, str] = {
    "text": "VARCHAR",
    "code": "VARCHAR",
    "integer": "BIGINT",
    "money": "DECIMAL(18,2)",
    "rate": "DECIMAL(9,6)",
    "date": "DATE",
    "period": "DATE",
    "timestamp": "TIMESTAMP",
    "flag": "BOOLEAN",
}
PERSONAL = (
    "person",
    "register_no",
    "civil_id",
    "name",
    "book",
    "file",
    "account",
    "staff",
    "birth",
    "number",
)
PROVENANCE: Mapping[str, str] = {
    "delivered_by": "VARCHAR",
    "batch_id": "VARCHAR",
    "source_file": "VARCHAR",
    "source_row": "BIGINT",
}
"""Columns every loaded row carries besides its own: the office that delivered it, and where it stood."""


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        type: one of `SQL_TYPES`.
        personal: class of personal data, or None.
        code_words: Mongolian words an export may write, by code.
    """

    name: str
    type: str
    title: Text
    aliases: tuple[str, ...] = ()
    optional: bool = False
    unit: str | None = None
    codes: tuple[str, ...] = ()
    code_words: Mapping[str, tuple[str, ...]] | None = None
    personal: str | None = None
    normalise: str | None = None

    @property
    def sql_type(self) -> str:
        """The DuckDB type its values have in a snapshot."""
        return SQL_TYPES[self.type]

    @property
    def words(self) -> dict[str, str]:
        """The Mongolian word for each code, as offices write it first."""
        return {code: words[0] for code, words in (self.code_words or {}).items()}

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header that stands for this column."""
        return (self.name, self.title.mn, *self.aliases)


@dataclass(frozen=True)
class Table:
    """One table of the data contract.

    Attributes:
        key: the key columns, unique within an office.
        mode: `full` or `period`, used when a manifest names none.
        optional: an office may have no such table.
    """

    name: str
    title: Text
    key: tuple[str, ...]
    mode: str
    optional: bool
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """Return the column of that name (KeyError if there is none)."""
        return {column.name: column for column in self.columns}[name]


def _column(part: Declaration) -> Column:
    words = part.take("code_words", dict, None)
    column = Column(
        name=part.take("name", str),
        type=part.one_of("type", SQL_TYPES),
        title=part.text("title"),
        aliases=part.strings("aliases", []),
        optional=part.take("optional", bool, False),
        unit=part.take("unit", str, None),
        codes=part.strings("codes", []),
        code_words={code: tuple(value) for code, value in words.items()} if words else None,
        personal=part.one_of("personal", PERSONAL, None),
        normalise=part.one_of("normalise", ("register_no",), None),
    )
    part.finish()
    return column


def _refuse_ambiguous(table: Table, where: str) -> None:
    seen: dict[str, str] = {}
    for column in table.columns:
        for header in {text.casefold() for text in column.headers}:
            if seen.setdefault(header, column.name) != column.name:
                raise DeclarationError(
                    "declarations.ambiguous", where=where, header=header, one=seen[header], other=column.name
                )


def _table(path: Path) -> Table:
    declared = read_declaration(path)
    table = Table(
        name=path.stem,
        title=declared.text("title"),
        key=declared.strings("key"),
        mode=declared.one_of("mode", ("full", "period"), "full"),
        optional=declared.take("optional", bool, False),
        columns=tuple(_column(part) for part in declared.parts("columns")),
    )
    declared.finish()
    names = [column.name for column in table.columns]
    for name in table.key:
        if name not in names:
            raise DeclarationError(
                "declarations.not_allowed", where=path.name, key="key", came=name, allowed=", ".join(names)
            )
    _refuse_ambiguous(table, path.name)
    return table


def read_tables(folder: Path) -> dict[str, Table]:
    """Return the tables declared in `folder`, by name.

    Raises:
        DeclarationError: an unknown key, type or key column, or one header that stands for two columns.
    """
    return {path.stem: _table(path) for path in sorted(folder.glob("*.toml"))}
