"""`check --incremental`: what is decided circle by circle, and that it comes to what a full check finds."""

import os
import random
from decimal import Decimal
from pathlib import Path

import pytest
import sqlglot
from sqlglot.optimizer.qualify import qualify

from ndaudit import audit
from ndaudit.beginning import begin
from ndaudit.catalogue import Catalogue, read_catalogue
from ndaudit.errors import UsageError
from ndaudit.evaluation import RESULT_TABLES
from ndaudit.findings import Run, current_run
from ndaudit.increment import carrying
from ndaudit.increment.circles import FAMILY, OFFICE
from ndaudit.increment.labels import BeyondCircleError, Label
from ndaudit.increment.locality import read_relation
from ndaudit.increment.relations import LOCAL, NOTHING, TIED, Relation, Sight
from ndaudit.scope import Scope
from ndaudit.store import connect, literal
from ndaudit.synthetic import make_deliveries
from ndaudit.workbench import Workbench

SHAPE = {
    "paid": {
        "person_id": "BIGINT",
        "file_no": "VARCHAR",
        "delivered_by": "VARCHAR",
        "heir_id": "BIGINT",
        "day": "DATE",
        "n": "INT",
    },
    "born": {"person_id": "BIGINT", "delivered_by": "VARCHAR", "day": "DATE", "name": "VARCHAR"},
    "clerk": {"username": "VARCHAR", "delivered_by": "VARCHAR", "since": "DATE"},
    "rate": {"valid_from": "DATE", "valid_to": "DATE", "value": "DECIMAL(9,6)"},
}
KINDS = {"person_id": "person", "heir_id": "person", "file_no": "file", "delivered_by": "office"}


def known() -> dict[str, Relation]:
    """`paid` and `born` are of circles, `file_no` of `paid` may be empty; staff hang on their office."""
    found = {"rate": NOTHING}
    for name, kind in (("paid", LOCAL), ("born", LOCAL), ("clerk", TIED)):
        labels = {
            c: Label(frozenset({f"{name}.{c}", *filter(None, [KINDS.get(c)])}), c != "file_no")
            for c in SHAPE[name]
        }
        found[name] = Relation(kind, labels)
    return found


def stays_inside(sql: str) -> bool:
    tree = qualify(
        sqlglot.parse_one(sql, read="duckdb"), schema=SHAPE, dialect="duckdb", quote_identifiers=False
    )
    try:
        read_relation(tree, Sight("asked", known(), frozenset({"person", "file"})))
    except BeyondCircleError:
        return False
    return True


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT p.n FROM paid p JOIN born b ON b.person_id = p.person_id",
        "SELECT p.n FROM paid p JOIN born b ON b.person_id = p.person_id OR b.person_id = p.heir_id",
        "SELECT person_id, sum(n) FROM paid GROUP BY person_id",
        "SELECT file_no, sum(n) FROM paid WHERE file_no IS NOT NULL GROUP BY file_no",
        "SELECT p.n FROM paid p JOIN clerk c ON c.delivered_by = p.delivered_by",
        "SELECT p.n * r.value FROM paid p JOIN rate r ON r.valid_from <= p.day AND p.day < r.valid_to",
        "SELECT sum(n) OVER (PARTITION BY person_id ORDER BY day) FROM paid",
        "SELECT n FROM paid p WHERE EXISTS (SELECT 1 FROM born b WHERE b.person_id = p.person_id)",
        "SELECT n FROM paid WHERE person_id IN (SELECT person_id FROM born WHERE name = 'x')",
        "SELECT p.n, (SELECT max(b.day) FROM born b WHERE b.person_id = p.person_id) FROM paid p",
        "SELECT DISTINCT person_id, day FROM paid",
        "SELECT person_id, day FROM paid UNION SELECT person_id, day FROM born",
        "SELECT DISTINCT coalesce(p.person_id, b.person_id) AS person_id, p.n FROM paid p"
        " FULL JOIN born b ON b.person_id = p.person_id",
        # the law of a day: a row of `law` is the same whoever brought the day in
        "WITH law AS (SELECT DISTINCT day FROM paid), priced AS (SELECT l.day, r.value FROM law l JOIN rate r"
        " ON r.valid_from <= l.day) SELECT p.n, l.value FROM paid p LEFT JOIN priced l ON l.day = p.day",
        # a number of its own for each row is as good as its key
        "WITH k AS (SELECT *, row_number() OVER (ORDER BY person_id) AS place FROM paid),"
        " s AS (SELECT place, count(*) AS c FROM k GROUP BY place)"
        " SELECT k.n FROM k JOIN s ON s.place = k.place",
    ],
)
def test_sql_that_stays_inside_circles(sql: str) -> None:
    assert stays_inside(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT day, sum(n) FROM paid GROUP BY day",
        "SELECT sum(n) FROM paid",
        "SELECT file_no, sum(n) FROM paid GROUP BY file_no",
        "SELECT p.n FROM paid p JOIN born b ON b.day = p.day",
        "SELECT p.n FROM paid p JOIN born b ON b.person_id = p.person_id OR b.day = p.day",
        "SELECT p.n FROM paid p JOIN clerk c ON c.since <= p.day",
        "SELECT p.n FROM paid p CROSS JOIN born b",
        "SELECT sum(n) OVER (PARTITION BY day ORDER BY person_id) FROM paid",
        "SELECT sum(n) OVER (ORDER BY person_id) FROM paid",
        "SELECT n FROM paid p WHERE EXISTS (SELECT 1 FROM born b WHERE b.day = p.day)",
        "SELECT n FROM paid WHERE day IN (SELECT day FROM born)",
        "SELECT p.n, (SELECT max(b.day) FROM born b) FROM paid p",
        "SELECT n FROM paid ORDER BY n LIMIT 10",
        "SELECT name FROM born UNION SELECT name FROM born",
        # days of births are not days of payments: one may be there because of somebody else
        "WITH d AS (SELECT DISTINCT day FROM born) SELECT p.n FROM paid p JOIN d ON d.day = p.day",
        # whether the day is there depends on other people's payments
        "WITH d AS (SELECT DISTINCT day FROM paid WHERE n > 5)"
        " SELECT p.n FROM paid p JOIN d ON d.day = p.day",
        "SELECT username, count(*) FROM clerk GROUP BY username",
    ],
)
def test_sql_that_reaches_beyond_circles(sql: str) -> None:
    assert not stays_inside(sql)


def test_the_insurance_book_ties_nobody(catalogue: Catalogue) -> None:
    """Two people may carry one book number by mistake; a pension book is another thing."""
    assert "book_no" not in FAMILY.tied(catalogue.tables["person"])
    assert FAMILY.tied(catalogue.tables["pension_book"])["book_no"] == "file"
    assert OFFICE.tied(catalogue.tables["staff"]) == {"delivered_by": "office"}


def results_differ(one: Run, other: Run) -> list[tuple[str, str, int]]:
    """Return the table, rule and number of lines that only one of two runs holds."""
    con = connect()
    try:
        for name, run in (("one", one), ("other", other)):
            con.execute(f"ATTACH {literal(str(run.database))} AS {name} (READ_ONLY)")
        return [
            (table, rule, count)
            for table in RESULT_TABLES
            for rule, count in con.execute(
                f"SELECT rule_id, count(*) FROM ((FROM one.{table} EXCEPT ALL FROM other.{table}) UNION ALL"
                f" (FROM other.{table} EXCEPT ALL FROM one.{table})) GROUP BY rule_id ORDER BY rule_id"
            ).fetchall()
        ]
    finally:
        con.close()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workbench, Path]:
    folder = tmp_path_factory.mktemp("increment")
    make_deliveries(folder / "in", ["65", "1107", "1110"], 600, Decimal("0.03"), 1)
    workbench = begin(folder / "nd", "mn")
    audit.load(workbench, [folder / "in"])
    audit.check(workbench)
    return workbench, folder


@pytest.mark.parametrize("seed", range(int(os.environ.get("NDAUDIT_CHANGES", "1"))))
def test_a_delivery_of_one_office_comes_to_what_a_full_check_finds(
    world: tuple[Workbench, Path], seed: int
) -> None:
    workbench, folder = world
    chance = random.Random(seed)  # noqa: S311 - a repeatable choice
    office = chance.choice(["65", "1107", "1110"])
    delivery = folder / f"in{seed}"
    make_deliveries(delivery, [office], 150, Decimal("0.05"), 100 + seed)
    # each office of the world may have its turn; what it delivered before is gone or changed
    audit.load(workbench, [delivery])
    followed = audit.check(workbench, incremental=True)
    assert followed.change is not None
    assert list(followed.change.offices) == [office]
    assert len(followed.change.in_full) < len(followed.totals) / 2
    full = audit.check(workbench)
    assert results_differ(followed, full) == []
    assert followed.totals == full.totals


def test_where_nothing_was_delivered_everything_is_carried_on(world: tuple[Workbench, Path]) -> None:
    workbench, _ = world
    last = current_run(workbench)
    followed = audit.check(workbench, incremental=True)
    assert followed.change is not None
    assert followed.change.record == {"run": last.id, "offices": [], "in_full": []}
    assert results_differ(followed, last) == []


def test_where_only_the_law_changed_only_what_calls_it_is_decided(world: tuple[Workbench, Path]) -> None:
    """Until which age a mother raised a child: PRV-01, PRV-02 and PRV-04 ask for it."""
    workbench, _ = world
    law = workbench.expectations / "law" / "raised_to_months.toml"
    law.write_text(law.read_text("utf-8").replace("value = 72", "value = 96"), "utf-8")
    followed = audit.check(workbench, incremental=True)
    assert followed.change is not None
    assert followed.change.offices == ()
    now = read_catalogue(workbench)
    calling = {
        rule.id for rule in now.rules.values() if any(p.name == "raised_to_months" for p in now.law_of(rule))
    }
    assert {"PRV-01", "PRV-02", "PRV-04"} <= calling < {*now.rules}
    assert set(followed.change.in_full) == calling
    assert results_differ(followed, audit.check(workbench)) == []


def test_where_most_was_touched_everything_is_decided(
    world: tuple[Workbench, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    workbench, folder = world
    make_deliveries(folder / "most", ["65"], 150, Decimal("0.05"), 200)
    audit.load(workbench, [folder / "most"])
    monkeypatch.setattr(carrying, "MOST", 0.0)
    followed = audit.check(workbench, incremental=True)
    assert followed.change is not None
    assert set(followed.change.in_full) == {*read_catalogue(workbench).rules}


def test_a_run_on_fewer_columns_is_not_carried_on(world: tuple[Workbench, Path]) -> None:
    workbench, _ = world
    table = workbench.expectations / "tables" / "child.toml"
    title = 'title = { mn = "Тайлбар", en = "Note" }'
    column = f'\n[[columns]]\nname = "note"\ntype = "text"\noptional = true\n{title}\n'
    table.write_text(table.read_text("utf-8") + column, "utf-8")
    assert audit.check(workbench, incremental=True).change is None


def test_a_filter_and_incremental_do_not_go_together(world: tuple[Workbench, Path]) -> None:
    workbench, _ = world
    with pytest.raises(UsageError):
        audit.check(workbench, rules="PER-*", incremental=True)
    with pytest.raises(UsageError):
        audit.check(workbench, scope=Scope("65", None), incremental=True)
