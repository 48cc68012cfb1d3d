"""The texts of a PDF as our typesetter writes it: streams inflated, glyphs read by their fonts' maps."""

import re
import zlib
from collections.abc import Iterator

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_CHAR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_SHOWN = re.compile(rb"\[((?:[^\]\\]|\\.)*)\]\s*TJ|(<[0-9A-Fa-f\s]*>|\((?:[^()\\]|\\.)*\))\s*Tj", re.DOTALL)
_PIECE = re.compile(rb"<([0-9A-Fa-f\s]*)>|\(((?:[^()\\]|\\.)*)\)", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r?\n|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pdf_texts(data: bytes) -> Iterator[str]:
    """Yield every stream as it is written, and every page as each of the fonts would read it."""
    streams = [_inflated(match[1]) for match in _STREAM.finditer(data)]
    maps = [_character_map(stream) for stream in streams if b"begincmap" in stream]
    for stream in streams:
        yield stream.decode("utf-8", "replace")
        if b"BT" in stream and b"Tf" in stream:
            shown = [_glyphs(match[1] or match[2]) for match in _SHOWN.finditer(stream)]
            for letters in maps:
                yield "".join("".join(letters.get(glyph, " ") for glyph in line) for line in shown)
                yield " ".join("".join(letters.get(glyph, " ") for glyph in line) for line in shown)


def _inflated(raw: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(raw)
    except zlib.error:
        return raw


def _character_map(stream: bytes) -> dict[int, str]:
    found: dict[int, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", stream, re.DOTALL):
        for glyph, letters in _CHAR.findall(block):
            found[int(glyph, 16)] = bytes.fromhex(letters.decode()).decode("utf-16-be", "replace")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", stream, re.DOTALL):
        for first, last, letters in _RANGE.findall(block):
            start = int(letters, 16)
            for place, glyph in enumerate(range(int(first, 16), int(last, 16) + 1)):
                found[glyph] = chr(start + place)
    return found


def _glyphs(shown: bytes) -> list[int]:
    """Return the glyphs of the strings of one showing operator, two bytes each."""
    raw = b""
    for hexadecimal, plain in _PIECE.findall(shown):
        raw += bytes.fromhex(b"".join(hexadecimal.split()).decode()) if hexadecimal else _unescaped(plain)
    return [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw) - 1, 2)]


def _unescaped(plain: bytes) -> bytes:
    def letter(match: re.Match[bytes]) -> bytes:
        said = match[1]
        if said[:1].isdigit():
            return bytes([int(said, 8) & 0xFF])
        return b"" if said.endswith(b"\n") else _LETTERS.get(said, said)

    return _ESCAPE.sub(letter, plain)
