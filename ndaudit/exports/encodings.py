"""How the bytes of a text file spell letters, and a UTF-8 copy of any other spelling."""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from ndaudit.text import SUBSTITUTED, SUBSTITUTES

PIECE = 1 << 22
_ASCII = bytes(range(128))
_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_SUBSTITUTES = tuple(letter.encode() for letter in SUBSTITUTES)
_BLANK = (b"\n\n",)
_BLANK_MARKED = (b"\n\n", b"\n\r")


@dataclass
class Spelling:
    """What is met while the bytes of a text are gone through, piece by piece.

    Attributes:
        encoding: `utf-8`, `utf-16` or `cp1251`.
        blank_lines: whether a line may be empty, so that not every line is a row.
        question_marks: whether letters may have been lost to `?`.
        substitutes: whether a letter stands there that Mongolian has not, in place of ө or ү.
    """

    encoding: str = "utf-8"
    blank_lines: bool = False
    question_marks: bool = False
    substitutes: bool = False
    _last: bytes = b""

    def take(self, piece: bytes) -> None:
        """Look at the next piece of a UTF-8 text."""
        joined = self._last + piece
        self._last = piece[-1:]
        if not self.blank_lines:
            self.blank_lines = _holds(joined, _BLANK_MARKED if b"\r" in joined else _BLANK)
        self.question_marks = self.question_marks or b"?" in piece
        if not self.substitutes and not piece.isascii():
            self.substitutes = _holds(joined, _SUBSTITUTES)


def _holds(piece: bytes, pairs: Sequence[bytes]) -> bool:
    """Return whether any of these pairs of bytes stands in a piece: ten times as fast as to search for it."""
    for start in (0, 1):
        words = np.frombuffer(piece, "<u2", count=(len(piece) - start) // 2, offset=min(start, len(piece)))
        if any(bool((words == int.from_bytes(pair, "little")).any()) for pair in pairs):
            return True
    return False


def spelling_of(path: Path) -> Spelling:
    """Return how a text is spelt: what is neither marked nor UTF-8 came from an old system.

    Of a text that is not UTF-8 only the encoding is told; the rest is, of its copy.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    spelling = Spelling()
    with path.open("rb") as handle:
        piece = handle.read(PIECE)
        for mark, encoding in _MARKS.items():
            if piece.startswith(mark) and encoding != "utf-8":
                return Spelling(encoding)
        waiting, broken = False, False
        while piece:
            if not broken and (waiting or not piece.isascii()):
                try:
                    decoder.decode(piece)
                except UnicodeDecodeError:
                    if not _mostly_utf8(piece):
                        return Spelling("cp1251")
                    broken = True
                waiting = bool(decoder.getstate()[0])
            spelling.take(piece)
            piece = handle.read(PIECE)
    return Spelling("cp1251") if waiting and not broken else spelling


def _mostly_utf8(piece: bytes) -> bool:
    """Return whether most letters make sense as UTF-8: a few broken ones do not make it an old code page."""
    letters = len(piece.translate(None, _ASCII))
    sound = len(piece.decode("utf-8", errors="ignore").encode().translate(None, _ASCII))
    return sound * 2 > letters


def write_utf8(path: Path, encoding: str, target: Path, *, repair: bool) -> tuple[Spelling, int]:
    """Write a UTF-8 copy with plain line ends, in pieces.

    Args:
        repair: put the substitutes of ө and ү right.

    Returns:
        How the copy is spelt, under the encoding of the original, and how many letters were put right.
    """
    # what is broken in a UTF-8 text stays broken, and is rejected with its row
    errors = "surrogateescape" if encoding == "utf-8" else "replace"
    decoder = codecs.getincrementaldecoder(encoding)(errors=errors)
    spelling, repaired, held = Spelling(encoding), 0, ""
    with path.open("rb") as source, target.open("wb") as copy:
        for piece in chain(iter(lambda: source.read(PIECE), b""), [b""]):
            text = held + decoder.decode(piece, final=not piece)
            # a line end may be cut in two between pieces
            held = "\r" if piece and text.endswith("\r") else ""
            text = text.removesuffix(held).replace("\r\n", "\n").replace("\r", "\n")
            if repair:
                repaired += sum(map(text.count, SUBSTITUTES))
                # letter by letter: to translate a piece takes twenty times as long
                for letter, meant in zip(SUBSTITUTES, SUBSTITUTED, strict=True):
                    text = text.replace(letter, meant)
            written = text.encode(errors=errors)
            spelling.take(written)
            copy.write(written)
    return spelling, repaired
