"""A check: rules decided over a snapshot, and the outcome kept as a run."""

import json
import secrets
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from ndaudit import __version__, ledger
from ndaudit.catalogue import Catalogue, read_catalogue
from ndaudit.costs import Meter
from ndaudit.durable import write_durably
from ndaudit.errors import machine_faults
from ndaudit.evaluation import RESULT_TABLES, Failure, build_populations, create_results, evaluate
from ndaudit.findings import DATABASE, RECORD, SPILL, RuleTotal, Run, record_of
from ndaudit.increment.carrying import Base, carry
from ndaudit.increment.change import Change
from ndaudit.increment.keeping import PLAN
from ndaudit.law_notes import own_values
from ndaudit.memory import make_room
from ndaudit.noting import note_check
from ndaudit.populations import in_order
from ndaudit.rules import Rule
from ndaudit.scope import EVERYTHING, Scope
from ndaudit.snapshots import engine_faults
from ndaudit.store import POINTER, Snapshot, attach_snapshot, connect, declare_world, literal
from ndaudit.workbench import Workbench

Progress = Callable[[str, int, int], None]
"""Told what was done, how much is through, and of how much."""


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


@dataclass(frozen=True)
class _Outcome:
    """What deciding came to; `change` where another run was carried on."""

    totals: tuple[RuleTotal, ...]
    failures: tuple[Failure, ...]
    change: Change | None


def _steps(
    catalogue: Catalogue, chosen: list[Rule], progress: Progress | None, rounds: int = 1
) -> Callable[[str], None]:
    populations = in_order(catalogue.populations, frozenset(rule.population for rule in chosen))
    total = (len(populations) + len(chosen)) * rounds
    done = count(1)

    def step(name: str) -> None:
        if progress:
            progress(name, min(next(done), total), total)

    return step


def _decided(
    draft: Path,
    snapshot: Snapshot,
    question: _Question,
    memory_limit: str,
    progress: Progress | None,
    base: Base | None = None,
) -> _Outcome:
    catalogue, chosen = question.catalogue, question.rules
    con = connect(memory_limit=memory_limit, spill=draft / SPILL)
    try:
        create_results(con)
        change: Change | None = None
        # the touched circles are decided in both snapshots
        step = _steps(catalogue, chosen, progress, rounds=2 if base else 1)
        left = chosen
        if base:
            change = carry(con, base, catalogue, snapshot, draft / SPILL, memory_limit, step)
            left = [rule for rule in chosen if rule.id in change.in_full]
        attach_snapshot(con, snapshot, catalogue.tables.values())
        declare_world(con, catalogue.law, catalogue.thresholds)
        parts = make_room(con, memory_limit, draft / SPILL)
        world = progress.watch(con) if isinstance(progress, Meter) else con
        broken = build_populations(world, catalogue, left, step, parts)
        failures = evaluate(world, catalogue, left, question.scope, broken, step)
        _keep_results(con, draft)
        not_run = {failure.rule_id for failure in failures}
        totals = _totals(con, [rule for rule in chosen if rule.id not in not_run])
        return _Outcome(tuple(totals), tuple(failures), change)
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
        found = _decided(folder, snapshot, question, workbench.settings.memory_limit, progress)
    return list(found.failures)


def _base(workbench: Workbench, catalogue: Catalogue, run: Run | None) -> Base | None:
    """Return a run to carry on with the declarations it kept.

    None where its snapshot was dropped or lacks what the dictionary gained since, or another version of
    ndaudit decided it.
    """
    if run is None or run.version != __version__:
        return None
    path = workbench.snapshot_file(run.snapshot)
    if not path.is_file():
        return None
    kept = Workbench(run.folder, workbench.settings.decided_by(run.settings))
    snapshot = Snapshot(run.snapshot, path, run.snapshot_sha256, {})
    failed = frozenset(failure.rule_id for failure in run.failures)
    then = catalogue if run.catalogue_hash == catalogue.hash else read_catalogue(kept)
    if _columns(then) != _columns(catalogue):
        return None
    return Base(run.id, failed, run.database, then, snapshot, workbench.runs / PLAN)


def _columns(catalogue: Catalogue) -> dict[str, list[tuple[str, str]]]:
    """Return the columns of every table with their types."""
    return {
        name: [(column.name, column.sql_type) for column in table.columns]
        for name, table in catalogue.tables.items()
    }


def _keep_declarations(workbench: Workbench, draft: Path) -> None:
    """Copy what decided: the declarations, and the law values of the workbench's own."""
    shutil.copytree(workbench.expectations, draft / "expectations")
    if workbench.own_law.is_dir():
        own = Workbench(draft).own_law
        own.parent.mkdir(mode=0o700)
        shutil.copytree(workbench.own_law, own)


def _run_of(
    workbench: Workbench, question: _Question, snapshot: Snapshot, folder: Path, found: _Outcome
) -> Run:
    """Return the run that came of it, to be written down."""
    return Run(
        id=folder.name,
        folder=folder,
        snapshot=snapshot.id,
        snapshot_sha256=snapshot.sha256,
        catalogue_hash=question.catalogue.hash,
        finished_at=datetime.now().astimezone(),
        full=question.full,
        totals=found.totals,
        failures=found.failures,
        settings=workbench.settings.deciding,
        own_law=tuple(one.record for one in own_values(question.catalogue.law.values())),
        scope=question.scope,
        ledger_head=ledger.head(workbench),
        change=found.change,
    )


def decide(
    workbench: Workbench,
    catalogue: Catalogue,
    snapshot: Snapshot,
    rules: Iterable[Rule],
    scope: Scope,
    progress: Progress | None = None,
    carried: Run | None = None,
) -> Run:
    """Decide `rules` over `snapshot` and keep the run; a full run becomes the current one.

    Args:
        carried: a full run to carry on, where its snapshot is still there: what no delivery touched since is
            not decided again.

    Raises:
        MachineError: no room or no permission; nothing is left of the run.
    """
    question = _Question(catalogue, list(rules), scope)
    run_id = f"{datetime.now():%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    folder, draft = workbench.runs / run_id, workbench.runs / f".{run_id}.part"
    try:
        with machine_faults(workbench.runs), engine_faults(workbench):
            workbench.private_folder(draft)
            limit = workbench.settings.memory_limit
            found = _decided(draft, snapshot, question, limit, progress, _base(workbench, catalogue, carried))
            _keep_declarations(workbench, draft)
            shutil.rmtree(draft / SPILL, ignore_errors=True)
            workbench.protect_all(draft)
            run = _run_of(workbench, question, snapshot, folder, found)
            write_durably(draft / RECORD, json.dumps(record_of(run), ensure_ascii=False, indent=1))
            note_check(workbench, record_of(run), draft / DATABASE)
            draft.rename(folder)
            if run.full:
                write_durably(workbench.runs / POINTER, json.dumps({"run_id": run_id}))
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return run
