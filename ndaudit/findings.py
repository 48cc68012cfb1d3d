"""Runs: the outcome of one check over one snapshot, kept in a folder of its own.

`data/runs/<run_id>/` holds `findings.duckdb` (finding, rule_result, undetermined_count), a copy of the
declarations and `run.json`. It is written under a temporary name and renamed; `runs/current.json` names the
last full run, which reports, Great Expectations and the review read.
"""

import json
import secrets
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from ndaudit import __version__, ledger
from ndaudit.catalogue import Catalogue, read_catalogue
from ndaudit.durable import write_durably
from ndaudit.errors import RefusedError, machine_faults
from ndaudit.evaluation import Failure, build_populations, create_results, evaluate
from ndaudit.law_notes import own_values
from ndaudit.periods import read_period
from ndaudit.populations import in_order
from ndaudit.rules import Rule
from ndaudit.scope import EVERYTHING, Scope
from ndaudit.snapshots import engine_faults
from ndaudit.store import POINTER, Snapshot, attach_snapshot, connect, declare_world, literal
from ndaudit.workbench import Settings, Workbench

DATABASE = "findings.duckdb"
RECORD = "run.json"
SPILL = "spill"
RESULT_TABLES = ("finding", "rule_result", "undetermined_count")
Progress = Callable[[str, int, int], None]
"""Told what was done, how much is through, and of how much."""


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


def read_run(workbench: Workbench, run_id: str) -> Run:
    """Return the run of that id.

    Raises:
        RefusedError: there is no such run.
    """
    known = sorted(path.parent.name for path in workbench.runs.glob(f"*/{RECORD}"))
    if run_id not in known:
        raise RefusedError("findings.unknown_run", came=run_id, allowed=", ".join(known) or "—")
    return _run(workbench.runs / run_id)


def _totals(con: Any, decided: Iterable[Rule]) -> list[RuleTotal]:
    rows = con.execute(
        "SELECT rule_id, any_value(severity), sum(population), sum(met), sum(exceptions), sum(undetermined),"
        " coalesce(sum(effect), 0) FROM rule_result GROUP BY rule_id ORDER BY rule_id"
    ).fetchall()
    found = {
        rule_id: RuleTotal(rule_id, severity, int(size), int(met), int(bad), int(open_), Decimal(effect))
        for rule_id, severity, size, met, bad, open_, effect in rows
    }
    # a rule whose population is empty has no row by office, and is decided all the same
    return [
        found.get(rule.id) or RuleTotal(rule.id, rule.severity, 0, 0, 0, 0, Decimal("0.00"))
        for rule in decided
    ]


def _keep_results(con: Any, folder: Path) -> None:
    con.execute(f"ATTACH {literal(str(folder / DATABASE))} AS run")
    for name in RESULT_TABLES:
        con.execute(f"CREATE TABLE run.{name} AS SELECT * FROM {name} ORDER BY ALL")
    con.execute("DETACH run")


def _record(run: Run) -> dict[str, Any]:
    return {
        "run_id": run.id,
        "snapshot": run.snapshot,
        "snapshot_sha256": run.snapshot_sha256,
        "catalogue_hash": run.catalogue_hash,
        "finished_at": run.finished_at.isoformat(),
        "full": run.full,
        "version": __version__,
        "settings": run.settings,
        "own_law": list(run.own_law),
        "office": run.scope.office,
        "period": run.scope.period.name if run.scope.period else None,
        "ledger_head": run.ledger_head,
        "rules": [{**vars(total), "effect": str(total.effect)} for total in run.totals],
        "failures": [vars(failure) for failure in run.failures],
    }


@dataclass(frozen=True)
class _Question:
    """What a run decides."""

    catalogue: Catalogue
    rules: list[Rule]
    scope: Scope

    @property
    def full(self) -> bool:
        """Every rule, over everything."""
        return self.scope == EVERYTHING and len(self.rules) == len(self.catalogue.rules)


def _steps(catalogue: Catalogue, chosen: list[Rule], progress: Progress | None) -> Callable[[str], None]:
    populations = in_order(catalogue.populations, frozenset(rule.population for rule in chosen))
    total = len(populations) + len(chosen)
    done = count(1)

    def step(name: str) -> None:
        if progress:
            progress(name, next(done), total)

    return step


def _decided(
    draft: Path,
    snapshot: Snapshot,
    question: _Question,
    memory_limit: str,
    progress: Progress | None,
) -> tuple[list[RuleTotal], list[Failure]]:
    catalogue, chosen = question.catalogue, question.rules
    con = connect(memory_limit=memory_limit, spill=draft / SPILL)
    try:
        attach_snapshot(con, snapshot, catalogue.tables.values())
        declare_world(con, catalogue.law, catalogue.thresholds)
        create_results(con)
        step = _steps(catalogue, chosen, progress)
        broken = build_populations(con, catalogue, chosen, step)
        failures = evaluate(con, catalogue, chosen, question.scope, broken, step)
        _keep_results(con, draft)
        not_run = {failure.rule_id for failure in failures}
        return _totals(con, [rule for rule in chosen if rule.id not in not_run]), failures
    finally:
        con.close()


def decide_again(
    workbench: Workbench, run: Run, snapshot: Snapshot, folder: Path, progress: Progress | None = None
) -> list[Failure]:
    """Decide what a run decided once more, from the declarations it kept, into a database in `folder`.

    Raises:
        MachineError: no room or no permission.
    """
    catalogue = read_catalogue(Workbench(run.folder, workbench.settings.decided_by(run.settings)))
    named = {total.rule_id for total in run.totals} | {failure.rule_id for failure in run.failures}
    rules = [rule for rule in catalogue.rules.values() if rule.id in named]
    with machine_faults(folder), engine_faults(workbench):
        question = _Question(catalogue, rules, run.scope)
        _, failures = _decided(folder, snapshot, question, workbench.settings.memory_limit, progress)
    return failures


def _keep_declarations(workbench: Workbench, draft: Path) -> None:
    """Copy what decided: the declarations, and the law values of the workbench's own."""
    shutil.copytree(workbench.expectations, draft / "expectations")
    if workbench.own_law.is_dir():
        own = Workbench(draft).own_law
        own.parent.mkdir(mode=0o700)
        shutil.copytree(workbench.own_law, own)


def decide(
    workbench: Workbench,
    catalogue: Catalogue,
    snapshot: Snapshot,
    rules: Iterable[Rule],
    scope: Scope,
    progress: Progress | None = None,
) -> Run:
    """Decide `rules` over `snapshot` and keep the run; a full run becomes the current one.

    Raises:
        MachineError: no room or no permission; nothing is left of the run.
    """
    question = _Question(catalogue, list(rules), scope)
    now = datetime.now().astimezone()
    run_id = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    folder, draft = workbench.runs / run_id, workbench.runs / f".{run_id}.part"
    try:
        with machine_faults(workbench.runs), engine_faults(workbench):
            workbench.private_folder(draft)
            limit = workbench.settings.memory_limit
            totals, failures = _decided(draft, snapshot, question, limit, progress)
            _keep_declarations(workbench, draft)
            shutil.rmtree(draft / SPILL, ignore_errors=True)
            workbench.protect(draft / DATABASE)
            run = Run(
                id=run_id,
                folder=folder,
                snapshot=snapshot.id,
                snapshot_sha256=snapshot.sha256,
                catalogue_hash=catalogue.hash,
                finished_at=now,
                full=question.full,
                totals=tuple(totals),
                failures=tuple(failures),
                settings=workbench.settings.deciding,
                own_law=tuple(one.record for one in own_values(catalogue.law.values())),
                scope=scope,
                ledger_head=ledger.head(workbench),
            )
            write_durably(draft / RECORD, json.dumps(_record(run), ensure_ascii=False, indent=1))
            draft.rename(folder)
            if run.full:
                write_durably(workbench.runs / POINTER, json.dumps({"run_id": run_id}))
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return run
