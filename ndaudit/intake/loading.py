"""The load: copy, check, read, replace, seal, record, point."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ndaudit import ledger
from ndaudit.errors import UsageError
from ndaudit.exports.reading import FileOutcome, read_export
from ndaudit.exports.rows import Provenance
from ndaudit.intake.checks import Mismatch, hash_mismatch, row_mismatch, total_mismatches
from ndaudit.intake.custody import Batch, copy_in, keep, look_at
from ndaudit.intake.manifest import PromisedFile
from ndaudit.intake.passing import passing_folder
from ndaudit.intake.replacing import Replacement
from ndaudit.intake.summary import BatchSummary, FileSummary, LoadSummary, Progress, TableChange
from ndaudit.intake.unmanifested import Unmanifested, find_batches
from ndaudit.periods import ULAANBAATAR
from ndaudit.snapshots import Draft, latest_snapshot, open_draft, point_to, seal, store_lock, sweep_drafts
from ndaudit.store import Snapshot
from ndaudit.tables import Table
from ndaudit.text import single_spaced
from ndaudit.workbench import Workbench


def load(
    workbench: Workbench,
    tables: Mapping[str, Table],
    paths: Sequence[Path],
    *,
    accept_mismatch: str | None = None,
    dry_run: bool = False,
    unmanifested: Unmanifested | None = None,
    progress: Progress | None = None,
) -> LoadSummary:
    """Load every batch at or below `paths` into one new snapshot; all of them, or nothing.

    Args:
        accept_mismatch: why a batch that differs from its manifest is loaded all the same.
        dry_run: read and check everything, leave the workbench untouched.
        unmanifested: what is said of a delivery without manifest.
        progress: told of every file.

    Raises:
        UsageError: no folder, or no reason where one must be given.
        DeclarationError: a manifest is wrong by itself.
        RefusedError: what came is not what was promised, or cannot be read.
        MachineError: disk, lock or permission stands in the way.
    """
    if accept_mismatch is not None and not single_spaced(accept_mismatch):
        raise UsageError("intake.no_reason_to_accept")
    manifests = find_batches(workbench, tables, paths, unmanifested)
    teller = _Teller(progress, sum(len(manifest.files) for manifest in manifests))
    with _draft(workbench, tables, dry_run) as draft:
        batches, summaries = [], []
        for manifest in manifests:
            batch = look_at(manifest) if dry_run else copy_in(manifest, draft.work)
            loading = BatchLoad(draft, batch, accept_mismatch)
            known = loading.known()
            if not known:
                loading.read(teller)
                batches.append(batch)
            summaries.append(loading.summary(already_loaded=known))
        teller.finish()
        if dry_run or not batches:
            return LoadSummary(None, tuple(summaries))
        snapshot = _publish(workbench, draft, tables, batches, summaries, accept_mismatch)
    return LoadSummary(snapshot.id, tuple(summaries))


def _publish(
    workbench: Workbench,
    draft: Draft,
    tables: Mapping[str, Table],
    batches: Sequence[Batch],
    summaries: Sequence[BatchSummary],
    reason: str | None,
) -> Snapshot:
    """Keep the deliveries, seal the draft, write the ledger, and only then point to the snapshot."""
    for batch in batches:
        keep(workbench, batch)
    snapshot = seal(workbench, draft, tables)
    ledger.append(
        workbench,
        "load",
        snapshot=snapshot.id,
        base=draft.base.id if draft.base else None,
        sha256=snapshot.sha256,
        content=snapshot.content,
        batches=[batch.id for batch in batches],
        accept_mismatch=reason,
        no_manifest={b.id: b.manifest.no_manifest for b in batches if b.manifest.no_manifest},
        mappings={b.id: sorted(b.manifest.mappings) for b in batches if b.manifest.mappings},
        changes={summary.batch_id: changed_rows(summary) for summary in summaries if summary.changes},
    )
    point_to(workbench, snapshot, draft.appended)
    return snapshot


class _Teller:
    """Tells of every file as its turn comes."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def next(self, what: str) -> None:
        """Say what is read next."""
        if self._progress:
            self._progress(what, self._done, self._total)
        self._done += 1

    def finish(self) -> None:
        """Say that all is read."""
        if self._progress:
            self._progress("", self._total, self._total)


@contextmanager
def _draft(workbench: Workbench, tables: Mapping[str, Table], dry_run: bool) -> Iterator[Draft]:
    """Open a draft in the store, or one beside it that nothing will be made of."""
    if dry_run:
        with (
            passing_folder(workbench) as folder,
            open_draft(workbench, tables, folder, latest_snapshot(workbench)) as draft,
        ):
            yield draft
        return
    with store_lock(workbench):
        sweep_drafts(workbench)
        with open_draft(workbench, tables, workbench.store, latest_snapshot(workbench)) as draft:
            yield draft


@dataclass(frozen=True)
class Loaded:
    """When a batch was loaded, in the local time of Ulaanbaatar, and by which system account."""

    at: datetime
    by: str


class BatchLoad:
    """One batch on its way into the draft.

    Args:
        reason: why what differs from the manifest is accepted.
        loaded: when and by whom, where it is not now and by us.
    """

    def __init__(self, draft: Draft, batch: Batch, reason: str | None, loaded: Loaded | None = None) -> None:
        self._draft = draft
        self._batch = batch
        self._reason = reason
        self._loaded = loaded or Loaded(datetime.now(ULAANBAATAR).replace(tzinfo=None), ledger.account())
        self._files: list[FileSummary] = []
        self._mismatches: list[Mismatch] = []
        self._changes: list[TableChange] = []

    def known(self) -> bool:
        """Return whether a batch of the same content was loaded before."""
        found = self._draft.con.execute(
            "SELECT 1 FROM batch WHERE content_hash = ?", [self._batch.content_hash]
        ).fetchall()
        return bool(found)

    def read(self, teller: _Teller | None = None) -> None:
        """Check and read every file of the batch, and let its rows take the place of what they replace."""
        for file in self._batch.manifest.files:
            self._judge(hash_mismatch(file, self._batch.hashes[file.name]))
        self._record_batch()
        for file in self._batch.manifest.files:
            if teller:
                teller.next(f"{self._batch.manifest.office_code} {file.name}")
            self._read_file(file)
        self._replace()

    def _record_batch(self) -> None:
        manifest = self._batch.manifest
        self._draft.con.execute(
            "INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                self._batch.id,
                manifest.office_code,
                manifest.period.first,
                manifest.exported_at,
                manifest.exported_by,
                manifest.software,
                self._loaded.at,
                self._loaded.by,
                self._batch.content_hash,
                self._reason,
                manifest.no_manifest,
            ],
        )

    def _read_file(self, file: PromisedFile) -> None:
        """Read one file into the draft and compare it with what was promised."""
        origin = Provenance(self._batch.manifest.office_code, self._batch.id, file.name)
        con = self._draft.con
        path = self._batch.folder / file.name
        outcome = read_export(con, path, file.table, origin, self._draft.work, file.layout)
        self._draft.note_run(file.table, outcome.rows_loaded)
        self._judge(row_mismatch(file, outcome.rows_in))
        self._judge(total_mismatches(con, file, origin))
        con.execute(
            "INSERT INTO delivered_file BY NAME SELECT ? AS batch_id, ? AS office_code, ? AS source_file,"
            " ? AS table_name, ? AS mode, ? AS format, ? AS rows_in, ? AS rows_loaded, ? AS rows_rejected,"
            " ? AS values_rejected, ? AS values_normalised, ? AS values_uncertain, ? AS unknown_columns,"
            " ? AS sha256",
            [
                self._batch.id,
                origin.office_code,
                file.name,
                file.table.name,
                file.mode,
                outcome.format,
                outcome.rows_in,
                outcome.rows_loaded,
                outcome.rows_rejected,
                outcome.values_rejected,
                outcome.values_normalised,
                outcome.values_uncertain,
                ", ".join(outcome.unknown_columns),
                self._batch.hashes[file.name],
            ],
        )
        self._files.append(_file_summary(file, outcome))

    def _replace(self) -> None:
        """Let the rows just read take the place of what they replace."""
        manifest = self._batch.manifest
        modes = {file.table.name: (file.table, file.mode) for file in manifest.files}
        for table, mode in modes.values():
            replacement = Replacement(
                self._draft.con,
                table,
                mode,
                self._batch.id,
                manifest.office_code,
                manifest.exported_at,
                manifest.period.first,
            )
            self._changes.append(replacement.carry_out())

    def summary(self, *, already_loaded: bool) -> BatchSummary:
        """Return what became of the batch."""
        manifest = self._batch.manifest
        return BatchSummary(
            self._batch.id,
            manifest.office_code,
            manifest.period.name,
            already_loaded,
            tuple(self._files),
            len(self._mismatches),
            manifest.unlisted,
            tuple(self._changes),
        )

    def _judge(self, mismatches: Sequence[Mismatch]) -> None:
        """Refuse a mismatch, unless a reason was given to accept it."""
        if mismatches and self._reason is None:
            raise mismatches[0].refusal(self._batch.id)
        self._mismatches.extend(mismatches)


def changed_rows(summary: BatchSummary) -> dict[str, dict[str, int]]:
    """Return what a batch changed, by table, as the ledger holds it; tables that stayed the same left out."""
    return {
        change.table: {"appeared": change.appeared, "changed": change.changed, "went": change.went}
        for change in summary.changes
        if change.appeared or change.changed or change.went
    }


def _file_summary(file: PromisedFile, outcome: FileOutcome) -> FileSummary:
    return FileSummary(
        file.name,
        file.table.name,
        outcome.rows_in,
        outcome.rows_loaded,
        outcome.rows_rejected,
        outcome.values_rejected,
        outcome.values_normalised,
        outcome.values_uncertain,
        outcome.unknown_columns,
        outcome.format,
    )
