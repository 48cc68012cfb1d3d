"""The rows touched circles are decided over: put in and taken out from pass to pass, and the right ones."""

from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest

from ndaudit.catalogue import Catalogue
from ndaudit.increment.circles import FAMILY, FIRM, OFFICE, Circle
from ndaudit.increment.ground import Ground
from ndaudit.increment.touching import AFTER, BEFORE, BESIDE, FRESH, SIDES, TOUCHED, Touch, changed_names
from ndaudit.store import RECORDS, connect
from ndaudit.tables import Table

# 65 delivers; 2 has rows at other offices, 4 works beside 2 at e4, 3 and 6 have nothing to do with any of it
ROWS = """
CREATE TABLE {side}.contribution AS SELECT * FROM (VALUES
    (101, 2, 'e2', '1107', 1), (102, 3, 'e3', '1107', 2), (103, 2, 'e4', '1110', 3),
    (104, 4, 'e4', '1110', 4), (105, NULL, 'e3', '1107', 5), {own}
) AS t (contribution_id, person_id, employer_no, delivered_by, source_row);
CREATE TABLE {side}.person AS SELECT * FROM (VALUES
    (1, '65'), (2, '65'), (3, '1107'), (4, '1110'), (6, '1110')
) AS t (person_id, delivered_by);
CREATE TABLE {side}.employer AS SELECT * FROM (VALUES
    ('e1', '65', '65'), ('e2', '1107', '1107'), ('e3', '1107', '1107'), ('e4', '1110', '1110')
) AS t (employer_no, delivered_by, office_code);
"""
OWN = {BEFORE: "(201, 1, 'e1', '65', 1)", AFTER: "(202, 1, 'e1', '65', 1), (203, 1, 'e1', '65', 2)"}
KEPT = {
    "contribution": {"contribution_id", "person_id", "employer_no"},
    "person": {"person_id"},
    "employer": {"employer_no", "office_code"},
}


@pytest.fixture
def ground(catalogue: Catalogue) -> Iterator[Ground]:
    con = connect()
    for name in (BEFORE, AFTER, TOUCHED, BESIDE, FRESH):
        con.execute(f"ATTACH ':memory:' AS {name}")
    for side in SIDES:
        con.execute(ROWS.format(side=side, own=OWN[side]))
        for record in RECORDS:
            con.execute(f"CREATE TABLE {side}.{record} (office_code VARCHAR)")
    tables = {
        name: replace(table, columns=tuple(c for c in table.columns if c.name in KEPT[name]))
        for name, table in catalogue.tables.items()
        if name in KEPT
    }
    yield made(con, tables)
    con.close()


def made(con: duckdb.DuckDBPyConnection, tables: dict[str, Table]) -> Ground:
    loose = frozenset({("contribution", "employer_no")})
    people = Touch(con, FAMILY, tables, loose, f"{BESIDE}.", same=frozenset({"person", "employer"}))
    people.find(["65"])
    firms = replace(people, circle=FIRM, where=f"{TOUCHED}.")
    firms.find(["65"])
    fresh = replace(firms, circle=FAMILY).beyond(people, f"{FRESH}.")
    columns = {name: frozenset(columns) for name, columns in KEPT.items()}
    return Ground(con, tables, ["65"], people, firms, fresh, columns)


def held(ground: Ground, table: str, column: str) -> list[object]:
    rows = ground.con.execute(f"SELECT {column} FROM {table} ORDER BY ALL").fetchall()
    return [value for (value,) in rows]


OTHERS = {"office": [], "family": [101, 103, 105], "firm": [101, 103, 104, 105]}
"""Contributions of other offices: of 2, and of nobody; for employers also of 4, who works beside 2."""
SEEN = {BEFORE: [201], AFTER: [202, 203]}
PASSES = [
    [(OFFICE, AFTER), (FAMILY, AFTER), (FIRM, AFTER), (FIRM, BEFORE), (FAMILY, BEFORE), (OFFICE, BEFORE)],
    [(FIRM, BEFORE), (OFFICE, AFTER), (FIRM, AFTER), (FAMILY, BEFORE), (FIRM, AFTER)],
]


@pytest.mark.parametrize("passes", PASSES)
def test_every_pass_sees_its_rows_whatever_was_before(
    ground: Ground, passes: list[tuple[Circle, str]]
) -> None:
    for circle, side in passes:
        ground.show(circle, side, KEPT)
        assert held(ground, "contribution", "contribution_id") == OTHERS[circle.name] + SEEN[side]


def test_tables_outside_the_circles_of_people(ground: Ground) -> None:
    """Of an office its own rows, for people every row, of employers those touched: e2 and e4 through 2."""
    for circle, numbers in ((OFFICE, ["e1"]), (FAMILY, ["e1", "e2", "e3", "e4"]), (FIRM, ["e1", "e2", "e4"])):
        ground.show(circle, AFTER, KEPT)
        assert held(ground, "employer", "employer_no") == numbers
    ground.drop(KEPT)
    assert held(ground, "duckdb_tables() WHERE database_name = 'memory'", "table_name") == []


def test_people_of_both_offices_are_left_and_the_next_pass_begins_anew(ground: Ground) -> None:
    ground.show(FAMILY, BEFORE, KEPT)
    assert ground.keep_mixed(FAMILY, KEPT)
    # 1 has rows at 65 alone; a row of nobody is of another office, and stays
    assert held(ground, "contribution", "contribution_id") == [101, 103, 105]
    ground.show(FAMILY, BEFORE, KEPT)
    assert held(ground, "contribution", "contribution_id") == [101, 103, 105, 201]


def test_columns_that_make_no_difference_are_left_out(ground: Ground) -> None:
    ground.show(FAMILY, AFTER, KEPT)
    names = held(ground, "(DESCRIBE contribution)", "column_name")
    assert names == ["contribution_id", "delivered_by", "employer_no", "person_id"]


def test_what_no_delivery_changed(ground: Ground) -> None:
    con = ground.con
    for side in SIDES:
        con.execute(
            f"CREATE OR REPLACE TABLE {side}.delivered_file (office_code INT, batch_id INT, table_name TEXT)"
        )
        con.execute(f"INSERT INTO {side}.delivered_file VALUES (65, 1, 'person'), (65, 1, 'child')")
    always = {*RECORDS, "as_of"}
    assert changed_names(con) == always
    # the same table once more, in another batch
    con.execute(f"INSERT INTO {AFTER}.delivered_file VALUES (65, 2, 'child')")
    assert changed_names(con) == always | {"child"}
    # a table the office had never delivered
    con.execute(f"INSERT INTO {AFTER}.delivered_file VALUES (65, 2, 'benefit')")
    assert changed_names(con) == always | {"child", "benefit", "delivered"}
    # a batch that is gone
    con.execute(f"DELETE FROM {AFTER}.delivered_file WHERE batch_id = 1")
    assert changed_names(con) == always | {"child", "benefit", "delivered", "person"}
