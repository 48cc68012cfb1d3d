"""Populations a delivery left as they were, though they look at all employers of the country."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from ndaudit.catalogue import Catalogue
from ndaudit.increment.touching import SIDES
from ndaudit.populations import Population, in_order
from ndaudit.store import Snapshot, attach_snapshot, connect, declare_world, literal, quoted


def standing_populations(
    catalogue: Catalogue,
    populations: Sequence[Population],
    sides: Mapping[str, Snapshot],
    folder: Path,
    memory_limit: str,
) -> frozenset[str]:
    """Return which of these populations hold the same rows in both snapshots.

    Args:
        sides: the snapshots of before and after.
        folder: where the rows that are compared are kept, and spilled.
    """
    kept, spill = folder / "standing.duckdb", folder / "spill"
    for side, snapshot in sides.items():
        con = connect(memory_limit=memory_limit, spill=spill)
        try:
            _keep(con, catalogue, populations, side, snapshot, kept)
        finally:
            con.close()
    con = connect(memory_limit=memory_limit, spill=spill)
    try:
        con.execute(f"ATTACH {literal(str(kept))} AS kept (READ_ONLY)")
        return frozenset(one.name for one in populations if _is_same(con, one.name))
    finally:
        con.close()


def _keep(
    con: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    asked: Sequence[Population],
    side: str,
    snapshot: Snapshot,
    kept: Path,
) -> None:
    """Work populations out of one snapshot and keep their rows."""
    parts = in_order(catalogue.populations, frozenset(one.name for one in asked))
    read = {name for part in parts for name in part.reads if name in catalogue.tables}
    attach_snapshot(con, snapshot, [catalogue.tables[name] for name in sorted(read)])
    declare_world(con, catalogue.law, catalogue.thresholds)
    con.execute(f"ATTACH {literal(str(kept))} AS kept")
    for part in parts:
        con.execute(f"CREATE VIEW {quoted(part.name)} AS {part.sql}")
    for one in asked:
        con.execute(f"CREATE TABLE kept.{quoted(f'{side}_{one.name}')} AS SELECT * FROM {quoted(one.name)}")


def _is_same(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    before, after = (f"FROM kept.{quoted(f'{side}_{name}')}" for side in SIDES)
    differing = f"({before} EXCEPT ALL {after}) UNION ALL ({after} EXCEPT ALL {before})"
    return not con.execute(f"SELECT 1 FROM ({differing}) LIMIT 1").fetchall()
