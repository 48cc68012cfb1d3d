"""Seeing who people are: only by right, only for a reason, and only once the ledger holds both on disk."""

from typing import Any

from ndaudit import ledger
from ndaudit.errors import UsageError
from ndaudit.roles import current_standing
from ndaudit.workbench import Workbench

EVENT = "unmask"


def unmask(workbench: Workbench, what: str, reason: str | None, **about: Any) -> None:
    """Let what follows be shown unmasked; returns only once the entry is on disk.

    Args:
        what: what is opened: `findings`, `explain`, `dossier`, `review`, `session`.
        reason: why, in the words of the one who asks.
        about: what else the ledger keeps: run, rule, office, pseudonym of the person; never personal data.

    Raises:
        UsageError: no reason is given.
        RefusedError: the account may not see who people are.
        MachineError: the ledger cannot be written.
    """
    given = (reason or "").strip()
    if not given:
        raise UsageError("unmasking.no_reason")
    current_standing(workbench).require("unmask")
    ledger.append(workbench, EVENT, what=what, reason=given, **about)


def unmasked(workbench: Workbench, what: str, *, asked: bool, reason: str | None, **about: Any) -> bool:
    """Return whether who people are may be seen from now on: `--unmask` with its `--reason`; see `unmask`.

    Raises:
        UsageError: one of the two options stands without the other.
        RefusedError: the account may not see who people are.
        MachineError: the ledger cannot be written.
    """
    if asked:
        unmask(workbench, what, reason, **about)
    elif reason is not None:
        raise UsageError("unmasking.reason_alone")
    return asked
