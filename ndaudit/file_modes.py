"""Whether the files of a workbench are open to nobody but their owner, or the group that shares it."""

import shutil
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from ndaudit.workbench import SETTINGS_FILE, Workbench

SHARED = ("roles.toml", SETTINGS_FILE)
"""What the group reads beside `data/` and `reports/`, and never writes."""


def _wanted(workbench: Workbench, path: Path, found: int) -> int:
    """Return the mode a path should have; what nobody may write any more stays so."""
    group = bool(workbench.settings.group)
    if path.is_dir():
        return 0o2770 if group else 0o700
    if path.parent == workbench.root:
        return 0o640 if group else 0o600
    if not found & 0o200:
        return 0o440 if group else 0o400
    return workbench.file_mode


def _held(workbench: Workbench) -> Iterator[Path]:
    for folder in (workbench.data, workbench.reports):
        if folder.is_dir():
            yield folder
            yield from sorted(path for path in folder.rglob("*") if not path.is_symlink())
    yield from (path for name in SHARED if (path := workbench.root / name).is_file())


def wrong_modes(workbench: Workbench) -> list[tuple[Path, int]]:
    """Return every path whose mode is not what it should be, with the mode it should have."""
    found = []
    for path in _held(workbench):
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
        except FileNotFoundError:
            # another command has just removed its draft
            continue
        if mode != (wanted := _wanted(workbench, path, mode)):
            found.append((path, wanted))
    return found


def mend_modes(workbench: Workbench, wrong: Sequence[tuple[Path, int]] | None = None) -> None:
    """Give every path its mode, and the group where one is set.

    Args:
        wrong: what `wrong_modes` returned, where it was asked already.

    Raises:
        OSError: a path belongs to another account.
    """
    for path, wanted in wrong_modes(workbench) if wrong is None else wrong:
        if workbench.settings.group:
            shutil.chown(path, group=workbench.settings.group)
        path.chmod(wanted)
