"""Data scores on five people written out by hand."""

from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from conftest import REPOSITORY

from ndaudit.analyses.scores import FILE, data_scores, read_scores, score_items
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
