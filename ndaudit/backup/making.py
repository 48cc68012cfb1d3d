"""Making a backup: one tar file, written in one go, with the sha256 of every file in it at its end."""

import hashlib
import io
import os
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock

from ndaudit import ledger
from ndaudit.durable import sync
from ndaudit.errors import MachineError, RefusedError, UsageError, machine_faults
from ndaudit.masking import key_path, read_key
from ndaudit.reviews.log import log_path
from ndaudit.roles import ROLES_FILE, current_standing
from ndaudit.snapshots import store_lock
from ndaudit.store import POINTER
from ndaudit.workbench import PASSING, SETTINGS_FILE, Workbench

SUMS = "SHA256SUMS"
KEY = "key"
TOP = (SETTINGS_FILE, ROLES_FILE, "expectations", "notebooks", "reports", "data")
"""What a workbench consists of; anything else in its folder is not ours."""
_UNFINISHED = ("*.lock", f"{PASSING}*", ".draft-*", "*.part", "*.sqlite-wal", "*.sqlite-shm")
"""Names of what is being written, or only says that somebody writes."""
COMPRESSED = (".gz", ".tgz")


@dataclass(frozen=True)
class BackedUp:
    """What went into a backup; `sha256` is that of its file."""

    path: Path
    files: int
    bytes: int
    sha256: str
    with_store: bool
    with_key: bool


class Hashing:
    """A file that is hashed as it is read or written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        piece = self._file.read(size)
        self.digest.update(piece)
        return piece

    def write(self, piece: bytes) -> int:
        """Write the next bytes."""
        self.digest.update(piece)
        return self._file.write(piece)


class _Archive:
    """The tar file on its way."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.sums: list[tuple[str, str]] = []
        self.bytes = 0

    def add(self, name: str, path: Path) -> None:
        """Add a file nobody writes to any more."""
        if path.is_symlink():
            raise RefusedError("backup.link", where=path)
        with path.open("rb") as handle:
            self._add(name, handle, os.fstat(handle.fileno()).st_size)

    def add_bytes(self, name: str, body: bytes) -> None:
        """Add what was read at one moment."""
        self._add(name, io.BytesIO(body), len(body))

    def _add(self, name: str, handle: BinaryIO, size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        reader = Hashing(handle)
        self._tar.addfile(member, reader)
        self.sums.append((reader.digest.hexdigest(), name))
        self.bytes += size

    def close(self) -> None:
        """Add the list of everything as the last member."""
        text = "".join(f"{digest}  {name}\n" for digest, name in self.sums).encode()
        member = tarfile.TarInfo(SUMS)
        member.size, member.mode = len(text), 0o600
        self._tar.addfile(member, io.BytesIO(text))


def _is_unfinished(name: str) -> bool:
    return any(fnmatch(name, pattern) for pattern in _UNFINISHED)


def _files(workbench: Workbench, with_store: bool) -> Iterator[Path]:
    """Yield every file that only ever appears whole, in order."""
    apart = {workbench.data / ledger.LEDGER, workbench.data / ledger.HEAD, log_path(workbench)}
    for name in TOP:
        top = workbench.root / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            inside = path.relative_to(workbench.root)
            of_store = path.is_relative_to(workbench.store) and path.name != POINTER
            on_the_way = any(map(_is_unfinished, inside.parts)) or path.is_relative_to(workbench.spill)
            if on_the_way or path in apart or (of_store and not with_store):
                continue
            if path.is_file() or path.is_symlink():
                yield path


@contextmanager
def _decisions(workbench: Workbench) -> Iterator[Path | None]:
    """Give a copy of the log of decisions as it is at one moment, whoever writes to it meanwhile."""
    source = log_path(workbench)
    if not source.is_file():
        yield None
        return
    copy = source.with_name(f".{source.name}.part")
    try:
        with closing(sqlite3.connect(source)) as log, closing(sqlite3.connect(copy)) as target:
            log.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
        workbench.protect(copy)
        yield copy
    except sqlite3.Error as error:
        raise MachineError("reviews.no_access", where=source, why=str(error)) from error
    finally:
        copy.unlink(missing_ok=True)


def _refuse(workbench: Workbench, path: Path) -> None:
    standing = current_standing(workbench)
    if standing.role != "administrator":
        raise RefusedError("backup.administrator_only", account=standing.account, role=standing.role)
    if path.exists():
        raise UsageError("backup.exists", where=path)
    if path.resolve().is_relative_to(workbench.root.resolve()):
        raise UsageError("backup.inside", where=path)
    if not path.parent.is_dir():
        raise UsageError("backup.no_folder", where=path.parent)


def back_up(
    workbench: Workbench, path: Path, *, with_store: bool = False, with_key: bool = False
) -> BackedUp:
    """Write a workbench into one file, while no load runs, and note it in the ledger first.

    Args:
        path: the file; compressed when it ends in `.gz` or `.tgz`.
        with_store: take the snapshots along; else they are made again from the deliveries.
        with_key: take the key of the pseudonyms along: whoever has the file can then undo them.

    Raises:
        UsageError: the file exists already, lies inside the workbench, or in no folder.
        RefusedError: the account is no administrator, or a link stands where a file should.
        MachineError: no room or no permission; nothing is left of the file.
    """
    _refuse(workbench, path)
    key = read_key(key_path(os.environ)) if with_key else None
    draft = path.with_name(f".{path.name}.part")
    with store_lock(workbench):
        ledger.append(workbench, "backup", file=path.name, with_store=with_store, with_key=with_key)
        try:
            with machine_faults(path):
                archive, digest = _write(workbench, draft, key, with_store)
                sync(draft)
                draft.rename(path)
                sync(path.parent)
        finally:
            draft.unlink(missing_ok=True)
    return BackedUp(path, len(archive.sums), archive.bytes, digest, with_store, with_key)


def _write(workbench: Workbench, draft: Path, key: bytes | None, with_store: bool) -> tuple[_Archive, str]:
    """Write everything to a draft, and return what went into it and its sha256."""
    mode = "w|gz" if draft.name.removesuffix(".part").endswith(COMPRESSED) else "w|"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out, _decisions(workbench) as decisions:
        hashed = Hashing(out)
        with tarfile.open(fileobj=hashed, mode=mode) as tar:  # type: ignore[call-overload]
            archive = _filled(_Archive(tar), workbench, decisions, key, with_store)
    return archive, hashed.digest.hexdigest()


def _filled(
    archive: _Archive, workbench: Workbench, decisions: Path | None, key: bytes | None, with_store: bool
) -> _Archive:
    for name, body in _ledger(workbench).items():
        archive.add_bytes(f"data/{name}", body)
    if decisions is not None:
        archive.add(log_path(workbench).relative_to(workbench.root).as_posix(), decisions)
    for path in _files(workbench, with_store):
        archive.add(path.relative_to(workbench.root).as_posix(), path)
    if key is not None:
        archive.add_bytes(KEY, key.hex().encode() + b"\n")
    archive.close()
    return archive


def _ledger(workbench: Workbench) -> dict[str, bytes]:
    """Return the whole entries of the ledger and the hash kept beside it, as they are at one moment."""
    with FileLock(workbench.data / ".ledger.lock", mode=workbench.file_mode):
        paths = [workbench.data / name for name in (ledger.LEDGER, ledger.HEAD)]
        found = {path.name: path.read_bytes() for path in paths if path.is_file()}
    body = found[ledger.LEDGER]
    return found | {ledger.LEDGER: body[: body.rfind(b"\n") + 1]}
