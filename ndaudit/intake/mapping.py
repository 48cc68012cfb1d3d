"""Mappings an office can edit (`data/mappings/*.toml`): its headers, its codes, where its sheet stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ndaudit.declarations import Declaration, read_declaration
from ndaudit.errors import DeclarationError
from ndaudit.exports.headers import Layout, known_headers
from ndaudit.intake.manifest import Manifest
from ndaudit.tables import Column, Table
from ndaudit.text import header_key

MAPPINGS = "mappings"
KEPT_MAPPINGS = ".mappings"
"""Beside a kept delivery: the mappings it was read with, so that it can be read the same way again."""


@dataclass(frozen=True)
class TableMapping:
    """One mapping file.

    Attributes:
        office: the only office it holds for; None = all.
        headers: column by header, as written.
        codes: by column, what each delivered code stands for.
        content: the file as it is.
    """

    file: str
    table: str
    office: str | None
    headers: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]]
    layout: Layout
    content: bytes

    def applied(self, table: Table) -> Table:
        """Return the table with these headers and codes added to those of the dictionary.

        Raises:
            DeclarationError: a header stands for another column already.
        """
        known = known_headers(table)
        for header, column in self.headers.items():
            if known.get(header_key(header), column) != column:
                raise DeclarationError(
                    "declarations.ambiguous",
                    where=self.file,
                    header=header,
                    one=known[header_key(header)],
                    other=column,
                )
        return replace(table, columns=tuple(self._column(column) for column in table.columns))

    def _column(self, column: Column) -> Column:
        headers = tuple(header for header, name in self.headers.items() if name == column.name)
        codes = self.codes.get(column.name, {})
        mapped = {old.casefold() for old in codes}
        words = {
            code: tuple(word for word in listed if word.casefold() not in mapped)
            for code, listed in (column.code_words or {}).items()
        }
        for old, new in codes.items():
            words[new] = (*words.get(new, ()), old)
        return replace(column, aliases=(*column.aliases, *headers), code_words=words or None)


@dataclass(frozen=True)
class Mappings:
    """Every mapping of a workbench."""

    all: tuple[TableMapping, ...] = ()

    def _for(self, table: str, office: str) -> list[TableMapping]:
        found = [m for m in self.all if m.table == table and m.office in (None, office)]
        return sorted(found, key=lambda m: m.office is not None)

    def tables(self, tables: Mapping[str, Table], office: str) -> dict[str, Table]:
        """Return all tables as an office writes them."""
        return {name: self.of(table, office)[0] for name, table in tables.items()}

    def manifest(self, manifest: Manifest) -> Manifest:
        """Return a manifest whose files are read with the mappings that hold for its office."""
        files, used = [], {}
        for file in manifest.files:
            table, layout = self.of(file.table, manifest.office_code)
            files.append(replace(file, table=table, layout=layout))
            used.update({m.file: m.content for m in self._for(table.name, manifest.office_code)})
        return replace(manifest, files=tuple(files), mappings=used)

    def of(self, table: Table, office: str) -> tuple[Table, Layout]:
        """Return a table as an office writes it, and where it stands; the office's own mapping goes last.

        Raises:
            DeclarationError: two mappings contradict each other.
        """
        layout = Layout()
        for mapping in self._for(table.name, office):
            table = mapping.applied(table)
            layout = Layout(
                mapping.layout.sheet or layout.sheet, mapping.layout.header_row or layout.header_row
            )
        return table, layout


def _texts(raw: Mapping[str, Any], where: str) -> dict[str, str]:
    part = Declaration(raw, where)
    return {key: part.take(key, str) for key in raw}


def _refuse_unknown(came: str, allowed: Sequence[str], where: str, key: str) -> None:
    if allowed and came not in allowed:
        raise DeclarationError(
            "declarations.not_allowed", where=where, key=key, came=came, allowed=", ".join(allowed)
        )


def _codes(declared: Declaration, table: Table) -> dict[str, dict[str, str]]:
    found = {}
    for name, raw in declared.take("codes", dict, {}).items():
        where = f"{declared.where} [codes.{name}]"
        _refuse_unknown(name, [c.name for c in table.columns], declared.where, "codes")
        column = table.column(name)
        if column.sql_type != "VARCHAR":
            coded = [c.name for c in table.columns if c.sql_type == "VARCHAR"]
            _refuse_unknown(name, coded, declared.where, "codes")
        if not isinstance(raw, dict):
            raise DeclarationError(
                "declarations.wrong_kind", where=where, key=name, wanted="table", came=type(raw).__name__
            )
        found[name] = _texts(raw, where)
        for old, new in found[name].items():
            _refuse_unknown(new, column.codes, where, old)
    return found


def _mapping(path: Path, tables: Mapping[str, Table]) -> TableMapping:
    name = f"{path.parent.name}/{path.name}"
    declared = read_declaration(path, name)
    table = tables[declared.one_of("table", tables)]
    where = f"{name} [headers]"
    headers = _texts(declared.take("headers", dict, {}), where)
    for header, column in headers.items():
        _refuse_unknown(column, [c.name for c in table.columns], where, header)
    row = declared.take("header_row", int, None)
    if row is not None and row < 1:
        raise DeclarationError(
            "declarations.not_allowed", where=name, key="header_row", came=row, allowed="≥ 1"
        )
    mapping = TableMapping(
        file=path.name,
        table=table.name,
        office=declared.take("office", str, None),
        headers=headers,
        codes=_codes(declared, table),
        layout=Layout(declared.take("sheet", str, None), row),
        content=path.read_bytes(),
    )
    declared.finish()
    mapping.applied(table)
    return mapping


def read_mappings(folder: Path, tables: Mapping[str, Table]) -> Mappings:
    """Return the mappings in a folder, which need not exist.

    Raises:
        DeclarationError: an unknown table, column, code or key, or a header that stands for two columns.
    """
    paths = sorted(folder.glob("*.toml"))
    return Mappings(tuple(_mapping(path, tables) for path in paths))
