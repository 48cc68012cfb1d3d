"""What a delivery touched: the circles with a row of an office that delivered since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from ndaudit.increment.circles import OFFICE, Circle
from ndaudit.store import RECORDS, literal, quoted
from ndaudit.tables import Table

BEFORE, AFTER, TOUCHED = "before", "after", "touched"
"""The names under which the two snapshots, and the numbers touched, are attached."""
_BATCHES = f"""
SELECT DISTINCT office_code FROM (
    (SELECT office_code, batch_id FROM {BEFORE}.batch EXCEPT SELECT office_code, batch_id FROM {AFTER}.batch)
    UNION ALL
    (SELECT office_code, batch_id FROM {AFTER}.batch EXCEPT SELECT office_code, batch_id FROM {BEFORE}.batch)
)
"""
_LAST_MONTH = f"(SELECT CAST(date_trunc('month', max(exported_at)) AS DATE) FROM {BEFORE}.batch)"
_EMPLOYER = "employer_no"


def touched_offices(con: duckdb.DuckDBPyConnection, tables: Mapping[str, Table]) -> list[str]:
    """Return the offices whose deliveries differ between the two snapshots, in order of their codes.

    An office with rows of months after the last export of before counts too: the calendar grows under them.
    """
    found = {code for (code,) in con.execute(_BATCHES).fetchall()}
    for table in tables.values():
        for column in (column.name for column in table.columns if column.type == "period"):
            rows = con.execute(
                f"SELECT DISTINCT delivered_by FROM {BEFORE}.{quoted(table.name)}"
                f" WHERE {quoted(column)} > {_LAST_MONTH}"
            ).fetchall()
            found |= {code for (code,) in rows}
    return sorted(found)


@dataclass(frozen=True)
class Touch:
    """The touched circles of one kind, as tables of numbers in the attached database `touched`."""

    con: duckdb.DuckDBPyConnection
    circle: Circle
    tables: Mapping[str, Table]

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
            self._take(table, " OR ".join(named))
        tying = [table for table in self._tied() if self._ties_numbers(table)]
        grown = True
        while grown:
            grown = sum(self._take(table, self.belongs(table)) for table in tying) > 0

    def _numbers(self, kind: str) -> str:
        return f"{TOUCHED}.{self.circle.name}_{kind}"

    def _tied(self) -> list[Table]:
        return [table for table in self.tables.values() if self.circle.tied(table)]

    def _ties_numbers(self, table: Table) -> bool:
        return len(self.circle.tied(table)) > 1

    def _find_employers(self, listed: str) -> None:
        """Note the employers whose own rows, outside circles, these offices delivered."""
        self.con.execute(f"CREATE TABLE {TOUCHED}.employers (number VARCHAR PRIMARY KEY)")
        for table in self.tables.values():
            if _EMPLOYER in {column.name for column in table.columns} and not self.circle.tied(table):
                for side in (BEFORE, AFTER):
                    self.con.execute(
                        f"INSERT OR IGNORE INTO {TOUCHED}.employers SELECT DISTINCT {_EMPLOYER}"
                        f" FROM {side}.{quoted(table.name)}"
                        f" WHERE {_EMPLOYER} IS NOT NULL AND delivered_by IN ({listed})"
                    )

    def _take(self, table: Table, where: str) -> bool:
        """Add every number the chosen rows of a table name, in either snapshot; tell whether one was new."""
        before = self._size()
        for column, kind in self.circle.tied(table).items():
            for side in (BEFORE, AFTER):
                self.con.execute(
                    f"INSERT OR IGNORE INTO {self._numbers(kind)} SELECT DISTINCT {quoted(column)}"
                    f" FROM {side}.{quoted(table.name)} WHERE {quoted(column)} IS NOT NULL AND ({where})"
                )
        return self._size() > before

    def _size(self) -> int:
        counted = (
            self.con.execute(f"SELECT count(*) FROM {self._numbers(kind)}").fetchall()
            for kind in self.circle.kinds
        )
        return sum(int(size) for [[size]] in counted)

    def belongs(self, table: Table) -> str:
        """Return the condition for the rows of touched circles."""
        return " OR ".join(
            f"{quoted(column)} IN (SELECT number FROM {self._numbers(kind)})"
            for column, kind in self.circle.tied(table).items()
        )

    def attach(self, side: str) -> None:
        """Give each table of a snapshot its own name: rows of touched circles only, other tables whole.

        Rows that name no number belong to no circle, and count as touched.
        """
        for table in self.tables.values():
            source = f"SELECT * FROM {side}.{quoted(table.name)}"
            if tied := self.circle.tied(table):
                orphan = " AND ".join(f"{quoted(column)} IS NULL" for column in tied)
                self.con.execute(
                    f"CREATE TABLE {quoted(table.name)} AS {source} WHERE {self.belongs(table)} OR ({orphan})"
                )
            else:
                self.con.execute(f"CREATE VIEW {quoted(table.name)} AS {source}")
        for name in RECORDS:
            self.con.execute(f"CREATE VIEW {quoted(name)} AS SELECT * FROM {side}.{quoted(name)}")

    def loose_columns(self) -> frozenset[tuple[str, str]]:
        """Return the tables and tying columns that are empty in a row that names another number."""
        found = set()
        for table in filter(self._ties_numbers, self._tied()):
            tied = list(self.circle.tied(table))
            for column in tied:
                others = " OR ".join(f"{quoted(other)} IS NOT NULL" for other in tied if other != column)
                for side in (BEFORE, AFTER):
                    rows = f"{side}.{quoted(table.name)} WHERE {quoted(column)} IS NULL AND ({others})"
                    if self.con.execute(f"SELECT 1 FROM {rows} LIMIT 1").fetchall():
                        found.add((table.name, column))
        return frozenset(found)
