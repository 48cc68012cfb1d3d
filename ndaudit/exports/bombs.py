"""Workbooks that unpack, or spread their cells, beyond what an office can mean: told before reading."""

import re
import zipfile
import zlib
from pathlib import Path

from ndaudit.errors import RefusedError

INFLATED_LIMIT = 2 << 30
"""A sheet full to Excel's last row is below this."""
DENSITY_LIMIT = 100
"""Sheets shrink ten to thirty times; what shrinks more, and is not small, was made to."""
SMALL = 64 << 20
CELL_LIMIT = 100_000_000
"""The reader makes room for the whole rectangle up to the last cell, filled or not."""
_PIECE = 1 << 20
_LETTERS = 26
_FEW_ROWS = 99_999
_FAR_CELL = re.compile(rb'\br="([A-Z]{2,3}\d+|[A-Z]\d{6,7})"')


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * _LETTERS + letter - ord("A") + 1
    return number


def _rectangle(archive: zipfile.ZipFile, name: str) -> int:
    """Return how many cells lie up to the last one of a sheet, reading all of it and so proving its size."""
    columns, rows, held = _LETTERS, _FEW_ROWS, b""
    with archive.open(name) as entry:
        while piece := entry.read(_PIECE):
            for cell in set(_FAR_CELL.findall(held + piece)):
                letters = cell.rstrip(b"0123456789")
                columns = max(columns, _column(letters))
                rows = max(rows, int(cell[len(letters) :]))
            held = piece[-16:]
    return columns * rows


def refuse_bomb(path: Path, file: str) -> int:
    """Refuse an XLSX file that is a zip bomb, holds entries that lie about their size, or a far-off cell.

    Returns:
        How many bytes it unpacks to.

    Raises:
        RefusedError: says which.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            size = sum(entry.file_size for entry in entries)
            if size > INFLATED_LIMIT:
                raise RefusedError("exports.too_large", file=file, limit=INFLATED_LIMIT >> 30)
            if size > SMALL and size > DENSITY_LIMIT * path.stat().st_size:
                raise RefusedError("exports.too_dense", file=file, times=DENSITY_LIMIT)
            # zipfile reads no further than the size promised, then compares the checksum
            if any(_rectangle(archive, entry.filename) > CELL_LIMIT for entry in entries):
                raise RefusedError("exports.too_wide", file=file, limit=CELL_LIMIT // 1_000_000)
            return size
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise RefusedError("exports.unreadable", file=file, why=f"zip: {error}") from error
