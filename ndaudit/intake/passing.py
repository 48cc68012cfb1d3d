"""Where a load that is only tried does its work."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ndaudit.workbench import PASSING, Workbench


@contextmanager
def passing_folder(workbench: Workbench) -> Iterator[Path]:
    """Give a folder in `data` that leaves nothing behind, not even `data` where there was none."""
    first = not workbench.data.exists()
    try:
        with tempfile.TemporaryDirectory(
            prefix=PASSING, dir=workbench.private_folder(workbench.data)
        ) as folder:
            yield Path(folder)
    finally:
        if first and not any(workbench.data.iterdir()):
            workbench.data.rmdir()
