"""How the bytes of a text file spell letters, and a UTF-8 copy of any other spelling."""

import codecs
from pathlib import Path

from ndaudit.text import SUBSTITUTES, repair_substitutes

PIECE = 1 << 22
_ASCII = bytes(range(128))
_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def encoding_of(path: Path) -> str:
    """Return `utf-8`, `utf-16` or `cp1251`: what is neither marked nor UTF-8 came from an old system."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as handle:
        piece = handle.read(PIECE)
        for mark, encoding in _MARKS.items():
            if piece.startswith(mark) and encoding != "utf-8":
                return encoding
        waiting = False
        while piece:
            if waiting or not piece.isascii():
                try:
                    decoder.decode(piece)
                except UnicodeDecodeError:
                    return "utf-8" if _mostly_utf8(piece) else "cp1251"
                waiting = bool(decoder.getstate()[0])
            piece = handle.read(PIECE)
    return "cp1251" if waiting else "utf-8"


def _mostly_utf8(piece: bytes) -> bool:
    """Return whether most letters make sense as UTF-8: a few broken ones do not make it an old code page."""
    letters = len(piece.translate(None, _ASCII))
    sound = len(piece.decode("utf-8", errors="ignore").encode().translate(None, _ASCII))
    return sound * 2 > letters


def write_utf8(path: Path, encoding: str, target: Path) -> int:
    """Write a UTF-8 copy with plain line ends, in pieces, and return how many substitutes were put right."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    repaired = 0
    held = ""
    with path.open("rb") as source, target.open("w", encoding="utf-8", newline="") as copy:
        while piece := source.read(PIECE):
            text = held + decoder.decode(piece)
            # a line end may be cut in two between pieces
            held = "\r" if text.endswith("\r") else ""
            text = text.removesuffix("\r").replace("\r\n", "\n").replace("\r", "\n")
            if encoding != "utf-8":
                repaired += sum(map(text.count, SUBSTITUTES))
                text = repair_substitutes(text)
            copy.write(text)
        copy.write((held + decoder.decode(b"", final=True)).replace("\r", "\n"))
    return repaired
