"""What became of the store: its snapshots, the batches each brought, who loaded them, when and why.

The ledger says what was done; the files under `data/store` say what of it is still there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ndaudit import ledger
from ndaudit.errors import RefusedError, UsageError, machine_faults
from ndaudit.intake import Progress
from ndaudit.intake.replaying import PastBatch, replay
from ndaudit.periods import ULAANBAATAR
from ndaudit.snapshots import latest_snapshot, point_to
from ndaudit.store import Snapshot, connect
from ndaudit.tables import Table
from ndaudit.workbench import Workbench

STATES = ("current", "kept", "dropped", "unfinished")
"""`unfinished`: sealed by a load that was ended before its snapshot became current."""


@dataclass(frozen=True)
class BatchHistory:
    """One batch of a load; office, period and day are empty when no snapshot that is still there knows it.

    Attributes:
        no_manifest: why it was loaded without a manifest, else None.
        changes: rows that appeared, changed and went, by table.
    """

    batch_id: str
    office_code: str
    period: str
    exported_at: str
    no_manifest: str | None
    changes: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class SnapshotHistory:
    """One snapshot.

    Attributes:
        state: one of `STATES`.
        at: when it was loaded, UTC.
        accept_mismatch: why what differed from its manifest was loaded all the same, else None.
        base: the snapshot it started from.
    """

    id: str
    state: str
    at: str
    by: str
    base: str | None
    sha256: str
    accept_mismatch: str | None
    batches: tuple[BatchHistory, ...]
    content: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rebuilt:
    """A snapshot made again from its deliveries.

    Attributes:
        compared: what agrees with the ledger: `sha256` of the file, or the `content` of every table.
    """

    id: str
    compared: str
    sha256: str


def snapshots(workbench: Workbench) -> list[SnapshotHistory]:
    """Return every snapshot the ledger knows, oldest first."""
    current = latest_snapshot(workbench)
    known = _batches(current)
    entries = [entry for entry in ledger.read(workbench) if entry.event == "load"]
    line = _line(entries, current.id if current else None)
    return [_snapshot(workbench, entry, line, known, current) for entry in entries]


def rebuild(
    workbench: Workbench, tables: Mapping[str, Table], snapshot_id: str, progress: Progress | None = None
) -> Rebuilt:
    """Make a dropped snapshot again from its deliveries, under its own name, until the next load drops it.

    Raises:
        UsageError: the ledger knows no such snapshot.
        RefusedError: it is still there, a delivery is not what it was, or what came out differs.
        MachineError: disk, lock or permission stands in the way.
    """
    found = {snapshot.id: snapshot for snapshot in snapshots(workbench)}
    if snapshot_id not in found:
        raise UsageError("history.unknown", came=snapshot_id)
    wanted = found[snapshot_id]
    if wanted.state != "dropped":
        raise RefusedError(f"history.{wanted.state}", snapshot=snapshot_id)
    made = replay(workbench, tables, snapshot_id, _past(workbench, found, wanted), progress)
    compared = _compared(workbench, wanted, made)
    ledger.append(workbench, "rebuild", snapshot=snapshot_id, sha256=made.sha256, compared=compared)
    return Rebuilt(snapshot_id, compared, made.sha256)


def rebuild_current(
    workbench: Workbench, tables: Mapping[str, Table], progress: Progress | None = None
) -> Rebuilt | None:
    """Make the current snapshot again where only its pointer is there; None where nothing has to be made.

    Raises:
        RefusedError: a delivery is not what it was, or what came out differs.
        MachineError: disk, lock or permission stands in the way.
    """
    current = latest_snapshot(workbench)
    if current is None or current.path.is_file():
        return None
    found = {snapshot.id: snapshot for snapshot in snapshots(workbench)}
    if current.id not in found:
        raise UsageError("history.unknown", came=current.id)
    wanted = found[current.id]
    made = replay(workbench, tables, current.id, _past(workbench, found, wanted), progress)
    compared = _compared(workbench, wanted, made)
    ledger.append(workbench, "rebuild", snapshot=current.id, sha256=made.sha256, compared=compared)
    point_to(workbench, made, {})
    return Rebuilt(current.id, compared, made.sha256)


def _compared(workbench: Workbench, wanted: SnapshotHistory, made: Snapshot) -> str:
    """Return which of file and content agrees with the ledger; a snapshot of neither is not kept."""
    if made.sha256 == wanted.sha256:
        return "sha256"
    names = sorted(made.content.keys() | wanted.content.keys())
    differing = [name for name in names if made.content.get(name) != wanted.content.get(name)]
    if differing:
        with machine_faults(workbench.store):
            made.path.unlink()
        raise RefusedError("history.differs", snapshot=wanted.id, tables=", ".join(differing))
    return "content"


def _past(
    workbench: Workbench, found: Mapping[str, SnapshotHistory], wanted: SnapshotHistory
) -> list[PastBatch]:
    """Return all that was loaded on the way to a snapshot, in the order it was loaded."""
    loads = [wanted]
    while (base := loads[-1].base) is not None:
        if base not in found:
            raise RefusedError("history.base_unknown", snapshot=wanted.id, base=base)
        loads.append(found[base])
    return [
        PastBatch(
            batch.batch_id,
            workbench.deliveries / batch.batch_id.partition("-")[0] / batch.batch_id,
            load.accept_mismatch,
            datetime.fromisoformat(load.at).astimezone(ULAANBAATAR).replace(tzinfo=None),
            load.by,
        )
        for load in reversed(loads)
        for batch in load.batches
    ]


def _line(entries: list[ledger.Entry], current: str | None) -> set[str]:
    """Return the snapshots that were current at some time: the current one and what it grew from."""
    bases = {entry.details["snapshot"]: entry.details.get("base") for entry in entries}
    line: set[str] = set()
    while current is not None and current not in line:
        line.add(current)
        current = bases.get(current)
    return line


def _batches(current: Snapshot | None) -> dict[str, tuple[str, str, str]]:
    if current is None or not current.path.is_file():
        return {}
    con = connect(current.path, read_only=True)
    try:
        rows = con.execute(
            "SELECT batch_id, office_code, strftime(period, '%Y-%m'),"
            " strftime(exported_at, '%Y-%m-%d %H:%M:%S') FROM batch"
        ).fetchall()
    finally:
        con.close()
    return {batch_id: (office, period, exported_at) for batch_id, office, period, exported_at in rows}


def _snapshot(
    workbench: Workbench,
    entry: ledger.Entry,
    line: set[str],
    known: Mapping[str, tuple[str, str, str]],
    current: Snapshot | None,
) -> SnapshotHistory:
    told: Mapping[str, Any] = entry.details
    name = str(told["snapshot"])
    if current is not None and name == current.id:
        state = "current"
    elif name not in line:
        state = "unfinished"
    else:
        state = "kept" if workbench.snapshot_file(name).is_file() else "dropped"
    changes, unmanifested = told.get("changes", {}), told.get("no_manifest", {})
    return SnapshotHistory(
        name,
        state,
        entry.at,
        entry.user,
        told.get("base"),
        str(told["sha256"]),
        told.get("accept_mismatch"),
        tuple(
            BatchHistory(
                batch, *known.get(batch, ("", "", "")), unmanifested.get(batch), changes.get(batch, {})
            )
            for batch in told["batches"]
        ),
        told.get("content", {}),
    )
