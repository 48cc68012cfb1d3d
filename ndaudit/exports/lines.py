"""The lines of a CSV file, one by one: where the reader of DuckDB cannot tell, or would take too much.

What DuckDB notes of a line it cannot take apart is a thousand bytes for every column that is missing: fifty
thousand such lines are more than a load may hold. So many are told from a small part of the file beforehand.
"""

import csv
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ndaudit.errors import RefusedError

BROKEN_LIMIT = 20_000
"""A file with more broken lines was not exported as it should be, and is not read."""
_LOOK, _STEP, _LOOKS = 1 << 11, 1 << 18, 64
"""So many bytes are looked at in every so many, but in small files at so many places."""


@dataclass(frozen=True)
class Lines:
    """A CSV file in UTF-8.

    Attributes:
        columns: how many cells a line must have.
    """

    path: Path
    delimiter: str
    columns: int

    def broken(self, line: bytes) -> bool:
        """Return whether a line that ends where its row ends cannot be taken apart."""
        if not line.strip(b"\r\n"):
            return False
        try:
            text = line.decode()
            if '"' not in text:
                return text.count(self.delimiter) != self.columns - 1
            return len(next(csv.reader([text], delimiter=self.delimiter, strict=True))) != self.columns
        except (UnicodeDecodeError, csv.Error):
            return True

    def _rows(self) -> Iterator[tuple[int, bytes, bool]]:
        """Yield the number of every row below the header, its first line, and whether it goes on below."""
        whole, rest = patterns(self.delimiter.encode())
        within, number = False, -1
        with self.path.open("rb") as handle:
            for line in handle:
                if within:
                    within = rest.fullmatch(line) is None
                    continue
                number += 1
                within = b'"' in line and whole.fullmatch(line) is None
                yield number, line, within

    def blank_rows(self) -> "array[int]":
        """Return the numbers of rows that are empty lines, as a spreadsheet counts rows."""
        return array("q", (number for number, line, _ in self._rows() if line in {b"\n", b"\r\n"}))

    def refuse_broken(self, file: str) -> None:
        """Refuse a file with more broken lines than can be set aside.

        Raises:
            RefusedError: says how many there are, and which is the first.
        """
        if not self._many_suspected():
            return
        first, broken, number = 0, 0, 0
        for number, line, goes_on in self._rows():
            if number and not goes_on and self.broken(line):
                first = first or number
                broken += 1
        if broken > BROKEN_LIMIT:
            raise RefusedError("exports.too_many_broken", file=file, broken=broken, rows=number, first=first)

    def _many_suspected(self) -> bool:
        """Return whether what is seen in a small part of the file speaks for too many broken lines."""
        size = self.path.stat().st_size
        seen = broken = 0
        with self.path.open("rb") as handle:
            for place in range(0, size, max(_LOOK, min(_STEP, size // _LOOKS))):
                handle.seek(place)
                lines = handle.read(_LOOK).split(b"\n")[1:-1]
                seen += sum(len(line) + 1 for line in lines)
                broken += sum(map(self.broken, lines))
        # half of the limit: the part may look better than the whole
        return broken * size * 2 > BROKEN_LIMIT * seen


def patterns(delimiter: bytes) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Return what a line matches whose quotes are all closed, and one that begins within quotes."""
    end = re.escape(delimiter)
    closing = rb'(?:[^"]++|"")*+"[^%b]*+' % end
    field = rb'(?:"%b|(?!")[^%b]*+)' % (closing, end)
    more = rb"(?:%b%b)*+" % (end, field)
    return re.compile(field + more), re.compile(closing + more)
