"""Populations a delivery left as they were, though they look at all employers of the country."""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from ndaudit.catalogue import Catalogue
from ndaudit.increment.touching import SIDES
from ndaudit.populations import Population, in_order
from ndaudit.store import RECORDS, connect, declare_world, literal, quoted


def standing_populations(
    catalogue: Catalogue, populations: Iterable[Population], snapshots: dict[str, Path], kept: Path
) -> frozenset[str]:
    """Return which of these populations hold the same rows in both snapshots.

    Args:
        snapshots: the files of both sides.
        kept: a new database for the rows that are compared.
    """
    asked = list(populations)
    if not asked:
        return frozenset()
    con = connect()
    try:
        for side in SIDES:
            _keep(catalogue, asked, side, snapshots[side], kept)
        con.execute(f"ATTACH {literal(str(kept))} AS kept (READ_ONLY)")
        return frozenset(one.name for one in asked if _is_same(con, one.name))
    finally:
        con.close()


def _keep(catalogue: Catalogue, asked: list[Population], side: str, snapshot: Path, kept: Path) -> None:
    """Work populations out of one snapshot and keep their rows."""
    con = connect()
    try:
        con.execute(f"ATTACH {literal(str(snapshot))} AS snapshot (READ_ONLY)")
        parts = in_order(catalogue.populations, frozenset(one.name for one in asked))
        read = {name for part in parts for name in part.reads if name in catalogue.tables}
        for name in (*sorted(read), *RECORDS):
            con.execute(f"CREATE VIEW {quoted(name)} AS SELECT * FROM snapshot.{quoted(name)}")
        declare_world(con, catalogue.law, catalogue.thresholds)
        con.execute(f"ATTACH {literal(str(kept))} AS kept")
        for part in parts:
            con.execute(f"CREATE VIEW {quoted(part.name)} AS {part.sql}")
        for one in asked:
            con.execute(
                f"CREATE TABLE kept.{quoted(f'{side}_{one.name}')} AS SELECT * FROM {quoted(one.name)}"
            )
    finally:
        con.close()


def _is_same(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    before, after = (f"FROM kept.{quoted(f'{side}_{name}')}" for side in SIDES)
    differing = f"({before} EXCEPT ALL {after}) UNION ALL ({after} EXCEPT ALL {before})"
    return not con.execute(f"SELECT 1 FROM ({differing}) LIMIT 1").fetchall()
