"""Hostile inputs: a seed gives a mutated text or file, much like what was written, and wrong somewhere."""

import random
from collections.abc import Sequence

NASTY = (
    "",
    "\x00",
    "\x1b[2J",
    "\u202e",
    "\ufeff",
    "\ud7ff",
    "«",
    "=cmd()",
    "</script>",
    "{{ x }}",
    "{0.__class__}",
    "%s",
    "'; DROP TABLE person; --",
    '"',
    "'",
    '"""',
    "\\",
    "[",
    "]]",
    "{",
    "[[x]]",
    "a.b.c = 1",
    "= ",
    "\n",
    "\r",
    "\t",
    ",",
    ";",
    "-- key:",
    "--",
    "true",
    "nan",
    "-inf",
    "1e999",
    "0x10",
    "-1",
    "9" * 30,
    "9" * 5000,
    "9999-12-31",
    "0000-00-00",
    "2026-02-30",
    "2026-01-01T25:00:00Z",
    "10000-01",
    "../../etc/passwd",
    "[" * 2000,
    "{a=" * 500,
    "(" * 3000,
    "x" * 10_000,
    "ө" * 3000,
    "NULL",
    "SELECT 1",
    "WITH a AS (SELECT * FROM a) SELECT * FROM a",
    "regexp_matches(x, '(a+)+$')",
)


def mutated(text: str, seed: int) -> str:
    """Return a text with one to four things wrong in it."""
    chance = random.Random(seed)  # noqa: S311 - a seed, not a secret
    for _ in range(chance.randint(1, 4)):
        text = _once(text, chance)
    return text


def _once(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    size = chance.choice((1, 1, 2, 5, 20, 200))
    match chance.randrange(7):
        case 0:
            return text[:at] + text[at + size :]
        case 1:
            return text[:at] + text[at : at + size] * 2 + text[at + size :]
        case 2:
            return text[:at] + chance.choice(NASTY) + text[at:]
        case 3:
            return text[:at] + chance.choice(NASTY) + text[at + size :]
        case 4:
            lines = text.split("\n")
            chance.shuffle(lines)
            return "\n".join(lines[: chance.randint(1, len(lines))])
        case 5:
            line, _, rest = text[at:].partition("\n")
            head, _, _ = line.partition("=")
            return f"{text[:at]}{head}= {chance.choice(NASTY)}\n{rest}"
        case _:
            return (
                text[:at] + chr(chance.choice((0, 9, 34, 39, 91, 255, 0x451, 0x4E9, 0xFFFF))) + text[at + 1 :]
            )


def spoilt(body: bytes, seed: int) -> bytes:
    """Return bytes with one to four things wrong in them."""
    chance = random.Random(seed)  # noqa: S311 - a seed, not a secret
    for _ in range(chance.randint(1, 4)):
        at, size = chance.randrange(len(body) + 1), chance.choice((1, 2, 4, 30, 300))
        match chance.randrange(5):
            case 0:
                body = body[:at] + body[at + size :]
            case 1:
                body = body[:at] + chance.randbytes(size) + body[at + size :]
            case 2:
                body = body[:at] + chance.choice((b"\0", b"\xff", b'"', b"\r", b"\n")) * size + body[at:]
            case 3:
                body = body[:at]
            case _:
                body = body[:at] + bytes([chance.choice((0, 1, 127, 128, 255))]) + body[at + 1 :]
    return body


def values(seed: int, count: int) -> list[str]:
    """Return texts like those that stand in the cells of exports, right and wrong."""
    chance = random.Random(seed)  # noqa: S311 - a seed, not a secret
    seeds: Sequence[str] = (
        "2026-01-12",
        "2026.01.12",
        "12.01.2026",
        "2026/1/2",
        "2026-01-12 13:45:00",
        "46034",
        "46034.5",
        "1 234 567.89",
        "1,234,567",
        "1234,56",
        "1e10",
        "-0",
        "УЮ60050111",
        "yю 60050111",
        "тийм",
        "+",
        "infinity",
        "2026-01",
        "2026-05",
        "0.485",
        "99999999999999999999",
        "24:00:00",
    )
    return [mutated(chance.choice(seeds), chance.getrandbits(64)) for _ in range(count)]
