"""Whether the log of decisions is still what was written: its chain, and every head of it kept elsewhere."""

import json
from collections.abc import Iterator

from ndaudit import ledger
from ndaudit.errors import MachineError
from ndaudit.reviews.log import HEAD, log_path, open_log
from ndaudit.workbench import Workbench

NOTED = "decisions_head"
"""Under which name the ledger and the records of reports keep the last entry of the log."""


def decisions_head(workbench: Workbench) -> str | None:
    """Return the hash of the last decision, or None where no log was begun."""
    if not log_path(workbench).is_file():
        return None
    with open_log(workbench) as log:
        return log.head()


def decisions_fault(workbench: Workbench) -> str | None:
    """Return where the log of decisions was changed, or None when it holds.

    Returns:
        `entry 17`: that entry was changed, or one before it is missing; `head`: the chain holds, but an entry
        that was noted elsewhere is not in it: the end was cut off, or all of it written anew, or what was
        noted beside it is damaged; `file`: the file is damaged; `gone`: it was noted, and there is no log.
    """
    try:
        heads = set(_noted(workbench))
    except (ValueError, KeyError, TypeError):
        return "head"
    if not log_path(workbench).is_file():
        return "gone" if heads else None
    try:
        with open_log(workbench) as log:
            return log.fault_among(heads)
    except MachineError:
        return "file"


def _noted(workbench: Workbench) -> Iterator[str]:
    """Yield every head of the log that was kept: beside it, in the ledger, in the records of reports."""
    kept = log_path(workbench).with_name(HEAD)
    if kept.is_file():
        yield str(json.loads(kept.read_text("ascii"))["hash"])
    for entry in ledger.read(workbench):
        if entry.details.get(NOTED):
            yield str(entry.details[NOTED])
    for record in sorted(workbench.reports.rglob("*.run.json")):
        told = json.loads(record.read_text("utf-8")).get(NOTED)
        if told:
            yield str(told)
