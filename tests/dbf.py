"""DBF files from literals, as old FoxPro programs write them."""

import struct
from collections.abc import Sequence

Field = tuple[str, str, int]


def dbf(
    fields: Sequence[Field],
    records: Sequence[Sequence[str | bytes]],
    *,
    driver: int = 0xC9,
    encoding: str = "cp1251",
    deleted: Sequence[int] = (),
) -> bytes:
    """Return the bytes of a DBF file; `driver` is its code page byte, `deleted` the marked records."""
    length = 1 + sum(size for _, _, size in fields)
    top = 32 + 32 * len(fields) + 1
    head = struct.pack("<BBBBLHH17xB2x", 3, 126, 1, 12, len(records), top, length, driver)
    described = b"".join(
        struct.pack("<11sc4xBB14x", name.encode(encoding), kind.encode(), size, 0)
        for name, kind, size in fields
    )
    body = b""
    for n, record in enumerate(records):
        body += b"*" if n in deleted else b" "
        for (_, _, size), cell in zip(fields, record, strict=True):
            raw = cell if isinstance(cell, bytes) else cell.encode(encoding, "replace")
            body += raw[:size].ljust(size)
    return head + described + b"\r" + body + b"\x1a"
