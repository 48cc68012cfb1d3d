"""What does not fit into memory at once: one thread, people in parts."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
import sqlglot
from conftest import REPOSITORY
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from ndaudit.catalogue import read_catalogue
from ndaudit.increment.labels import ROW, BeyondCircleError, Label
from ndaudit.increment.locality import read_relation
from ndaudit.increment.relations import LOCAL, NOTHING, Relation, Sight
from ndaudit.memory import (
    WHOLE,
    bytes_in_use,
    create_in_parts,
    parts_of_people,
    report_memory,
    within_memory,
)
from ndaudit.populations import in_order
from ndaudit.store import connect, create_tables, declare_world
from ndaudit.workbench import Workbench

SHIPPED = read_catalogue(Workbench(REPOSITORY))


def test_what_memory_does_not_hold_is_done_once_more_on_one_thread() -> None:
    con = connect()
    con.execute("SET threads = 2")
    seen: list[int] = []

    def fits_one_thread() -> str:
        [[threads]] = con.execute("SELECT current_setting('threads')").fetchall()
        seen.append(threads)
        if threads > 1:
            raise duckdb.OutOfMemoryException("full")
        return "done"

    def fits_nowhere() -> None:
        raise duckdb.OutOfMemoryException("full")

    try:
        assert within_memory(con, fits_one_thread) == "done"
        assert seen == [2, 1]
        with pytest.raises(duckdb.OutOfMemoryException):
            within_memory(con, fits_nowhere)
        assert con.execute("SELECT current_setting('threads')").fetchall() == [(2,)]
    finally:
        con.close()


@pytest.fixture
def wages() -> Iterator[duckdb.DuckDBPyConnection]:
    con = connect()
    con.execute("CREATE TABLE person AS SELECT n AS person_id FROM range(100, 200) t(n)")
    # rows of nobody, and of somebody the register of persons does not know
    con.execute(
        "CREATE TABLE wage AS SELECT person_id, 1 AS amount FROM person, range(3)"
        " UNION ALL VALUES (NULL, 5), (NULL, 7), (7, 2), (900, 4)"
    )
    con.execute("CREATE TABLE rate AS SELECT 10 AS times")
    yield con
    con.close()


SUMS = "WITH w AS (SELECT * FROM wage) SELECT person_id, sum(amount * times) AS s FROM w, rate GROUP BY ALL"


def test_people_in_parts_give_what_they_give_at_once(
    wages: duckdb.DuckDBPyConnection,
) -> None:
    parts = parts_of_people(wages, 1000, "800B")
    assert len(parts) == 5
    create_in_parts(wages, "in_parts", SUMS, ("wage", "rate"), parts)
    assert wages.execute(f"SELECT * FROM ({SUMS}) EXCEPT ALL SELECT * FROM in_parts").fetchall() == []
    assert wages.execute("SELECT count(*), count(person_id) FROM in_parts").fetchall() == [(103, 102)]


@pytest.mark.parametrize("limit", ["8GB", "80%"])
def test_where_memory_holds_all_there_is_one_part(wages: duckdb.DuckDBPyConnection, limit: str) -> None:
    assert parts_of_people(wages, 1000, limit) == WHOLE


def test_no_people_are_one_part() -> None:
    con = connect()
    con.execute("CREATE TABLE person (person_id BIGINT)")
    assert parts_of_people(con, 1000, "800B") == WHOLE


def test_few_people_are_as_many_parts_at_most() -> None:
    con = connect()
    con.execute("CREATE TABLE person AS SELECT 5 AS person_id")
    assert parts_of_people(con, 1000, "800B") == (
        "person_id IS NULL OR person_id < 5",
        "person_id >= 5",
    )


Shapes = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    """Column types by column, by table, law table or population."""
    con = connect()
    create_tables(con, SHIPPED.tables.values())
    declare_world(con, SHIPPED.law, SHIPPED.thresholds)
    for one in in_order(SHIPPED.populations, frozenset(SHIPPED.populations)):
        columns = ", ".join(f'"{c[0]}" {c[1]}' for c in con.execute(f"DESCRIBE {one.sql}").fetchall())
        con.execute(f"CREATE TABLE {one.name} ({columns})")
    found: Shapes = {}
    for table, column, kind in con.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal"
    ).fetchall():
        found.setdefault(table, {})[column] = kind
    return found


def rests_on_one_person(sql: str, shapes: Shapes) -> bool:
    """Tell whether each row of a query rests on rows of one person alone, whose number it always carries."""
    known = {}
    for name, columns in shapes.items():
        labels = {column: Label(frozenset({f"{name}.{column}"})) for column in columns}
        known[name] = NOTHING
        if "person_id" in columns:
            known[name] = Relation(LOCAL, labels | {"person_id": Label(frozenset({"person"}))})
    tree = qualify(
        sqlglot.parse_one(sql, read="duckdb"),
        schema=MappingSchema(dict(shapes), dialect="duckdb"),
        dialect="duckdb",
        quote_identifiers=False,
    )
    try:
        given = read_relation(tree, Sight("it", known, frozenset({"person"})))
    except BeyondCircleError:
        return False
    numbered = any(kind.startswith(ROW) for label in given.labels.values() for kind in label.kinds)
    person = given.labels.get("person_id", Label(frozenset()))
    return given.kind == LOCAL and not numbered and person.total and "person" in person.kinds


IN_PARTS = sorted(name for name, one in SHIPPED.populations.items() if one.in_parts)


@pytest.mark.parametrize("name", IN_PARTS)
def test_populations_made_in_parts_rest_on_one_person_each(name: str, shapes: Shapes) -> None:
    assert SHIPPED.populations[name].materialise
    assert rests_on_one_person(SHIPPED.populations[name].sql, shapes)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT c.person_id, count(*) OVER (PARTITION BY c.period) AS n FROM contribution c",
        "SELECT c.person_id FROM contribution c JOIN employment e ON e.employer_no = c.employer_no",
        "SELECT c.employer_no, sum(c.wage) AS wage FROM contribution c GROUP BY c.employer_no",
        "SELECT c.person_id, row_number() OVER (ORDER BY c.period) AS n FROM contribution c",
        "SELECT c.person_id FROM employer e LEFT JOIN contribution c ON c.employer_no = e.employer_no",
        "SELECT p.register_no FROM person p",
        "SELECT o.employer_no FROM employer o",
    ],
    ids=["window", "join", "grouping", "numbered", "employers without people", "nobody named", "no people"],
)
def test_what_rests_on_more_than_one_person_is_not_made_in_parts(sql: str, shapes: Shapes) -> None:
    assert not rests_on_one_person(sql, shapes)


@pytest.mark.parametrize(
    ("limit", "engine"),
    [("4GB", 4 * 10**9), ("512MB", 512 * 10**6), ("1GiB", 1024**3), ("1.5 tib", 1.5 * 1024**4), ("7B", 7)],
)
def test_a_report_may_hold_what_duckdb_may_and_four_more(limit: str, engine: float) -> None:
    assert report_memory(limit) == engine + 4 * 1024**3


def test_a_share_of_the_machine_bounds_no_report() -> None:
    assert report_memory("80%") == 0


def test_room_a_dropped_table_left_in_a_file_does_not_count(tmp_path: Path) -> None:
    with closing(duckdb.connect()) as con:
        con.execute(f"ATTACH '{tmp_path / 'snapshot.duckdb'}' AS snapshot")
        # numbers that follow no order take their room, however they are packed
        for name in ("kept", "dropped"):
            con.execute(f"CREATE TABLE snapshot.{name} AS SELECT hash(range) AS number FROM range(500_000)")
        con.execute("CHECKPOINT snapshot")
        both = bytes_in_use(con, "snapshot")
        con.execute("DROP TABLE snapshot.dropped")
        con.execute("CHECKPOINT snapshot")
        left = bytes_in_use(con, "snapshot")
        assert 4_000_000 < left < both * 0.6
        assert left < (tmp_path / "snapshot.duckdb").stat().st_size * 0.8
