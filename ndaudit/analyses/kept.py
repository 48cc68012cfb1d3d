"""Frames that are the same for every office: worked out once for a snapshot, and read after that.

They hold what the snapshot holds. So they lie beside it, as closed to others as it is, and go when it goes.
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import duckdb
import polars as pl
from filelock import FileLock

from ndaudit import __version__
from ndaudit.durable import sync
from ndaudit.errors import RefusedError
from ndaudit.reading import Reading, snapshot_file
from ndaudit.store import kept_folder
from ndaudit.workbench import Workbench

DIGEST = hashlib.sha256().digest_size
"""Each file begins with the hash of what follows, which is Parquet."""


def kept(reading: Reading, name: str, maker: str, make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    """Return what `make` returns; from a file, when it was made before.

    Args:
        name: what it is called; its file is named by that and by all it depends on.
        maker: the file of the module that makes it: a change there makes it anew.
        make: reads the snapshot and nothing else.
    """
    try:
        folder = kept_folder(snapshot_file(reading.workbench, reading.run))
    except RefusedError:
        # dropped while it is read: what would be kept would stay for good
        return make()
    lock = FileLock(folder / ".lock", mode=reading.workbench.file_mode)
    try:
        reading.workbench.private_folder(folder)
        # of reports made side by side the first makes it, and the others wait
        lock.acquire()
    except OSError:
        # an account that may only read: nothing is kept
        return make()
    try:
        return _made_or_read(reading.workbench, folder / f"{name}-{_stamp(reading, maker)}.kept", make)
    finally:
        lock.release()


def _stamp(reading: Reading, maker: str) -> str:
    code = Path(maker).read_text("utf-8")
    parts = (reading.run.snapshot_sha256, code, __version__, duckdb.__version__)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _made_or_read(workbench: Workbench, path: Path, make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    with suppress(FileNotFoundError):
        held = path.read_bytes()
        digest, rows = held[:DIGEST], held[DIGEST:]
        # what somebody damaged is made again
        if hashlib.sha256(rows).digest() == digest:
            return pl.read_parquet(BytesIO(rows))
    frame = make()
    draft = path.with_name(f".{path.name}.part")
    written = BytesIO()
    frame.write_parquet(written)
    with suppress(OSError):
        draft.touch(mode=0o600)
        draft.write_bytes(hashlib.sha256(written.getbuffer()).digest() + written.getbuffer())
        workbench.protect(draft)
        sync(draft)
        draft.replace(path)
    return frame
