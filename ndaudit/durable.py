"""Files that are either whole and on disk, or not there."""

import os
import stat
from pathlib import Path


def sync(path: Path) -> None:
    """Put a file, or the names in a folder, on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_durably(path: Path, text: str) -> None:
    """Write `text` under a temporary name, put it on disk, and rename it to `path`.

    Its mode is 0600, or 0660 in a folder that hands its group on.
    """
    draft = path.with_name(f".{path.name}.part")
    shared = path.parent.stat().st_mode & stat.S_ISGID
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        os.fchmod(out.fileno(), 0o660 if shared else 0o600)
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)
    sync(path.parent)
