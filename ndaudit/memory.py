"""What a check, a load or a report may hold in memory, and what becomes of the work that does not fit.

Three ways, each where the one before is not enough: a single thread, a file on disk for what is worked out,
and people in parts.
"""

import math
import re
from collections.abc import Callable, Collection, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import duckdb

from ndaudit.store import literal, quoted

LOAD_BYTES = 1_500_000_000
"""What DuckDB may hold during a load under the default settings, so that the process stays below 2 GB."""
BESIDE_BYTES = 4 * 1024**3
"""What a report sets aside beside DuckDB: frames, libraries, 1.5 GB for the charts of a printed page."""
ON_DISK_FROM = 0.3
"""A snapshot so many times as large as the memory limit: what is worked out of it would fill half of that."""
PART_BYTES = 1_000_000_000
"""As much of a snapshot, at most, is about one part of the people when what concerns them is worked out."""
PARTS_OF_LIMIT = 4
"""A part of the people is about so small a part of the memory limit: sorted and hashed, its rows grow."""
Result = TypeVar("Result")
_UNITS = " KMGT"
_PERSON = "person_id"
WHOLE = ("TRUE",)
"""All people in one part."""


def _bytes(limit: str) -> int | None:
    """Return a memory limit in bytes; None for one that is no plain number, as a share of the machine."""
    read = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B?\s*", limit, re.IGNORECASE)
    if read is None:
        return None
    step = 1024 if read[3] else 1000
    return round(float(read[1]) * float(step) ** _UNITS.index(read[2].upper() or " "))


def load_memory(limit: str) -> str:
    """Return what a load may hold of a `memory_limit`: it sorts and hashes, and spills as well as a check.

    A limit that is not a plain number of bytes, as a share of the machine, is left as it is.
    """
    whole = _bytes(limit)
    return f"{max(min(whole, LOAD_BYTES), whole * 3 // 8)}B" if whole is not None else limit


def report_memory(limit: str) -> int:
    """Return how many bytes the process of a report may hold under a `memory_limit`; 0 for no bound.

    A limit that is not a plain number of bytes, as a share of the machine, bounds nothing.
    """
    whole = _bytes(limit)
    return whole + BESIDE_BYTES if whole is not None else 0


def within_memory(con: duckdb.DuckDBPyConnection, work: Callable[[], Result]) -> Result:
    """Do `work` on the connection; where memory does not hold it, once more on a single thread.

    Each thread keeps blocks of its own for what it sorts and hashes.

    Raises:
        duckdb.OutOfMemoryException: a single thread has no room either.
    """
    try:
        return work()
    except duckdb.OutOfMemoryException:
        [[threads]] = con.execute("SELECT current_setting('threads')").fetchall()
        if threads == 1:
            raise
    con.execute("SET threads = 1")
    try:
        return work()
    finally:
        con.execute(f"SET threads = {int(threads)}")


def bytes_in_use(con: duckdb.DuckDBPyConnection, database: str | None = None) -> int:
    """Return how many bytes of a database hold something: a table that was dropped leaves room in its file.

    Args:
        database: the name it is attached by; the current one when None.
    """
    [[size]] = con.execute(
        "SELECT used_blocks * block_size FROM pragma_database_size()"
        " WHERE database_name = coalesce(?, current_database())",
        [database],
    ).fetchall()
    return int(size)


def keep_on_disk(con: duckdb.DuckDBPyConnection, size: int, limit: str, folder: Path) -> None:
    """Let what is worked out from now on lie in a file in `folder`, where memory would not hold it all.

    In memory it takes half as much room again as the snapshot it is worked out of, would be in the way of
    what sorts and hashes, and be spilled for it. On disk it is compressed, and costs no more.

    Args:
        size: bytes of the snapshot.
    """
    whole = _bytes(limit)
    if whole is not None and size > whole * ON_DISK_FROM:
        folder.mkdir(mode=0o700, exist_ok=True)
        con.execute(f"ATTACH {literal(str(folder / 'worked_out.duckdb'))} AS worked_out")
        con.execute("SET search_path = 'worked_out.main,memory.main'")


def make_room(con: duckdb.DuckDBPyConnection, limit: str, folder: Path) -> tuple[str, ...]:
    """Settle how what is worked out of the attached `snapshot` fits: see `keep_on_disk`, `parts_of_people`.

    Returns:
        the conditions of `parts_of_people`.
    """
    size = bytes_in_use(con, "snapshot")
    keep_on_disk(con, size, limit, folder)
    return parts_of_people(con, size, limit)


def parts_of_people(con: duckdb.DuckDBPyConnection, size: int, limit: str) -> tuple[str, ...]:
    """Return conditions on `person_id` that cut all rows into parts, each person whole in one of them.

    Rows of nobody are in the first. One part where memory holds all people at once.

    Args:
        con: sees the table `person`.
        size: bytes of the snapshot.
    """
    most = min(PART_BYTES, (_bytes(limit) or PART_BYTES * PARTS_OF_LIMIT) // PARTS_OF_LIMIT)
    parts = math.ceil(size / most)
    if parts == 1:
        return WHOLE
    places = [place / parts for place in range(1, parts)]
    [[found]] = con.execute(f"SELECT quantile_disc({_PERSON}, ?::DOUBLE[]) FROM person", [places]).fetchall()
    bounds = sorted({int(bound) for bound in found or ()})
    if not bounds:
        return WHOLE
    between = [f"{_PERSON} >= {low} AND {_PERSON} < {high}" for low, high in pairwise(bounds)]
    return (
        f"{_PERSON} IS NULL OR {_PERSON} < {bounds[0]}",
        *between,
        f"{_PERSON} >= {bounds[-1]}",
    )


def create_in_parts(
    con: duckdb.DuckDBPyConnection, name: str, sql: str, reads: Collection[str], parts: Sequence[str]
) -> None:
    """Create a table from `sql` part by part: of every table it names that numbers people, only theirs.

    Args:
        reads: the tables `sql` names; each row it gives must rest on rows of one person alone.
        parts: see `parts_of_people`.
    """
    numbering = con.execute(
        "SELECT DISTINCT table_name FROM duckdb_columns() WHERE column_name = ? ORDER BY ALL", [_PERSON]
    ).fetchall()
    tables = [quoted(table) for [table] in numbering if table in reads]
    begin = f"CREATE TABLE {quoted(name)} AS"
    for part in parts:
        # in its own definition the name still stands for the table, in all the rest for the part of it
        own = ", ".join(f"{one} AS NOT MATERIALIZED (SELECT * FROM {one} WHERE {part})" for one in tables)
        within_memory(con, partial(con.execute, f"{begin} WITH {own} SELECT * FROM ({sql})"))
        begin = f"INSERT INTO {quoted(name)}"
