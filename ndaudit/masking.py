"""Pseudonyms for what names a person: keyed, so that nobody without the key can try all register numbers.

The key lies outside the workbench (`NDAUDIT_KEY_FILE`, else `~/.config/ndaudit/key`), readable by its owner
only. The same text for the same purpose always gets the same pseudonym under one key.
"""

import base64
import binascii
import hmac
import os
import secrets
import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from ndaudit.errors import MachineError

KEY_BYTES = 32
LENGTH = 10
"""Letters of a pseudonym: 50 bits, so that even a million items seldom share one."""
ITEM_KEY = "item_key"
"""The purpose under which item keys are masked, whatever their population."""


def key_path(environ: Mapping[str, str]) -> Path:
    """Return where the key lies: `NDAUDIT_KEY_FILE`, else `~/.config/ndaudit/key`."""
    named = environ.get("NDAUDIT_KEY_FILE")
    return Path(named) if named else Path("~/.config/ndaudit/key").expanduser()


def read_key(path: Path) -> bytes:
    """Return the key in `path`; a new one is made there when there is none.

    Raises:
        MachineError: others may read the file, it holds no key, or it cannot be made or read.
    """
    try:
        if not path.exists():
            _make_key(path)
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise MachineError("masking.readable_by_others", where=path)
        key = binascii.unhexlify(path.read_text("ascii").strip())
    except OSError as error:
        raise MachineError("masking.no_access", where=path, why=error.strerror) from error
    except ValueError as error:
        raise MachineError("masking.no_key", where=path) from error
    if len(key) != KEY_BYTES:
        raise MachineError("masking.no_key", where=path)
    return key


def load_key(environ: Mapping[str, str]) -> bytes:
    """Return the key of this account, made when there is none yet.

    Raises:
        MachineError: see `read_key`.
    """
    return read_key(key_path(environ))


def rotate_key(path: Path) -> Path:
    """Put a new key in the place of the one in `path`; return where the old one is kept, beside it.

    Raises:
        MachineError: see `read_key`.
    """
    read_key(path)
    try:
        old = path.with_name(f"{path.name}.{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
        path.rename(old)
        _make_key(path)
    except OSError as error:
        raise MachineError("masking.no_access", where=path, why=error.strerror) from error
    return old


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_hex(KEY_BYTES) + "\n")
            out.flush()
            os.fsync(out.fileno())
        # a link appears whole or not at all, and never replaces a key another process has just made
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


class Masker:
    """Gives pseudonyms for one purpose (a class of personal data, or `ITEM_KEY`).

    Args:
        key: the secret key.
        purpose: what the masked texts are; the same text has unrelated pseudonyms for two purposes.

    Attributes:
        key: the key of this purpose alone.
    """

    def __init__(self, key: bytes, purpose: str) -> None:
        self.key = hmac.digest(key, purpose.encode(), "sha256")

    def mask(self, text: str) -> str:
        """Return the pseudonym of `text`: ten capital letters and digits."""
        digest = hmac.digest(self.key, text.encode(), "sha256")
        # base32 takes five bytes at a time, and encoding what is then cut off takes longer than the hash
        return base64.b32encode(digest[:LENGTH]).decode("ascii")[:LENGTH]
