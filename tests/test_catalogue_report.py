"""The report on the catalogue: runs written out by hand, decisions by two people, and the page."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from conftest import REPOSITORY
from page_links import broken_links
from run_world import Past, make_workbench, write_run

from ndaudit import ledger
from ndaudit.analyses import catalogue as cataloguing
from ndaudit.analyses import runs, yields
from ndaudit.catalogue import Catalogue
from ndaudit.charts import finding_rules, over_time
from ndaudit.evaluation import Failure
from ndaudit.findings import read_run
from ndaudit.lexicon import Lexicon
from ndaudit.reading import Reading, open_reading
from ndaudit.reporting import publish_notebooks
from ndaudit.reviews.decisions import STATES, Decision, State, confirm, propose, state_of
from ndaudit.reviews.log import log_path, open_log
from ndaudit.scope import Scope
from ndaudit.wording import sentences
from ndaudit.workbench import Workbench

COUNTRY, OFFICE = Scope(), Scope("1110")
# rule, severity, office, population, met, exceptions, undetermined
BEFORE = (
    ("PAY-05", "C", "1110", 20, 15, 5, 0),
    ("ACC-04", "W", "1110", 10, 8, 2, 0),
    ("LBK-03", "I", "1110", 10, 7, 3, 0),
)
NOW = (
    ("PAY-05", "C", "1110", 20, 13, 6, 1),
    ("PAY-05", "C", "65", 9, 8, 1, 0),
    ("ACC-04", "W", "1110", 10, 10, 0, 0),
    ("BOK-02", "C", "65", 4, 0, 0, 4),
    ("LBK-03", "I", "1110", 10, 7, 3, 0),
)
FOUND = tuple(
    {"finding_id": finding, "rule_id": rule, "office_code": office}
    for finding, rule, office in (
        ("f1", "PAY-05", "1110"),
        ("f2", "PAY-05", "1110"),
        ("f3", "PAY-05", "65"),
        ("f4", "LBK-03", "1110"),
    )
)
FAULT = Decision("official_error", "нас барснаас хойш", "НД-15/7", "Дорж")
LAWFUL = Decision("lawful", "шүүхийн шийдвэртэй")


@pytest.fixture
def workbench(tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    monkeypatch.setenv("NDAUDIT_KEY_FILE", str(tmp_path / "key"))
    made = make_workbench(tmp_path / "nd", catalogue)
    write_run(made, Past("r2", 20, NOW, FOUND))
    (made.runs / "current.json").write_text('{"run_id": "r2"}', "utf-8")
    return made


@pytest.fixture
def reading(workbench: Workbench) -> Iterator[Reading]:
    with open_reading(workbench) as opened:
        yield opened


@pytest.fixture
def acting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whose system account acts: the last name in the list."""
    accounts = ["bat"]
    monkeypatch.setattr(ledger, "account", lambda: accounts[-1])
    return accounts


def row(frame: pl.DataFrame, **where: str) -> dict[str, object]:
    for name, value in where.items():
        frame = frame.filter(pl.col(name) == value)
    assert frame.height == 1
    return frame.row(0, named=True)


def decide(workbench: Workbench, acting: list[str], decided: dict[str, Decision]) -> None:
    with open_log(workbench) as log:
        for finding, decision in decided.items():
            propose(log, [State(finding)], decision)
            acting.append("dorj")
            confirm(log, [state_of(finding, log.of(finding))])
            acting.pop()


def test_every_rule_of_the_catalogue_stands_there(reading: Reading, catalogue: Catalogue) -> None:
    found = cataloguing.results(reading, COUNTRY)
    assert found["rule_id"].to_list() == sorted(catalogue.rules)
    standings = {
        name: row(found, rule_id=name)["standing"] for name in ("PAY-05", "ACC-04", "BOK-02", "BEN-01")
    }
    assert standings == {"PAY-05": "found", "ACC-04": "kept", "BOK-02": "undecided", "BEN-01": "empty"}
    assert row(found, rule_id="PAY-05")["exceptions"] == 7
    assert row(found, rule_id="PAY-05")["cases"] == len(catalogue.rules["PAY-05"].cases)
    assert "job_description 2.10" in row(found, rule_id="ACC-04")["criteria"]  # type: ignore[operator]


def test_a_rule_that_could_not_be_run_is_neither_kept_nor_silent(reading: Reading) -> None:
    broken = replace(reading, run=replace(reading.run, failures=(Failure("ACC-04", "why"),)))
    found = cataloguing.results(broken, COUNTRY)
    assert row(found, rule_id="ACC-04")["standing"] == "failed"
    told = cataloguing.conclusion(found, yields.by_rule(broken, COUNTRY)).row(0, named=True)
    assert (told["failed"], told["kept"], told["verdict"]) == (1, 0, "failed")


def test_leads_are_in_no_count_of_the_conclusion(reading: Reading, catalogue: Catalogue) -> None:
    found = cataloguing.results(reading, COUNTRY)
    told = cataloguing.conclusion(found, yields.by_rule(reading, COUNTRY)).row(0, named=True)
    raising = sum(rule.is_lead for rule in catalogue.rules.values())
    assert (told["rules"], told["leads"]) == (len(catalogue.rules) - raising, raising)
    assert (told["finding"], told["kept"]) == (1, 1)
    assert told["silent"] == told["rules"] - 2
    assert (told["exceptions"], told["critical"], told["undetermined"]) == (7, 7, 5)
    assert told["verdict"] == "found"
    assert "LBK" not in cataloguing.areas(found).filter(pl.col("finding") > 0)["area"].to_list()


@pytest.mark.parametrize(
    ("results", "verdict"), [([("ACC-04", "W", "65", 3, 3, 0, 0)], "kept"), ([], "unchecked")]
)
def test_nothing_found_and_nothing_checked_are_told_apart(
    workbench: Workbench, results: list[tuple[str, str, str, int, int, int, int]], verdict: str
) -> None:
    write_run(workbench, Past("r9", 22, results, ()))
    with open_reading(workbench, read_run(workbench, "r9")) as opened:
        found = cataloguing.results(opened, COUNTRY)
        told = cataloguing.conclusion(found, yields.by_rule(opened, COUNTRY)).row(0, named=True)
        assert told["verdict"] == verdict
        drawn = finding_rules(cataloguing.areas(found), Lexicon(opened, "en"))
        assert drawn.text == "No rule found an exception."


def test_law_is_counted_by_the_rules_that_call_it(reading: Reading, catalogue: Catalogue) -> None:
    few = {name: catalogue.rules[name] for name in ("BEN-07", "ACC-04")}
    told = replace(reading, catalogue=replace(catalogue, rules=few))
    used = row(cataloguing.law_used(told), name="funeral_hours")
    assert used["rules"] == 1
    parameter = catalogue.law["funeral_hours"]
    assert used["values"] == sum(value.is_known for value in parameter.values)
    assert used["unknown"] == len(parameter.values) - used["values"]  # type: ignore[operator]


def test_results_over_time_are_those_of_full_runs_up_to_this_one(workbench: Workbench) -> None:
    write_run(workbench, Past("r1", 10, BEFORE, (), catalogue_hash="c0"))
    write_run(workbench, Past("partial", 15, BEFORE, (), full=False))
    write_run(workbench, Past("later", 25, BEFORE, ()))
    with open_reading(workbench) as opened:
        found = runs.over_time(opened, COUNTRY)
        shown = found.select("run_id", "critical", "warning", "leads", "undetermined", "is_changed").rows()
        assert shown == [("r2", 7, 0, 3, 5, True), ("r1", 5, 2, 3, 0, None)]
        assert runs.over_time(opened, OFFICE)["critical"].to_list() == [6, 5]
        drawn = over_time(found, Lexicon(opened, "en"))
        assert drawn.text == "2026-01-10: 5 critical, 2 warnings; 2026-01-20: 7 critical, 0 warnings"


def edited(folder: Path) -> None:
    """Give a run declarations of its own, in which ACC-04 reads otherwise."""
    (folder / "expectations").unlink()
    shutil.copytree(REPOSITORY / "expectations", folder / "expectations")
    rule = folder / "expectations" / "rules" / "ACC" / "ACC-04.toml"
    rule.write_text(rule.read_text("utf-8") + "# otherwise\n", "utf-8")


@pytest.mark.parametrize(("sha256", "of_rule", "of_data"), [("a", "rule", "other"), ("b", "both", "data")])
def test_a_change_is_told_by_its_cause(workbench: Workbench, sha256: str, of_rule: str, of_data: str) -> None:
    gone = ("BOK-01", "C", "65", 4, 1, 3, 0)
    edited(write_run(workbench, Past("r1", 10, (*BEFORE, gone), (), snapshot_sha256=sha256)))
    with open_reading(workbench) as opened:
        found = runs.changes(opened, COUNTRY)
    assert found.select("rule_id", "exceptions_before", "exceptions", "why").rows() == [
        ("BOK-01", 3, 0, "gone"),
        ("ACC-04", 2, 0, of_rule),
        ("PAY-05", 5, 7, of_data),
        ("BOK-02", 0, 0, "new"),
    ]
    assert row(found, rule_id="BOK-02")["undetermined"] == 4


def test_a_first_run_has_nothing_to_be_compared_with(reading: Reading) -> None:
    assert runs.changes(reading, COUNTRY).height == 0
    drawn = over_time(runs.over_time(reading, COUNTRY), Lexicon(reading, "en"))
    assert drawn.text == "There is no earlier run to compare with: one full check has been made."


def test_yield_counts_what_a_second_person_confirmed(
    workbench: Workbench, reading: Reading, acting: list[str]
) -> None:
    decide(workbench, acting, {"f1": FAULT, "f2": LAWFUL, "f3": FAULT})
    with open_log(workbench) as log:
        propose(log, [State("f4")], FAULT)
    found = row(yields.by_rule(reading, COUNTRY), rule_id="PAY-05")
    assert (found["confirmed"], found["decided"]) == (2, 3)
    assert found["share"] == Decimal("0.666666666667")
    # exact, 2.5 % at each end: two or three of three 3p² − 2p³ = 0.025; no more than two 1 − p³ = 0.025
    assert (found["low"], found["high"]) == (Decimal("0.0943"), Decimal("0.9916"))
    assert yields.by_rule(reading, COUNTRY).height == 1
    assert yields.by_state(reading, COUNTRY).rows() == [("proposed", 1), ("confirmed", 2), ("dismissed", 1)]
    assert row(yields.by_rule(reading, OFFICE), rule_id="PAY-05")["decided"] == 2


def test_what_was_corrected_is_known_from_the_run_that_found_it(
    workbench: Workbench, acting: list[str]
) -> None:
    write_run(
        workbench,
        Past("r1", 10, BEFORE, ({"finding_id": "old", "rule_id": "ACC-04", "office_code": "1110"},)),
    )
    decide(workbench, acting, {"old": FAULT})
    with open_reading(workbench) as opened:
        assert yields.by_rule(opened, COUNTRY).select("rule_id", "confirmed").rows() == [("ACC-04", 1)]


def test_a_workbench_without_reviews_stays_without_a_log(workbench: Workbench, reading: Reading) -> None:
    assert yields.by_rule(reading, COUNTRY).height == 0
    assert yields.by_state(reading, COUNTRY).height == 0
    assert not log_path(workbench).exists()


def test_every_code_the_tables_show_is_a_word() -> None:
    words = set(sentences("words"))
    shown = {f"standing_{name}" for name in cataloguing.STANDINGS} | {f"why_{name}" for name in runs.WHY}
    assert (shown | {f"state_{name}" for name in STATES}) - words == set()


@pytest.mark.parametrize(
    ("lang", "said", "empty"),
    [
        ("mn", "дүрмийн 1 нь зөрчил илрүүлж, 1 нь бүгд биелж", "Хянагчийн шийдвэр хараахан алга"),
        ("en", "1 found exceptions, 1 hold everywhere", "Nothing has been decided yet"),
    ],
)
def test_the_notebook_is_published_for_the_country(
    workbench: Workbench, lang: str, said: str, empty: str
) -> None:
    [item] = publish_notebooks(workbench, ["12_catalogue"], lang="mn" if lang == "mn" else "en")
    assert (item.failure, item.office) == (None, None)
    assert item.path is not None
    assert item.path.parent.name == "country"
    text = item.path.read_text("utf-8")
    assert said in text
    assert empty in text
    assert "УБ70010111" not in text
    assert broken_links([item.path]) == []
