"""What became of confirmed findings, by the same rule on a later snapshot."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ndaudit import ledger
from ndaudit.findings import Run, runs_latest_first
from ndaudit.reviews.decisions import RETESTED, State, retest, states
from ndaudit.reviews.log import DecisionLog, Entry, log_path, open_log
from ndaudit.reviews.proving import NOTED
from ndaudit.store import connect
from ndaudit.workbench import Workbench

_FOUND = """
SELECT finding_id, rule_id, office_code, outcome FROM finding WHERE finding_id IN (SELECT unnest($ids))
"""
_UNDELIVERED = "SELECT DISTINCT rule_id, office_code FROM undetermined_count WHERE reason = 'not_delivered'"


@dataclass(frozen=True)
class _Known:
    """A finding as a run holds it."""

    rule_id: str
    office: str | None
    outcome: str


def retest_run(workbench: Workbench, run: Run) -> list[Entry]:
    """Retest what was confirmed by a full run, and note the head of the log in the ledger.

    Left as they are: findings of rules the run could not decide, or only for want of a table or value that
    was there before; and all that was confirmed on the very snapshot the run read.

    Raises:
        MachineError: the log or the ledger cannot be written.
    """
    if not log_path(workbench).is_file():
        return []
    with open_log(workbench) as log:
        waiting = [state for state in states(log).values() if state.state in RETESTED]
        present, tested = _compared(workbench, run, waiting, _confirmed_at(log, waiting))
        entries = retest(log, run.id, present, tested)
        ledger.append(workbench, "retest", run=run.id, retested=len(entries), **{NOTED: log.head()})
    return entries


def _confirmed_at(log: DecisionLog, waiting: Iterable[State]) -> dict[str, datetime]:
    """Return when each finding was confirmed."""
    return {
        state.finding_id: datetime.fromisoformat(
            max(entry.at for entry in log.of(state.finding_id) if entry.kind == "confirm")
        )
        for state in waiting
    }


def _earlier(workbench: Workbench, run: Run) -> list[Run]:
    """Return the full runs before this one, the latest first."""
    return [one for one in runs_latest_first(workbench) if one.full and one.finished_at < run.finished_at]


def _compared(
    workbench: Workbench, run: Run, waiting: Iterable[State], confirmed: Mapping[str, datetime]
) -> tuple[set[str], set[str]]:
    """Return which findings the run holds again, and which of all it has tested."""
    earlier = _earlier(workbench, run)
    # decided again on the snapshot of its last retest, it can only say the same
    same = {one.id for one in earlier if one.snapshot_sha256 == run.snapshot_sha256}
    ids = {state.finding_id for state in waiting if state.run not in same}
    now = _in_run(run, ids)
    before = _before(earlier, run, ids, confirmed)
    failed = {failure.rule_id for failure in run.failures}
    decided = {total.rule_id for total in run.totals} - failed
    undelivered = _undelivered(run)
    present, tested = set(), set()
    for finding, known in before.items():
        if known.rule_id not in decided or (known.rule_id, known.office) in undelivered:
            continue
        again = now.get(finding)
        # what was an exception and is undetermined now was not tested: what decides it is missing
        if again and (again.outcome, known.outcome) == ("undetermined", "exception"):
            continue
        tested.add(finding)
        if again:
            present.add(finding)
    return present, tested


def _before(
    earlier: Iterable[Run], run: Run, ids: Collection[str], confirmed: Mapping[str, datetime]
) -> dict[str, _Known]:
    """Return each finding as the run it was confirmed on had it, where that read another snapshot."""
    found: dict[str, _Known] = {}
    settled: set[str] = set()
    for one in earlier:
        wanted = {i for i in set(ids) - settled if one.finished_at <= confirmed[i]}
        held = _in_run(one, wanted)
        settled |= held.keys()
        if one.snapshot_sha256 != run.snapshot_sha256:
            found |= held
    return found


def _in_run(run: Run, ids: Collection[str]) -> dict[str, _Known]:
    if not ids:
        return {}
    con = connect(run.database, read_only=True)
    try:
        rows = con.execute(_FOUND, {"ids": sorted(ids)}).fetchall()
    finally:
        con.close()
    return {finding: _Known(*rest) for finding, *rest in rows}


def _undelivered(run: Run) -> set[tuple[str, str | None]]:
    con = connect(run.database, read_only=True)
    try:
        return {(rule, office) for rule, office in con.execute(_UNDELIVERED).fetchall()}
    finally:
        con.close()
