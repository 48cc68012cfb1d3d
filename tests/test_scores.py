"""Data scores on five people written out by hand."""

from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from conftest import REPOSITORY

from ndaudit.analyses.scores import (
    FILE,
    data_scores,
    employer_scores,
    monthly_scores,
    read_scores,
    score_items,
    score_records,
)
from ndaudit.catalogue import Catalogue
from ndaudit.errors import DeclarationError
from ndaudit.evaluation import create_results
from ndaudit.findings import Run
from ndaudit.reading import Reading
from ndaudit.scope import EVERYTHING, Scope
from ndaudit.store import connect, create_tables
from ndaudit.workbench import Workbench

PEOPLE = [("65", 1), ("65", 2), ("65", 3), ("65", 4), ("1110", 5)]
FINDINGS = [
    ("PER-01", "1"),
    ("PER-06", "1"),
    ("PER-06", "2"),
    ("LBK-02", "2"),
    ("PAY-05", "3"),
    ("PER-01", None),
]


@pytest.fixture
def reading(tmp_path: Path, repository: Workbench, catalogue: Catalogue) -> Iterator[Reading]:
    (tmp_path / "expectations").symlink_to(REPOSITORY / "expectations")
    con = connect()
    for name in ("snapshot", "run"):
        con.execute(f"ATTACH ':memory:' AS {name}")
    con.execute("USE snapshot")
    create_tables(con, catalogue.tables.values())
    con.executemany("INSERT INTO person (delivered_by, person_id) VALUES (?, ?)", PEOPLE)
    con.execute(
        "INSERT INTO employment (person_id, hired_on) VALUES (1, ?), (2, ?)",
        [date(1990, 1, 1), date(2001, 1, 1)],
    )
    con.execute("USE run")
    create_results(con)
    con.executemany("INSERT INTO finding (rule_id, person) VALUES (?, ?)", FINDINGS)
    run = Run("r", tmp_path, "s", "", "", datetime(2026, 1, 13), True, (), ())
    yield Reading(con, repository, catalogue, run)
    con.close()


def test_one_failed_item_fails_the_person_once(reading: Reading) -> None:
    found = {(r["office_code"], r["score"], r["era"]): r for r in data_scores(reading, EVERYTHING).to_dicts()}
    # of four people of office 65 the first two fail the common score; the payment rule is in neither score
    assert (found["65", "common", "all"]["people"], found["65", "common", "all"]["passed"]) == (4, 2)
    assert found["65", "common", "legacy"]["passed"] == 0
    assert (found["65", "common", "new"]["people"], found["65", "common", "new"]["passed"]) == (3, 2)
    assert Fraction(str(found["65", "scheme", "all"]["share"])) == Fraction(3, 4)
    assert found["1110", "scheme", "all"]["passed"] == 1


def test_one_office_only(reading: Reading) -> None:
    assert set(data_scores(reading, Scope("1110"))["office_code"]) == {"1110"}


def test_what_lifts_a_score_most_comes_first(reading: Reading) -> None:
    rows = score_items(reading, EVERYTHING).filter(score="common").to_dicts()
    assert [(row["rule_id"], row["people"], row["alone"]) for row in rows] == [
        ("PER-06", 2, 1),
        ("PER-01", 1, 0),
    ]


def test_the_shipped_scores_name_rules_that_are_there(catalogue: Catalogue) -> None:
    scores = read_scores(REPOSITORY / "expectations" / FILE, frozenset(catalogue.rules))
    assert not set(scores["common"]) & set(scores["scheme"])


def test_a_rule_nobody_declared_is_named(tmp_path: Path) -> None:
    path = tmp_path / "scores.toml"
    path.write_text('common = ["PER-99"]\nscheme = []\n', "utf-8")
    with pytest.raises(DeclarationError, match="PER-99"):
        read_scores(path, frozenset({"PER-01"}))


def test_what_the_law_leaves_open_fails_nobody(reading: Reading) -> None:
    reading.con.execute(
        "INSERT INTO run.finding (rule_id, person, outcome, reason) VALUES"
        " ('SIB-04', '4', 'undetermined', 'law_value_unknown'),"
        " ('SIB-04', '5', 'undetermined', 'missing_value')"
    )
    found = {
        (r["office_code"], r["era"]): r
        for r in data_scores(reading, EVERYTHING).filter(score="scheme").to_dicts()
    }
    # the fourth still passes, the fifth does not
    assert found["65", "all"]["passed"] == 3
    assert found["1110", "all"]["passed"] == 0


@pytest.fixture
def working(reading: Reading) -> Reading:
    """The five at work: the first four for two employers, in October to December; told in January."""
    reading.con.execute(
        "INSERT INTO snapshot.batch (batch_id, office_code, exported_at) VALUES ('b', '65', '2026-01-12')"
    )
    for person, employer, month in [
        (1, "А", 12), (2, "А", 12), (3, "А", 12), (4, "Б", 12), (1, "А", 11), (4, "Б", 11), (2, "А", 1),
    ]:  # fmt: skip
        reading.con.execute(
            "INSERT INTO snapshot.contribution (delivered_by, person_id, employer_no, period)"
            " VALUES ('65', ?, ?, ?)",
            [person, employer, date(2026 if month == 1 else 2025, month, 1)],
        )
    return reading


def test_employers_by_the_people_who_fail(working: Reading) -> None:
    rows = employer_scores(working, EVERYTHING).to_dicts()
    # the first two of А fail the common score, the second the scheme score; Б has nobody who fails
    assert [(r["employer_no"], r["score"], r["people"], r["failing"]) for r in rows] == [
        ("А", "common", 3, 2),
        ("А", "scheme", 3, 1),
    ]
    assert Fraction(str(rows[0]["share"])).limit_denominator(9) == Fraction(1, 3)


def test_a_finding_about_a_month_fails_that_month_alone(working: Reading) -> None:
    working.con.execute(
        "INSERT INTO run.finding (rule_id, person, period) VALUES ('SIB-03', '4', DATE '2025-11-01')"
    )
    rows = {r["month"].month: r for r in monthly_scores(working, EVERYTHING).to_dicts()}
    # January is not over. 1 and 2 fail the common score always; 2 the scheme score always, 4 in November
    assert set(rows) == {11, 12}
    assert (rows[12]["people"], rows[12]["common"], rows[12]["scheme"]) == (4, 2, 3)
    assert (rows[11]["people"], rows[11]["common"], rows[11]["scheme"]) == (2, 1, 1)


def test_records_whose_mending_lifts_a_score(reading: Reading) -> None:
    reading.con.execute("DELETE FROM run.finding")
    for rule, person, item in [
        ("PER-01", "1", "1"), ("PER-02", "1", "1"),  # one record of two rules
        ("PER-08", "2", "НД7"), ("PER-08", "3", "НД7"),  # one number of two people
        ("PER-06", "4", "4"), ("REG-09", "4", "65|9"),  # two records
    ]:  # fmt: skip
        reading.con.execute(
            "INSERT INTO run.finding (rule_id, person, item_key, office_code) VALUES (?, ?, ?, '65')",
            [rule, person, item],
        )
    rows = [(r["item_key"], r["rule_ids"], r["lifts"]) for r in score_records(reading, EVERYTHING).to_dicts()]
    assert rows[:2] == [("НД7", ["PER-08"], 2), ("1", ["PER-01", "PER-02"], 1)]
    assert {row[0]: row[2] for row in rows[2:]} == {"4": 0, "65|9": 0}
