"""Populations made again for some people only, from the snapshot and the declarations of a run.

A run keeps what it decided, not the steps in between. For one person, or the people of one office, they cost
seconds: every table that names people is cut down to those first.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import polars as pl

from ndaudit.catalogue import Catalogue
from ndaudit.populations import in_order
from ndaudit.reading import Reading
from ndaudit.store import RECORDS, declare_world, literal, quoted

PERSON = "person_id"
CHOSEN = "chosen_person"
WHOLE = "whole"
"""The schema of the tables nobody was left out of."""
RIGHT_ON_EXPORT = """
SELECT CAST(NULL AS BIGINT) AS register_year, person_id,
    max(coalesce(p.office_code, p.delivered_by)) AS office_code, max(birth_date) AS birth_date,
    max(sex) AS sex, max(a.as_of) AS year_begins, max(a.as_of) AS asked_on
FROM person p
JOIN as_of a ON a.office_code = p.delivered_by
GROUP BY person_id
"""
"""Asked instead of the years of registers: what is the right on the day of the export?"""


@dataclass(frozen=True)
class Recomputed:
    """Tables, law and populations of some people, in a database of their own."""

    con: duckdb.DuckDBPyConnection

    def frame(self, sql: str, **values: Any) -> pl.DataFrame:
        """Return the rows of a query; `$name` in it stands for the value of that name."""
        frame: pl.DataFrame = self.con.sql(sql, params=values or None).pl()
        return frame

    def rows(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        """Return the rows of a query as dictionaries."""
        return self.frame(sql, **values).to_dicts()


def _naming(catalogue: Catalogue) -> frozenset[str]:
    """Return the tables whose rows name a person."""
    tables = catalogue.tables.items()
    return frozenset(name for name, table in tables if PERSON in {column.name for column in table.columns})


def _cut_tables(con: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    con.execute(f"CREATE SCHEMA {WHOLE}")
    for name in _naming(catalogue):
        con.execute(f"CREATE VIEW {WHOLE}.{quoted(name)} AS SELECT * FROM snapshot.{quoted(name)}")
    for name in catalogue.tables:
        if name in _naming(catalogue):
            con.execute(
                f"CREATE TABLE {quoted(name)} AS SELECT * FROM snapshot.{quoted(name)}"
                f" WHERE {PERSON} IN (SELECT {PERSON} FROM {CHOSEN})"
            )
        else:
            con.execute(f"CREATE VIEW {quoted(name)} AS SELECT * FROM snapshot.{quoted(name)}")
    for name in RECORDS:
        con.execute(f"CREATE VIEW {quoted(name)} AS SELECT * FROM snapshot.{quoted(name)}")


def _build(
    con: duckdb.DuckDBPyConnection,
    place: str,
    catalogue: Catalogue,
    wanted: Iterable[str],
    instead: Mapping[str, str],
) -> None:
    given = {name: replace(catalogue.populations[name], sql=sql) for name, sql in instead.items()}
    populations = {**catalogue.populations, **given}
    naming = _naming(catalogue)
    for population in in_order(populations, frozenset(wanted)):
        # what speaks of nobody in particular, as the first month an office delivered, is made of everybody
        of_all = population.person is None and bool(population.reads & naming)
        kind = "TABLE" if population.materialise or of_all else "VIEW"
        seen = f"{place}.{WHOLE},{place}.main" if of_all else f"{place}.main"
        con.execute(f"SET search_path = {literal(seen)}")
        con.execute(f"CREATE {kind} {place}.main.{quoted(population.name)} AS {population.sql}")
    con.execute(f"USE {place}")


@contextmanager
def recompute(
    reading: Reading, people: str, wanted: Iterable[str], instead: Mapping[str, str] | None = None
) -> Iterator[Recomputed]:
    """Make the populations `wanted`, and those they read, for some people only.

    Args:
        people: SQL over `snapshot.<table>` that returns the `person_id` of each.
        instead: SQL that stands in place of a population's own, by its name: another question to the others.
    """
    place = f"recomputed_{secrets.token_hex(4)}"
    # beside the run and its snapshot, not in an instance of its own: the two would hold the limit twice
    with closing(reading.con.cursor()) as con:
        con.execute(f"ATTACH ':memory:' AS {place}")
        try:
            con.execute(f"USE {place}")
            con.execute(f"CREATE TABLE {CHOSEN} AS SELECT DISTINCT {PERSON} FROM ({people})")
            _cut_tables(con, reading.catalogue)
            declare_world(con, reading.catalogue.law, reading.catalogue.thresholds)
            _build(con, place, reading.catalogue, wanted, instead or {})
            yield Recomputed(con)
        finally:
            # a reading that was closed before has closed this with itself, and let go of all it held
            with suppress(duckdb.ConnectionException):
                con.execute("USE memory")
                con.execute(f"DETACH {place}")
