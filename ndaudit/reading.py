"""Reading what was decided: one read-only connection that sees a run and the snapshot it was made on."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from ndaudit.catalogue import Catalogue, declaring_files, read_catalogue
from ndaudit.errors import RefusedError
from ndaudit.findings import Run, current_run
from ndaudit.store import Snapshot, connect, current_snapshot, literal
from ndaudit.workbench import Settings, Workbench


@dataclass(frozen=True)
class Reading:
    """A run and its snapshot, side by side.

    Attributes:
        con: read-only; tables of the snapshot as `snapshot.<table>`, those of the run as `run.<table>`.
        catalogue: the declarations the run was made with, from the copy the run keeps.
    """

    con: duckdb.DuckDBPyConnection
    workbench: Workbench
    catalogue: Catalogue
    run: Run

    def frame(self, sql: str, **values: Any) -> pl.DataFrame:
        """Return the rows of a query; `$name` in it stands for the value of that name."""
        frame: pl.DataFrame = self.con.sql(sql, params=values or None).pl()
        return frame

    @property
    def offices(self) -> list[str]:
        """Codes of the offices that delivered, in order."""
        rows = self.con.execute("SELECT DISTINCT office_code FROM snapshot.batch ORDER BY 1").fetchall()
        return [code for (code,) in rows]


def snapshot_file(workbench: Workbench, run: Run) -> Path:
    """Return the file of the snapshot a run was made on.

    Raises:
        RefusedError: it is no longer kept.
    """
    path = workbench.snapshot_file(run.snapshot)
    if not path.is_file():
        raise RefusedError("reading.no_snapshot", snapshot=run.snapshot, run=run.id)
    return path


def catalogue_of(run: Run) -> Catalogue:
    """Return the declarations a run was made with, from the copy it keeps; read once while they stay.

    Raises:
        DeclarationError: a file of the copy is wrong.
    """
    folder = run.folder / "expectations"
    own = Workbench(run.folder).own_law
    facts = [path.stat() for place in (folder, own) for path in declaring_files(place)]
    stamp = hash(tuple((fact.st_size, fact.st_mtime_ns) for fact in facts))
    return _declared(run.folder, json.dumps(run.settings, sort_keys=True, default=str), stamp)


@lru_cache(maxsize=2)
def _declared(folder: Path, deciding: str, _stamp: int) -> Catalogue:
    copy = Workbench(folder, Settings().decided_by(json.loads(deciding)))
    return read_catalogue(copy, accepted=True)


@contextmanager
def open_snapshot(workbench: Workbench) -> Iterator[tuple[Snapshot, duckdb.DuckDBPyConnection]]:
    """Open the current snapshot read-only: its tables as `snapshot.<table>`; close it again.

    Raises:
        RefusedError: nothing has been loaded.
    """
    snapshot = current_snapshot(workbench.store)
    con = connect(memory_limit=workbench.settings.memory_limit, spill=workbench.spill)
    try:
        con.execute(f"ATTACH {literal(str(snapshot.path))} AS snapshot (READ_ONLY)")
        yield snapshot, con
    finally:
        con.close()


@contextmanager
def open_reading(workbench: Workbench, run: Run | None = None) -> Iterator[Reading]:
    """Open a run (the current one when None) with its snapshot, and close both again.

    Raises:
        RefusedError: there is no run yet, or its snapshot is no longer kept.
    """
    chosen = run or current_run(workbench)
    snapshot = snapshot_file(workbench, chosen)
    con = connect(memory_limit=workbench.settings.memory_limit, spill=workbench.spill)
    try:
        con.execute(f"ATTACH {literal(str(snapshot))} AS snapshot (READ_ONLY)")
        con.execute(f"ATTACH {literal(str(chosen.database))} AS run (READ_ONLY)")
        yield Reading(con, workbench, catalogue_of(chosen), chosen)
    finally:
        con.close()
