"""Exceptions: each is one sentence (what, where, what to do) and one exit code."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from ndaudit.wording import Language, say


class NdauditError(Exception):
    """Anything ndaudit tells a user in one line.

    Args:
        sentence: the sentence `area.name` in `ndaudit/sentences`.
        values: what the sentence names.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, sentence: str, /, **values: Any) -> None:
        super().__init__(sentence, values)
        self.sentence = sentence
        self.values = values

    def within(self, lang: Language) -> str:
        """Return the sentence in `lang`: one line, whatever was in the values it names."""
        said = say(self.sentence, lang, **self.values)
        return "".join(letter if letter.isprintable() else " " for letter in said)

    def __str__(self) -> str:
        return self.within("mn")


class UsageError(NdauditError):
    """The command, a parameter or a declaration is wrong (exit 2)."""

    exit_code = 2


class DeclarationError(UsageError):
    """A declaring file cannot be used: names the file, the key and what is allowed."""


class RefusedError(NdauditError):
    """Data or evidence does not fit what was promised (exit 3)."""

    exit_code = 3


class MachineError(NdauditError):
    """Disk, lock or permission stands in the way (exit 4)."""

    exit_code = 4


@contextmanager
def machine_faults(where: object) -> Iterator[None]:
    """Turn what the operating system refuses into one line naming the place.

    Raises:
        MachineError: no permission, no room, or another fault of disk or file system.
    """
    try:
        yield
    except OSError as error:
        place = error.filename or where
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise MachineError("machine.disk_full", where=place) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise MachineError("machine.no_permission", where=place) from error
        raise MachineError("machine.fault", where=place, why=error.strerror or error) from error
