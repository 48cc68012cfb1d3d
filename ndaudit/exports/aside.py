"""Rows of a file read into a table of their own first, where the one they belong to is large.

While a file is read its table may get two columns of marks, and rows may be put right or thrown away and read
again. In a table of hundreds of millions of rows that takes memory for all of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from ndaudit.store import quoted
from ndaudit.tables import Table

LARGE = 10_000_000
"""Rows of a table from which on the second writing of what is read aside costs less than the memory."""
_PLACE = "incoming"


@contextmanager
def read_aside(con: duckdb.DuckDBPyConnection, table: Table, *, wanted: bool) -> Iterator[None]:
    """Let the name of a table stand for an empty one, whose rows are added to it at the end.

    Args:
        wanted: whether more is done with the rows than to insert them; otherwise, and where the table is
            not large, its name stands for itself.
    """
    name = quoted(table.name)
    [[rows]] = con.execute(f"SELECT count(*) FROM {name}").fetchall()
    if not wanted or rows < LARGE:
        yield
        return
    [[database]] = con.execute("SELECT current_database()").fetchall()
    con.execute(f"CREATE SCHEMA {_PLACE}")
    con.execute(f"CREATE TABLE {_PLACE}.{name} AS SELECT * FROM {name} LIMIT 0")
    con.execute(f"SET search_path = '{database}.{_PLACE},{database}.main'")
    yield
    # a failed load throws the whole draft away: only success has to clean up
    con.execute(f"USE {quoted(database)}")
    con.execute(f"INSERT INTO {name} SELECT * FROM {_PLACE}.{name}")
    con.execute(f"DROP SCHEMA {_PLACE} CASCADE")
