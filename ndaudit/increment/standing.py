"""Populations a delivery left as they were, though they look at all employers of the country."""

from collections.abc import Sequence

from ndaudit.catalogue import Catalogue
from ndaudit.increment.ground import Ground
from ndaudit.increment.touching import SIDES
from ndaudit.populations import Population, in_order
from ndaudit.store import quoted


def standing_populations(
    ground: Ground, catalogue: Catalogue, populations: Sequence[Population], changed: frozenset[str]
) -> frozenset[str]:
    """Return which of these populations hold the same rows in both snapshots.

    Args:
        ground: where a world is declared.
        changed: the tables and records that need not be the same: what reads none of them stands.
    """
    moved = [one for one in populations if catalogue.reads([one.name]) & changed]
    still = {one.name for one in populations if one not in moved}
    for side in SIDES if moved else ():
        _keep(ground, catalogue, moved, side)
    return frozenset(still | {one.name for one in moved if _is_same(ground, one.name)})


def _keep(ground: Ground, catalogue: Catalogue, asked: Sequence[Population], side: str) -> None:
    """Work populations out of one snapshot and keep their rows."""
    parts = in_order(catalogue.populations, frozenset(one.name for one in asked))
    tables = catalogue.reads(one.name for one in asked) & catalogue.tables.keys()
    ground.show_whole(side, tables)
    for part in parts:
        ground.con.execute(f"CREATE VIEW {quoted(part.name)} AS {part.sql}")
    for one in asked:
        kept = quoted(f"{side}_{one.name}")
        ground.con.execute(f"CREATE OR REPLACE TEMP TABLE {kept} AS SELECT * FROM {quoted(one.name)}")
    ground.drop([*tables, *(part.name for part in parts)])


def _is_same(ground: Ground, name: str) -> bool:
    before, after = (f"FROM {quoted(f'{side}_{name}')}" for side in SIDES)
    differing = f"({before} EXCEPT ALL {after}) UNION ALL ({after} EXCEPT ALL {before})"
    return not ground.con.execute(f"SELECT 1 FROM ({differing}) LIMIT 1").fetchall()
