"""The log of decisions: SQLite, append-only, each entry bound to the one before by its hash.

Many writers may be at it at once: each entry is one transaction that is on disk before it is acknowledged.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ndaudit.errors import MachineError, RefusedError, machine_faults
from ndaudit.workbench import Workbench

FILE = "decisions.sqlite"
HEAD = "head.json"
"""Beside the log: the last entry somebody wrote, which tells a log cut off at its end from a whole one."""
NOTHING = "0" * 64
BUSY_SECONDS = 60.0
_LEAST_ROOM = 64 * 1024
"""Bytes SQLite needs beside the log before it can even read it."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, user TEXT NOT NULL, kind TEXT NOT NULL,
    finding_id TEXT NOT NULL, body TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX IF NOT EXISTS entry_of_finding ON entry (finding_id, seq);
CREATE TRIGGER IF NOT EXISTS entries_stay BEFORE UPDATE ON entry
    BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER IF NOT EXISTS entries_are_kept BEFORE DELETE ON entry
    BEGIN SELECT RAISE(ABORT, 'entries are never removed'); END;
"""
_COLUMNS = "seq, at, user, kind, finding_id, body, previous, hash"


@dataclass(frozen=True)
class Entry:
    """One thing done about one finding.

    Attributes:
        kind: `assign`, `propose`, `confirm`, `return`, `answer`, `correct` or `retest`.
        body: what it says, as JSON holds it.
    """

    seq: int
    at: str
    user: str
    kind: str
    finding_id: str
    body: Mapping[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True)
class Draft:
    """An entry about to be made.

    Attributes:
        seen: the last entry of the finding the writer had before him (0: none); a later one is a conflict,
            unless it was written together with this one.
        by: whose it is, when not the writer's.
    """

    kind: str
    finding_id: str
    body: Mapping[str, Any]
    seen: int
    by: str = ""


class Conflict(Exception):  # noqa: N818 - it carries what happened, not what went wrong
    """Somebody decided about the finding after the writer looked; nothing was written.

    Attributes:
        entries: what was written since, for the writer to see.
    """

    def __init__(self, finding_id: str, entries: tuple[Entry, ...]) -> None:
        super().__init__(finding_id)
        self.finding_id = finding_id
        self.entries = entries


def _canonical(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _joined(fields: Sequence[Any]) -> str:
    return json.dumps(list(fields), ensure_ascii=False)


def digest(fields: Sequence[Any]) -> str:
    """Return the hash of an entry from all its other fields, in their order."""
    return hashlib.sha256(_joined(fields).encode()).hexdigest()


def hashed_text(entry: "Entry") -> str:
    """Return the text the hash of an entry is the sha256 of."""
    body = _canonical(entry.body)
    return _joined((entry.seq, entry.at, entry.user, entry.kind, entry.finding_id, body, entry.previous))


def _entry(row: Sequence[Any]) -> Entry:
    seq, at, user, kind, finding_id, body, previous, own = row
    return Entry(seq, at, user, kind, finding_id, json.loads(body), previous, own)


class DecisionLog:
    """The log of one workbench; each thread or process opens its own."""

    def __init__(self, workbench: Workbench) -> None:
        self.workbench = workbench
        folder = workbench.private_folder(workbench.data / "reviews")
        self.path = folder / FILE
        with self._faults():
            self._con = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
            self._con.execute("PRAGMA journal_mode = WAL")
            self._con.execute("PRAGMA synchronous = FULL")
            self._con.executescript(_SCHEMA)
        for path in folder.glob(f"{FILE}*"):
            workbench.protect(path)

    def close(self) -> None:
        """Let go of the file."""
        self._con.close()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Turn what SQLite cannot do into one line.

        Raises:
            MachineError: the disk is full, or the file cannot be read or written.
        """
        try:
            yield
        except sqlite3.Error as error:
            if self._is_full(error):
                raise MachineError("machine.disk_full", where=self.path) from error
            raise MachineError("reviews.no_access", where=self.path, why=str(error)) from error

    def _is_full(self, error: sqlite3.Error) -> bool:
        """Return whether the disk is full, which SQLite does not always say of the files beside its own."""
        # faults of the module itself carry no code
        code = getattr(error, "sqlite_errorcode", 0)
        room = shutil.disk_usage(self.path.parent).free
        return code == sqlite3.SQLITE_FULL or (code & 0xFF == sqlite3.SQLITE_IOERR and room < _LEAST_ROOM)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._faults():
            self._con.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._con.execute("COMMIT")
            except BaseException:
                # on a full disk SQLite may have taken everything back already
                if self._con.in_transaction:
                    self._con.execute("ROLLBACK")
                raise

    def append(
        self, user: str, drafts: Sequence[Draft], note: Callable[[], None] = lambda: None
    ) -> list[Entry]:
        """Write entries together or not at all, and return them once they are on disk.

        Args:
            note: called before they count: where it fails, nothing was written.

        Raises:
            Conflict: one of the findings has an entry its writer had not seen.
            RefusedError: somebody confirms a proposal of their own, or what is said is no text.
            MachineError: the log cannot be written.
        """
        made: list[Entry] = []
        own: dict[str, int] = {}
        with self._writing():
            last = self._con.execute("SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
            seq, previous = last or (0, NOTHING)
            at = datetime.now(UTC).isoformat(timespec="milliseconds")
            for draft in drafts:
                by, finding = draft.by or user, draft.finding_id
                newer = self.of(finding, after=max(draft.seen, own.get(finding, 0)))
                if newer:
                    raise Conflict(finding, tuple(newer))
                if draft.kind == "confirm" and self._proposer(finding) == by:
                    raise RefusedError("reviews.own_proposal", finding=finding)
                seq += 1
                own[finding] = seq
                fields = (seq, at, by, draft.kind, finding, _canonical(draft.body), previous)
                try:
                    previous = digest(fields)
                except UnicodeEncodeError as error:
                    raise RefusedError("reviews.no_text", finding=finding) from error
                row = (*fields, previous)
                self._con.execute(f"INSERT INTO entry ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
                made.append(_entry(row))
            note()
        if made:
            self._keep_head(made[-1])
        return made

    def _proposer(self, finding_id: str) -> str | None:
        """Return who made the last proposal about a finding."""
        found = self._con.execute(
            "SELECT user FROM entry WHERE finding_id = ? AND kind = 'propose' ORDER BY seq DESC LIMIT 1",
            (finding_id,),
        ).fetchone()
        return str(found[0]) if found else None

    def _keep_head(self, entry: Entry) -> None:
        """Note the last entry; after a crash it may name an earlier one, never one that is not there."""
        path = self.path.with_name(HEAD)
        draft = path.with_name(f".{HEAD}.{os.getpid()}.{threading.get_ident()}")
        with machine_faults(path):
            try:
                draft.write_text(json.dumps({"seq": entry.seq, "hash": entry.hash}), "ascii")
                self.workbench.protect(draft)
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)

    def _rows(self, asked: str, *given: Any) -> Iterator[Any]:
        with self._faults():
            yield from self._con.execute(asked, given)

    def of(self, finding_id: str, after: int = 0) -> list[Entry]:
        """Return the entries of a finding, oldest first."""
        asked = f"SELECT {_COLUMNS} FROM entry WHERE finding_id = ? AND seq > ? ORDER BY seq"
        return [_entry(row) for row in self._rows(asked, finding_id, after)]

    def all(self, after: int = 0) -> Iterator[Entry]:
        """Yield every entry later than one, oldest first."""
        for row in self._rows(f"SELECT {_COLUMNS} FROM entry WHERE seq > ? ORDER BY seq", after):
            yield _entry(row)

    def head(self) -> str:
        """Return the hash of the last entry: once printed, nobody can rewrite what was before."""
        for (last,) in self._rows("SELECT hash FROM entry ORDER BY seq DESC LIMIT 1"):
            return str(last)
        return NOTHING

    def fault(self, head: str | None = None) -> str | None:
        """Return the first place where the chain breaks (`entry 17`, `head`), or None when it holds."""
        return self.fault_among([head] if head is not None else [])

    def fault_among(self, heads: Iterable[str]) -> str | None:
        """Return the first place where the chain breaks, `head` where one of these hashes is not in it.

        A file that is damaged beyond its rows is named as `file`.
        """
        previous, hashes = NOTHING, {NOTHING}
        # what a changed byte made unreadable is still read, to be told by its hash
        self._con.text_factory = lambda raw: raw.decode("utf-8", "replace")
        try:
            rows: Iterable[Any] = self._con.execute(f"SELECT {_COLUMNS} FROM entry NOT INDEXED ORDER BY seq")
            for place, row in enumerate(rows, start=1):
                *fields, own = row
                if row[0] != place or fields[-1] != previous or digest(fields) != own:
                    return f"entry {place}"
                previous = own
                hashes.add(own)
            [(sound,)] = self._con.execute("PRAGMA integrity_check(1)").fetchall()
        except sqlite3.DatabaseError:
            return "file"
        finally:
            self._con.text_factory = str
        if not set(heads) <= hashes:
            return "head"
        return None if sound == "ok" else "file"


@contextmanager
def open_log(workbench: Workbench) -> Iterator[DecisionLog]:
    """Open the log of a workbench and close it again."""
    log = DecisionLog(workbench)
    try:
        yield log
    finally:
        log.close()


def log_path(workbench: Workbench) -> Path:
    """Return where the log lies."""
    return workbench.data / "reviews" / FILE
