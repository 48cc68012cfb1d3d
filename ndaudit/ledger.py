"""The ledger: who did what and why, append-only, each line bound to the one before by its hash."""

import hashlib
import json
import os
import platform
import pwd
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from filelock import FileLock

from ndaudit import __version__
from ndaudit.errors import RefusedError, machine_faults
from ndaudit.workbench import Workbench

LEDGER = "ledger.jsonl"
HEAD = "ledger.head"
"""The hash of the last entry, kept beside the ledger: a ledger that lost its end no longer holds it."""
NOTHING = "0" * 64
"""What the first entry names as the hash before it."""
_UNREADABLE = (ValueError, TypeError, RecursionError)


@dataclass(frozen=True)
class Entry:
    """One line of the ledger.

    Attributes:
        previous: hash of the entry before.
        hash: sha256 over everything else in the line.
        host: the machine it was done on; entries made before this was kept have none, nor versions.
        versions: of what did it.
    """

    seq: int
    at: str
    user: str
    event: str
    details: Mapping[str, Any]
    previous: str
    hash: str
    host: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)


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


@cache
def _versions() -> dict[str, str]:
    return {"ndaudit": __version__, "python": platform.python_version(), "duckdb": version("duckdb")}


def _canonical(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True)


def _digest(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(body).encode()).hexdigest()


def hashed_text(entry: "Entry") -> str:
    """Return the text the hash of an entry is the sha256 of."""
    return _canonical(_body(entry))


def _body(entry: Entry) -> dict[str, Any]:
    made = {"host": entry.host, "versions": entry.versions} if entry.versions else {}
    return made | {
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


def _told(line: bytes, path: Path, number: int) -> Entry:
    """Return an entry, or say in which line of the ledger none can be read."""
    try:
        return _parse(line)
    except _UNREADABLE as error:
        raise RefusedError("machine.ledger_broken", where=path, line=number) from error


def read(workbench: Workbench) -> list[Entry]:
    """Return every entry, oldest first; a line cut off by a crash was never acknowledged and is left out."""
    path = workbench.data / LEDGER
    lines = enumerate(_lines(path), start=1)
    return [_told(line, path, number) for number, line in lines if line.endswith(b"\n")]


def _last(path: Path) -> tuple[Entry | None, int]:
    """Return the last whole entry and where it ends."""
    last, end, number = None, 0, 0
    for line in _lines(path):
        if line.endswith(b"\n"):
            last, end, number = line, end + len(line), number + 1
    return (_told(last, path, number) if last else None), end


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
                "host": platform.node(),
                "versions": _versions(),
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
            _note_head(workbench, entry.hash)
    return entry


def _note_head(workbench: Workbench, last: str) -> None:
    """Keep the last hash; after a crash an older one stands there, which is in the ledger as well."""
    draft = workbench.data / f".{HEAD}.part"
    draft.write_text(last + "\n", "ascii")
    workbench.protect(draft)
    draft.replace(workbench.data / HEAD)


def noted_head(workbench: Workbench) -> str:
    """Return the hash kept beside the ledger, or `NOTHING`."""
    path = workbench.data / HEAD
    return (path.read_text("utf-8", errors="replace").strip() if path.is_file() else "") or NOTHING


def verify_chain(workbench: Workbench, *heads: str) -> ChainFault | None:
    """Return the first place where the ledger was changed, or None when it holds.

    Args:
        heads: hashes of entries kept elsewhere (in a report, a `run.json`): each must still be in the chain,
            as must the one beside it, or the end was cut off or all of it rewritten.
    """
    previous, hashes = NOTHING, {NOTHING}
    number = 0
    for number, line in enumerate(_lines(workbench.data / LEDGER), start=1):
        try:
            entry = _parse(line)
            digest = _digest(_body(entry))
        except _UNREADABLE:
            return ChainFault(number, "unreadable")
        if entry.seq != number:
            return ChainFault(number, "sequence")
        if entry.previous != previous:
            return ChainFault(number, "previous")
        if digest != entry.hash:
            return ChainFault(number, "hash")
        previous = entry.hash
        hashes.add(entry.hash)
    return None if hashes.issuperset((*heads, noted_head(workbench))) else ChainFault(number, "head")
