"""The bytes of delivered rows, taken from the kept deliveries: CSV lines and DBF records as they came.

A row of a workbook or a Parquet file has no bytes of its own in the file: it is written out as one line of
CSV, and said to be.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ndaudit.errors import RefusedError, machine_faults
from ndaudit.exports.columnar import open_parquet
from ndaudit.exports.dbase import field_names, whole_names
from ndaudit.exports.reading import FORMATS
from ndaudit.exports.workbooks import read_workbook
from ndaudit.intake.manifest import PromisedFile
from ndaudit.intake.unmanifested import read_kept
from ndaudit.reading import Reading
from ndaudit.store import connect
from ndaudit.tracing.lines import rows_of_csv
from ndaudit.tracing.sources import SourceRow


@dataclass(frozen=True)
class Original:
    """What one row is in the file it came in.

    Attributes:
        head: the header in the same form; of a DBF file, the names of its columns.
        body: the bytes of the row.
        form: `bytes` when they stand in the file as they are; `written_out` when the row was written as CSV.
        at: where the row begins in the file, in bytes; None when it was written out.
        sha256: of the whole file, as the snapshot recorded it at loading.
    """

    head: bytes
    body: bytes
    form: str
    at: int | None
    format: str
    sha256: str


Places = Mapping[int, tuple[bytes, int]]
"""By row number: its bytes and where they begin."""


def originals(reading: Reading, rows: Iterable[SourceRow]) -> dict[tuple[str, str, int], Original]:
    """Return what each row is in the kept delivery, by batch, file and row.

    Raises:
        RefusedError: a delivery is gone, or a row is not where it was.
    """
    wanted: dict[tuple[str, str], list[SourceRow]] = {}
    for row in rows:
        wanted.setdefault((row.batch_id, row.source_file), []).append(row)
    found: dict[tuple[str, str, int], Original] = {}
    kept = _Kept(reading)
    for (batch, name), of_file in sorted(wanted.items()):
        numbers = {row.source_row for row in of_file}
        file = kept.file(batch, name)
        read = _read(file, numbers, kept.format(batch, name), kept.sha256(batch, name))
        for number in sorted(numbers):
            if number not in read:
                raise RefusedError("tracing.no_row", file=name, batch=batch, row=number)
            found[batch, name, number] = read[number]
    return found


class _Kept:
    """The kept deliveries of a workbench, each looked at once."""

    def __init__(self, reading: Reading) -> None:
        self._workbench = reading.workbench
        self._tables = reading.catalogue.tables
        self._files: dict[str, dict[str, PromisedFile]] = {}
        told = reading.frame(
            "SELECT batch_id, source_file, any_value(format) AS format, any_value(sha256) AS sha256"
            " FROM snapshot.delivered_file GROUP BY ALL"
        )
        self._told = {(row[0], row[1]): (row[2], row[3]) for row in told.iter_rows()}

    def file(self, batch: str, name: str) -> PromisedFile:
        """Return a file of a kept delivery, with the headers and the place it was read with."""
        if batch not in self._files:
            folder = self._workbench.deliveries / batch.partition("-")[0] / batch
            if not folder.is_dir():
                raise RefusedError("history.delivery_gone", batch=batch, where=folder)
            kept = read_kept(folder.resolve(), self._tables)
            self._files[batch] = {file.name: file for file in kept.files}
        return self._files[batch][name]

    def format(self, batch: str, name: str) -> str:
        return str(self._told[batch, name][0])

    def sha256(self, batch: str, name: str) -> str:
        return str(self._told[batch, name][1])


def _read(file: PromisedFile, numbers: set[int], form: str, sha256: str) -> dict[int, Original]:
    """Return the rows of one file that are wanted."""
    kind = FORMATS[file.path.suffix.lower()]
    with machine_faults(file.path):
        if kind == "csv":
            head, places = rows_of_csv(file.path, file.table, form.removeprefix("csv "), numbers)
            return _as_they_are(head, places, form, sha256)
        if kind == "dbf":
            names = whole_names(field_names(file.path, file.name), file.table)
            return _as_they_are(_line(names), _records(file.path, numbers), form, sha256)
        headers, lines = _written_out(file, kind, numbers)
    return {
        number: Original(_line(headers), _line(cells), "written_out", None, form, sha256)
        for number, cells in lines
    }


def _as_they_are(head: bytes, places: Places, form: str, sha256: str) -> dict[int, Original]:
    return {n: Original(head, body, "bytes", at, form, sha256) for n, (body, at) in places.items()}


def _line(cells: Iterable[object]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(["" if cell is None else str(cell) for cell in cells])
    return out.getvalue().encode()


def _records(path: Path, numbers: set[int]) -> Places:
    """Return the records of a DBF file: those marked as deleted are not counted."""
    found: dict[int, tuple[bytes, int]] = {}
    with path.open("rb") as handle:
        head = handle.read(32)
        count, start, size = (int.from_bytes(head[a:b], "little") for a, b in ((4, 8), (8, 10), (10, 12)))
        handle.seek(start)
        number = 0
        for place in range(count):
            record = handle.read(size)
            if record[:1] != b"*":
                number += 1
                if number in numbers:
                    found[number] = (record, start + place * size)
    return found


def _written_out(
    file: PromisedFile, kind: str, numbers: set[int]
) -> tuple[Sequence[str], Iterator[tuple[int, Sequence[object]]]]:
    """Return the headers and the wanted rows of a workbook or a Parquet file."""
    if kind == "parquet":
        return _of_parquet(file.path, file.name, numbers)
    frame, headers = read_workbook(file.path, file.table, file.layout, file.name)
    inside = [n for n in sorted(numbers) if 0 < n <= frame.height]
    return headers, ((n, frame.row(n - 1)) for n in inside)


def _of_parquet(
    path: Path, name: str, numbers: set[int]
) -> tuple[Sequence[str], Iterator[tuple[int, Sequence[object]]]]:
    con = connect()
    try:
        raw, headers, _ = open_parquet(con, path, name)
        listed = ", ".join(map(str, sorted(numbers)))
        cells = ", ".join(f"c{n}" for n in range(len(headers)))
        rows = con.execute(
            f"SELECT {raw.row}, {cells} FROM {raw.relation} WHERE {raw.row} IN ({listed})"
        ).fetchall()
    finally:
        con.close()
    return headers, ((int(row[0]), row[1:]) for row in rows)
