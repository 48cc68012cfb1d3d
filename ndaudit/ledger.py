"""The ledger: who did what and why, append-only, each line bound to the one before by its hash."""

import hashlib
import json
import os
import pwd
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from ndaudit.errors import machine_faults
from ndaudit.workbench import Workbench

LEDGER = "ledger.jsonl"
NOTHING = "0" * 64
"""What the first entry names as the hash before it."""


@dataclass(frozen=True)
class Entry:
    """One line of the ledger.

    Attributes:
        previous: hash of the entry before.
        hash: sha256 over everything else in the line.
    """

    seq: int
    at: str
    user: str
    event: str
    details: Mapping[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True)
class ChainFault:
    """Where the chain breaks: which line, and `unreadable`, `sequence`, `previous`, `hash` or `head`."""

    line: int
    what: str


def account() -> str:
    """Return the system account this process runs under: never a variable, which anybody can set."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


def _digest(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _body(entry: Entry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "at": entry.at,
        "user": entry.user,
        "event": entry.event,
        "details": entry.details,
        "previous": entry.previous,
    }


def _lines(path: Path) -> Iterator[bytes]:
    if path.is_file():
        with path.open("rb") as handle:
            yield from handle


def _parse(line: bytes) -> Entry:
    return Entry(**json.loads(line))


def read(workbench: Workbench) -> list[Entry]:
    """Return every entry, oldest first; a line cut off by a crash was never acknowledged and is left out."""
    return [_parse(line) for line in _lines(workbench.data / LEDGER) if line.endswith(b"\n")]


def _last(path: Path) -> tuple[Entry | None, int]:
    """Return the last whole entry and where it ends."""
    last, end = None, 0
    for line in _lines(path):
        if line.endswith(b"\n"):
            last, end = line, end + len(line)
    return (_parse(last) if last else None), end


def head(workbench: Workbench) -> str:
    """Return the hash of the last entry: what a report prints, so that nobody can rewrite what was before."""
    last, _ = _last(workbench.data / LEDGER)
    return last.hash if last else NOTHING


def append(workbench: Workbench, event: str, /, **details: Any) -> Entry:
    """Add one entry and return it once it is on disk.

    Args:
        event: what was done: `load`, `unmask`, …
        details: what it was done to, as JSON can hold it; never personal data.

    Raises:
        MachineError: the ledger cannot be written.
    """
    with machine_faults(workbench.data / LEDGER):
        path = workbench.private_folder(workbench.data) / LEDGER
        with FileLock(workbench.data / ".ledger.lock", mode=workbench.file_mode):
            last, end = _last(path)
            body = {
                "seq": last.seq + 1 if last else 1,
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "user": account(),
                "event": event,
                "details": json.loads(json.dumps(details, ensure_ascii=False, default=str)),
                "previous": last.hash if last else NOTHING,
            }
            entry = Entry(**body, hash=_digest(body))
            line = json.dumps(body | {"hash": entry.hash}, ensure_ascii=False)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, workbench.file_mode)
            with os.fdopen(descriptor, "r+b") as handle:
                handle.truncate(end)
                handle.seek(end)
                handle.write(line.encode() + b"\n")
                handle.flush()
                os.fsync(handle.fileno())
            workbench.protect(path)
    return entry


def verify_chain(workbench: Workbench, head: str | None = None) -> ChainFault | None:
    """Return the first place where the ledger was changed, or None when it holds.

    Args:
        head: hash of an entry printed earlier (in a report, a `run.json`): it must still be in the chain, or
            the end was cut off or all of it rewritten.
    """
    previous, hashes = NOTHING, set()
    number = 0
    for number, line in enumerate(_lines(workbench.data / LEDGER), start=1):
        try:
            entry = _parse(line)
        except (ValueError, TypeError):
            return ChainFault(number, "unreadable")
        if entry.seq != number:
            return ChainFault(number, "sequence")
        if entry.previous != previous:
            return ChainFault(number, "previous")
        if _digest(_body(entry)) != entry.hash:
            return ChainFault(number, "hash")
        previous = entry.hash
        hashes.add(entry.hash)
    return ChainFault(number, "head") if head is not None and head not in hashes else None
