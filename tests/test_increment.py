"""`check --incremental`: what is decided circle by circle, and that it comes to what a full check finds."""

import os
import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot.optimizer.qualify import qualify

from ndaudit import audit, checking, memory
from ndaudit.beginning import begin
from ndaudit.catalogue import Catalogue, read_catalogue
from ndaudit.errors import UsageError
from ndaudit.evaluation import RESULT_TABLES, build_populations
from ndaudit.findings import Run, current_run
from ndaudit.increment import carrying
from ndaudit.increment.circles import FAMILY, FIRM, OFFICE, Circle
from ndaudit.increment.ground import Ground
from ndaudit.increment.labels import BeyondCircleError, Label
from ndaudit.increment.locality import read_relation
from ndaudit.increment.plan import Plan
from ndaudit.increment.planning import make_plan
from ndaudit.increment.relations import LOCAL, NOTHING, OWN, TIED, Relation, Sight
from ndaudit.increment.touching import AFTER, BEFORE, BESIDE, FRESH, SIDES, TOUCHED, Loose, Touch
from ndaudit.rules import Rule
from ndaudit.scope import Scope
from ndaudit.store import RECORDS, connect, create_tables, current_snapshot, declare_world, literal
from ndaudit.synthetic import make_deliveries
from ndaudit.tables import Table
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


def columns_of_circle(plan: Plan, circle: Circle) -> dict[str, str]:
    return {rule.id: plan.named[rule.id] for rule in plan.by_circle[circle.name]}


def test_what_is_told_of_employers_needs_their_people_only(catalogue: Catalogue) -> None:
    """A report beside the ledger, staff without a report, a fall of the headcount; each by its employer."""
    con = connect()
    try:
        create_tables(con, catalogue.tables.values())
        declare_world(con, catalogue.law, catalogue.thresholds)
        named = ["CON-03", "CON-04", "CON-05", "CON-06", "SIB-03", "DET-02"]
        plan = make_plan(con, catalogue, [catalogue.rules[name] for name in named])
        assert columns_of_circle(plan, FIRM) == dict.fromkeys(["CON-03", "CON-04", "CON-06"], "employer_no")
        # shares are compared inside an industry, whatever employer
        assert [rule.id for rule in plan.in_full] == ["CON-05"]
        # who is employed and who receives a pension belongs to the office that says so
        assert plan.owned == {"SIB-03", "DET-02"}
        # months whose rows crowd are worked out person by person, out of the ledger alone
        assert "employer_report" not in plan.whole
    finally:
        con.close()


def rules_in_full(catalogue: Catalogue, rules: Sequence[Rule], loose: Loose) -> set[str]:
    con = connect()
    try:
        create_tables(con, catalogue.tables.values())
        declare_world(con, catalogue.law, catalogue.thresholds)
        return {rule.id for rule in make_plan(con, catalogue, rules, loose).in_full}
    finally:
        con.close()


@pytest.mark.parametrize(("column", "inside"), [("delivered_by", True), ("office_code", False)])
def test_staff_is_found_by_who_delivered_it(catalogue: Catalogue, column: str, inside: bool) -> None:
    """One office may deliver a record that names another: what hangs on the name would not be found."""
    rule = catalogue.rules["DET-02"]
    sql = f"SELECT p.payment_id, s.role FROM payment p JOIN staff s ON s.{column} = p.{column}"
    asked = replace(catalogue.populations[rule.population], sql=sql)
    one = replace(catalogue, populations={asked.name: asked})
    assert (rules_in_full(one, [rule], frozenset()) == set()) is inside


def test_gaps_in_one_book_leave_rules_to_their_circles(catalogue: Catalogue) -> None:
    """Books without a number would be one group of the whole country: only BOK-02 asks for it."""
    rules = [one for one in catalogue.rules.values() if "pension_book" in catalogue.reads([one.population])]
    gaps = frozenset(("pension_book", column) for column in ("book_no", "file_no", "person_id"))
    without = rules_in_full(catalogue, rules, frozenset())
    assert len(without) < len(rules) / 2
    assert rules_in_full(catalogue, rules, gaps) == without | {"BOK-02"}


def test_an_item_is_owned_where_it_always_says_who_delivered_it() -> None:
    own = Label(frozenset({"office", OWN}))
    assert Relation(LOCAL, {"office": own}).is_owned("office")
    assert not Relation(LOCAL, {"office": own.loose()}).is_owned("office")
    assert not Relation(LOCAL, {"office": Label(frozenset({"office"}))}).is_owned("office")
    assert not Relation(TIED, {"office": own}).is_owned("office")
    assert not Relation(LOCAL, {"office": own}).is_owned(None)


BEFORE_ROWS = """
CREATE TABLE pension_file AS SELECT * FROM (VALUES
    (1, 'f1', '65'), (2, 'f2', '65'), (3, 'f3', '65'), (4, 'f4', '1107')
) AS t (person_id, file_no, delivered_by);
CREATE TABLE child AS SELECT * FROM (VALUES
    (2, 'c2', '1107'), (1, 'c1', '65'), (3, 'c3', '65'), (5, 'c3', '1110')
) AS t (person_id, child_id, delivered_by);
"""


def small_tables(catalogue: Catalogue, columns: Mapping[str, set[str]]) -> dict[str, Table]:
    return {
        name: replace(table, columns=tuple(c for c in table.columns if c.name in columns[name]))
        for name, table in catalogue.tables.items()
        if name in columns
    }


PEOPLE = {"pension_file": {"person_id", "file_no"}, "child": {"person_id", "child_id"}}


def ground_of(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, offices: list[str]) -> Ground:
    tables = small_tables(catalogue, PEOPLE)
    return Ground(con, tables, offices, Touch(con, FAMILY, tables))


def test_nothing_is_left_where_every_office_delivered(catalogue: Catalogue) -> None:
    con = connect()
    try:
        con.execute(BEFORE_ROWS)
        assert not ground_of(con, catalogue, ["65", "1107", "1110"]).keep_mixed(FAMILY, PEOPLE)
    finally:
        con.close()


@pytest.mark.parametrize(
    ("nameless", "left"),
    [
        # 2 has a child at another office, 3 shares one with 5 of another, 4 is of another; 1 is of 65 alone
        (None, ["c2 1107", "c3 1110", "c3 65", "f2 65", "f3 65", "f4 1107"]),
        ("65", ["c2 1107", "c3 1110", "c3 65", "f2 65", "f3 65", "f4 1107"]),
        # rows that name nobody are taken together: with one of another office all stay
        ("1110", ["c2 1107", "c3 1110", "c3 65", "f2 65", "f3 65", "f4 1107", "none 1110", "none 65"]),
    ],
)
def test_circles_that_other_offices_have_rows_of(
    catalogue: Catalogue, nameless: str | None, left: list[str]
) -> None:
    con = connect()
    try:
        con.execute(BEFORE_ROWS)
        if nameless:
            for office in ("65", nameless):
                con.execute("INSERT INTO child VALUES (NULL, NULL, ?)", [office])
        assert ground_of(con, catalogue, ["65"]).keep_mixed(FAMILY, PEOPLE)
        rows = con.execute(
            "SELECT coalesce(file_no, 'none') || ' ' || delivered_by FROM pension_file"
            " UNION ALL SELECT coalesce(child_id, 'none') || ' ' || delivered_by FROM child ORDER BY ALL"
        ).fetchall()
        assert sorted({row for (row,) in rows}) == left
    finally:
        con.close()


LEDGER = """
CREATE TABLE {side}.contribution AS SELECT * FROM (VALUES
    (1, 'e1', '65'), (2, 'e2', '1107'), (3, 'e3', '1107'), (2, 'e4', '1110'), (4, 'e4', '1110'),
    (5, NULL, '1110')
) AS t (person_id, employer_no, delivered_by);
CREATE TABLE {side}.person AS SELECT * FROM (VALUES
    (1, '65'), (2, '65'), (3, '1107'), (4, '1110'), (5, '1110')
) AS t (person_id, delivered_by);
CREATE TABLE {side}.employer AS SELECT * FROM (VALUES
    ('e1', '65', '65'), ('e2', '1107', '1107'), ('e3', '1107', '1107'), ('e4', '1110', '1110'),
    ('e5', '1110', '65')
) AS t (employer_no, delivered_by, office_code);
"""


def test_an_employer_is_touched_with_the_people_its_rows_name(catalogue: Catalogue) -> None:
    """65 delivers: e1 is its own, 2 whom it knows works for e2 and e4, e5 it keeps; e3 has nobody of 65."""
    columns = {
        "contribution": {"person_id", "employer_no"},
        "person": {"person_id"},
        "employer": {"employer_no", "office_code"},
    }
    tables = small_tables(catalogue, columns)
    con = connect()
    try:
        for name in (BEFORE, AFTER, TOUCHED, BESIDE, FRESH):
            con.execute(f"ATTACH ':memory:' AS {name}")
        for side in SIDES:
            con.execute(LEDGER.format(side=side))
        for records in RECORDS:
            con.execute(f"CREATE TABLE {AFTER}.{records} (office_code VARCHAR)")
        people = Touch(con, FAMILY, tables, where=f"{BESIDE}.")
        people.find(["65"])
        touch = Touch(con, FIRM, tables)
        touch.find(["65"])
        assert numbers(con, f"{TOUCHED}.firm_employer") == ["e1", "e2", "e4", "e5"]
        # what is told of e4 may depend on 4, who works there beside 2
        assert numbers(con, f"{TOUCHED}.family_person") == [1, 2, 4]
        fresh = replace(touch, circle=FAMILY).beyond(people, f"{FRESH}.")
        asked = {name: frozenset(some) for name, some in columns.items()}
        Ground(con, tables, ["65"], people, touch, fresh, asked).show(FIRM, AFTER, tables)
        assert con.execute("SELECT * FROM contribution ORDER BY ALL").fetchall() == [
            (1, "e1", "65"),
            (2, "e2", "1107"),
            (2, "e4", "1110"),
            (4, "e4", "1110"),
        ]
        assert numbers(con, "employer", "employer_no") == ["e1", "e2", "e4", "e5"]
    finally:
        con.close()


def numbers(con: duckdb.DuckDBPyConnection, table: str, column: str = "number") -> list[object]:
    return [number for (number,) in con.execute(f"SELECT {column} FROM {table} ORDER BY ALL").fetchall()]


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


def scatter(workbench: Workbench) -> None:
    """Let some people have rows at the office that follows theirs, with all they name."""
    path = current_snapshot(workbench.store).path
    path.chmod(0o600)
    con = connect(path)
    try:
        for table in read_catalogue(workbench).tables.values():
            if tied := FAMILY.tied(table):
                con.execute(
                    f"UPDATE {table.name} AS t SET delivered_by = b.office_code, batch_id = b.batch_id"
                    " FROM batch b WHERE b.office_code = CASE t.delivered_by WHEN '65' THEN '1107'"
                    " WHEN '1107' THEN '1110' ELSE '65' END"
                    f" AND hash({next(iter(tied))}) % 23 = 0 AND source_row % 3 = 0"
                )
    finally:
        con.close()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workbench, Path]:
    folder = tmp_path_factory.mktemp("increment")
    make_deliveries(folder / "in", ["65", "1107", "1110"], 600, Decimal("0.03"), 1)
    workbench = begin(folder / "nd", "mn")
    audit.load(workbench, [folder / "in"])
    scatter(workbench)
    audit.check(workbench)
    return workbench, folder


def leave_out(delivery: Path, kept: set[str]) -> None:
    """Let a delivery hold the files of a few tables only."""
    manifest = next(delivery.glob("*/*/manifest.toml"))
    head, *files = manifest.read_text("utf-8").split("[[files]]")
    listed = [part for part in files if tomllib.loads(part)["table"] in kept]
    manifest.write_text("[[files]]".join([head, *listed]), "utf-8")
    for part in files:
        if part not in listed:
            (manifest.parent / tomllib.loads(part)["name"]).unlink()


@pytest.mark.parametrize("seed", range(int(os.environ.get("NDAUDIT_CHANGES", "1"))))
def test_a_delivery_of_one_office_comes_to_what_a_full_check_finds(
    world: tuple[Workbench, Path], seed: int
) -> None:
    """An office delivers all it has, then another its contributions and payments."""
    workbench, folder = world
    chance = random.Random(seed)  # noqa: S311 - a repeatable choice
    # each office of the world may have its turn; what it delivered before is gone or changed
    for turn, office in enumerate(chance.sample(["65", "1107", "1110"], 2)):
        delivery = folder / f"in{seed}-{turn}"
        make_deliveries(delivery, [office], 150, Decimal("0.05"), 100 + 10 * seed + turn)
        if turn:
            leave_out(delivery, {"contribution", "payment"})
        audit.load(workbench, [delivery])
        followed = audit.check(workbench, incremental=True)
        assert followed.change is not None
        assert list(followed.change.offices) == [office]
        assert len(followed.change.in_full) < len(followed.totals) / 2
    # nothing that tells of names or children came with contributions
    assert {"PER-04", "PER-05", "PRV-09"}.isdisjoint(followed.change.in_full)
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


def test_what_is_worked_out_on_disk_and_in_parts_comes_to_the_same(
    world: tuple[Workbench, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    workbench, _ = world
    in_memory = audit.check(workbench)
    made: list[int] = []

    def watched(con: duckdb.DuckDBPyConnection, *others: object) -> object:
        broken = build_populations(con, *others)  # type: ignore[arg-type]
        made.extend(
            con.execute("SELECT count(*) FROM duckdb_tables() WHERE database_name = 'worked_out'").fetchall()[
                0
            ]
        )
        return broken

    monkeypatch.setattr(memory, "ON_DISK_FROM", 0.0)
    monkeypatch.setattr(memory, "PART_BYTES", current_snapshot(workbench.store).path.stat().st_size // 5)
    monkeypatch.setattr(checking, "build_populations", watched)
    on_disk = audit.check(workbench)
    assert made[0] > 50
    assert on_disk.failures == ()
    assert results_differ(on_disk, in_memory) == []


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
