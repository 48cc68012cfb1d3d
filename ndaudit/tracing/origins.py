"""Where the columns of a population come from: the columns of delivered tables, told from its SQL."""

from collections.abc import Iterable, Sequence

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import lineage

from ndaudit.catalogue import Catalogue
from ndaudit.evaluation import build_populations
from ndaudit.rules import Rule
from ndaudit.store import connect, create_tables, declare_world

Origin = tuple[str, str]
"""A delivered table and its column."""


def _schema(catalogue: Catalogue, rules: Iterable[Rule]) -> dict[str, dict[str, str]]:
    """Return the columns of everything the populations of rules may read, from an empty world."""
    con = connect()
    try:
        create_tables(con, catalogue.tables.values())
        declare_world(con, catalogue.law, catalogue.thresholds)
        build_populations(con, catalogue, rules)
        rows = con.execute(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal"
            " AND schema_name = 'main' ORDER BY table_name, column_index"
        ).fetchall()
    finally:
        con.close()
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        found.setdefault(table, {})[column] = kind
    return found


class Origins:
    """The origins of the columns of the populations some rules speak of."""

    def __init__(self, catalogue: Catalogue, rules: Sequence[Rule]) -> None:
        self._catalogue = catalogue
        self._columns = _schema(catalogue, rules)
        self._known: dict[Origin, frozenset[Origin]] = {}

    def reads(self, population: str) -> list[str]:
        """Return the delivered tables a population reads, directly or through others."""
        return sorted(self._catalogue.reads([population]) & self._catalogue.tables.keys())

    def of(self, population: str, column: str) -> dict[str, list[str]]:
        """Return the delivered columns a column of a population is made of, by table."""
        found: dict[str, list[str]] = {}
        for table, name in sorted(self._of(population, column)):
            found.setdefault(table, []).append(name)
        return found

    def _of(self, population: str, column: str) -> frozenset[Origin]:
        known = self._known.get((population, column))
        if known is None:
            leaves: set[Origin] = set()
            for read, name in self._read(population, column):
                if read in self._catalogue.populations:
                    leaves |= self._of(read, name)
                elif read in self._catalogue.tables:
                    leaves.add((read, name))
            known = self._known[population, column] = frozenset(leaves)
        return known

    def _read(self, population: str, column: str) -> set[Origin]:
        """Return what a column is made of one level down: columns of populations and tables."""
        sql = self._catalogue.populations[population].sql
        try:
            top = lineage(column, sql, schema=self._columns, dialect="duckdb")
        except SqlglotError:
            # a column whose way cannot be told has no origin: the rows of person and file still stand
            return set()
        ends = (node for node in top.walk() if not node.downstream)
        return {
            (node.expression.name, node.name.rpartition(".")[2].strip('"'))
            for node in ends
            if isinstance(node.expression, exp.Table)
        }
