"""The rows of a delivered CSV file as bytes: numbered as they were when it was loaded, in any encoding."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from ndaudit.exports.delimited import HEADER_MOST, chosen_delimiter
from ndaudit.exports.lines import patterns
from ndaudit.tables import Table
from ndaudit.text import repair_substitutes

_PIECES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def _coding(path: Path, encoding: str) -> tuple[str, int]:
    """Return the codec that gives every byte of a file back, and the length of its mark."""
    with path.open("rb") as handle:
        head = handle.read(4)
    if encoding == "utf-16":
        mark = next((mark for mark in _WIDE if head.startswith(mark)), b"")
        return _WIDE.get(mark, "utf-16-le"), len(mark)
    mark = codecs.BOM_UTF8 if head.startswith(codecs.BOM_UTF8) else b""
    # a letter a byte, whatever it means: commas, quotes and line ends are the same in all these codings
    return "latin-1", len(mark)


def _lines(path: Path, coding: str, skipped: int) -> Iterator[str]:
    """Yield the lines of a file with their ends; a lone carriage return ends one too."""
    with path.open("rb") as raw:
        raw.seek(skipped)
        with codecs.getreader(coding)(raw, "surrogatepass" if coding != "latin-1" else "strict") as text:
            held = ""
            while piece := text.read(1 << 20):
                found = _PIECES.findall(held + piece)
                # the last line may go on, and a carriage return at its end may be half of one
                held = "".join(found[-2:])
                yield from found[:-2]
            yield from (line for line in _PIECES.findall(held) if line)


def _rows(path: Path, coding: str, skipped: int, delimiter: str) -> Iterator[tuple[int, str, int]]:
    """Yield every row with its number (0: the header) and where it begins, in bytes."""
    whole, rest = patterns(delimiter.encode("latin-1"))
    number, row, begins, at = -1, "", skipped, skipped
    within = False
    for line in _lines(path, coding, skipped):
        if not within:
            if row:
                yield number, row, begins
            number, row, begins = number + 1, "", at
        if within or '"' in line:
            seen = line.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "surrogatepass")
            within = (rest if within else whole).fullmatch(seen) is None
        row += line
        at += len(line.encode(coding, "surrogatepass" if coding != "latin-1" else "strict"))
    if row:
        yield number, row, begins


def _delimiter(path: Path, coding: str, skipped: int, encoding: str, table: Table) -> str:
    """Return the delimiter as it was chosen at loading."""
    with path.open("rb") as handle:
        handle.seek(skipped)
        head = handle.read(HEADER_MOST).decode(encoding if coding == "latin-1" else coding, "replace")
    return chosen_delimiter(repair_substitutes(head), table)[0]


def rows_of_csv(
    path: Path, table: Table, encoding: str, numbers: set[int]
) -> tuple[bytes, dict[int, tuple[bytes, int]]]:
    """Return the header of a CSV file and, by number, the rows wanted with where they begin, all as bytes.

    Args:
        encoding: as told when the file was loaded.
    """
    coding, skipped = _coding(path, encoding)
    delimiter = _delimiter(path, coding, skipped, encoding, table)
    errors = "surrogatepass" if coding != "latin-1" else "strict"
    head, found, last = b"", {}, max(numbers)
    for number, row, begins in _rows(path, coding, skipped, delimiter):
        if number == 0:
            head = row.encode(coding, errors)
        elif number in numbers:
            found[number] = (row.encode(coding, errors), begins)
        if number > last:
            break
    return head, found
