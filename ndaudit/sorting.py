"""The order rows are stored in: by person and period, so that rules read neighbours."""

from collections.abc import Mapping

import duckdb

from ndaudit.memory import bytes_in_use, parts_of_people
from ndaudit.store import quoted
from ndaudit.tables import Table

RESORT_SHARE = 10
"""A table is sorted as a whole once more than one row in ten stands in runs appended since."""


def storage_columns(table: Table) -> tuple[str, ...]:
    """Return the columns rows are stored by; nothing for tables that name no person."""
    names = [column.name for column in table.columns]
    by = tuple(name for name in ("person_id", "period") if name in names)
    return by if "person_id" in by else ()


def storage_order(table: Table) -> str:
    """Return the ORDER BY of the order rows are stored in, or nothing."""
    by = storage_columns(table)
    return f" ORDER BY {', '.join(map(quoted, by))}" if by else ""


def sort_again(
    con: duckdb.DuckDBPyConnection,
    tables: Mapping[str, Table],
    appended: dict[str, int],
    limit: str,
) -> None:
    """Sort tables as a whole in which too many rows stand in runs of their own, and forget those.

    Some people are taken at a time: to sort a country at once would spill several times its size.

    Args:
        appended: rows of each table that stand in runs behind its sorted rows.
        limit: what the connection may hold in memory.
    """
    due = [name for name in appended if name in tables and _is_due(con, name, appended[name])]
    parts = parts_of_people(con, bytes_in_use(con), limit) if due else ()
    for name in due:
        if order := storage_order(tables[name]):
            con.execute(f"CREATE TABLE sorted AS SELECT * FROM {quoted(name)} LIMIT 0")
            for part in parts:
                con.execute(f"INSERT INTO sorted SELECT * FROM {quoted(name)} WHERE {part}{order}")
            con.execute(f"DROP TABLE {quoted(name)}")
            con.execute(f"ALTER TABLE sorted RENAME TO {quoted(name)}")
        del appended[name]


def _is_due(con: duckdb.DuckDBPyConnection, name: str, appended: int) -> bool:
    [[rows]] = con.execute(f"SELECT count(*) FROM {quoted(name)}").fetchall()
    return appended * RESORT_SHARE > int(rows)
