"""DBF files of old FoxPro programs: their code page, their cut-off column names, their values as texts."""

import struct
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import dbfread
import polars as pl

from ndaudit.errors import RefusedError
from ndaudit.exports.headers import known_headers
from ndaudit.tables import Table
from ndaudit.text import header_key

NAME_LENGTH = 10
"""A DBF file holds so many letters of a column's name."""
OWN_PAGES = {0x00: "cp1251", 0x57: "cp1251"}
"""Files that name no code page, or the one of “this Windows”: in these offices that is the Cyrillic one."""
_PIECE = 20_000
_FLAGS = {b"T": "1", b"t": "1", b"Y": "1", b"y": "1", b"F": "0", b"f": "0", b"N": "0", b"n": "0"}


class _TextParser(dbfread.FieldParser):  # type: ignore[misc]
    """Reads every field as the text it would be in a CSV file; what makes no sense stays as it stands."""

    def _plain(self, data: bytes) -> str | None:
        return self.decode_text(data.strip(b"\0 ")) or None

    def parseC(self, field: Any, data: bytes) -> str | None:  # noqa: N802
        return self._plain(data)

    # a number that did not fit its field stands there as asterisks: lost, and to be told
    parseN = parseF = parseV = parseC  # noqa: N815

    def parseD(self, field: Any, data: bytes) -> str | None:  # noqa: N802
        text = self._plain(data)
        if text and len(text) == 8 and text.isdigit():
            return None if text == "00000000" else f"{text[:4]}-{text[4:6]}-{text[6:]}"
        return text

    def parseL(self, field: Any, data: bytes) -> str | None:  # noqa: N802
        return None if data in {b"?", b" ", b"\0"} else _FLAGS.get(data) or self._plain(data)

    def parse(self, field: Any, data: bytes) -> str | None:
        try:
            value = super().parse(field, data)
        except (ValueError, OverflowError, struct.error):
            return data.hex()
        if isinstance(value, bytes):
            return value.hex()
        if isinstance(value, datetime):
            return value.isoformat(" ", "seconds")
        return None if value is None else str(value)


def _open(path: Path, file: str) -> dbfread.DBF:
    """Return the open file.

    Raises:
        RefusedError: it is no DBF file, or its end is missing.
    """
    size = path.stat().st_size
    with path.open("rb") as handle:
        head = handle.read(32)
    page = OWN_PAGES.get(head[29]) if len(head) == 32 else None
    try:
        table = dbfread.DBF(
            path,
            encoding=page,
            ignorecase=False,
            parserclass=_TextParser,
            recfactory=None,
            ignore_missing_memofile=True,
            char_decode_errors="replace",
        )
    except (ValueError, LookupError, TypeError, struct.error, OSError) as error:
        raise RefusedError("exports.unreadable", file=file, why=f"DBF: {error}") from error
    header = table.header
    # a record of another length than its fields would be read out of step, or for ever
    if not table.fields or header.recordlen != 1 + sum(field.length for field in table.fields):
        raise RefusedError("exports.unreadable", file=file, why="DBF: record length")
    if header.headerlen + header.numrecords * header.recordlen > size:
        raise RefusedError("exports.cut_off", file=file, rows=header.numrecords)
    return table


def whole_names(names: Sequence[str], table: Table) -> tuple[str, ...]:
    """Return headers with the column names a DBF file cut off written out, where only one can be meant."""
    known = known_headers(table)
    whole = []
    for name in names:
        meant = [c.name for c in table.columns if c.name.startswith(name.casefold())]
        cut = len(name) == NAME_LENGTH and header_key(name) not in known
        whole.append(meant[0] if cut and len(meant) == 1 else name)
    return tuple(whole)


def _pieces(table: dbfread.DBF) -> Iterator[pl.DataFrame]:
    schema = {f"c{n}": pl.String for n in range(len(table.fields))}
    rows: list[tuple[str | None, ...]] = []
    for record in table:
        rows.append(tuple(value for _, value in record))
        if len(rows) == _PIECE:
            yield pl.DataFrame(rows, schema=schema, orient="row")
            rows = []
    yield pl.DataFrame(rows, schema=schema, orient="row")


def field_names(path: Path, file: str) -> tuple[str, ...]:
    """Return the column names of a DBF file as they stand there."""
    return tuple(_open(path, file).field_names)


def read_dbf(path: Path, table: Table, file: str) -> tuple[pl.DataFrame, tuple[str, ...], str]:
    """Return the records that are not deleted as texts, their headers, and the code page.

    Raises:
        RefusedError: it is no DBF file, or its end is missing.
    """
    opened = _open(path, file)
    try:
        frame = pl.concat(_pieces(opened))
    except (ValueError, TypeError, struct.error, OSError) as error:
        raise RefusedError("exports.unreadable", file=file, why=f"DBF: {error}") from error
    return frame, whole_names(opened.field_names, table), str(opened.encoding)
