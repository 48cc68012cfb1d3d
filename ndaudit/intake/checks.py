"""What was promised against what came: hash, rows, control totals."""

from dataclasses import dataclass
from decimal import Decimal

import duckdb

from ndaudit.errors import RefusedError
from ndaudit.exports.rows import Provenance
from ndaudit.intake.manifest import PromisedFile
from ndaudit.store import quoted


@dataclass(frozen=True)
class Mismatch:
    """One difference between a file and its manifest; `sentence` says of what kind."""

    sentence: str
    file: str
    promised: object
    found: object
    column: str = ""

    def refusal(self, batch_id: str) -> RefusedError:
        """Return the error that refuses the batch."""
        return RefusedError(
            self.sentence,
            batch=batch_id,
            file=self.file,
            column=self.column,
            promised=self.promised,
            found=self.found,
        )


def hash_mismatch(file: PromisedFile, sha256: str) -> list[Mismatch]:
    """Compare a file's hash with the one promised."""
    if sha256 == file.sha256:
        return []
    return [Mismatch("intake.hash_differs", file.name, file.sha256[:12], sha256[:12])]


def row_mismatch(file: PromisedFile, rows: int) -> list[Mismatch]:
    """Compare the number of rows, loaded and rejected together."""
    return [] if file.rows in (None, rows) else [Mismatch("intake.rows_differ", file.name, file.rows, rows)]


def total_mismatches(
    con: duckdb.DuckDBPyConnection, file: PromisedFile, origin: Provenance
) -> list[Mismatch]:
    """Record the sum of every money column just loaded and compare those that were promised."""
    found: list[Mismatch] = []
    columns = [column.name for column in file.table.columns if column.type == "money"]
    if not columns:
        return found
    sums = ", ".join(f"coalesce(sum({quoted(column)}), 0)" for column in columns)
    [totals] = con.execute(
        f"SELECT {sums} FROM {quoted(file.table.name)} WHERE batch_id = ? AND source_file = ?",
        [origin.batch_id, origin.source_file],
    ).fetchall()
    for column, total in zip(columns, totals, strict=True):
        promised = file.totals.get(column)
        con.execute(
            "INSERT INTO control_total VALUES (?, ?, ?, ?, ?)",
            [origin.batch_id, origin.source_file, column, promised, Decimal(total)],
        )
        if promised is not None and promised != total:
            found.append(Mismatch("intake.total_differs", file.name, promised, total, column))
    return found
