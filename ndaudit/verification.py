"""Whether what was decided still stands: the run made again from what it kept, and the ledger's chain."""

import json
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ndaudit import ledger
from ndaudit.catalogue import deciding_hash
from ndaudit.checking import Progress, decide_again
from ndaudit.errors import RefusedError
from ndaudit.evaluation import RESULT_TABLES
from ndaudit.findings import DATABASE, RECORD, Run, current_run, read_run
from ndaudit.history import rebuild
from ndaudit.reviews.proving import decisions_fault
from ndaudit.snapshots import content_hashes, engine_faults, file_hash
from ndaudit.store import Snapshot, connect, literal
from ndaudit.tables import Table, read_tables
from ndaudit.workbench import Workbench


@dataclass(frozen=True)
class Verification:
    """What was compared and what differs.

    Attributes:
        compared: how the snapshot was recognised: `sha256` of its file; `content` of its tables, because it
            had been dropped and was made again from its deliveries; or `changed`, and nothing is decided.
        declarations: whether the declarations kept with the run are those it was made with.
        differing: by rule, how many lines of its results came out otherwise.
        chain: where the ledger is broken, or None.
        decisions: where the log of decisions was changed (see `reviews.proving.decisions_fault`), or None.
    """

    run_id: str
    compared: str
    declarations: bool
    differing: Mapping[str, int]
    chain: ledger.ChainFault | None
    decisions: str | None = None

    @property
    def stands(self) -> bool:
        """Whether nothing differs."""
        sound = self.compared != "changed" and self.declarations and not self.differing
        return sound and self.chain is None and self.decisions is None


def verify(workbench: Workbench, run_id: str | None = None, progress: Progress | None = None) -> Verification:
    """Decide a run (the current one when None) again and compare every line of its results.

    Raises:
        RefusedError: there is no such run, or its snapshot is gone and cannot be made again.
        MachineError: no room or no permission.
    """
    run = read_run(workbench, run_id) if run_id else current_run(workbench)
    snapshot, compared = _snapshot(workbench, run)
    # what a changed file would come out as says nothing about the run, and the engine may not even open it
    differing = {} if compared == "changed" else _decided_otherwise(workbench, run, snapshot, progress)
    kept = Workbench(run.folder, workbench.settings.decided_by(run.settings))
    chain = ledger.verify_chain(workbench, run.ledger_head, *printed_heads(workbench))
    # the heads of the log of decisions stand in the ledger: where that cannot be read, nothing is compared
    unreadable = chain is not None and chain.what == "unreadable"
    return Verification(
        run.id,
        compared,
        deciding_hash(kept) == run.catalogue_hash,
        dict(sorted(differing.items())),
        chain,
        None if unreadable else decisions_fault(workbench),
    )


def _decided_otherwise(
    workbench: Workbench, run: Run, snapshot: Snapshot, progress: Progress | None
) -> dict[str, int]:
    """Decide a run again and return, by rule, how many lines of its results come out otherwise."""
    with _draft(workbench) as folder, engine_faults(workbench):
        failures = decide_again(workbench, run, snapshot, folder, progress)
        differing = _differing(run.database, folder / DATABASE)
    before, again = ({failure.rule_id for failure in one} for one in (run.failures, failures))
    return differing | dict.fromkeys(before ^ again, 1)


def printed_heads(workbench: Workbench) -> list[str]:
    """Return every head of the ledger that runs and published reports kept, so that each is looked for."""
    records = [*workbench.runs.glob(f"*/{RECORD}"), *workbench.reports.rglob(f"*.{RECORD}")]
    told = (_head_in(record) for record in sorted(records))
    return [head for head in told if head]


def _head_in(record: Path) -> str | None:
    """Return the head one record kept; those made before it was kept have none."""
    try:
        told = json.loads(record.read_text("utf-8"))
    except ValueError as error:
        raise RefusedError("verification.no_record", where=record) from error
    if not isinstance(told, dict):
        raise RefusedError("verification.no_record", where=record)
    return told.get("ledger_head")


def _snapshot(workbench: Workbench, run: Run) -> tuple[Snapshot, str]:
    """Return the snapshot of a run and how it was recognised; a dropped one is made again."""
    path = workbench.snapshot_file(run.snapshot)
    if path.is_file():
        compared = _recognised(workbench, run, path)
    else:
        compared = rebuild(workbench, _tables(run), run.snapshot).compared
    return Snapshot(run.snapshot, path, run.snapshot_sha256, {}), compared


def _tables(run: Run) -> dict[str, Table]:
    """Return the data dictionary the run was made with: today's may read a delivery otherwise."""
    return read_tables(run.folder / "expectations" / "tables")


def _recognised(workbench: Workbench, run: Run, path: Path) -> str:
    """Return how the file of a snapshot is recognised.

    One made again from its deliveries is another file: its hash stands in the ledger, and its content is
    compared with what was loaded.
    """
    found = file_hash(path)
    if found == run.snapshot_sha256:
        return "sha256"
    told = [entry for entry in ledger.read(workbench) if entry.details.get("snapshot") == run.snapshot]
    if found not in {entry.details.get("sha256") for entry in told if entry.event == "rebuild"}:
        return "changed"
    loaded = [entry.details.get("content") for entry in told if entry.event == "load"]
    con = connect(path, read_only=True)
    try:
        content = dict(sorted(content_hashes(con, _tables(run)).items()))
    finally:
        con.close()
    return "content" if content in loaded else "changed"


@contextmanager
def _draft(workbench: Workbench) -> Iterator[Path]:
    folder = workbench.runs / f".verify-{secrets.token_hex(3)}.part"
    workbench.private_folder(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _differing(before: Path, again: Path) -> dict[str, int]:
    """Return how many lines only one of two result databases holds, by rule."""
    found: dict[str, int] = {}
    con = connect()
    try:
        con.execute(f"ATTACH {literal(str(before))} AS before (READ_ONLY)")
        con.execute(f"ATTACH {literal(str(again))} AS again (READ_ONLY)")
        for table in RESULT_TABLES:
            rows = con.execute(
                f"SELECT rule_id, count(*) FROM ((FROM before.{table} EXCEPT ALL FROM again.{table})"
                f" UNION ALL (FROM again.{table} EXCEPT ALL FROM before.{table})) GROUP BY rule_id"
            ).fetchall()
            for rule_id, count in rows:
                found[rule_id] = found.get(rule_id, 0) + int(count)
    finally:
        con.close()
    return found
