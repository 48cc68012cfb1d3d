"""What a delivery touched: the circles with a row of an office that delivered since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb

from ndaudit.increment.circles import OFFICE, Circle
from ndaudit.store import RECORDS, literal, quoted
from ndaudit.tables import Table

BEFORE, AFTER, TOUCHED, BESIDE = "before", "after", "touched", "beside"
"""The names under which the two snapshots, the numbers touched, and those of circles beside are attached."""
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
    """Some circles of one kind, as tables of numbers.

    Attributes:
        where: where those tables stand: the attached database of touched circles, unless said otherwise.
        sides: what the names of tables begin with where their rows are looked for.
        whole: tables of which circles beside may look at any row.
    """

    con: duckdb.DuckDBPyConnection
    circle: Circle
    tables: Mapping[str, Table]
    loose: Loose = field(default_factory=frozenset)
    where: str = f"{TOUCHED}."
    sides: tuple[str, ...] = (f"{BEFORE}.", f"{AFTER}.")
    whole: frozenset[str] = frozenset()

    def find(self, offices: Iterable[str]) -> None:
        """Fill the tables: what rows of these offices name, and whatever those numbers stand beside."""
        self._create()
        codes = list(offices)
        listed = ", ".join(map(literal, codes)) or "NULL"
        if self.circle == OFFICE:
            self.con.execute(f"INSERT INTO {self._numbers('office')} SELECT unnest(?::VARCHAR[])", [codes])
            return
        if self.circle.beside:
            self._find_beside(self.circle.beside, listed)
            return
        self._find_employers(listed)
        for table in self._tied():
            names = {column.name for column in table.columns} | {"delivered_by"}
            named = [f"{quoted(c)} IN ({listed})" for c in ("delivered_by", "office_code") if c in names]
            if _EMPLOYER in names:
                named.append(f"{_EMPLOYER} IN (SELECT number FROM {self.where}employers)")
            self._take(table, f"WHERE {' OR '.join(named)}")
        self._spread()

    def _find_beside(self, beside: Circle, listed: str) -> None:
        """Note the circles that rows of offices name or touched circles beside share a row with.

        Of the circles beside all are noted that share a row with one of these: their rows tell of it.
        """
        touched = replace(self, circle=beside, where=f"{BESIDE}.")
        around = replace(self, circle=beside)
        around._create()
        shared = [table for table in self._tied() if beside.tied(table)]
        for table in self._tied():
            names = {column.name for column in table.columns} | {"delivered_by"}
            for column in sorted(names & {"delivered_by", "office_code"}):
                self._take(table, f"WHERE {column} IN ({listed})")
        for table in shared:
            self._take(table, f"WHERE {touched._belonging(table)[0]}")
        for table in shared:
            around._take(table, f"WHERE {self._belonging(table)[0]}")
        around._spread()

    def keep_mixed(self, offices: Iterable[str]) -> bool:
        """Leave, of the rows attached, those of circles other offices have rows of; tell if any is left.

        Rows of no circle stay together.
        """
        listed = ", ".join(map(literal, offices)) or "NULL"
        others = f"WHERE delivered_by NOT IN ({listed})"
        mixed = replace(self, where="mixed_", sides=("",))
        mixed._create()
        for table in mixed._tied():
            mixed._take(table, others)
        mixed._spread()
        parts = {table.name: mixed._belonging(table) for table in mixed._tied()}
        if not any(self._is_there(name, f"{others} AND {nowhere}") for name, (_, nowhere) in parts.items()):
            parts = {name: (named, "FALSE") for name, (named, _) in parts.items()}
        for name, (named, nowhere) in parts.items():
            self.con.execute(f"DELETE FROM {quoted(name)} WHERE (({named}) OR ({nowhere})) IS NOT TRUE")
        return any(self._is_there(name) for name in parts)

    def _is_there(self, name: str, chosen: str = "") -> bool:
        return bool(self.con.execute(f"SELECT 1 FROM {quoted(name)} {chosen} LIMIT 1").fetchall())

    def _create(self) -> None:
        for kind, sql_type in self.circle.numbers_by_kind(self.tables).items():
            self.con.execute(f"CREATE TABLE {self._numbers(kind)} (number {sql_type} PRIMARY KEY)")

    def _spread(self) -> None:
        """Add whatever stands beside the numbers noted, until nothing new is found."""
        tying = [table for table in self._tied() if len(self.circle.tied(table)) > 1]
        while sum(self._take(table, self._half_known(table)) for table in tying):
            pass

    def _numbers(self, kind: str) -> str:
        return f"{self.where}{self.circle.name}_{kind}"

    def _tied(self) -> list[Table]:
        return [table for table in self.tables.values() if self.circle.tied(table)]

    def _find_employers(self, listed: str) -> None:
        """Note the employers whose own rows, outside circles, these offices delivered or are named by."""
        self.con.execute(f"CREATE TABLE {self.where}employers (number VARCHAR PRIMARY KEY)")
        for table in self.tables.values():
            names = {column.name for column in table.columns}
            if _EMPLOYER in names and not self.circle.tied(table):
                # of an employer the records of the office it is kept by are asked
                kept = f" OR office_code IN ({listed})" if "office_code" in names else ""
                for side in self.sides:
                    self.con.execute(
                        f"INSERT OR IGNORE INTO {self.where}employers SELECT DISTINCT {_EMPLOYER}"
                        f" FROM {side}{quoted(table.name)}"
                        f" WHERE {_EMPLOYER} IS NOT NULL AND (delivered_by IN ({listed}){kept})"
                    )

    def _take(self, table: Table, chosen: str) -> int:
        """Add every number the chosen rows of a table name, in either snapshot; return how many were new."""
        tied = self.circle.tied(table)
        columns = ", ".join(f"t.{quoted(column)}" for column in tied)
        found = " UNION ".join(
            f"SELECT DISTINCT {columns} FROM {side}{quoted(table.name)} t {chosen}" for side in self.sides
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

    def _chosen(self, table: Table) -> Sequence[str]:
        """Return the conditions, of which no row meets two, for the rows to be looked at; none for all."""
        if not self.circle.beside:
            return self._belonging(table) if self.circle.tied(table) else ()
        around = replace(self, circle=self.circle.beside)
        own = self._belonging(table)[:1] if self.circle.tied(table) else ()
        if not around.circle.tied(table):
            return () if table.name in self.whole else own
        named, nowhere = around._belonging(table)
        return (named, *(f"({nowhere}) AND {one}" for one in own))

    def attach(self, side: str) -> None:
        """Give each table of a snapshot its own name: rows of touched circles only, others whole.

        Rows that name no number belong to no circle, and count as touched.
        """
        for table in (self.tables[name] for name in sorted(self.tables)):
            source = f"SELECT * FROM {side}.{quoted(table.name)}"
            if chosen := self._chosen(table):
                # two plain scans: what is asked for by OR is looked up row by row
                parts = " UNION ALL ".join(f"{source} WHERE {part}" for part in chosen)
                self.con.execute(f"CREATE TABLE {quoted(table.name)} AS {parts}")
            else:
                self.con.execute(f"CREATE VIEW {quoted(table.name)} AS {source}")
        for name in RECORDS:
            self.con.execute(f"CREATE VIEW {quoted(name)} AS SELECT * FROM {side}.{quoted(name)}")
