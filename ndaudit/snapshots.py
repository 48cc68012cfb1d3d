"""The writing side of the store: a draft is filled, sealed into an immutable snapshot, and pointed to."""

import hashlib
import json
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
from filelock import FileLock

from ndaudit.durable import sync
from ndaudit.errors import MachineError, RefusedError, machine_faults
from ndaudit.memory import load_memory
from ndaudit.sorting import sort_again
from ndaudit.store import (
    POINTER,
    RECORDS,
    Snapshot,
    connect,
    create_tables,
    current_snapshot,
    kept_folder,
    literal,
    quoted,
    table_definition,
)
from ndaudit.tables import PROVENANCE, Table
from ndaudit.workbench import Workbench

STORAGE = "v1.5.0"
"""Storage version of snapshots: older DuckDB tools of an office can still open them."""
DRAFT = ".draft-"
MOMENT = "%Y%m%dT%H%M%S"
LOCK = ".lock"


@dataclass(frozen=True)
class Draft:
    """A snapshot being written.

    Attributes:
        con: connection whose current database is the draft.
        work: a private folder for what the load needs on the way.
        base: the snapshot it started from.
        appended: rows of each table that stand in runs behind its sorted rows.
    """

    id: str
    con: duckdb.DuckDBPyConnection
    path: Path
    work: Path
    base: Snapshot | None
    appended: dict[str, int]

    def note_run(self, table: Table, rows: int) -> None:
        """Note rows just inserted: the first of a table are its sorted rows, others a run behind them."""
        [[count]] = self.con.execute(f"SELECT count(*) FROM {quoted(table.name)}").fetchall()
        if count > rows:
            self.appended[table.name] = self.appended.get(table.name, 0) + rows


@contextmanager
def store_lock(workbench: Workbench) -> Iterator[None]:
    """Let one loader write at a time; others wait."""
    with machine_faults(workbench.store):
        folder = workbench.private_folder(workbench.store)
        lock = FileLock(folder / LOCK, mode=workbench.file_mode)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def engine_faults(workbench: Workbench) -> Iterator[None]:
    """Turn what DuckDB cannot get from the machine into one line."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        limit = load_memory(workbench.settings.memory_limit)
        # a full disk under the spill folder is reported as missing memory
        full = "No space left" in str(error) or "max_temp_directory_size" in str(error)
        raise MachineError(
            "machine.disk_full" if full else "machine.no_memory", where=workbench.store, limit=limit
        ) from error
    except (duckdb.IOException, duckdb.TransactionException, duckdb.FatalException) as error:
        # a commit that cannot be written is no IOException, nor is what is asked of the database after it
        said = str(error)
        if "No space left" in said or "quota exceeded" in said:
            raise MachineError("machine.disk_full", where=workbench.store) from error
        if "Permission denied" in said or "Read-only" in said:
            raise MachineError("machine.no_permission", where=workbench.store) from error
        raise MachineError("machine.fault", where=workbench.store, why=said.splitlines()[0]) from error
    except duckdb.Error as error:
        # of damaged files the engine tells by no class of their own
        if "Corrupt database file" not in str(error):
            raise
        raise RefusedError("store.damaged", where=workbench.data) from error


def latest_snapshot(workbench: Workbench) -> Snapshot | None:
    """Return the current snapshot, or None when nothing was ever loaded."""
    return current_snapshot(workbench.store) if (workbench.store / POINTER).is_file() else None


def left_over(workbench: Workbench) -> list[Path]:
    """Return what loaders that were killed left in the store: drafts, and snapshots nothing ever pointed to.

    Meaningful only to the holder of the lock: what a loader is about to finish looks the same.
    """
    found = sorted(workbench.store.glob(f"{DRAFT}*"))
    if (current := latest_snapshot(workbench)) is not None:
        newer = (path for path in workbench.store.glob("*.duckdb*") if not path.name.startswith("."))
        found += sorted(path for path in newer if path.name.partition(".")[0] > current.id)
    return found


def sweep_drafts(workbench: Workbench) -> list[Path]:
    """Remove what loaders that were killed left behind, and return it; only the holder of the lock may."""
    found = left_over(workbench)
    for left in found:
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink()
    return found


def snapshot_id(now: datetime, after: Snapshot | None) -> str:
    """Return the id of a new snapshot: its second and a random end, always behind the id of the one before.

    Ids tell which snapshot is newer; two loads within a second, or a clock set back, must not reverse that.
    """
    if after is not None:
        before = datetime.strptime(after.id.partition("-")[0], MOMENT).replace(tzinfo=UTC)
        now = max(now, before + timedelta(seconds=1))
    return f"{now:{MOMENT}}-{secrets.token_hex(3)}"


@contextmanager
def open_draft(
    workbench: Workbench,
    tables: Mapping[str, Table],
    folder: Path,
    base: Snapshot | None,
    name: str | None = None,
) -> Iterator[Draft]:
    """Start a snapshot as a copy of `base`, or empty, in a working folder that vanishes at the end.

    Args:
        folder: where the working folder is made; the store, unless the load is only tried.
        name: id of a snapshot that is made again; a new one when None.
    """
    name = name or snapshot_id(datetime.now(UTC), after=base)
    work = folder / f"{DRAFT}{name}"
    with machine_faults(folder), engine_faults(workbench):
        work.mkdir(mode=0o700)
        try:
            path = work / f"{name}.duckdb"
            if base is not None:
                shutil.copyfile(base.path, path)
            con = connect(memory_limit=load_memory(workbench.settings.memory_limit))
            try:
                con.execute(f"SET temp_directory = {literal(str(work / 'spill'))}")
                con.execute(f"ATTACH {literal(str(path))} AS draft (STORAGE_VERSION {literal(STORAGE)})")
                con.execute("USE draft")
                _complete_tables(con, tables)
                yield Draft(name, con, path, work, base, _appended(workbench, base))
            finally:
                con.close()
        finally:
            shutil.rmtree(work)


def _appended(workbench: Workbench, base: Snapshot | None) -> dict[str, int]:
    if base is None:
        return {}
    found: dict[str, int] = json.loads((workbench.store / POINTER).read_text("utf-8")).get("appended", {})
    return found


def _complete_tables(con: duckdb.DuckDBPyConnection, tables: Mapping[str, Table]) -> None:
    """Create what the dictionary has gained since the base was written."""
    there: dict[str, set[str]] = {}
    found = con.execute("SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'draft'")
    for name, column in found.fetchall():
        there.setdefault(name, set()).add(column)
    if not there:
        create_tables(con, tables.values())
        return
    wanted: dict[str, Mapping[str, str]] = {
        name: {column.name: column.sql_type for column in table.columns} | dict(PROVENANCE)
        for name, table in tables.items()
    }
    for name in wanted.keys() - there.keys():
        con.execute(table_definition(tables[name]))
    for name, columns in (wanted | dict(RECORDS)).items():
        for column in columns.keys() - there.get(name, columns.keys()):
            con.execute(f"ALTER TABLE {quoted(name)} ADD COLUMN {quoted(column)} {columns[column]}")


def content_hashes(con: duckdb.DuckDBPyConnection, tables: Mapping[str, Table]) -> dict[str, str]:
    """Return `rows:sum` for every table: a sum of row hashes, equal however rows are stored.

    The batch a row came with is left out, so that a snapshot rebuilt from its deliveries compares equal.
    """
    found = {}
    for name in [*tables, "rejected_row", "rejected_value"]:
        known = RECORDS.get(name) or {c.name: "" for c in tables[name].columns} | dict(PROVENANCE)
        columns = ", ".join(quoted(column) for column in known if column != "batch_id")
        [[rows, total]] = con.execute(
            f"SELECT count(*), coalesce(sum(CAST(hash({columns}) AS HUGEINT)), 0) FROM {quoted(name)}"
        ).fetchall()
        found[name] = f"{rows}:{int(total):032x}"
    return found


def file_hash(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def seal(workbench: Workbench, draft: Draft, tables: Mapping[str, Table]) -> Snapshot:
    """Close a draft, put it under its own name in the store, and return it; nothing points to it yet."""
    with machine_faults(workbench.store), engine_faults(workbench):
        sort_again(draft.con, tables, draft.appended, load_memory(workbench.settings.memory_limit))
        content = content_hashes(draft.con, tables)
        draft.con.execute("CHECKPOINT draft")
        draft.con.execute("USE memory")
        draft.con.execute("DETACH draft")
        sync(draft.path)
        snapshot = Snapshot(
            draft.id, workbench.store / draft.path.name, file_hash(draft.path), dict(sorted(content.items()))
        )
        draft.path.chmod(0o440 if workbench.settings.group else 0o400)
        if workbench.settings.group:
            shutil.chown(draft.path, group=workbench.settings.group)
        draft.path.rename(snapshot.path)
        sync(workbench.store)
    return snapshot


def point_to(workbench: Workbench, snapshot: Snapshot, appended: Mapping[str, int]) -> None:
    """Make a sealed snapshot the current one, then drop snapshots beyond `keep_snapshots`."""
    pointer = {
        "snapshot": snapshot.id,
        "file": snapshot.path.name,
        "sha256": snapshot.sha256,
        "content": snapshot.content,
        "appended": dict(appended),
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    with machine_faults(workbench.store):
        written = workbench.store / f"{DRAFT}{snapshot.id}.json"
        written.write_text(json.dumps(pointer, ensure_ascii=False, indent=1), "utf-8")
        workbench.protect(written)
        sync(written)
        written.replace(workbench.store / POINTER)
        sync(workbench.store)
        others = sorted(p for p in workbench.store.glob("*.duckdb") if p != snapshot.path)
        for path in others[: max(0, len(others) + 1 - workbench.settings.keep_snapshots)]:
            path.unlink()
            # a report may be putting something into it this very moment
            shutil.rmtree(kept_folder(path), ignore_errors=True)
