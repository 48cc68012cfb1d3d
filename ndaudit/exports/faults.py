"""What reading libraries raise over a broken file, turned into one sentence that names the file."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

import duckdb

from ndaudit.errors import RefusedError

_LONGEST = 200
_PLACE = re.compile(r"""\s*(['"])/.*?\1""")
_MACHINE = (
    "No space left",
    "quota exceeded",
    "Could not write",
    "Permission denied",
    "Read-only",
    "max_temp",
)


def unreadable(file: str, error: BaseException) -> RefusedError:
    """Return the refusal of a file a library could not read."""
    first = (str(error).splitlines() or [type(error).__name__])[0]
    # where our copy lies says nothing to whoever delivered it
    why = _PLACE.sub("", first[: _LONGEST * 10])[:_LONGEST]
    return RefusedError("exports.unreadable", file=file, why=why)


@contextmanager
def engine_reading(file: str) -> Iterator[None]:
    """Refuse a file DuckDB finds broken; what the machine lacks is told as such elsewhere.

    Raises:
        RefusedError: whatever DuckDB says about the file.
    """
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        if any(sign in str(error) for sign in _MACHINE):
            raise
        raise unreadable(file, error) from error


class workbook_reading:  # noqa: N801
    """Refuse a workbook over which the reader panics, and keep the panic's own report off the terminal.

    A panic of a Rust library is a `BaseException` of a class that cannot be imported, told by its name.
    """

    def __init__(self, file: str) -> None:
        self._file = file

    def __enter__(self) -> None:
        sys.stderr.flush()
        self._kept = os.dup(2)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        os.dup2(self._kept, 2)
        os.close(self._kept)
        if error is not None and kind is not None and kind.__name__ == "PanicException":
            raise unreadable(self._file, error) from error
