"""The items a sample is drawn from: rows of one table of a snapshot, listed in a file whose hash is kept."""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

import duckdb

from ndaudit.errors import UsageError
from ndaudit.periods import Period
from ndaudit.sampling.drawing import Item
from ndaudit.snapshots import file_hash
from ndaudit.store import literal, quoted
from ndaudit.tables import Table

HEAD = ("item_key", "value", "stratum")
NOTHING = Decimal(0)


def _column(table: Table, name: str, types: Sequence[str]) -> str:
    fitting = [column.name for column in table.columns if column.type in types]
    if name not in fitting:
        raise UsageError(
            "usage.unknown_sample_column", table=table.name, came=name, allowed=", ".join(fitting) or "—"
        )
    return quoted(name)


def _period_column(table: Table) -> str:
    dated = [column.name for column in table.columns if column.type == "period"]
    if not dated:
        raise UsageError("usage.no_period_column", table=table.name)
    return quoted(dated[0])


def read_items(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    *,
    value: str | None,
    stratum: str | None,
    office: str | None,
    period: Period | None,
) -> tuple[list[Item], dict[str, int]]:
    """Return the items that can be drawn, by key, and how many cannot, by why.

    With a value column an item without a value, or with none above zero, cannot be drawn by monetary units.
    A key that stands in several rows gets a number from the second row on.

    Args:
        con: sees the snapshot as `snapshot`.

    Raises:
        UsageError: the table has no such column.
    """
    money = _column(table, value, ("money",)) if value else "NULL"
    group = _column(table, stratum, ("code", "text", "flag")) if stratum else "NULL"
    parts = ["delivered_by", *(quoted(name) for name in table.key)]
    key = " || '|' || ".join(f"coalesce(CAST({part} AS VARCHAR), '')" for part in parts)
    where = [f"delivered_by = {literal(office)}"] if office else []
    if period:
        day = _period_column(table)
        where.append(f"{day} >= DATE '{period.first}' AND {day} < DATE '{period.end}'")
    rows = con.execute(
        f"SELECT {key} AS item_key, {money}, coalesce(CAST({group} AS VARCHAR), '')"
        f" FROM snapshot.{quoted(table.name)} WHERE {' AND '.join(where) or 'TRUE'}"
        " ORDER BY item_key, batch_id, source_file, source_row"
    ).fetchall()
    seen: Counter[str] = Counter()
    items: list[Item] = []
    apart: Counter[str] = Counter()
    for name, amount, part in rows:
        seen[name] += 1
        unique = name if seen[name] == 1 else f"{name}#{seen[name]}"
        why = _why_not(amount) if value else None
        if why:
            apart[why] += 1
        else:
            items.append(Item(unique, amount if value else NOTHING, part))
    return items, dict(sorted(apart.items()))


def _why_not(amount: Decimal | None) -> str | None:
    if amount is None:
        return "missing"
    if amount == 0:
        return "zero"
    return "negative" if amount < 0 else None


def write_items(path: Path, items: Iterable[Item]) -> str:
    """List items in a CSV file, in order of their keys, and return its sha256."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(HEAD)
        for item in sorted(items, key=lambda item: item.key):
            writer.writerow((item.key, item.value, item.stratum))
    return file_hash(path)


def list_items(path: Path) -> list[Item]:
    """Return the items a file lists."""
    with path.open(encoding="utf-8", newline="") as handle:
        return [
            Item(row["item_key"], Decimal(row["value"]), row["stratum"]) for row in csv.DictReader(handle)
        ]
