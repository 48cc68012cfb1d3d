"""CSV files: encoding, delimiter, and which columns are spelt plainly enough for DuckDB's own reader."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from ndaudit.errors import RefusedError
from ndaudit.exports.encodings import Spelling, spelling_of, write_utf8
from ndaudit.exports.headers import HeaderMatch, recognised
from ndaudit.exports.lines import Lines
from ndaudit.store import literal
from ndaudit.tables import Table

DELIMITERS = ",;\t|"
HEAD, PIECE, PIECES = 1 << 15, 1 << 12, 256
"""The sample that decides how columns are read: the head of the file and so many pieces, of so many bytes."""
SAMPLE = "sample.csv"
HEADER_MOST = 1 << 20
_ZONED = re.compile(rb":\d\d(\.\d+)?(Z|[+-]\d\d)")
_STRICT = (
    "auto_detect = false, header = true, quote = '\"', escape = '\"', strict_mode = true,"
    " store_rejects = true, rejects_limit = 0, rejects_line_size_limit = 2097152"
)
_PLAIN = {
    "integer": "DECIMAL(18,3)",
    "money": "DECIMAL(18,2)",
    "rate": "DECIMAL(9,6)",
    "date": "TIMESTAMP",
    "period": "TIMESTAMP",
    "timestamp": "TIMESTAMP",
    "flag": "BOOLEAN",
}
"""Types the reader is given: as BIGINT it would round 1.5, as DATE take 2020-01-1Z for a day."""


@dataclass(frozen=True)
class Delimited:
    """A CSV file ready to be scanned.

    Attributes:
        path: the file, or its UTF-8 copy.
        spelling: how it is spelt, with the encoding of the original.
        repaired: letters put right while it was copied.
    """

    path: Path
    delimiter: str
    headers: tuple[str, ...]
    spelling: Spelling
    repaired: int

    @property
    def lines(self) -> Lines:
        """The file line by line."""
        return Lines(self.path, self.delimiter, len(self.headers))

    def scan(self, types: Sequence[str], path: Path | None = None) -> str:
        """Return SQL reading the file, or another one written like it, with these column types."""
        columns = ", ".join(f"'c{n}': {literal(kind)}" for n, kind in enumerate(types))
        return (
            f"read_csv({literal(str(path or self.path))}, delim = {literal(self.delimiter)},"
            f" columns = {{{columns}}}, {_STRICT})"
        )


def forget_rejects(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what DuckDB recorded of earlier scans; a scan without rejects leaves no record of its own."""
    con.execute("DROP TABLE IF EXISTS reject_errors")
    con.execute("DROP TABLE IF EXISTS reject_scans")


def _header(path: Path, table: Table) -> tuple[str, tuple[str, ...]]:
    with path.open(encoding="utf-8", errors="replace", newline="") as handle:
        return chosen_delimiter(handle.read(HEADER_MOST), table)


def chosen_delimiter(head: str, table: Table) -> tuple[str, tuple[str, ...]]:
    """Return the delimiter that makes the first line of a text name most columns, and its cells."""
    lines = head.lstrip("\ufeff").splitlines(keepends=True)
    best: tuple[int, str, tuple[str, ...]] = (0, ",", ())
    for delimiter in DELIMITERS:
        try:
            cells = tuple(next(csv.reader(lines, delimiter=delimiter), []))
        except csv.Error:
            continue
        found = recognised(cells, table)
        if found > best[0]:
            best = (found, delimiter, cells)
    return best[1], best[2]


def open_delimited(path: Path, table: Table, file: str, work: Path) -> Delimited:
    """Find out how a CSV file is written; any other spelling than UTF-8 is copied into `work`.

    The letters є and ї are put right in any encoding: a text may have been through CP1251 before.

    Raises:
        RefusedError: its first line names no column of the table, or too many lines are broken.
    """
    spelling, repaired, source = spelling_of(path), 0, path
    if spelling.encoding != "utf-8" or spelling.substitutes:
        source = work / "decoded.csv"
        spelling, repaired = write_utf8(path, spelling.encoding, source, repair=True)
    delimiter, headers = _header(source, table)
    if not headers:
        raise RefusedError("exports.no_header", file=file, table=table.name)
    delimited = Delimited(source, delimiter, headers, spelling, repaired)
    delimited.lines.refuse_broken(file)
    return delimited


def plain_line_ends(delimited: Delimited, work: Path) -> Delimited:
    """Return a copy with one kind of line end: DuckDB's strict reader stops at a mixture."""
    target = work / "plain.csv"
    spelling, _ = write_utf8(delimited.path, "utf-8", target, repair=False)
    spelling.encoding = delimited.spelling.encoding
    return replace(delimited, path=target, spelling=spelling)


def _sample(path: Path) -> bytes:
    """Return whole lines from the head of a file and from places all over it."""
    size = path.stat().st_size
    with path.open("rb") as handle:
        found = [handle.read(HEAD).rpartition(b"\n")[0]]
        for n in range(1, PIECES):
            handle.seek(max(handle.tell(), size * n // PIECES))
            found.append(handle.read(PIECE).partition(b"\n")[2].rpartition(b"\n")[0])
    return b"\n".join(piece.strip(b"\r\n") for piece in found if piece) + b"\n"


def take_sample(
    con: duckdb.DuckDBPyConnection, delimited: Delimited, types: Sequence[str], work: Path
) -> bool:
    """Read the sample into the table `sampled`; return False when it is cut within quotes."""
    forget_rejects(con)
    try:
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE sampled AS SELECT * FROM {delimited.scan(types, work / SAMPLE)}"
        )
    except duckdb.InvalidInputException:
        return False
    return True


def column_types(
    con: duckdb.DuckDBPyConnection, delimited: Delimited, table: Table, match: HeaderMatch, work: Path
) -> tuple[str, ...]:
    """Return the type each column is read with: VARCHAR where the sample is spelt in another way."""
    types = ["VARCHAR"] * len(delimited.headers)
    for name, position in match.positions.items():
        types[position] = _PLAIN.get(table.column(name).type, "VARCHAR")
    sample = work / SAMPLE
    sample.write_bytes(_sample(delimited.path))
    if _ZONED.search(sample.read_bytes()):
        # the reader would leave the zone out unsaid
        types = ["VARCHAR" if kind == "TIMESTAMP" else kind for kind in types]
    if not take_sample(con, delimited, types, work):
        return ("VARCHAR",) * len(types)
    for [position] in con.execute(
        "SELECT DISTINCT column_idx - 1 FROM reject_errors WHERE error_type = 'CAST'"
    ).fetchall():
        types[position] = "VARCHAR"
    return tuple(types)
