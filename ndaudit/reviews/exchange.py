"""Decisions carried between machines: one JSON line an entry, each with the hash it had where it was made."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from ndaudit import ledger
from ndaudit.durable import write_durably
from ndaudit.errors import RefusedError, machine_faults
from ndaudit.reviews.decisions import state_of, states
from ndaudit.reviews.log import NOTHING, DecisionLog, Draft, Entry, digest, open_log
from ndaudit.reviews.proving import NOTED
from ndaudit.roles import current_standing
from ndaudit.workbench import Workbench

ORIGIN = "origin"
_NO_ENTRY = (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What is raised over a line that is no entry."""


def export_decisions(workbench: Workbench, path: Path) -> int:
    """Write the log of a workbench to a file and return how many entries it holds.

    Raises:
        RefusedError: the account is not listed.
        MachineError: the file cannot be written.
    """
    current_standing(workbench)
    with machine_faults(path), open_log(workbench) as log:
        return write_entries(log, path)


def import_decisions(workbench: Workbench, path: Path) -> int:
    """Add the decisions of another machine; the ledger keeps who took which file in.

    Raises:
        RefusedError: the account may not confirm, or see `read_entries`.
    """
    current_standing(workbench).require("confirm")
    with open_log(workbench) as log:
        added = read_entries(log, path)
        digest_of_file = sha256(path.read_bytes()).hexdigest()
        ledger.append(
            workbench, "decisions_import", sha256=digest_of_file, added=added, **{NOTED: log.head()}
        )
    return added


def write_entries(log: DecisionLog, path: Path) -> int:
    """Write every entry to a file and return how many there are."""
    lines = [json.dumps(vars(entry), ensure_ascii=False, sort_keys=True) for entry in log.all()]
    write_durably(path, "".join(f"{line}\n" for line in lines))
    return len(lines)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise RefusedError("reviews.no_export", where=path.name, line=0) from error


def _entry(raw: Any) -> Entry:
    """Return an entry as it was written elsewhere.

    Raises:
        TypeError: a value is of another kind than the log holds.
    """
    kinds = {"seq": int, "body": dict}
    for name, value in raw.items():
        if type(value) is not kinds.get(name, str):
            raise TypeError(name)
    return Entry(**raw)


def read_entries(log: DecisionLog, path: Path) -> int:
    """Add what another machine decided, under the names of those who decided it; return how many were new.

    Raises:
        RefusedError: the file is no export, its chain is broken, or somebody confirmed a proposal of their
            own in it: nothing was added.
    """
    if not path.is_file():
        raise RefusedError("reviews.no_export", where=path.name, line=0)
    known = {entry.body.get(ORIGIN) or entry.hash for entry in log.all()}
    previous, fresh = NOTHING, []
    after: dict[str, list[Entry]] = {}
    proposed: dict[str, str] = {}
    for number, line in enumerate(_lines(path), start=1):
        try:
            raw = json.loads(line)
            body = json.dumps(raw["body"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            fields = [
                raw["seq"],
                raw["at"],
                raw["user"],
                raw["kind"],
                raw["finding_id"],
                body,
                raw["previous"],
            ]
            own = raw["hash"]
            after.setdefault(raw["finding_id"], []).append(_entry(raw))
            # an entry no state follows from would make the whole log unreadable
            state_of(raw["finding_id"], after[raw["finding_id"]])
        except _NO_ENTRY as error:
            raise RefusedError("reviews.no_export", where=path.name, line=number) from error
        if raw["previous"] != previous or digest(fields) != own:
            raise RefusedError("reviews.export_broken", where=path.name, line=number)
        if raw["kind"] == "confirm" and proposed.get(raw["finding_id"]) == raw["user"]:
            raise RefusedError("reviews.own_proposal", finding=raw["finding_id"])
        if raw["kind"] == "propose":
            proposed[raw["finding_id"]] = raw["user"]
        previous = own
        if (raw["body"].get(ORIGIN) or own) not in known:
            fresh.append(raw)
    seen = {finding: state.seen for finding, state in states(log).items()}
    for raw in fresh:
        body = raw["body"] | {ORIGIN: raw["body"].get(ORIGIN) or raw["hash"]}
        draft = Draft(raw["kind"], raw["finding_id"], body, seen.get(raw["finding_id"], 0))
        [entry] = log.append(raw["user"], [draft])
        seen[entry.finding_id] = entry.seq
    return len(fresh)
