"""Follow-up of findings: ages, backlogs, retests and repetition, worked by hand over three runs."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from run_world import Past, make_workbench, write_run

from ndaudit import ledger
from ndaudit.analyses import followup, recurrence
from ndaudit.catalogue import Catalogue
from ndaudit.charts import open_ages
from ndaudit.findings import read_run
from ndaudit.lexicon import Lexicon
from ndaudit.reading import Reading, open_reading
from ndaudit.reporting import publish_notebooks
from ndaudit.reviews.decisions import Decision, State, confirm, correct, propose, retest, state_of
from ndaudit.reviews.log import open_log
from ndaudit.scope import Scope
from ndaudit.wording import sentences
from ndaudit.workbench import Workbench

COUNTRY, OFFICE = Scope(), Scope("65")
FAULT = Decision("official_error", "нас барснаас хойш", "НД-15/7", "Дорж", date(2026, 1, 10))
LAWFUL = Decision("lawful", "шүүхийн шийдвэртэй")


def finding(number: str, rule: str, severity: str, office: str, **evidence: str) -> Mapping[str, Any]:
    return {
        "finding_id": number,
        "rule_id": rule,
        "severity": severity,
        "office_code": office,
        "item_key": f"УБ70010111|{number}",
        "evidence": json.dumps(evidence),
    }


OLD = finding("f1", "PAY-05", "C", "1110")
GONE = finding("g1", "PAY-05", "C", "1110")
MIDDLE = finding("f2", "PAY-05", "C", "1110")
NEW = (
    finding("f3", "ACC-08", "W", "65", entered_by="65-I1"),
    finding("f4", "LBK-03", "I", "1110"),
    finding("f5", "SIB-11", "C", "65", entered_by="65-I1"),
    finding("f6", "SIB-11", "C", "65", entered_by="65-I2"),
    finding("f7", "CON-01", "W", "1110", employer_no="110000009"),
    # whose official is to be asked is not the employer's matter
    finding("f9", "SIB-11", "C", "1110", employer_no="110000009", entered_by="1110-I1"),
)
FIRM = finding("f8", "CON-03", "W", "1110", employer_no="110000009")


def past(workbench: Workbench, run_id: str, day: str, *findings: Mapping[str, Any]) -> None:
    folder = write_run(workbench, Past(run_id, 20, [("PAY-05", "C", "1110", 9, 9, 0, 0)], findings))
    record = folder / "run.json"
    record.write_text(record.read_text("utf-8").replace("2026-01-20", day), "utf-8")


@pytest.fixture
def workbench(tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    monkeypatch.setenv("NDAUDIT_KEY_FILE", str(tmp_path / "key"))
    made = make_workbench(tmp_path / "nd", catalogue)
    past(made, "r1", "2025-06-01", OLD, GONE)
    past(made, "r2", "2025-11-20", OLD, MIDDLE, FIRM)
    past(made, "r3", "2026-01-20", OLD, MIDDLE, FIRM, *NEW)
    (made.runs / "current.json").write_text('{"run_id": "r3"}', "utf-8")
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


def decide(workbench: Workbench, acting: list[str], decided: Mapping[str, Decision]) -> None:
    with open_log(workbench) as log:
        for number, decision in decided.items():
            propose(log, [State(number)], decision)
            acting.append("dorj")
            confirm(log, [state_of(number, log.of(number))])
            acting.pop()


def test_a_finding_is_as_old_as_the_first_run_that_made_it(reading: Reading) -> None:
    found = followup.findings(reading, COUNTRY)
    told = {row["finding_id"]: (row["first_on"], row["days"]) for row in found.iter_rows(named=True)}
    # 1 June to 20 January: 29 + 31 + 31 + 30 + 31 + 30 + 31 + 20; 20 November to 20 January: 10 + 31 + 20
    assert told["f1"] == (date(2025, 6, 1), 233)
    assert told["f2"] == told["f8"] == (date(2025, 11, 20), 61)
    assert told["f3"] == (date(2026, 1, 20), 0)
    # the lead is no fault, and what this run does not make is not open
    assert set(told) == {"f1", "f2", "f3", "f5", "f6", "f7", "f8", "f9"}
    assert set(found["state"]) == {"open"}
    assert followup.findings(reading, OFFICE)["finding_id"].to_list() == ["f3", "f5", "f6"]


def test_ages_count_what_waits_by_class(reading: Reading) -> None:
    found = followup.ages(followup.findings(reading, COUNTRY))
    assert found.rows() == [
        ("0", 5, 3, 2),
        ("30", 2, 1, 1),
        ("90", 0, 0, 0),
        ("180", 1, 1, 0),
        ("365", 0, 0, 0),
    ]
    drawn = open_ages(found, Lexicon(reading, "en"))
    assert drawn.text.startswith("less than 30 days: 5 (3); 30 to 89 days: 2 (1)")


def test_a_backlog_says_who_waits_for_what(workbench: Workbench, reading: Reading, acting: list[str]) -> None:
    decide(workbench, acting, {"f1": FAULT, "f2": LAWFUL, "f5": Decision("cannot_be_decided", "баримт алга")})
    found = followup.findings(reading, COUNTRY)
    columns = ("office_code", "findings", "waiting", "oldest", "due", "overdue", "corrected", "dismissed")
    assert followup.backlog(reading, found).select(columns).rows() == [
        ("1110", 5, 3, 61, 1, 1, 0, 1),
        ("65", 3, 3, 0, 0, 0, 0, 0),
    ]
    assert followup.ages(found)["findings"].sum() == 6


def test_what_was_confirmed_is_followed_until_it_is_gone(
    workbench: Workbench, reading: Reading, acting: list[str]
) -> None:
    assert followup.retested(reading, COUNTRY).is_empty()
    decide(workbench, acting, {"f1": FAULT, "g1": FAULT, "f2": LAWFUL})
    columns = ("rule_id", "confirmed", "corrected", "resolved", "still_there", "recurring", "recovered")

    def told() -> list[tuple[Any, ...]]:
        return followup.retested(reading, COUNTRY).select(columns).rows()

    assert told() == [("PAY-05", 2, 0, 0, 0, 0, 0)]
    with open_log(workbench) as log:
        correct(log, state_of("g1", log.of("g1")), "А/15", Decimal("120000"))
        assert told() == [("PAY-05", 2, 1, 0, 0, 0, 120000)]
        retest(log, "r3", ["f1"])
        assert told() == [("PAY-05", 2, 0, 1, 1, 0, 120000)]
        retest(log, "r4", ["g1"])
        assert told() == [("PAY-05", 2, 0, 1, 0, 1, 120000)]
    assert followup.retested(reading, OFFICE).is_empty()


def test_repetition_counts_whom_the_evidence_names(
    workbench: Workbench, reading: Reading, acting: list[str]
) -> None:
    found = followup.findings(reading, COUNTRY)
    columns = ("who", "office_code", "findings", "rules", "stayed", "confirmed", "recurring")
    inspectors = recurrence.by_inspector(reading, COUNTRY, found).select(columns)
    assert inspectors.rows() == [("65-I1", "65", 2, 2, 0, 0, 0)]
    employers = recurrence.by_employer(reading, COUNTRY, found).select(columns)
    assert employers.rows() == [("110000009", "1110", 2, 2, 1, 0, 0)]
    assert recurrence.by_employer(reading, OFFICE, found).is_empty()
    decide(workbench, acting, {"f3": LAWFUL, "f8": FAULT})
    found = followup.findings(reading, COUNTRY)
    assert recurrence.by_inspector(reading, COUNTRY, found).is_empty()
    assert recurrence.by_employer(reading, COUNTRY, found)["confirmed"].to_list() == [1]


def test_nothing_found_leaves_every_table_empty(workbench: Workbench, acting: list[str]) -> None:
    past(workbench, "r9", "2026-01-29")
    with open_reading(workbench, read_run(workbench, "r9")) as reading:
        found = followup.findings(reading, COUNTRY)
        assert found.is_empty()
        assert followup.ages(found).is_empty()
        assert followup.backlog(reading, found).is_empty()
        assert recurrence.by_inspector(reading, COUNTRY, found).is_empty()
        drawn = open_ages(followup.ages(found), Lexicon(reading, "en"))
        assert drawn.text == "No finding waits for a decision."


def test_every_class_of_age_is_a_word() -> None:
    assert {f"age_{least}" for least in followup.CLASSES} <= set(sentences("words"))


@pytest.mark.parametrize(
    ("lang", "decided", "said"),
    [
        ("mn", {}, ["Шийдвэр хараахан гараагүй тул", "30 хүрээгүй хоног", "Зөрчил давтагдсан ажил олгогч"]),
        ("en", {"f1": FAULT}, ["What became of confirmed findings", "Officials whose findings repeat"]),
    ],
)
def test_the_monitoring_report_follows_earlier_findings_up(
    workbench: Workbench, acting: list[str], lang: str, decided: Mapping[str, Decision], said: list[str]
) -> None:
    decide(workbench, acting, decided)
    chosen = "mn" if lang == "mn" else "en"
    [item] = publish_notebooks(workbench, ["03_order_163_monitoring"], lang=chosen)
    assert (item.failure, item.office) == (None, None)
    assert item.path is not None
    text = item.path.read_text("utf-8")
    assert [sentence for sentence in said if sentence not in text] == []
    assert "Nothing has been decided yet" not in text
    assert not [secret for secret in ("110000009", "65-I1", "УБ70010111") if secret in text]
