"""Which table a file holds when nobody says so: by its name, else by its header."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import polars as pl

from ndaudit.errors import RefusedError
from ndaudit.exports.dbase import field_names, whole_names
from ndaudit.exports.delimited import DELIMITERS
from ndaudit.exports.encodings import spelling_of
from ndaudit.exports.faults import unreadable
from ndaudit.exports.headers import lacks, recognised
from ndaudit.exports.reading import FORMATS
from ndaudit.exports.workbooks import sheet_heads
from ndaudit.tables import Table
from ndaudit.text import header_key, repair_substitutes

_HEAD = 1 << 16
_PART = re.compile(r"(?:[ .()-]*+(?:part|хэсэг)?+[ .()-]*+\d++[ )]*+)++$")
_SHOWN = 3


@dataclass(frozen=True)
class Head:
    """The rows of a file that may be its header.

    Attributes:
        cut: names are cut off after ten letters, as DBF files do.
    """

    rows: tuple[tuple[str, ...], ...]
    cut: bool = False

    def within(self, table: Table) -> tuple[str, ...]:
        """Return the row that names most columns of a table (the first of equals)."""
        rows = [whole_names(row, table) if self.cut else row for row in self.rows]
        return max(rows, key=lambda row: recognised(row, table), default=())


def _csv_rows(path: Path) -> tuple[tuple[str, ...], ...]:
    encoding = spelling_of(path).encoding
    with path.open("rb") as handle:
        text = handle.read(_HEAD).decode(encoding, errors="replace").lstrip("\ufeff")
    if encoding != "utf-8":
        text = repair_substitutes(text)
    rows = []
    for delimiter in DELIMITERS:
        try:
            rows.append(tuple(next(csv.reader(text.splitlines(), delimiter=delimiter), [])))
        except csv.Error:
            continue
    return tuple(sorted(rows, key=len, reverse=True))


def read_head(path: Path, file: str) -> Head:
    """Return the rows of a file that may be its header.

    Raises:
        RefusedError: the file is empty, cannot be read, or is of a kind nobody reads.
    """
    if path.stat().st_size == 0:
        raise RefusedError("exports.empty_file", file=file)
    match FORMATS.get(path.suffix.lower()):
        case "csv":
            return Head(_csv_rows(path))
        case "xlsx" | "xls":
            return Head(tuple(row for rows in sheet_heads(path, file).values() for row in rows))
        case "dbf":
            return Head((field_names(path, file),), cut=True)
        case "parquet":
            try:
                return Head((tuple(pl.read_parquet_schema(path)),))
            except (pl.exceptions.PolarsError, OSError) as error:
                raise unreadable(file, error) from error
        case _:
            raise RefusedError("exports.unknown_format", file=file, allowed=" ".join(FORMATS))


def _spoken(name: str) -> str:
    return header_key(name.replace("_", " "))


def table_by_name(name: str, tables: Mapping[str, Table]) -> Table | None:
    """Return the only table a file is named after, numbers of parts and years left out."""
    stem = _spoken(PurePosixPath(name).stem)
    stems = {stem, _PART.sub("", stem).strip()}
    found = [
        table
        for table in tables.values()
        if stems & {_spoken(text) for text in (table.name, table.title.mn, table.title.en)}
    ]
    return found[0] if len(found) == 1 else None


def table_of(path: Path, file: str, tables: Mapping[str, Table]) -> Table:
    """Return the table a file holds: the one it is named after, else the one its header names most of.

    Raises:
        RefusedError: no table, or several equally, with the candidates.
    """
    named = table_by_name(file, tables)
    if named:
        return named
    head = read_head(path, file)
    counts = {name: recognised(head.within(table), table) for name, table in tables.items()}
    whole = [name for name, table in tables.items() if not lacks(head.within(table), table)]
    most = max((counts[name] for name in whole), default=0)
    best = [name for name in whole if counts[name] == most]
    if not best:
        nearest = sorted((name for name in counts if counts[name]), key=lambda name: -counts[name])
        raise RefusedError("exports.no_table", file=file, nearest=", ".join(nearest[:_SHOWN]) or "—")
    if len(best) > 1:
        raise RefusedError("exports.which_table", file=file, tables=", ".join(best))
    return tables[best[0]]
