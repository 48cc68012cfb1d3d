"""Deliveries waiting in `data/inbox/<office>/`, and what the monitor remembers of them.

Only whether a delivery was tried before is remembered; what is loaded, the snapshot itself knows. A lost
memory costs reading a delivery again, never loading it twice.
"""

import hashlib
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ndaudit.durable import write_durably
from ndaudit.intake.manifest import MANIFEST
from ndaudit.workbench import Workbench

MEMORY = "memory.json"
SETTLED_SECONDS = 60
"""A delivery younger than this may still be arriving."""


@dataclass
class Memory:
    """What was tried before.

    Attributes:
        tried: signature of each delivery by its path below the inbox.
        refused: why a delivery was refused, by its path.
        attempts: how often a publication was tried in vain on a run, by its name, office, period and run.
        failures: why it failed the last time, by the same.
        empty: publications a run has nothing for, by the same.
        shown: the run whose Data Docs were built.
    """

    tried: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    attempts: dict[str, int] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    empty: list[str] = field(default_factory=list)
    shown: str = ""


def memory_path(workbench: Workbench) -> Path:
    """Return where the memory lies."""
    return workbench.data / "monitor" / MEMORY


def recall(workbench: Workbench) -> Memory:
    """Return the memory; an empty one when there is none, or what is there cannot be read."""
    path = memory_path(workbench)
    if not path.is_file():
        return Memory()
    try:
        raw: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return Memory(**raw)
    except (ValueError, TypeError):
        return Memory()


def remember(workbench: Workbench, memory: Memory) -> None:
    """Keep the memory."""
    path = memory_path(workbench)
    workbench.private_folder(path.parent)
    write_durably(path, json.dumps(vars(memory), ensure_ascii=False, indent=1))
    workbench.protect(path)


def inbox_of(workbench: Workbench) -> Path:
    """Return the inbox."""
    return workbench.data / "inbox"


def signature(folder: Path) -> str:
    """Return a mark that changes when any file of a delivery does."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            facts = path.stat()
            digest.update(f"{path.relative_to(folder)}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _is_settled(folder: Path) -> bool:
    youngest = max((path.lstat().st_mtime for path in folder.rglob("*")), default=0.0)
    return time.time() - youngest >= SETTLED_SECONDS


@dataclass(frozen=True)
class Waiting:
    """A delivery to be tried, and its mark when it was looked at."""

    folder: Path
    mark: str


def waiting(workbench: Workbench, memory: Memory) -> dict[str, Waiting]:
    """Return deliveries not tried before in their present state, by their path below the inbox."""
    inbox = inbox_of(workbench)
    found = {}
    for manifest in sorted(inbox.glob(f"*/**/{MANIFEST}")):
        folder = manifest.parent
        name = folder.relative_to(inbox).as_posix()
        mark = signature(folder)
        if memory.tried.get(name) != mark and _is_settled(folder):
            found[name] = Waiting(folder, mark)
    return found
