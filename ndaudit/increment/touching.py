"""What a delivery touched: the circles with a row of an office that delivered since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import duckdb

from ndaudit.increment.circles import OFFICE, Circle
from ndaudit.store import RECORDS, literal, quoted
from ndaudit.tables import Table

BEFORE, AFTER, TOUCHED = "before", "after", "touched"
"""The names under which the two snapshots, and the numbers touched, are attached."""
SIDES = (BEFORE, AFTER)
_BATCHES = f"""
SELECT DISTINCT office_code FROM (
    (SELECT office_code, batch_id FROM {BEFORE}.batch EXCEPT SELECT office_code, batch_id FROM {AFTER}.batch)
    UNION ALL
    (SELECT office_code, batch_id FROM {AFTER}.batch EXCEPT SELECT office_code, batch_id FROM {BEFORE}.batch)
)
"""
_LAST_MONTH = f"(SELECT CAST(date_trunc('month', max(exported_at)) AS DATE) FROM {BEFORE}.batch)"
_EMPLOYER = "employer_no"
Loose = frozenset[tuple[str, str]]
"""Tables and tying columns that are empty in some row that names another number."""


def touched_offices(con: duckdb.DuckDBPyConnection, tables: Mapping[str, Table]) -> list[str]:
    """Return the offices whose deliveries differ between the two snapshots, in order of their codes.

    An office with rows of months after the last export of before counts too: the calendar grows under them.
    """
    found = {code for (code,) in con.execute(_BATCHES).fetchall()}
    for table in tables.values():
        for column in (column.name for column in table.columns if found and column.type == "period"):
            rows = con.execute(
                f"SELECT DISTINCT delivered_by FROM {BEFORE}.{quoted(table.name)}"
                f" WHERE {quoted(column)} > {_LAST_MONTH}"
            ).fetchall()
            found |= {code for (code,) in rows}
    return sorted(found)


def loose_columns(con: duckdb.DuckDBPyConnection, circle: Circle, tables: Mapping[str, Table]) -> Loose:
    """Return the tables and tying columns that are empty in a row that names another number."""
    found = set()
    for table in tables.values():
        tied = list(circle.tied(table))
        for column in tied if len(tied) > 1 else []:
            others = " OR ".join(f"{quoted(other)} IS NOT NULL" for other in tied if other != column)
            for side in SIDES:
                rows = f"{side}.{quoted(table.name)} WHERE {quoted(column)} IS NULL AND ({others})"
                if con.execute(f"SELECT 1 FROM {rows} LIMIT 1").fetchall():
                    found.add((table.name, column))
    return frozenset(found)


def share_of_rows(
    con: duckdb.DuckDBPyConnection, tables: Mapping[str, Table], offices: Iterable[str]
) -> float:
    """Return which part of all rows of the new snapshot these offices delivered; 0 where there are none."""
    listed = ", ".join(map(literal, offices)) or "NULL"
    counted = " UNION ALL ".join(
        f"SELECT count(*) FILTER (delivered_by IN ({listed})) AS touched, count(*) AS every"
        f" FROM {AFTER}.{quoted(name)}"
        for name in tables
    )
    [[touched, every]] = con.execute(f"SELECT sum(touched), sum(every) FROM ({counted})").fetchall()
    return float(touched / every) if every else 0.0


@dataclass(frozen=True)
class Touch:
    """The touched circles of one kind, as tables of numbers in the attached database `touched`."""

    con: duckdb.DuckDBPyConnection
    circle: Circle
    tables: Mapping[str, Table]
    loose: Loose = field(default_factory=frozenset)

    def find(self, offices: Iterable[str]) -> None:
        """Fill the tables: what rows of these offices name, and whatever those numbers stand beside."""
        kinds = self.circle.numbers_by_kind(self.tables)
        for kind, sql_type in kinds.items():
            self.con.execute(f"CREATE TABLE {self._numbers(kind)} (number {sql_type} PRIMARY KEY)")
        codes = list(offices)
        listed = ", ".join(map(literal, codes)) or "NULL"
        if self.circle == OFFICE:
            self.con.execute(f"INSERT INTO {self._numbers('office')} SELECT unnest(?::VARCHAR[])", [codes])
            return
        self._find_employers(listed)
        for table in self._tied():
            names = {column.name for column in table.columns} | {"delivered_by"}
            named = [f"{quoted(c)} IN ({listed})" for c in ("delivered_by", "office_code") if c in names]
            if _EMPLOYER in names:
                named.append(f"{_EMPLOYER} IN (SELECT number FROM {TOUCHED}.employers)")
            self._take(table, f"WHERE {' OR '.join(named)}")
        tying = [table for table in self._tied() if len(self.circle.tied(table)) > 1]
        while sum(self._take(table, self._half_known(table)) for table in tying):
            pass

    def _numbers(self, kind: str) -> str:
        return f"{TOUCHED}.{self.circle.name}_{kind}"

    def _tied(self) -> list[Table]:
        return [table for table in self.tables.values() if self.circle.tied(table)]

    def _find_employers(self, listed: str) -> None:
        """Note the employers whose own rows, outside circles, these offices delivered."""
        self.con.execute(f"CREATE TABLE {TOUCHED}.employers (number VARCHAR PRIMARY KEY)")
        for table in self.tables.values():
            if _EMPLOYER in {column.name for column in table.columns} and not self.circle.tied(table):
                for side in SIDES:
                    self.con.execute(
                        f"INSERT OR IGNORE INTO {TOUCHED}.employers SELECT DISTINCT {_EMPLOYER}"
                        f" FROM {side}.{quoted(table.name)}"
                        f" WHERE {_EMPLOYER} IS NOT NULL AND delivered_by IN ({listed})"
                    )

    def _take(self, table: Table, chosen: str) -> int:
        """Add every number the chosen rows of a table name, in either snapshot; return how many were new."""
        tied = self.circle.tied(table)
        columns = ", ".join(f"t.{quoted(column)}" for column in tied)
        found = " UNION ".join(
            f"SELECT DISTINCT {columns} FROM {side}.{quoted(table.name)} t {chosen}" for side in SIDES
        )
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE taken AS {found}")
        new = 0
        for column, kind in tied.items():
            [[added]] = self.con.execute(
                f"INSERT OR IGNORE INTO {self._numbers(kind)}"
                f" SELECT DISTINCT {quoted(column)} FROM taken WHERE {quoted(column)} IS NOT NULL"
            ).fetchall()
            new += int(added)
        return new

    def _half_known(self, table: Table) -> str:
        """Return the SQL that chooses rows of which some numbers are noted and some are not yet."""
        tied = list(self.circle.tied(table).items())
        joins = " ".join(
            f"LEFT JOIN {self._numbers(kind)} n{place} ON n{place}.number = t.{quoted(column)}"
            for place, (column, kind) in enumerate(tied)
        )
        some = " OR ".join(f"n{place}.number IS NOT NULL" for place in range(len(tied)))
        lacking = " OR ".join(
            f"(t.{quoted(column)} IS NOT NULL AND n{place}.number IS NULL)"
            for place, (column, _) in enumerate(tied)
        )
        return f"{joins} WHERE ({some}) AND ({lacking})"

    def share_of(self, kind: str, table: str, column: str) -> float:
        """Return which part of what a column of the new snapshot numbers is noted; 0 of nothing."""
        [[noted, every]] = self.con.execute(
            f"SELECT (SELECT count(*) FROM {self._numbers(kind)}), count(DISTINCT {quoted(column)})"
            f" FROM {AFTER}.{quoted(table)}"
        ).fetchall()
        return noted / every if every else 0.0

    def _belonging(self, table: Table) -> tuple[str, str]:
        """Return the condition for the rows of touched circles, and the one for rows of no circle.

        All numbers of a row are of one circle: where one of them is always there, it is asked alone.
        """
        tied = self.circle.tied(table)
        always = [column for column in tied if (table.name, column) not in self.loose]
        asked = always[:1] or list(tied)
        named = " OR ".join(
            f"{quoted(column)} IN (SELECT number FROM {self._numbers(tied[column])})" for column in asked
        )
        return named, " AND ".join(f"{quoted(column)} IS NULL" for column in asked)

    def attach(self, side: str, wanted: Iterable[str]) -> None:
        """Give each wanted table of a snapshot its own name: rows of touched circles only, others whole.

        Rows that name no number belong to no circle, and count as touched.
        """
        for table in (self.tables[name] for name in sorted(wanted)):
            source = f"SELECT * FROM {side}.{quoted(table.name)}"
            if self.circle.tied(table):
                # two plain scans: what is asked for by OR is looked up row by row
                parts = " UNION ALL ".join(f"{source} WHERE {part}" for part in self._belonging(table))
                self.con.execute(f"CREATE TABLE {quoted(table.name)} AS {parts}")
            else:
                self.con.execute(f"CREATE VIEW {quoted(table.name)} AS {source}")
        for name in RECORDS:
            self.con.execute(f"CREATE VIEW {quoted(name)} AS SELECT * FROM {side}.{quoted(name)}")
