"""The cards of rules at the end of a report, on a catalogue and findings written out by hand."""

import json
from collections.abc import Iterator

import polars as pl
import pytest
from run_world import Past, make_workbench, write_run

from ndaudit.analyses.examples import examples
from ndaudit.catalogue import Catalogue
from ndaudit.lexicon import Lexicon
from ndaudit.reading import Reading, open_reading
from ndaudit.reporting.cards import Cards, Named
from ndaudit.reporting.views import read_views
from ndaudit.scope import Scope

KEY = b"k" * 32
OFFICE, COUNTRY = Scope("65"), Scope()
# rule, severity, office, population, met, exceptions, undetermined
RESULTS = (
    ("PAY-05", "C", "65", 6, 1, 4, 1),
    ("PAY-05", "C", "1110", 2, 2, 0, 0),
    ("PER-01", "C", "65", 3, 2, 1, 0),
    ("PER-01", "C", "1110", 3, 2, 1, 0),
    ("BOK-01", "C", "65", 3, 3, 0, 0),
)


def paid(number: int, effect: int) -> dict[str, object]:
    return {
        "finding_id": f"{number:016}",
        "rule_id": "PAY-05",
        "severity": "C",
        "item_key": f"7000007|{number}",
        "office_code": "65",
        "effect": effect,
        "evidence": json.dumps({"person_id": "7000007", "amount": "650000.00"}),
    }


def numbered(office: str) -> dict[str, object]:
    return {
        "finding_id": "a" * 16,
        "rule_id": "PER-01",
        "severity": "C",
        "item_key": "7000007",
        "office_code": office,
        "evidence": None,
    }


FINDINGS = (paid(1, 100), paid(2, -900), paid(3, 50), paid(4, 10), numbered("65"), numbered("1110"))


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Iterator[Reading]:
    made = make_workbench(tmp_path_factory.mktemp("cards") / "nd", catalogue, {})
    write_run(made, Past("r1", 20, RESULTS, FINDINGS))
    (made.runs / "current.json").write_text('{"run_id": "r1"}', "utf-8")
    with open_reading(made) as opened:
        yield opened


def cards_of(reading: Reading, scope: Scope, named: Named, most: int = 2) -> dict[str, dict[str, object]]:
    written = Cards(reading, scope, Lexicon(reading, "en"), KEY, most).written(named)
    return {card["rule"]: card for area in written["areas"] for card in area["cards"]}


def test_the_largest_findings_stand_for_the_others_and_named_ones_stay(reading: Reading) -> None:
    found = examples(reading, OFFICE, {"PAY-05"}, {f"{4:016}"}, 2)
    assert [int(name) for name in found["finding_id"]] == [2, 1, 4]


def test_a_card_says_what_was_found_and_how_all_of_it_is_listed(reading: Reading) -> None:
    card = cards_of(reading, OFFICE, Named(rules={"PAY-05"}))["PAY-05"]
    assert card["result"] == "6 items checked, 4 exceptions found. Undetermined 1: a value is missing in 1."
    assert card["all"] == {
        "text": "2 of 4 are shown. To list all:",
        "command": "ndaudit findings --rule PAY-05 --office 65 --format xlsx",
    }
    assert [one["effect"] for one in card["findings"]] == ["−900", "+100"]  # type: ignore[attr-defined]


def test_nobody_is_named(reading: Reading) -> None:
    assert "7000007" not in json.dumps(cards_of(reading, COUNTRY, Named(rules={"PAY-05", "PER-01"})))


def test_a_finding_of_two_offices_has_one_place(reading: Reading) -> None:
    both = cards_of(reading, COUNTRY, Named(rules={"PER-01"}))["PER-01"]["findings"]
    assert [one["place"] for one in both] == [f"finding-{'a' * 16}", None]  # type: ignore[attr-defined]
    own = cards_of(reading, OFFICE, Named(rules={"PER-01"}))["PER-01"]["findings"]
    assert [one["place"] for one in own] == [f"finding-{'a' * 16}"]  # type: ignore[attr-defined]


def test_a_dossier_shows_no_findings_of_others(reading: Reading) -> None:
    card = cards_of(reading, OFFICE, Named(rules={"PAY-05"}), most=0)["PAY-05"]
    assert card["findings"] == []
    assert card["all"]["text"] == "To list all:"  # type: ignore[index]


def test_an_area_or_clause_brings_the_rules_that_have_something_to_say(reading: Reading) -> None:
    named = Named()
    named.note(read_views()["areas"], pl.DataFrame({"area": ["PER", "BOK"]}))
    named.note(read_views()["indicators"], pl.DataFrame({"clause": ["4.1.5"]}))
    written = Cards(reading, OFFICE, Lexicon(reading, "en"), KEY).written(named)
    assert {area["code"]: [card["rule"] for card in area["cards"]] for area in written["areas"]} == {
        "BOK": [],
        "PER": ["PER-01"],
    }
    assert "BOK-01" in written["clauses"]["4.1.5"]


def test_clauses_stand_in_the_order_of_their_numbers(reading: Reading) -> None:
    named = Named(clauses={(number, "job_description") for number in ("2.10", "2.9", "3.4", "2.3")})
    assert list(named.cited(reading.catalogue)) == ["2.3", "2.9", "2.10", "3.4"]


def test_a_rule_without_anything_to_check_says_so(reading: Reading) -> None:
    card = cards_of(reading, OFFICE, Named(rules={"SUR-01"}))["SUR-01"]
    assert (card["result"], card["all"]) == ("There was nothing to check.", None)
