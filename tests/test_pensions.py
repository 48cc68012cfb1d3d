"""Pensions recomputed and rights to come, on lives worked out by hand."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import duckdb
import pytest
from conftest import REPOSITORY
from page_links import broken_links
from pension_world import FIRST, LIVES, MAN, MOTHER, OFFICE, WOMAN, decided_world

import ndaudit
from ndaudit.analyses import prospective, reperformance
from ndaudit.catalogue import Catalogue
from ndaudit.charts import differing, rights
from ndaudit.lexicon import Lexicon
from ndaudit.reading import Reading, open_reading
from ndaudit.recomputing import recompute
from ndaudit.reporting import Published, publish_notebooks
from ndaudit.scope import Scope

NOTEBOOKS = ("05_pension_reperformance", "04_prospective_pensioners")


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Iterator[Reading]:
    workbench, run = decided_world(tmp_path_factory.mktemp("world"), catalogue)
    assert run.failures == ()
    with open_reading(workbench, run) as opened:
        yield opened


# example 1: 1,000,000 × (0.45 + 0.015 × (26 − 20)) = 540,000, paid as such
# example 4: 1,500,000 × 0.54 = 810,000, but 800,000 was determined; nothing has been paid yet
def test_each_determination_is_recomputed(reading: Reading) -> None:
    found = reperformance.determinations(reading, Scope(OFFICE))
    rows = {row["person_id"]: row for row in found.to_dicts()}
    assert set(rows) == {FIRST, MOTHER}
    assert (rows[FIRST]["lawful_amount"], rows[FIRST]["outcome"]) == (Decimal(540000), "met")
    mother = rows[MOTHER]
    assert (mother["lawful_amount"], mother["outcome"]) == (Decimal(810000), "exception")
    assert (mother["monthly_difference"], mother["cause"]) == (Decimal(-10000), "sum")


def test_figures_are_those_the_run_decided(reading: Reading) -> None:
    found = reperformance.determinations(reading, Scope(OFFICE))
    row = reperformance.conclusion(found).row(0, named=True)
    [total] = [total for total in reading.run.totals if total.rule_id == "DET-06"]
    assert (row["recomputed"], row["exceptions"], row["undetermined"]) == (
        total.population,
        total.exceptions,
        total.undetermined,
    )
    assert row["over"] - row["under"] == total.effect
    assert row["verdict"] == "broken"


def test_they_are_told_apart_by_law_year_and_inspector(reading: Reading) -> None:
    found = reperformance.determinations(reading, Scope(OFFICE))
    versions = reperformance.by_version(found).select("version_from", "exceptions").rows()
    assert versions == [(date(1995, 1, 1), 0), (date(2024, 1, 1), 1)]
    years = reperformance.by_year(found).select("awarded_year", "decided").rows()
    assert years == [(date(2018, 1, 1), 1), (date(2024, 1, 1), 1)]
    assert reperformance.by_inspector(found)["entered_by"].to_list() == ["И1"]
    assert reperformance.by_cause(found).select("cause", "exceptions").rows() == [("sum", 1)]


# The man: 60 on 2024-09-10; 305 months known, June…August ahead = 308, 25 whole years: 0.45 + 0.015 × 5
# = 0.525. Best window 2015-01…2019-12 of 1,900,000: 997,500; the last sixty months of 100,000 give the
# minimum, 650,000.
def test_the_best_window_and_what_it_is_worth(reading: Reading) -> None:
    found = prospective.rights(reading, Scope(OFFICE))
    [man] = [row for row in found.to_dicts() if row["person_id"] == MAN]
    assert (man["right_on"], man["months_at_right"]) == (date(2024, 9, 10), 308)
    assert (man["best_from"], man["best_to"]) == (date(2015, 1, 1), date(2019, 12, 1))
    assert (man["best_mean"], man["pension"]) == (Decimal(1900000), Decimal(997500))
    assert man["gain"] == Decimal(997500 - 650000)
    assert (man["is_lacking"], man["is_listed"]) == (False, False)


# The woman: 55 on 2024-12-15; of the book 1988-01-01…1994-12-31 = 84 months nothing is proven.
def test_what_is_missing_and_by_when_the_sheet_is_due(reading: Reading) -> None:
    found = prospective.rights(reading, Scope(OFFICE))
    [woman] = prospective.sheets(found).to_dicts()
    assert woman["person_id"] == WOMAN
    assert (woman["right_on"], woman["sheet_due"]) == (date(2024, 12, 15), date(2024, 9, 15))
    assert (woman["unproven_months"], woman["is_listed"]) == (84, True)


def test_people_with_a_pension_and_past_rights_are_left_out(reading: Reading) -> None:
    found = prospective.rights(reading, Scope(OFFICE))
    assert sorted(found["person_id"]) == [MAN, WOMAN]
    row = prospective.conclusion(found).row(0, named=True)
    assert (row["rights"], row["this_year"], row["next_year"]) == (2, 2, 0)
    assert (row["lacking"], row["sheets_due"], row["overdue"], row["unlisted"]) == (1, 1, 0, 1)
    assert row["verdict"] == "lacking"
    quarters = prospective.by_quarter(found).rows()
    assert quarters == [(date(2024, 7, 1), 1, 0), (date(2024, 10, 1), 1, 1)]


def test_an_office_without_any_is_told_so(reading: Reading) -> None:
    nothing = Scope("65")
    recomputed = reperformance.determinations(reading, nothing)
    assert reperformance.conclusion(recomputed)["verdict"].to_list() == ["none"]
    coming = prospective.rights(reading, nothing)
    assert prospective.conclusion(coming)["verdict"].to_list() == ["none"]
    assert prospective.windows(coming).height == prospective.sheets(coming).height == 0
    lexicon = Lexicon(reading, "en")
    assert "No determination" in differing(reperformance.by_version(recomputed), lexicon).text
    assert "No right" in rights(prospective.by_quarter(coming), lexicon).text


@pytest.fixture(scope="module")
def published(reading: Reading, tmp_path_factory: pytest.TempPathFactory) -> list[Published]:
    workbench, run = reading.workbench, reading.run
    (workbench.root / "notebooks").symlink_to(REPOSITORY / "notebooks")
    (workbench.root / "ndaudit.toml").touch()
    # a run of two rules is never current by itself
    (workbench.runs / "current.json").write_text(json.dumps({"run_id": run.id}), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NDAUDIT_KEY_FILE", str(tmp_path_factory.mktemp("key") / "key"))
        found = [publish_notebooks(workbench, NOTEBOOKS, office=OFFICE, lang=lang) for lang in ("mn", "en")]
    return [item for items in found for item in items]


def test_the_notebooks_are_published_in_both_languages(published: list[Published]) -> None:
    assert [item.failure for item in published] == [None] * 4
    assert broken_links(item.path for item in published if item.path) == []
    pages = {
        (item.name, item.lang): item.path.read_text("utf-8").replace("\u00a0", " ")
        for item in published
        if item.path
    }
    recomputed, coming = (pages[name, "en"] for name in NOTEBOOKS)
    assert "1 of the 2 determinations decided differ: 0 ₮ were overpaid and 0 ₮ underpaid" in recomputed
    assert "2 people reach the right to an old-age pension in the rest of 2024" in coming
    mongolian = pages[NOTEBOOKS[1], "mn"]
    assert "2024 оны үлдсэн хугацаанд 2, 2025 онд 0 иргэний өндөр насны тэтгэврийн эрх үүснэ" in mongolian


@pytest.mark.usefixtures("published")
def test_analysts_get_the_explanation_too(reading: Reading) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NDAUDIT_KEY_FILE", str(reading.workbench.root / "key"))
        told = ndaudit.explain(FIRST, reading.workbench.root, lang="en")
    assert repr(told).startswith("1. Who, and as of which day")
    assert "540\u202f000\u00a0₮" in repr(told)


def test_nobody_is_named_in_what_is_published(published: list[Published]) -> None:
    for item in published:
        assert item.path is not None
        for path in item.path.parent.glob("*.html"):
            text = path.read_text("utf-8")
            assert [number for number in LIVES if str(number) in text] == []
            assert "И1" not in text


def test_charts_read_themselves_out(reading: Reading) -> None:
    lexicon = Lexicon(reading, "en")
    versions = reperformance.by_version(reperformance.determinations(reading, Scope(OFFICE)))
    assert "from 2024-01-01: wages of 60 months: 100\u00a0% (1 of 1)" in differing(versions, lexicon).text
    quarters = prospective.by_quarter(prospective.rights(reading, Scope(OFFICE)))
    assert "1, 1 of them lacking" in rights(quarters, lexicon).text


def test_what_speaks_of_nobody_in_particular_is_made_of_everybody(reading: Reading) -> None:
    everybody = {"register_year": "SELECT count(*) AS register_year FROM person"}
    one = f"SELECT {MAN} AS person_id"
    with recompute(reading, one, ["register_year", "insured"], everybody) as made:
        assert made.frame("SELECT register_year FROM register_year").item() == len(LIVES)
        assert made.frame("SELECT person_id FROM insured")["person_id"].to_list() == [MAN]
        assert made.frame("SELECT DISTINCT person_id FROM contribution")["person_id"].to_list() == [MAN]


DATABASES = "SELECT DISTINCT database_name FROM duckdb_databases() ORDER BY ALL"


def test_what_was_recomputed_shares_the_memory_of_its_reading_and_goes(reading: Reading) -> None:
    before = reading.frame(DATABASES)
    people = "SELECT person_id FROM snapshot.person"
    with recompute(reading, people, ["insured"]) as one, recompute(reading, people, ["insured"]) as other:
        # of one instance both are seen from the reading, and one limit holds for all
        assert len(reading.frame(DATABASES)) == len(before) + 2
        assert one.frame("SELECT count(*) FROM insured").item() == other.frame("FROM insured").height > 0
    assert reading.frame(DATABASES).equals(before)


def test_a_recomputation_that_fails_leaves_nothing_behind(reading: Reading) -> None:
    before = reading.frame(DATABASES)
    with (
        pytest.raises(duckdb.CatalogException),
        recompute(reading, "SELECT person_id FROM snapshot.nowhere", ["insured"]),
    ):
        pass
    assert reading.frame(DATABASES).equals(before)


def test_a_reading_may_be_closed_before_what_was_recomputed_from_it(reading: Reading) -> None:
    # as where both are collected when a notebook ends
    with (
        open_reading(reading.workbench, reading.run) as first,
        recompute(first, "SELECT person_id FROM snapshot.person", ["insured"]) as made,
    ):
        assert made.frame("FROM insured").height > 0
        first.con.close()
        with pytest.raises(duckdb.ConnectionException):
            made.frame("FROM insured")
