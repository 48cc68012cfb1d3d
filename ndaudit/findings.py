"""Runs: the outcome of one check over one snapshot, kept in a folder of its own.

`data/runs/<run_id>/` holds `findings.duckdb` (finding, rule_result, undetermined_count), a copy of the
declarations and `run.json`. It is written under a temporary name and renamed; `runs/current.json` names the
last full run, which reports, Great Expectations and the review read.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from ndaudit import __version__, ledger
from ndaudit.errors import RefusedError
from ndaudit.evaluation import Failure
from ndaudit.increment.change import Change
from ndaudit.periods import read_period
from ndaudit.scope import EVERYTHING, Scope
from ndaudit.store import POINTER
from ndaudit.workbench import Settings, Workbench

DATABASE = "findings.duckdb"
RECORD = "run.json"
SPILL = "spill"


@dataclass(frozen=True)
class RuleTotal:
    """One rule over all offices of a run; population = met + exceptions + undetermined, effect in tögrög."""

    rule_id: str
    severity: str
    population: int
    met: int
    exceptions: int
    undetermined: int
    effect: Decimal


@dataclass(frozen=True)
class Run:
    """One check of one snapshot.

    Attributes:
        full: every rule over every office and period; only such a run can be current.
        failures: rules that could not be run, and why.
        settings: what of the settings outcomes depend on (`Settings.deciding`).
        own_law: the values of the law the workbench stated itself, as recorded.
        ledger_head: the last entry of the ledger when it was made.
        version: of ndaudit, that decided it.
        change: what was decided anew, when the run carries another one on.
    """

    id: str
    folder: Path
    snapshot: str
    snapshot_sha256: str
    catalogue_hash: str
    finished_at: datetime
    full: bool
    totals: tuple[RuleTotal, ...]
    failures: tuple[Failure, ...]
    settings: Mapping[str, Any] = field(default_factory=lambda: Settings().deciding)
    own_law: tuple[Mapping[str, Any], ...] = ()
    scope: Scope = EVERYTHING
    ledger_head: str = ledger.NOTHING
    version: str = __version__
    change: Change | None = None

    @property
    def database(self) -> Path:
        """The DuckDB file with the findings."""
        return self.folder / DATABASE


def _run(folder: Path) -> Run:
    raw = json.loads((folder / RECORD).read_text("utf-8"))
    return Run(
        id=raw["run_id"],
        folder=folder,
        snapshot=raw["snapshot"],
        snapshot_sha256=raw["snapshot_sha256"],
        catalogue_hash=raw["catalogue_hash"],
        finished_at=datetime.fromisoformat(raw["finished_at"]),
        full=raw["full"],
        totals=tuple(RuleTotal(**{**total, "effect": Decimal(total["effect"])}) for total in raw["rules"]),
        failures=tuple(Failure(**failure) for failure in raw["failures"]),
        # runs made before these were recorded had no other
        settings=raw.get("settings", Settings().deciding),
        own_law=tuple(raw.get("own_law", ())),
        scope=Scope(raw.get("office"), read_period(raw["period"]) if raw.get("period") else None),
        ledger_head=raw.get("ledger_head", ledger.NOTHING),
        version=raw.get("version", ""),
        change=Change.read(raw.get("incremental")),
    )


def current_run(workbench: Workbench) -> Run:
    """Return the last full run.

    Raises:
        RefusedError: no full check has been made yet.
    """
    pointer = workbench.runs / POINTER
    if not pointer.is_file():
        raise RefusedError("findings.no_run", where=workbench.runs)
    return _run(workbench.runs / json.loads(pointer.read_text("utf-8"))["run_id"])


def latest_run(workbench: Workbench) -> Run | None:
    """Return the last full run, or None when there is none yet."""
    return current_run(workbench) if (workbench.runs / POINTER).is_file() else None


def read_run(workbench: Workbench, run_id: str) -> Run:
    """Return the run of that id.

    Raises:
        RefusedError: there is no such run.
    """
    known = sorted(path.parent.name for path in workbench.runs.glob(f"*/{RECORD}"))
    if run_id not in known:
        raise RefusedError("findings.unknown_run", came=run_id, allowed=", ".join(known) or "—")
    return _run(workbench.runs / run_id)


def runs_latest_first(workbench: Workbench) -> list[Run]:
    """Return every run, the latest first."""
    found = [_run(path.parent) for path in sorted(workbench.runs.glob(f"*/{RECORD}"))]
    return sorted(found, key=_finished, reverse=True)


def _finished(run: Run) -> datetime:
    return run.finished_at


def record_of(run: Run) -> dict[str, Any]:
    """Return what `run.json` says of a run."""
    return {
        "run_id": run.id,
        "snapshot": run.snapshot,
        "snapshot_sha256": run.snapshot_sha256,
        "catalogue_hash": run.catalogue_hash,
        "finished_at": run.finished_at.isoformat(),
        "full": run.full,
        "version": run.version,
        "settings": run.settings,
        "own_law": list(run.own_law),
        "office": run.scope.office,
        "period": run.scope.period.name if run.scope.period else None,
        "ledger_head": run.ledger_head,
        "incremental": run.change and run.change.record,
        "rules": [{**vars(total), "effect": str(total.effect)} for total in run.totals],
        "failures": [vars(failure) for failure in run.failures],
    }
