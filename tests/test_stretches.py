"""Stretches that overlap are one, also where a piece of them stands several times."""

from collections.abc import Iterator

import duckdb
import pytest
from conftest import REPOSITORY

from ndaudit.populations import read_populations
from ndaudit.store import connect

POPULATIONS = read_populations(REPOSITORY / "expectations" / "populations")
PEOPLE = 200_000
"""Rows equal in an order come in another one somewhere among so many."""


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    con = connect()
    yield con
    con.close()


def test_a_period_proven_by_several_papers_counts_once(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE MACRO months_between(a, b) AS datesub('month', a, b)")
    con.execute("CREATE MACRO days_between(a, b) AS CAST(b AS DATE) - CAST(a AS DATE)")
    con.execute("CREATE MACRO add_months(day, n) AS CAST(day + to_months(CAST(n AS INTEGER)) AS DATE)")
    con.execute("CREATE MACRO param(name, day) AS 30")
    con.execute(
        "CREATE TABLE right_asked AS SELECT n AS person_id, DATE '2020-01-01' AS asked_on,"
        f" 'proven' AS reading, DATE '2020-01-01' AS known_until FROM range({PEOPLE}) t(n)"
    )
    # two years, thrice
    con.execute(
        "CREATE TABLE proven_period AS SELECT n AS person_id, 'proven' AS reading,"
        " DATE '1995-01-01' AS known_on, 'all' AS work, DATE '1980-01-01' AS starts_on,"
        " DATE '1982-01-01' AS ends_before"
        f" FROM range(3), range({PEOPLE}) t(n) ORDER BY hash(n)"
    )
    con.execute(f"CREATE TABLE service_before AS {POPULATIONS['service_before'].sql}")
    assert con.execute("SELECT months, count(*) FROM service_before GROUP BY ALL").fetchall() == [
        (24, PEOPLE)
    ]


def test_a_posting_that_stands_twice_is_one(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "CREATE TABLE staff AS SELECT 'I' || n AS staff_id, '1110' AS office_code, 'inspector' AS role,"
        " DATE '2015-01-01' AS active_from, DATE '2020-01-01' AS active_to"
        f" FROM range(3), range({PEOPLE}) t(n) ORDER BY hash(n)"
    )
    con.execute(f"CREATE TABLE posting AS {POPULATIONS['inspector_posting'].sql}")
    assert con.execute("SELECT count(*), count(DISTINCT staff_id) FROM posting").fetchall() == [
        (PEOPLE, PEOPLE)
    ]
