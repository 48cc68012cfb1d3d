"""What a batch replaces: the newest export of an office stands, in whatever order batches were loaded."""

from collections.abc import Sequence
from datetime import date, datetime

import duckdb

from ndaudit.store import literal, quoted
from ndaudit.tables import Table


def _batches(office: str, batch_id: str, exported_at: datetime, later: bool) -> str:
    """Return SQL of the office's other batches, exported later than this one or not."""
    sign = ">" if later else "<="
    return (
        f"(SELECT batch_id FROM batch WHERE office_code = {literal(office)}"
        f" AND batch_id <> {literal(batch_id)}"
        f" AND exported_at {sign} {literal(exported_at.isoformat(sep=' '))}::TIMESTAMP)"
    )


def _delivered(table: Table, batches: str, where: str) -> str:
    return (
        f"(SELECT f.batch_id FROM delivered_file f JOIN batch b USING (batch_id)"
        f" WHERE f.table_name = {literal(table.name)} AND f.batch_id IN {batches} AND {where})"
    )


def _same_key(key: Sequence[str], left: str, right: str) -> str:
    # a voluntary insured person has no employer: NULL is an ordinary part of a key, but not the whole of one
    pairs = " AND ".join(f"{left}.{quoted(c)} IS NOT DISTINCT FROM {right}.{quoted(c)}" for c in key)
    known = " OR ".join(f"{left}.{quoted(c)} IS NOT NULL" for c in key)
    return f"{pairs} AND ({known})"


def _delete_same_keys(con: duckdb.DuckDBPyConnection, table: Table, loses: str, wins: str) -> None:
    """Delete rows of the batches `loses` whose key the batches `wins` delivered too."""
    name = quoted(table.name)
    con.execute(
        f"DELETE FROM {name} AS o WHERE o.batch_id IN {loses} AND EXISTS (SELECT 1 FROM {name} n"
        f" WHERE n.batch_id IN {wins} AND {_same_key(table.key, 'o', 'n')})"
    )


def replace_earlier(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    mode: str,
    batch_id: str,
    office: str,
    exported_at: datetime,
    period: date,
) -> None:
    """Remove from a table what a batch just inserted replaces, or what a later export had replaced already.

    Args:
        mode: `full` replaces all the office delivered before; `period` what it delivered for the same
            manifest period, and rows of the same key delivered for another one.
    """
    name = quoted(table.name)
    mine = f"({literal(batch_id)})"
    others = "SELECT 1 FROM delivered_file WHERE office_code = ? AND table_name = ? AND batch_id <> ? LIMIT 1"
    if not con.execute(others, [office, table.name, batch_id]).fetchall():
        return
    earlier = _batches(office, batch_id, exported_at, later=False)
    later = _batches(office, batch_id, exported_at, later=True)
    first = f"DATE {literal(period.isoformat())}"
    month = f"b.period = {first}"
    if mode == "full":
        con.execute(f"DELETE FROM {name} WHERE batch_id IN {earlier}")
    else:
        same = _delivered(table, earlier, f"f.mode = 'period' AND {month}")
        con.execute(f"DELETE FROM {name} WHERE batch_id IN {same}")
        if any(column.name == "period" and column.type == "period" for column in table.columns):
            whole = _delivered(table, earlier, f"f.mode = 'full' AND {month}")
            con.execute(f"DELETE FROM {name} WHERE batch_id IN {whole} AND period = {first}")
        _delete_same_keys(con, table, earlier, mine)
    gone = _delivered(table, later, f"(f.mode = 'full' OR {month} AND {literal(mode)} = 'period')")
    con.execute(f"DELETE FROM {name} WHERE batch_id IN {mine} AND EXISTS {gone}")
    _delete_same_keys(con, table, mine, later)
