"""Deliveries loaded long ago, loaded once more in the order they came: how a dropped snapshot comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ndaudit.errors import RefusedError
from ndaudit.intake.custody import Batch, look_at
from ndaudit.intake.loading import BatchLoad, Loaded
from ndaudit.intake.summary import Progress
from ndaudit.intake.unmanifested import read_kept
from ndaudit.snapshots import Draft, open_draft, seal, store_lock, sweep_drafts
from ndaudit.store import Snapshot
from ndaudit.tables import Table
from ndaudit.workbench import Workbench


@dataclass(frozen=True)
class PastBatch:
    """One batch as the ledger tells of it.

    Attributes:
        folder: where the delivery is kept.
        reason: why a mismatch was accepted.
    """

    batch_id: str
    folder: Path
    reason: str | None
    at: datetime
    by: str


def replay(
    workbench: Workbench,
    tables: Mapping[str, Table],
    name: str,
    batches: Sequence[PastBatch],
    progress: Progress | None = None,
) -> Snapshot:
    """Load kept deliveries, in the order given, into a snapshot of that name; nothing points to it.

    Raises:
        RefusedError: a delivery is gone, or is not what it was.
        MachineError: disk, lock or permission stands in the way.
    """
    with store_lock(workbench):
        sweep_drafts(workbench)
        with open_draft(workbench, tables, workbench.store, None, name) as draft:
            for done, past in enumerate(batches):
                if progress:
                    progress(past.batch_id, done, len(batches))
                _load_again(draft, _kept(past, tables), past)
            return seal(workbench, draft, tables)


def _kept(past: PastBatch, tables: Mapping[str, Table]) -> Batch:
    """Return a delivery from where it is kept, if it still is what was loaded."""
    if not past.folder.is_dir():
        raise RefusedError("history.delivery_gone", batch=past.batch_id, where=past.folder)
    batch = look_at(read_kept(past.folder.resolve(), tables))
    if batch.id != past.batch_id:
        raise RefusedError("history.delivery_changed", batch=past.batch_id, where=past.folder)
    return batch


def _load_again(draft: Draft, batch: Batch, past: PastBatch) -> None:
    BatchLoad(draft, batch, past.reason, Loaded(past.at, past.by)).read()
