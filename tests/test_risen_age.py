"""The two readings of the risen pension age: by year of birth, and by year of claim."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from conftest import REPOSITORY
from test_right import OFFICE, PRIVATE, Life, Paid, insert_life

from ndaudit.catalogue import Catalogue, read_catalogue
from ndaudit.errors import DeclarationError
from ndaudit.evaluation import build_populations
from ndaudit.store import connect, create_tables, declare_world
from ndaudit.workbench import Settings, Workbench, open_workbench

PART = (Paid(date(2005, 1, 1), 130),)
CLAIM = "claim_year"

# By year of birth: 60y + 3m × (birth year − 1957), women 55y + 3m × (birth year − 1962), at most 65y.
# By year of claim Y: 60y + 3m × (Y − 2017), women 55y + 3m × (Y − 2017), at most 65y.
LIVES = [
    # 1959 − 1957 = 2: 60y6m on 2019-09-10; 2019 asks 60y6m as well
    (Life("early in 1959", date(1959, 3, 10), "M", date(2021, 12, 31), {}, PART), "2019-09-10", "2019-09-10"),
    # 60y6m on 2020-05-10; but 2020 asks 60y9m: 2020-08-10
    (Life("late in 1959", date(1959, 11, 10), "M", date(2021, 12, 31), {}, PART), "2020-05-10", "2020-08-10"),
    # 30 June + 66 months = 30 December 2019, in a year that asks 55y6m
    (Life("end of 2019", date(1964, 6, 30), "F", date(2021, 12, 31), {}, PART), "2019-12-30", "2019-12-30"),
    # 55y6m on 2020-01-01, a day that asks 55y9m: 2020-04-01
    (Life("a day later", date(1964, 7, 1), "F", date(2021, 12, 31), {}, PART), "2020-01-01", "2020-04-01"),
    # nothing to rise for 1957: the first day of the law; 2018 asks 60y3m: 2018-02-20
    (Life("first year", date(1957, 11, 20), "M", date(2019, 12, 31), {}, PART), "2018-02-15", "2018-02-20"),
    # 3m × 16 = 48m: 64y on 2037-06-01; 2037 asks 60y + 60m = 65y: 2038-06-01, and 2038 no more than 65y
    (Life("the cap", date(1973, 6, 1), "M", date(2036, 12, 31), {}, PART), "2037-06-01", "2038-06-01"),
]
NAMES = [life.name for life, _, _ in LIVES]


@pytest.fixture(scope="module", params=["birth_year", CLAIM])
def world(request: pytest.FixtureRequest) -> Iterator[tuple[str, duckdb.DuckDBPyConnection]]:
    chosen = read_catalogue(Workbench(REPOSITORY, Settings(risen_age_basis=request.param)))
    con = connect()
    create_tables(con, chosen.tables.values())
    declare_world(con, chosen.law, chosen.thresholds)
    con.execute("INSERT INTO batch (office_code, exported_at) VALUES (?, ?)", [OFFICE, datetime(2026, 1, 12)])
    con.execute(
        "INSERT INTO employer (employer_no, sector, registered_on, delivered_by)"
        " VALUES (?, 'private', DATE '2000-01-01', ?)",
        [PRIVATE, OFFICE],
    )
    for number, (life, _, _) in enumerate(LIVES):
        insert_life(con, number, life)
    build_populations(con, chosen, [chosen.rules["REG-01"], chosen.rules["REG-02"]])
    yield request.param, con
    con.close()


@pytest.mark.parametrize(("number", "case"), list(enumerate(LIVES)), ids=NAMES)
def test_day_the_risen_age_gives_the_right(
    world: tuple[str, duckdb.DuckDBPyConnection], number: int, case: tuple[Life, str, str]
) -> None:
    basis, con = world
    life, by_birth, by_claim = case
    rows = con.execute(
        "SELECT right_on, risen_age_basis FROM right_date WHERE person_id = ? AND asked_on = ?"
        " AND reading = 'proven' AND way = 'risen'",
        [number, life.asked_on],
    ).fetchall()
    assert rows == [(date.fromisoformat(by_claim if basis == CLAIM else by_birth), basis)]


def test_what_does_not_rise_names_no_basis(world: tuple[str, duckdb.DuckDBPyConnection]) -> None:
    _, con = world
    rows = con.execute(
        "SELECT DISTINCT risen_age_basis FROM right_date WHERE way NOT IN ('risen', 'fewer')"
    ).fetchall()
    assert rows == [(None,)]


def test_the_key_of_an_open_condition_stays_a_key(world: tuple[str, duckdb.DuckDBPyConnection]) -> None:
    _, con = world
    doubled = con.execute(
        "SELECT 1 FROM right_open GROUP BY person_id, asked_on, reading, condition, way, holds_from"
        " HAVING count(*) > 1"
    ).fetchall()
    assert doubled == []


def test_rules_name_the_reading_they_take(catalogue: Catalogue) -> None:
    by_claim = read_catalogue(Workbench(REPOSITORY, Settings(risen_age_basis="claim_year")))
    for one, wanted in ((catalogue, "birth"), (by_claim, "claim")):
        named = [name for name in one.rules["REG-02"].assumptions if name.startswith("risen_age_by")]
        assert named == [f"risen_age_by_{wanted}_year"]


def test_findings_it_decides_carry_the_basis(catalogue: Catalogue) -> None:
    deciding = [rule for rule in catalogue.rules.values() if "risen_age_by_birth_year" in rule.assumptions]
    assert {"REG-01", "REG-02"} <= {rule.id for rule in deciding}
    assert [rule.id for rule in deciding if "risen_age_basis" not in rule.evidence] == []


def test_the_setting_is_read_strictly(tmp_path: Path) -> None:
    path = tmp_path / "ndaudit.toml"
    path.write_text('risen_age_basis = "claim_year"\n', "utf-8")
    settings = open_workbench(tmp_path, {}, tmp_path).settings
    assert settings.risen_age_basis == "claim_year"
    assert replace(settings, risen_age_basis="birth_year").decided_by(settings.deciding) == settings
    path.write_text('risen_age_basis = "claim"\n', "utf-8")
    with pytest.raises(DeclarationError, match="risen_age_basis"):
        open_workbench(tmp_path, {}, tmp_path)


def test_a_table_of_an_older_version_is_told_in_one_line(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "expectations", tmp_path / "expectations")
    path = tmp_path / "expectations" / "law" / "risen_age.toml"
    path.write_text(path.read_text("utf-8").replace("basis", "sort"), "utf-8")
    with pytest.raises(DeclarationError, match="basis"):
        read_catalogue(Workbench(tmp_path, Settings()))
