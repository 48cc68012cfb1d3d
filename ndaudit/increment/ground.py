"""The rows touched circles are decided over: of each table one, kept from pass to pass and only added to.

What the touched offices delivered stands apart by its office. Rows of others are the same in both snapshots:
they are looked for once, and stay while the rows of the touched offices are put in for one side or the other.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb

from ndaudit.increment.circles import CIRCLES, OFFICE, Circle
from ndaudit.increment.touching import AFTER, Touch, delivered_by
from ndaudit.store import RECORDS, quoted
from ndaudit.tables import PROVENANCE, Table

_MIXED = "mixed_"


@dataclass(frozen=True)
class Ground:
    """The tables rules see, in one connection.

    Attributes:
        tables: the tables of the dictionary.
        offices: the touched ones.
        people: the touched circles of people.
        firms: the touched employers, where rules ask for them.
        fresh: circles of people beside employers that are not touched themselves.
        columns: names of columns some rule may look at, by table; of other tables, all.
        whole: tables that circles beside may look at beyond the rows these name.
        held: which circles a table holds the rows of, and of which snapshot, by its name.
    """

    con: duckdb.DuckDBPyConnection
    tables: Mapping[str, Table]
    offices: Sequence[str]
    people: Touch
    firms: Touch | None = None
    fresh: Touch | None = None
    columns: Mapping[str, frozenset[str]] = field(default_factory=dict)
    whole: frozenset[str] = frozenset()
    held: dict[str, tuple[Circle, str]] = field(default_factory=dict)

    def show(self, circle: Circle, side: str, names: Iterable[str]) -> None:
        """Give tables of a snapshot their own names: rows of the touched circles of one kind only.

        Rows that name no number belong to no circle, and count as touched. A table outside circles is whole.
        """
        self.show_whole(side)
        for table in (self.tables[name] for name in sorted(names)):
            if self.people.circle.tied(table):
                self._hold(table, circle, side)
            else:
                self._put(table, circle, side)

    def show_whole(self, side: str, names: Iterable[str] = ()) -> None:
        """Give the records of deliveries, and tables, of a snapshot their own names, with all their rows."""
        for name in (*RECORDS, *sorted(names)):
            self.con.execute(f"CREATE OR REPLACE VIEW {quoted(name)} AS SELECT * FROM {side}.{quoted(name)}")

    def _put(self, table: Table, circle: Circle, side: str) -> None:
        """Show a table outside the circles of people."""
        name = quoted(table.name)
        self.drop([table.name])
        rows = f"SELECT {self._selected(table)} FROM {side}.{name}"
        if circle == OFFICE:
            self.con.execute(f"CREATE TABLE {name} AS {rows} WHERE {delivered_by(self.offices)}")
        elif (
            self.firms and circle == self.firms.circle and circle.tied(table) and table.name not in self.whole
        ):
            self.con.execute(f"CREATE TABLE {name} AS {rows} WHERE {self.firms.belonging(table)[0]}")
        else:
            self.con.execute(f"CREATE VIEW {name} AS {rows}")

    def drop(self, names: Iterable[str]) -> None:
        """Take tables and views away, where they are there."""
        listed = list(names)
        for name, kind in self.con.execute(
            "SELECT table_name, 'TABLE' FROM duckdb_tables() WHERE database_name = current_database()"
            " AND list_contains($names::VARCHAR[], table_name) UNION ALL"
            " SELECT view_name, 'VIEW' FROM duckdb_views() WHERE database_name = current_database()"
            " AND list_contains($names::VARCHAR[], view_name)",
            {"names": listed},
        ).fetchall():
            self.con.execute(f"DROP {kind} {quoted(name)}")

    def _hold(self, table: Table, circle: Circle, side: str) -> None:
        """Let a table hold the rows of circles in a snapshot, from what it holds by now."""
        name = quoted(table.name)
        if table.name not in self.held:
            self.con.execute(f"CREATE OR REPLACE TABLE {name} AS {self._own(table, side)}")
            self.held[table.name] = (OFFICE, side)
        there, was = self.held[table.name]
        if was != side and table.name not in self.people.same:
            self.con.execute(f"DELETE FROM {name} WHERE {delivered_by(self.offices)}")
            self.con.execute(f"INSERT INTO {name} {self._own(table, side)}")
        steps = self._steps(table)
        for rows in steps[CIRCLES.index(there) : CIRCLES.index(circle)]:
            for one in rows:
                self._add(table, one)
        for rows in reversed(steps[CIRCLES.index(circle) : CIRCLES.index(there)]):
            for one in rows:
                self.con.execute(
                    f"DELETE FROM {name} WHERE {delivered_by(self.offices, others=True)} AND ({one})"
                )
        self.held[table.name] = (circle, side)

    def _add(self, table: Table, condition: str) -> None:
        """Add rows other offices delivered.

        They are found by the columns asked about alone: mostly they are few, and a row has many columns.
        """
        name = quoted(table.name)
        others = delivered_by(self.offices, others=True)
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE chosen AS SELECT rowid AS place FROM {AFTER}.{name}"
            f" WHERE {others} AND ({condition})"
        )
        if self._is_there("chosen"):
            self.con.execute(
                f"INSERT INTO {name} SELECT {self._selected(table)} FROM {AFTER}.{name}"
                " WHERE rowid IN (SELECT place FROM chosen)"
            )

    def _steps(self, table: Table) -> list[Sequence[str]]:
        """Return the conditions for rows of others that circles of people need, and employers besides.

        No row meets two of them: two plain scans, for what is asked for by OR is looked up row by row.
        """
        return [self.people.belonging(table), self.fresh.belonging(table)[:1] if self.fresh else ()]

    def _own(self, table: Table, side: str) -> str:
        rows = f"SELECT {self._selected(table)} FROM {side}.{quoted(table.name)}"
        return f"{rows} WHERE {delivered_by(self.offices)}"

    def _selected(self, table: Table) -> str:
        tied = {name for circle in CIRCLES for name in circle.tied(table)}
        names = [*(column.name for column in table.columns), *PROVENANCE]
        asked = self.columns.get(table.name, frozenset(names)) | tied | {"delivered_by"}
        return ", ".join(quoted(name) for name in names if name in asked)

    def keep_mixed(self, circle: Circle, names: Collection[str]) -> bool:
        """Leave, of the rows held, those of circles other offices have rows of; tell if any is left.

        Rows of no circle stay together.
        """
        tied = {name: self.tables[name] for name in names if circle.tied(self.tables[name])}
        others = f"WHERE {delivered_by(self.offices, others=True)}"
        mixed = replace(self.people, circle=circle, tables=tied, where=_MIXED, source="")
        mixed.spread_from(others)
        parts = {name: mixed.belonging(table) for name, table in tied.items()}
        if not any(self._is_there(name, f"{others} AND {nowhere}") for name, (_, nowhere) in parts.items()):
            parts = {name: (named, "FALSE") for name, (named, _) in parts.items()}
        for name, (named, nowhere) in parts.items():
            self.con.execute(f"DELETE FROM {quoted(name)} WHERE (({named}) OR ({nowhere})) IS NOT TRUE")
        self.held.clear()
        return any(self._is_there(name) for name in parts)

    def _is_there(self, name: str, chosen: str = "") -> bool:
        return bool(self.con.execute(f"SELECT 1 FROM {quoted(name)} {chosen} LIMIT 1").fetchall())
