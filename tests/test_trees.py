"""What SQL with stars compares by all its columns: there none may be left out of a table."""

import pytest
import sqlglot

from ndaudit.increment.trees import compares_stars


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT DISTINCT * FROM paid",
        "SELECT DISTINCT p.* FROM paid p",
        "SELECT *, count(*) FROM paid GROUP BY ALL",
        "SELECT * FROM paid UNION SELECT * FROM born",
        "SELECT n FROM (SELECT * FROM paid EXCEPT ALL SELECT * FROM born)",
        "WITH p AS (SELECT * FROM paid) SELECT n FROM (SELECT DISTINCT * FROM p)",
        "SELECT count(DISTINCT p.*) FROM paid p",
    ],
)
def test_rows_are_compared_by_all_their_columns(sql: str) -> None:
    assert compares_stars(sqlglot.parse_one(sql, read="duckdb"))


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT p.*, n + 1 AS more FROM paid p",
        "SELECT * FROM paid UNION ALL SELECT * FROM paid",
        "WITH p AS (SELECT * FROM paid) SELECT DISTINCT person_id FROM p",
        "SELECT person_id, count(*) FROM paid GROUP BY person_id",
        "SELECT DISTINCT person_id FROM (SELECT * FROM paid)",
    ],
)
def test_rows_are_only_passed_on(sql: str) -> None:
    assert not compares_stars(sqlglot.parse_one(sql, read="duckdb"))
