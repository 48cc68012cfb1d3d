"""Whether what was decided still stands: the run made again from what it kept, and the ledger's chain."""

import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ndaudit import ledger
from ndaudit.catalogue import deciding_hash
from ndaudit.findings import DATABASE, RESULT_TABLES, Progress, Run, current_run, decide_again, read_run
from ndaudit.history import rebuild
from ndaudit.snapshots import file_hash
from ndaudit.store import Snapshot, connect, literal
from ndaudit.tables import read_tables
from ndaudit.workbench import Workbench


@dataclass(frozen=True)
class Verification:
    """What was compared and what differs.

    Attributes:
        compared: how the snapshot was recognised: `sha256` of its file; `content` of its tables, because it
            had been dropped and was made again from its deliveries; or `changed`.
        declarations: whether the declarations kept with the run are those it was made with.
        differing: by rule, how many lines of its results came out otherwise.
        chain: where the ledger is broken, or None.
    """

    run_id: str
    compared: str
    declarations: bool
    differing: Mapping[str, int]
    chain: ledger.ChainFault | None

    @property
    def stands(self) -> bool:
        """Whether nothing differs."""
        return self.compared != "changed" and self.declarations and not self.differing and self.chain is None


def verify(workbench: Workbench, run_id: str | None = None, progress: Progress | None = None) -> Verification:
    """Decide a run (the current one when None) again and compare every line of its results.

    Raises:
        RefusedError: there is no such run, or its snapshot is gone and cannot be made again.
        MachineError: no room or no permission.
    """
    run = read_run(workbench, run_id) if run_id else current_run(workbench)
    snapshot, compared = _snapshot(workbench, run)
    with _draft(workbench) as folder:
        failures = decide_again(workbench, run, snapshot, folder, progress)
        differing = _differing(run.database, folder / DATABASE)
    before, again = ({failure.rule_id for failure in one} for one in (run.failures, failures))
    differing |= dict.fromkeys(before ^ again, 1)
    kept = Workbench(run.folder, workbench.settings.decided_by(run.settings))
    return Verification(
        run.id,
        compared,
        deciding_hash(kept) == run.catalogue_hash,
        dict(sorted(differing.items())),
        ledger.verify_chain(workbench, run.ledger_head),
    )


def _snapshot(workbench: Workbench, run: Run) -> tuple[Snapshot, str]:
    """Return the snapshot of a run and how it was recognised; a dropped one is made again."""
    path = workbench.store / f"{run.snapshot}.duckdb"
    compared = "sha256"
    if not path.is_file():
        tables = read_tables(workbench.expectations / "tables")
        compared = rebuild(workbench, tables, run.snapshot).compared
    elif file_hash(path) != run.snapshot_sha256:
        compared = "changed"
    return Snapshot(run.snapshot, path, run.snapshot_sha256, {}), compared


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
