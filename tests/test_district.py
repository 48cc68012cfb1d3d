"""An office beside the country, on contributions, payments and lives written out by hand."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from conftest import REPOSITORY
from page_links import broken_links
from pension_world import LIVES, OFFICE, decided_world
from run_world import Past, make_workbench, write_run

from ndaudit.analyses import district, outcomes
from ndaudit.analyses.district import DENSITIES
from ndaudit.catalogue import Catalogue
from ndaudit.charts import wages
from ndaudit.lexicon import Lexicon
from ndaudit.reading import Reading, open_reading
from ndaudit.reporting import Published, publish_notebooks
from ndaudit.scope import Scope
from ndaudit.wording import sentences

OWN, COUNTRY = Scope("1110"), Scope()
DECEMBER, NOVEMBER = date(2025, 12, 1), date(2025, 11, 1)


def contributed(office: str, person: int, month: date, wage: int, employer: str = "АО1") -> dict[str, Any]:
    return {
        "delivered_by": office,
        "person_id": person,
        "period": month,
        "wage": wage,
        "employer_no": employer,
    }


def paid(person: int, month: date, amount: int, status: str | None) -> dict[str, Any]:
    return {
        "delivered_by": "1110",
        "person_id": person,
        "period": month,
        "amount": amount,
        "status": status,
    }


TABLES = {
    "contribution": [
        contributed("1110", 1, DECEMBER, 1000),
        contributed("1110", 2, DECEMBER, 3000),
        contributed("1110", 1, NOVEMBER, 400),
        contributed("1110", 1, NOVEMBER, 600, "АО2"),
        contributed("1110", 9, date(2024, 12, 1), 77),
        contributed("65", 3, DECEMBER, 5000),
        *(contributed("65", 4, date(2025, month, 1), 0) for month in range(1, 13)),
    ],
    "payment": [
        paid(7, DECEMBER, 100, "paid"),
        paid(8, DECEMBER, 900, "returned"),
        paid(9, DECEMBER, 300, "paid"),
        paid(10, DECEMBER, 500, None),
        paid(7, date(2024, 12, 1), 100, "paid"),
    ],
}
RESULTS = (("SIB-03", "W", "1110", 9, 6, 2, 1), ("SIB-03", "W", "65", 2, 2, 0, 0))


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Iterator[Reading]:
    made = make_workbench(tmp_path_factory.mktemp("district") / "nd", catalogue, TABLES)
    write_run(made, Past("r1", 20, RESULTS, ()))
    (made.runs / "current.json").write_text('{"run_id": "r1"}', "utf-8")
    with open_reading(made) as opened:
        yield opened


# the country in December: (1000 + 3000 + 5000 + 0) / 4; in November: (400 + 600 + 0) / 3
def test_a_year_of_months_beside_the_country(reading: Reading) -> None:
    assert district.by_month(reading, OWN).rows() == [
        (DECEMBER, 2, 1, Decimal("2000.00"), Decimal("2250.00")),
        (NOVEMBER, 1, 2, Decimal("500.00"), Decimal("333.33")),
    ]
    assert district.by_month(reading, COUNTRY).height == 12


def test_wages_are_those_of_people_who_earned_in_the_last_month(reading: Reading) -> None:
    found = district.wages(reading, OWN)
    assert found["percentile"].to_list() == [10, 25, 50, 75, 90]
    assert found["wage"].to_list() == [1000, 1000, 1000, 3000, 3000]
    assert found["country_wage"].to_list() == [1000, 1000, 3000, 5000, 5000]
    drawn = wages(found, Lexicon(reading, "en"), office="1110")
    assert "50 % of people earn less: 1\u202f000\u00a0₮ (3\u202f000\u00a0₮)" in drawn.text
    nothing = wages(found.head(0), Lexicon(reading, "en"), office=None)
    assert nothing.text == "There are no wages of the last month."


def test_density_counts_months_and_not_rows(reading: Reading) -> None:
    shown = district.density(reading, OWN).select("density", "persons", "share", "country_share").rows()
    assert shown == [("few", 2, Decimal(1), Decimal("0.75"))]
    assert district.density(reading, Scope("65"))["density"].to_list() == ["all", "few"]
    words = {f"density_{name}" for name in DENSITIES}
    assert words - set(sentences("words")) == set()


def test_pensions_in_payment_leave_out_what_came_back(reading: Reading) -> None:
    assert district.pensions(reading, OWN).rows() == [(DECEMBER, 3, Decimal(900), Decimal(300))]


def test_coverage_is_of_the_months_that_could_be_decided(reading: Reading) -> None:
    parts = [part(reading, OWN) for part in (district.by_month, district.pensions, district.rights)]
    row = district.conclusion(OWN, outcomes.by_rule(reading, OWN), *parts).row(0, named=True)
    assert (row["coverage_share"], row["country_coverage_share"]) == (Decimal("0.75"), Decimal("0.8"))
    assert (row["insured"], row["pensioners"], row["rights"], row["verdict"]) == (2, 3, 0, "described")


def test_an_office_that_delivered_nothing_has_nothing_to_describe(reading: Reading) -> None:
    nobody = Scope("99")
    parts = [part(reading, nobody) for part in (district.by_month, district.pensions, district.rights)]
    rules = outcomes.by_rule(reading, nobody)
    row = district.conclusion(nobody, rules, *parts).row(0, named=True)
    assert (row["insured"], row["mean_wage"], row["verdict"]) == (0, None, "none")
    assert district.wages(reading, nobody).height == district.density(reading, nobody).height == 0


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Iterator[Reading]:
    workbench, run = decided_world(tmp_path_factory.mktemp("lives"), catalogue)
    with open_reading(workbench, run) as opened:
        yield opened


# the man reaches 60 on 2024-09-10, the woman 55 on 2024-12-15: see test_pensions
def test_rights_to_come_are_told_by_year(lives: Reading) -> None:
    found = district.rights(lives, Scope(OFFICE))
    assert found.filter(found["year"] == 2024)["rights"].sum() == 2
    assert found["rights"].sum() == 2
    assert district.rights(lives, Scope("65")).height == 0


@pytest.fixture(scope="module")
def published(lives: Reading, tmp_path_factory: pytest.TempPathFactory) -> list[Published]:
    workbench, run = lives.workbench, lives.run
    (workbench.root / "notebooks").symlink_to(REPOSITORY / "notebooks")
    (workbench.root / "ndaudit.toml").touch()
    (workbench.runs / "current.json").write_text(json.dumps({"run_id": run.id}), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NDAUDIT_KEY_FILE", str(tmp_path_factory.mktemp("key") / "key"))
        names = ["02_district_analysis"]
        made = [publish_notebooks(workbench, names, office=OFFICE, lang=lang) for lang in ("mn", "en")]
    return [item for items in made for item in items]


def test_it_is_published_in_both_languages_and_names_nobody(published: list[Published]) -> None:
    assert [item.failure for item in published] == [None, None]
    assert broken_links(item.path for item in published if item.path) == []
    said = {
        "mn": "ирэх таван жилд 2 иргэний өндөр насны тэтгэврийн эрх үүснэ",
        "en": "2 rights to an old-age pension",
    }
    for item in published:
        assert item.path is not None
        text = item.path.read_text("utf-8")
        assert said[item.lang] in text
        assert [number for number in LIVES if str(number) in text] == []
