"""Exceptions: each is one sentence (what, where, what to do) and one exit code."""

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
        """Return the sentence in `lang`."""
        return say(self.sentence, lang, **self.values)

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
