"""Restoring a backup into an empty folder: nothing in the file is trusted before it has been checked."""

import hashlib
import os
import secrets
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ndaudit import ledger
from ndaudit.backup.making import KEY, SUMS, TOP, Hashing
from ndaudit.errors import RefusedError, UsageError, machine_faults
from ndaudit.file_modes import mend_modes
from ndaudit.history import rebuild_current
from ndaudit.intake import Progress
from ndaudit.masking import key_path, read_key
from ndaudit.tables import read_tables
from ndaudit.workbench import SETTINGS_FILE, Workbench, open_workbench

PIECE = 1 << 20
MOST_FILES = 5_000_000
LONGEST_NAME = 1 << 16
LONGEST_LIST = 1 << 30
"""A list of five million files is below this."""


class _Member(tarfile.TarInfo):
    """A member whose own description may not be long: it is read into memory whole."""

    def _proc_member(self, tar: tarfile.TarFile) -> tarfile.TarInfo:
        described = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
        if self.type in (*described, tarfile.SOLARIS_XHDTYPE) and self.size > LONGEST_NAME:
            raise tarfile.ReadError("name")
        made: tarfile.TarInfo = super()._proc_member(tar)  # type: ignore[misc]
        return made


@dataclass(frozen=True)
class Restored:
    """What was restored.

    Attributes:
        rebuilt: which of file (`sha256`) and `content` of the current snapshot agrees with the ledger once it
            was made again from the deliveries; None when it came along, or nothing was ever loaded.
        key: what became of the key: `none`, `written`, or `there` (another one is there and was left).
    """

    root: Path
    files: int
    rebuilt: str | None
    key: str


def restore(path: Path, root: Path, progress: Progress | None = None) -> Restored:
    """Make a workbench from a backup, in a folder that is empty or not there, and note it in its ledger.

    Raises:
        UsageError: no such file, or the folder holds something.
        RefusedError: the file is no backup, was changed or cut off, or holds what must not be in one.
        MachineError: no room or no permission; of a folder that is not whole yet nothing is left.
    """
    if not path.is_file():
        raise UsageError("backup.no_file", where=path)
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise UsageError("backup.not_empty", where=root)
    root = root.resolve()
    with machine_faults(root):
        root.parent.mkdir(parents=True, exist_ok=True)
        draft = root.parent / f".{root.name}.{secrets.token_hex(4)}.part"
        draft.mkdir(mode=0o700)
        try:
            count, digest = _unpack(path, draft)
            key = _take_key(draft)
            if root.exists():
                root.rmdir()
            draft.rename(root)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    workbench = open_workbench(root, {}, root)
    with machine_faults(root):
        mend_modes(workbench)
    ledger.append(workbench, "restore", file=path.name, sha256=digest, key=key)
    rebuilt = rebuild_current(workbench, read_tables(workbench.expectations / "tables"), progress)
    return Restored(root, count, rebuilt.compared if rebuilt else None, key)


def _unpack(path: Path, draft: Path) -> tuple[int, str]:
    """Write the files of a backup into a folder and compare each with the list at its end.

    Returns:
        how many there were, and the sha256 of the backup.
    """
    found: dict[str, str] = {}
    listed: dict[str, str] | None = None
    try:
        with path.open("rb") as handle, _opened(hashed := Hashing(handle)) as tar:
            for member in _members(tar, draft):
                if listed is not None:
                    raise RefusedError("backup.after_list", where=path.name, file=member.name)
                if member.name == SUMS:
                    listed = _listed(tar, member, path.name)
                else:
                    found[member.name] = _written(tar, member, draft)
            while hashed.read(PIECE):
                # what stands behind the last member is part of the file, too
                pass
    except (tarfile.TarError, EOFError, zlib.error, UnicodeError, ValueError) as error:
        raise RefusedError("backup.unreadable", where=path.name, why=type(error).__name__) from error
    if listed is None:
        raise RefusedError("backup.cut_off", where=path.name)
    differing = sorted(name for name in found.keys() | listed if found.get(name) != listed.get(name))
    if differing:
        raise RefusedError("backup.changed", where=path.name, file=differing[0], files=len(differing))
    if SETTINGS_FILE not in found:
        raise RefusedError("backup.no_workbench", where=path.name, file=SETTINGS_FILE)
    return len(found), hashed.digest.hexdigest()


def _opened(source: Hashing) -> tarfile.TarFile:
    return tarfile.open(fileobj=source, mode="r|*", tarinfo=_Member)  # type: ignore[call-overload,no-any-return]


def _members(tar: tarfile.TarFile, draft: Path) -> Iterator[tarfile.TarInfo]:
    """Yield the members, refusing whatever is no plain file of a workbench or more than the disk can hold."""
    room, names = shutil.disk_usage(draft).free, set[str]()
    for member in tar:
        parts = PurePosixPath(member.name).parts
        odd = (
            not parts or member.name != PurePosixPath(member.name).as_posix() or not member.name.isprintable()
        )
        if odd or "\\" in member.name or ".." in parts or PurePosixPath(member.name).is_absolute():
            raise RefusedError("backup.bad_name", file=member.name)
        if parts[0] not in TOP and member.name not in (KEY, SUMS):
            raise RefusedError("backup.bad_name", file=member.name)
        if not member.isreg() or member.issparse():
            raise RefusedError("backup.no_plain_file", file=member.name)
        if member.name in names:
            raise RefusedError("backup.twice", file=member.name)
        names.add(member.name)
        room -= member.size
        if member.size < 0 or room < 0 or len(names) > MOST_FILES:
            raise RefusedError("backup.too_large", file=member.name)
        # a second opinion: what the standard library holds to be harmless
        tarfile.data_filter(member, str(draft))
        yield member


def _listed(tar: tarfile.TarFile, member: tarfile.TarInfo, where: str) -> dict[str, str]:
    if member.size > LONGEST_LIST:
        raise RefusedError("backup.too_large", file=member.name)
    source = tar.extractfile(member)
    lines = (source.read() if source else b"").decode().splitlines()
    found = {}
    for line in lines:
        digest, gap, name = line.partition("  ")
        if not gap:
            raise RefusedError("backup.unreadable", where=where, why=SUMS)
        found[name] = digest
    return found


def _written(tar: tarfile.TarFile, member: tarfile.TarInfo, draft: Path) -> str:
    """Write one file and return its sha256."""
    target = draft / member.name
    try:
        for folder in reversed(target.relative_to(draft).parents[:-1]):
            (draft / folder).mkdir(mode=0o700, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise RefusedError("backup.bad_name", file=member.name) from error
    source, digest = tar.extractfile(member), hashlib.sha256()
    if target.is_dir() or source is None:
        raise RefusedError("backup.bad_name", file=member.name)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
        while piece := source.read(PIECE):
            digest.update(piece)
            handle.write(piece)
        handle.flush()
        os.fsync(handle.fileno())
    if _is_final(Path(member.name)):
        target.chmod(0o400)
    return digest.hexdigest()


def _is_final(name: Path) -> bool:
    """Return whether a file is never written again: deliveries and snapshots."""
    store = Workbench(Path()).store
    return name.is_relative_to(Workbench(Path()).deliveries) or (
        name.is_relative_to(store) and name.suffix == ".duckdb"
    )


def _take_key(draft: Path) -> str:
    """Put the key that came along where keys lie, unless there is one; it never stays in the folder."""
    came = draft / KEY
    if not came.is_file():
        return "none"
    place = key_path(os.environ)
    try:
        # what is no key would stop every command that masks
        key = read_key(came)
        if place.exists():
            return "there" if read_key(place) != key else "written"
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            handle.write(came.read_bytes())
    finally:
        came.unlink()
    return "written"
