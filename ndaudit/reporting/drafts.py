"""The folder reports are drafted in: it goes with its process, or when the next finds it abandoned."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ndaudit.workbench import Workbench

PREFIX, LOCK = ".draft-", ".lock"


def _lock_of(draft: Path) -> FileLock:
    return FileLock(draft.with_name(draft.name + LOCK), mode=0o600)


def of_people(workbench: Workbench) -> Path:
    """Return the folder where reports that name people are kept."""
    return workbench.data / "dossiers"


@contextmanager
def drafting(workbench: Workbench, folder: Path | None = None) -> Iterator[Path]:
    """Yield a folder of this process alone, and remove it.

    Args:
        folder: where it is made: `reports`, when None, or `of_people`.
    """
    home = workbench.private_folder(folder or workbench.reports)
    draft = home / f"{PREFIX}{secrets.token_hex(6)}"
    # locked before it is there: nobody can find it and think it abandoned
    with _lock_of(draft):
        draft.mkdir(mode=0o700)
        try:
            yield draft
        finally:
            _remove(draft)


def _remove(draft: Path) -> None:
    shutil.rmtree(draft, ignore_errors=True)
    draft.with_name(draft.name + LOCK).unlink(missing_ok=True)


def sweep_drafts(workbench: Workbench) -> None:
    """Remove the folders whose process was killed: nobody holds their locks any more."""
    for draft in sorted(
        path for home in (workbench.reports, of_people(workbench)) for path in home.glob(f"{PREFIX}*")
    ):
        if draft.name.endswith(LOCK):
            draft = draft.with_name(draft.name.removesuffix(LOCK))
        lock = _lock_of(draft)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue
        try:
            _remove(draft)
        finally:
            lock.release()
