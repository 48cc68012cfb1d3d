"""Outcomes and their counts: met, exception, undetermined for each reason, per office."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from ndaudit.catalogue import Catalogue
from ndaudit.errors import DeclarationError
from ndaudit.evaluation import build_populations, create_results, evaluate
from ndaudit.law import LawValue, Parameter, Reference, Threshold
from ndaudit.periods import read_period
from ndaudit.populations import Population
from ndaudit.rules import Rule
from ndaudit.scope import EVERYTHING, Scope
from ndaudit.store import connect, create_tables, declare_world
from ndaudit.tables import Column, Table
from ndaudit.wording import Text

A = Text("а", "a")
TABLES = {
    "sheet": Table("sheet", A, ("no",), "full", False, (Column("no", "text", A), Column("paid", "money", A))),
    "paper": Table("paper", A, ("no",), "full", False, (Column("no", "text", A),)),
}
FLOOR = Parameter(
    "floor",
    A,
    "₮",
    {},
    None,
    (
        LawValue(
            date(2020, 1, 1),
            None,
            Decimal(100),
            (),
            "official",
            Reference("act", None, None),
            date(2026, 1, 1),
            None,
            A,
        ),
    ),
)
SHEETS = """
SELECT s.no, s.delivered_by, s.paid, CAST(s.source_file AS DATE) AS period,
    param('floor', CAST(s.source_file AS DATE)) AS least
FROM sheet s
"""


def population(sql: str = SHEETS, **changes: object) -> Population:
    plain = Population("sheets", A, ("no",), "delivered_by", None, "period", None, False, False, (), sql)
    return replace(plain, **changes)  # type: ignore[arg-type]


def rule(**changes: object) -> Rule:
    plain = Rule(
        id="X-01",
        area="X",
        title=A,
        severity="C",
        population="sheets",
        applies_when=None,
        requirement="paid >= least",
        effect="paid - least",
        evidence=("paid", "least"),
        law_values=("least",),
        export_values=(),
        assumptions=(),
        needs=(),
        criterion=(),
        condition=A,
        known_false_positives=None,
        valid_from=None,
        valid_to=None,
        cases=(),
        path=Path("X-01.toml"),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def catalogue_of(one: Rule, items: Population) -> Catalogue:
    thresholds: dict[str, Threshold] = {}
    return Catalogue(TABLES, {"floor": FLOOR}, thresholds, {"sheets": items}, {one.id: one}, "")


@pytest.fixture
def world() -> Iterator[duckdb.DuckDBPyConnection]:
    con = connect()
    create_tables(con, TABLES.values())
    declare_world(con, {"floor": FLOOR}, {})
    for office in ("65", "1110"):
        con.execute(
            "INSERT INTO batch (batch_id, office_code, exported_at) VALUES (?, ?, ?)",
            [office, office, datetime(2026, 1, 12, 18)],
        )
        con.execute("INSERT INTO delivered_file (office_code, table_name) VALUES (?, 'sheet')", [office])
    rows = [
        ("1", "65", "150", "2021-01-01"),  # met
        ("2", "65", "60", "2021-01-01"),  # exception, 40 too little
        ("3", "65", None, "2021-02-01"),  # undetermined: nothing recorded
        ("4", "65", "60", "2019-01-01"),  # undetermined: before the first value of the law
        ("5", "1110", "99", "2021-01-01"),  # exception, 1 too little
    ]
    for no, office, paid, period in rows:
        con.execute(
            "INSERT INTO sheet (no, delivered_by, paid, source_file) VALUES (?, ?, ?, ?)",
            [no, office, paid, period],
        )
    yield con
    con.close()


def decided(
    con: duckdb.DuckDBPyConnection, one: Rule, items: Population | None = None, scope: Scope = EVERYTHING
) -> dict[str | None, tuple[object, ...]]:
    catalogue = catalogue_of(one, items or population())
    create_results(con)
    broken = build_populations(con, catalogue, [one])
    assert evaluate(con, catalogue, [one], scope, broken) == []
    rows = con.execute(
        "SELECT office_code, population, met, exceptions, undetermined, missing_value, not_delivered,"
        " law_value_unknown, effect FROM rule_result ORDER BY office_code"
    ).fetchall()
    return {row[0]: row[1:] for row in rows}


def test_every_outcome_is_counted_per_office(world: duckdb.DuckDBPyConnection) -> None:
    results = decided(world, rule())
    assert results["65"] == (4, 1, 1, 2, 1, 0, 1, Decimal("-40.00"))
    assert results["1110"] == (1, 0, 1, 0, 0, 0, 0, Decimal("-1.00"))


def test_a_finding_carries_key_outcome_reason_and_evidence(world: duckdb.DuckDBPyConnection) -> None:
    decided(world, rule())
    rows = world.execute(
        "SELECT item_key, outcome, reason, effect, evidence, length(finding_id)"
        " FROM finding ORDER BY item_key"
    ).fetchall()
    assert rows == [
        ("2", "exception", None, Decimal("-40.00"), '{"paid":"60.00","least":"100.000000"}', 16),
        ("3", "undetermined", "missing_value", None, '{"paid":null,"least":"100.000000"}', 16),
        ("5", "exception", None, Decimal("-1.00"), '{"paid":"99.00","least":"100.000000"}', 16),
    ]


def test_unknown_law_is_counted_by_period_and_writes_no_finding(world: duckdb.DuckDBPyConnection) -> None:
    decided(world, rule())
    counted = world.execute("SELECT * FROM undetermined_count").fetchall()
    assert counted == [("X-01", "65", "law_value_unknown", date(2019, 1, 1), 1)]


def test_what_an_export_lacks_is_counted_by_period_and_writes_no_finding(
    world: duckdb.DuckDBPyConnection,
) -> None:
    results = decided(world, rule(law_values=(), export_values=("least",)))
    counted = world.execute("SELECT * FROM undetermined_count").fetchall()
    assert counted == [("X-01", "65", "not_delivered", date(2019, 1, 1), 1)]
    assert results["65"] == (4, 1, 1, 2, 1, 1, 0, Decimal("-40.00"))


def test_a_table_never_delivered_is_counted_once_per_office(world: duckdb.DuckDBPyConnection) -> None:
    world.execute("INSERT INTO delivered_file (office_code, table_name) VALUES ('65', 'paper')")
    results = decided(world, rule(needs=("paper",)))
    assert results["1110"] == (1, 0, 0, 1, 0, 1, 0, None)
    assert results["65"][0] == 4


def test_a_table_it_may_lack_is_not_needed(world: duckdb.DuckDBPyConnection) -> None:
    items = population(SHEETS + "WHERE NOT EXISTS (SELECT 1 FROM paper)", not_needed=("paper",))
    assert decided(world, rule(), items)["1110"] == (1, 0, 1, 0, 0, 0, 0, Decimal("-1.00"))


def test_a_scope_restricts_office_and_period(world: duckdb.DuckDBPyConnection) -> None:
    results = decided(world, rule(), scope=Scope("65", read_period("2021-01")))
    assert results == {"65": (2, 1, 1, 0, 0, 0, 0, Decimal("-40.00"))}


def test_applies_when_restricts_the_population(world: duckdb.DuckDBPyConnection) -> None:
    results = decided(world, rule(applies_when="paid > 99"))
    assert results == {"65": (1, 1, 0, 0, 0, 0, 0, None)}


def test_a_materialised_population_gives_the_same(world: duckdb.DuckDBPyConnection) -> None:
    assert decided(world, rule(), population(materialise=True))["65"][0] == 4


@pytest.mark.parametrize("materialise", [True, False])
def test_items_counted_on_the_way_or_by_themselves_come_to_the_same(
    world: duckdb.DuckDBPyConnection, materialise: bool
) -> None:
    joined = SHEETS + "LEFT JOIN paper p ON p.no = s.no"
    plain = rule(law_values=())
    expected = (4, 1, 1, 2, 2, 0, 0, Decimal("-40.00"))
    items = population(joined, materialise=materialise, not_needed=("paper",))
    assert decided(world, plain, items)["65"] == expected


def test_an_item_that_stands_twice_is_found_twice(world: duckdb.DuckDBPyConnection) -> None:
    world.execute("INSERT INTO sheet SELECT * FROM sheet WHERE no = '2'")
    results = decided(world, rule())
    assert results["65"] == (5, 1, 2, 2, 1, 0, 1, Decimal("-80.00"))
    assert world.execute("SELECT count(*) FROM finding WHERE item_key = '2'").fetchall() == [(2,)]


def test_a_rule_that_cannot_run_is_named_and_the_others_are_done(world: duckdb.DuckDBPyConnection) -> None:
    good, bad = rule(), rule(id="X-02", requirement="no_such_column > 1")
    catalogue = catalogue_of(good, population())
    create_results(world)
    broken = build_populations(world, catalogue, [good])
    failures = evaluate(world, catalogue, [bad, good], EVERYTHING, broken)
    assert [failure.rule_id for failure in failures] == ["X-02"]
    assert "no_such_column" in failures[0].why
    assert world.execute("SELECT DISTINCT rule_id FROM rule_result").fetchall() == [("X-01",)]


def test_a_broken_population_fails_its_rules_only(world: duckdb.DuckDBPyConnection) -> None:
    catalogue = catalogue_of(rule(), population("SELECT * FROM nowhere"))
    create_results(world)
    broken = build_populations(world, catalogue, [rule()])
    failures = evaluate(world, catalogue, [rule()], EVERYTHING, broken)
    assert "nowhere" in failures[0].why


def test_a_population_of_some_people_only_is_none(world: duckdb.DuckDBPyConnection) -> None:
    world.execute("CREATE TABLE said AS SELECT * FROM (VALUES (1, '5'), (2, 'five')) t(person_id, n)")
    numbers = "SELECT CAST(n AS INTEGER) AS n FROM said"
    catalogue = catalogue_of(rule(), population(numbers, materialise=True, in_parts=True))
    broken = build_populations(world, catalogue, [rule()], parts=("person_id < 2", "person_id >= 2"))
    assert "five" in broken["sheets"]
    assert world.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'sheets'").fetchall() == [
        (0,)
    ]


@pytest.mark.parametrize(
    ("sql", "reads"),
    [
        ("SELECT * FROM sheet s JOIN office o ON o.code = s.office", {"sheet", "office"}),
        ("WITH own AS (SELECT * FROM sheet), more AS (SELECT * FROM own) SELECT * FROM more", {"sheet"}),
        ("SELECT no FROM sheet WHERE no IN (SELECT no FROM paper) UNION ALL SELECT 1", {"sheet", "paper"}),
        ("SELECT (SELECT max(day) FROM calendar) AS day FROM sheet", {"sheet", "calendar"}),
        ("SELECT * FROM a JOIN (WITH w AS (SELECT * FROM wage) SELECT * FROM w) ON TRUE", {"a", "wage"}),
    ],
)
def test_what_a_population_reads(sql: str, reads: set[str]) -> None:
    assert population(sql).reads == reads


@pytest.mark.parametrize(
    "sql", ["SELEC 1", "", "SELECT 1; SELECT 2", "DROP TABLE sheet", f"SELECT {'f(' * 900}1{')' * 900}"]
)
def test_what_is_not_one_select_is_refused(sql: str) -> None:
    with pytest.raises(DeclarationError, match=r"sheets\.sql"):
        _ = population(sql).reads
