"""What a delivery touched: the circles with a row of an office that delivered since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb

from ndaudit.increment.circles import Circle
from ndaudit.store import RECORDS, literal, quoted
from ndaudit.tables import Table

BEFORE, AFTER, TOUCHED, BESIDE, FRESH = "before", "after", "touched", "beside", "fresh"
"""The names under which the two snapshots, the numbers touched, those of circles beside, and those of circles
beside that are not touched themselves are attached."""
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
_FILES = "SELECT batch_id, table_name FROM {side}.delivered_file"
_DELIVERED = "SELECT office_code, table_name FROM {side}.delivered_file"
Loose = frozenset[tuple[str, str]]
"""Tables and tying columns that are empty in some row that names another number."""


def delivered_by(offices: Iterable[str], others: bool = False) -> str:
    """Return the condition for the rows these offices delivered, or for those of all others."""
    return f"delivered_by {'NOT ' if others else ''}IN ({', '.join(map(literal, offices)) or 'NULL'})"


def changed_names(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Return the tables and records that need not be the same in both snapshots, some batch being another.

    Rows of a table come and go only with a batch that holds a file of it.
    """
    delivered = {"delivered"} if _differing(con, _DELIVERED) else set()
    return frozenset({name for _, name in _differing(con, _FILES)} | delivered | {*RECORDS, "as_of"})


def _differing(con: duckdb.DuckDBPyConnection, select: str) -> list[tuple[str, str]]:
    """Return the rows only one of the snapshots gives."""
    before, after = (select.format(side=side) for side in SIDES)
    return con.execute(f"({before} EXCEPT {after}) UNION ALL ({after} EXCEPT {before})").fetchall()


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
    """Return the tables and tying columns that are empty in a row that names another number.

    Where circles have others beside, rows that name no number are left out: there any empty one counts.
    """
    found = set()
    for table in tables.values():
        tied = list(circle.tied(table))
        for column in tied if len(tied) > 1 or circle.beside else []:
            others = " OR ".join(f"{quoted(other)} IS NOT NULL" for other in tied if other != column)
            if circle.beside:
                others = "TRUE"
            for side in SIDES:
                rows = f"{side}.{quoted(table.name)} WHERE {quoted(column)} IS NULL AND ({others})"
                if con.execute(f"SELECT 1 FROM {rows} LIMIT 1").fetchall():
                    found.add((table.name, column))
    return frozenset(found)


def share_of_rows(
    con: duckdb.DuckDBPyConnection, tables: Mapping[str, Table], offices: Iterable[str]
) -> float:
    """Return which part of all rows of the new snapshot these offices delivered; 0 where there are none."""
    named = delivered_by(offices)
    # asked for apart: how many rows there are is known without looking at one
    counted = " UNION ALL ".join(
        f"SELECT count(*) AS touched, 0 AS every FROM {AFTER}.{quoted(name)} WHERE {named}"
        f" UNION ALL SELECT 0, count(*) FROM {AFTER}.{quoted(name)}"
        for name in tables
    )
    [[touched, every]] = con.execute(f"SELECT sum(touched), sum(every) FROM ({counted})").fetchall()
    return float(touched / every) if every else 0.0


@dataclass(frozen=True)
class Touch:
    """Some circles of one kind, as tables of numbers.

    Attributes:
        where: what the names of those tables begin with.
        source: what the names of tables begin with where rows are looked for.
        same: the tables of which no row came or went.
    """

    con: duckdb.DuckDBPyConnection
    circle: Circle
    tables: Mapping[str, Table]
    loose: Loose = field(default_factory=frozenset)
    where: str = f"{TOUCHED}."
    source: str = f"{AFTER}."
    same: frozenset[str] = frozenset()

    def find(self, offices: Sequence[str]) -> None:
        """Fill the tables: what rows of these offices name, and whatever those numbers stand beside.

        Rows of other offices are the same in both snapshots.
        """
        self.create()
        if self.circle.beside:
            self._find_beside(self.circle.beside, offices)
            return
        self._find_employers(offices)
        for table in self._tied():
            self._take_named(table, offices)
            if _EMPLOYER in _columns(table):
                self._take(table, f"WHERE {_EMPLOYER} IN (SELECT number FROM {self.where}employers)")
        self._spread()

    def _find_beside(self, beside: Circle, offices: Sequence[str]) -> None:
        """Note the circles that rows of offices name or touched circles beside share a row with.

        Of the circles beside all are noted that share a row with one of these: their rows tell of it. Those
        that are touched themselves are noted with them.
        """
        touched = replace(self, circle=beside, where=f"{BESIDE}.")
        around = replace(self, circle=beside)
        around.create(touched)
        shared = [table for table in self._tied() if beside.tied(table)]
        for table in self._tied():
            self._take_named(table, offices)
        for table in shared:
            self._take(table, f"WHERE {touched.belonging(table)[0]}")
        if sum(around._take(table, f"WHERE {self.belonging(table)[0]}") for table in shared):
            around._spread()

    def spread_from(self, chosen: str) -> None:
        """Fill the tables with what the chosen rows name, and whatever those numbers stand beside."""
        self.create()
        for table in self._tied():
            self._take(table, chosen)
        self._spread()

    def create(self, like: "Touch | None" = None) -> None:
        """Create the tables: empty, or with the numbers of others."""
        for kind, sql_type in self.circle.numbers_by_kind(self.tables).items():
            self.con.execute(f"CREATE TABLE {self._numbers(kind)} (number {sql_type} PRIMARY KEY)")
            if like:
                self.con.execute(f"INSERT INTO {self._numbers(kind)} FROM {like._numbers(kind)}")

    def beyond(self, others: "Touch", where: str) -> "Touch":
        """Return, as tables of their own, the numbers that are not among those of others."""
        found = replace(self, where=where)
        for kind in sorted(self.circle.kinds):
            self.con.execute(
                f"CREATE TABLE {found._numbers(kind)} AS"
                f" FROM {self._numbers(kind)} EXCEPT FROM {others._numbers(kind)}"
            )
        return found

    @property
    def is_empty(self) -> bool:
        """No number is noted."""
        counts = " + ".join(f"(SELECT count(*) FROM {self._numbers(kind)})" for kind in self.circle.kinds)
        [[noted]] = self.con.execute(f"SELECT {counts}").fetchall()
        return not noted

    def _spread(self) -> None:
        """Add whatever stands beside the numbers noted, until nothing new is found."""
        tying = [table for table in self._tied() if len(self.circle.tied(table)) > 1]
        while sum(self._take(table, self._half_known(table)) for table in tying):
            pass

    def noted(self, kind: str) -> str:
        """Return the SQL of the numbers noted of a kind."""
        return f"SELECT number FROM {self._numbers(kind)}"

    def _numbers(self, kind: str) -> str:
        return f"{self.where}{self.circle.name}_{kind}"

    def _tied(self) -> list[Table]:
        return [table for table in self.tables.values() if self.circle.tied(table)]

    def _find_employers(self, offices: Iterable[str]) -> None:
        """Note the employers whose own rows, outside circles, these offices delivered or are named by."""
        self.con.execute(f"CREATE TABLE {self.where}employers (number VARCHAR PRIMARY KEY)")
        for table in self.tables.values():
            if _EMPLOYER in _columns(table) and not self.circle.tied(table):
                for rows in self._named(table, offices):
                    self.con.execute(
                        f"INSERT OR IGNORE INTO {self.where}employers SELECT DISTINCT {_EMPLOYER} FROM {rows}"
                        f" AND {_EMPLOYER} IS NOT NULL"
                    )

    def _named(self, table: Table, offices: Iterable[str]) -> list[str]:
        """Return the rows of a table these offices delivered, in either snapshot, or are named by."""
        sides = (AFTER,) if table.name in self.same else SIDES
        name, offices = quoted(table.name), list(offices)
        found = [f"{side}.{name} t WHERE {delivered_by(offices)}" for side in sides]
        if "office_code" in _columns(table):
            # of an employer or a person the records of the office they are kept by are asked
            found.append(f"{self.source}{name} t WHERE office_code IN ({', '.join(map(literal, offices))})")
        return found

    def _take_named(self, table: Table, offices: Iterable[str]) -> None:
        self._take_rows(table, self._named(table, offices))

    def _take(self, table: Table, chosen: str) -> int:
        return self._take_rows(table, [f"{self.source}{quoted(table.name)} t {chosen}"])

    def _take_rows(self, table: Table, rows: Iterable[str]) -> int:
        """Add every number these rows of a table name; return how many were new."""
        tied = self.circle.tied(table)
        columns = ", ".join(f"t.{quoted(column)}" for column in tied)
        found = " UNION ".join(f"SELECT DISTINCT {columns} FROM {one}" for one in rows)
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

    def belonging(self, table: Table) -> tuple[str, str]:
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


def _columns(table: Table) -> frozenset[str]:
    return frozenset(column.name for column in table.columns)
