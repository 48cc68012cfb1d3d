"""Entries made elsewhere, taken into the log: the ledger says so first, or neither does."""

from collections.abc import Sequence
from typing import Any

from ndaudit import ledger
from ndaudit.errors import RefusedError
from ndaudit.reviews.log import Conflict, DecisionLog, Draft
from ndaudit.reviews.proving import NOTED


def take_in(log: DecisionLog, user: str, drafts: Sequence[Draft], event: str, **told: Any) -> None:
    """Add entries to the log and note it in the ledger, with the head the log had before.

    Args:
        event: what the ledger calls it; told: what it says of it.

    Raises:
        RefusedError: somebody wrote about one of the findings meanwhile.
        MachineError: log or ledger cannot be written; neither was.
    """
    head = log.head()

    def note() -> None:
        ledger.append(log.workbench, event, **told, **{NOTED: head})

    try:
        log.append(user, drafts, note)
    except Conflict as conflict:
        raise RefusedError("reviews.written_meanwhile", finding=conflict.finding_id) from conflict
