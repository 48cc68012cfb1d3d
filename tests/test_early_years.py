"""Service before 1995 in synthetic offices: how entries err, and the papers that prove them."""

from datetime import date

import polars as pl
import pytest

from ndaudit.synthetic.careers import with_spans
from ndaudit.synthetic.early_years import FORMS, with_early_years
from ndaudit.synthetic.families import with_deaths
from ndaudit.synthetic.jobs import main_spans
from ndaudit.synthetic.months import LEDGER_START
from ndaudit.synthetic.office import lawful_office
from ndaudit.synthetic.people import draw_people
from ndaudit.synthetic.plan import Frames, OfficePlan

PLAN = OfficePlan(code="1110", persons=300, seed=4, number=0)


@pytest.fixture(scope="module")
def frames() -> Frames:
    return lawful_office(PLAN)


def test_every_form_occurs(frames: Frames) -> None:
    assert set(frames["spans"]["form"].drop_nulls()) == {*FORMS, "recruit"}


def test_flags_are_those_of_the_form(frames: Frames) -> None:
    flags = ("certified", "corrected", "order_altered", "rewritten", "records_lost", "pay_recorded")
    good = dict(zip(flags, (True, False, False, False, False, True), strict=True))
    for row in frames["employment"].filter(pl.col("form").is_not_null()).iter_rows(named=True):
        form = FORMS.get(row["form"])
        faults = set(form.faults) if form else set()
        assert {flag for flag in flags if row[flag] != good[flag]} == faults - {"birth_date_written"}
        assert row["kind"] == (form.kind if form else "conscript")


def test_a_career_keeps_its_months() -> None:
    people = with_deaths(PLAN, with_spans(PLAN, draw_people(PLAN)))
    before = main_spans(PLAN, people)
    after = with_early_years(people, before).filter(
        ~(pl.col("kind").is_in(["disabled", "late"]) & (pl.col("m_to") < LEDGER_START))
    )
    months = (pl.col("m_to") - pl.col("m_from") + 1).sum()
    sums = [spans.group_by("person_id").agg(months=months).sort("person_id") for spans in (before, after)]
    assert sums[0].equals(sums[1])
    assert after.height > before.height


def test_papers_of_faulty_entries_meet_and_cover_them(frames: Frames) -> None:
    spans = frames["spans"].filter((pl.col("form") == "altered") & (pl.col("kind") == "claimant"))
    person = spans["person_id"][0]
    papers = (
        frames["document"]
        .filter((pl.col("person_id") == person) & pl.col("kind").is_in(["archive_orders", "court_decision"]))
        .sort("covers_from")
    )
    assert papers["kind"].to_list() == ["archive_orders", "court_decision"]
    assert papers["covers_from"][0] == spans["hired_on"][0]
    assert papers["covers_to"][1] == spans["released_on"][0]
    assert (papers["covers_from"][1] - papers["covers_to"][0]).days == 1


def test_the_contribution_reference_begins_with_july_1991(frames: Frames) -> None:
    papers = frames["document"].filter(pl.col("kind") == "archive_contribution_135")
    assert papers["covers_from"].min() == date(1991, 7, 1)
    assert papers["covers_to"].max() == date(1994, 12, 31)


def test_no_woman_is_a_conscript(frames: Frames) -> None:
    assert set(frames["employment"].filter(pl.col("kind") == "conscript")["sex"]) == {"M"}
