"""Confirmed findings by the same rule on a later snapshot, and a log of decisions nobody changed unseen."""

import json
import sqlite3
from pathlib import Path

import pytest
from run_world import Past, make_workbench, write_run

from ndaudit import ledger
from ndaudit.catalogue import Catalogue
from ndaudit.findings import read_run
from ndaudit.reviews.decisions import Decision, State, confirm, propose, state_of
from ndaudit.reviews.log import HEAD, open_log
from ndaudit.reviews.proving import NOTED, decisions_fault, decisions_head
from ndaudit.reviews.retesting import retest_run
from ndaudit.store import connect
from ndaudit.workbench import Workbench

RESULTS = (("PER-01", "C", "1110", 9, 5, 4, 0), ("PER-06", "W", "65", 9, 8, 1, 0))
FAULT = Decision("official_error", "Алдаа")


def finding(
    name: str, rule: str = "PER-01", office: str = "1110", outcome: str = "exception"
) -> dict[str, str]:
    return {"finding_id": name, "rule_id": rule, "severity": "C", "office_code": office, "outcome": outcome}


@pytest.fixture
def acting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    accounts = ["bat"]
    monkeypatch.setattr(ledger, "account", lambda: accounts[-1])
    return accounts


@pytest.fixture
def workbench(tmp_path: Path, catalogue: Catalogue, acting: list[str]) -> Workbench:
    """Four findings of January, confirmed by a second person on the run that found them."""
    made = make_workbench(tmp_path / "nd", catalogue)
    there = [finding("f1"), finding("f2"), finding("f3"), finding("f4", "PER-06", "65")]
    write_run(made, Past("r1", 5, RESULTS, there, snapshot_sha256="a"))
    with open_log(made) as log:
        propose(log, [State(name) for name in ("f1", "f2", "f3", "f4")], FAULT)
        acting.append("sara")
        confirm(log, [state_of(name, log.of(name)) for name in ("f1", "f2", "f3", "f4")])
        acting.pop()
    return made


def later(workbench: Workbench, day: int, sha: str, *there: dict[str, str]) -> dict[str, str]:
    """Make a run of a later day, retest by it, and return where the findings stand."""
    write_run(workbench, Past(f"r{day}", day, RESULTS, there, snapshot_sha256=sha))
    retest_run(workbench, read_run(workbench, f"r{day}"))
    return stand(workbench)


def stand(workbench: Workbench) -> dict[str, str]:
    with open_log(workbench) as log:
        return {name: state_of(name, log.of(name)).state for name in ("f1", "f2", "f3", "f4")}


def dated(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the confirmations have been made on 6 January, between the first run and those to come."""
    monkeypatch.setattr(
        "ndaudit.reviews.retesting._confirmed_at",
        lambda log, waiting: {state.finding_id: read_run(workbench, "r1").finished_at for state in waiting},
    )


def test_a_finding_is_resolved_still_there_or_recurring(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    dated(workbench, monkeypatch)
    # the same snapshot checked again tests nothing
    assert set(later(workbench, 7, "a", finding("f1")).values()) == {"confirmed"}
    second = later(workbench, 9, "b", finding("f2"), finding("f3", outcome="undetermined"))
    # f3 cannot be decided any more: that resolves nothing
    assert second == {"f1": "resolved", "f2": "still_there", "f3": "confirmed", "f4": "resolved"}
    third = later(workbench, 11, "c", finding("f1"), finding("f3"))
    assert third == {"f1": "recurring", "f2": "resolved", "f3": "still_there", "f4": "resolved"}
    with open_log(workbench) as log:
        entries = len(list(log.all()))
    later(workbench, 12, "c", finding("f1"), finding("f3"))
    with open_log(workbench) as log:
        assert len(list(log.all())) == entries


def test_what_a_run_could_not_decide_is_not_resolved(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    dated(workbench, monkeypatch)
    folder = write_run(workbench, Past("r9", 9, RESULTS[:1], (), snapshot_sha256="b"))
    con = connect(folder / "findings.duckdb")
    con.execute(
        "INSERT INTO undetermined_count (rule_id, office_code, reason, items)"
        " VALUES ('PER-01', '1110', 'not_delivered', 1)"
    )
    con.close()
    retest_run(workbench, read_run(workbench, "r9"))
    # PER-01 lacked its table in this office; PER-06 was not run at all
    assert set(stand(workbench).values()) == {"confirmed"}


def test_without_decisions_nothing_is_written(tmp_path: Path, catalogue: Catalogue) -> None:
    made = make_workbench(tmp_path / "new", catalogue)
    write_run(made, Past("r1", 5, RESULTS, ()))
    assert retest_run(made, read_run(made, "r1")) == []
    assert decisions_head(made) is None
    assert decisions_fault(made) is None
    assert ledger.read(made) == []


def rows(workbench: Workbench) -> sqlite3.Connection:
    con = sqlite3.connect(workbench.data / "reviews" / "decisions.sqlite", isolation_level=None)
    con.execute("DROP TRIGGER entries_stay")
    con.execute("DROP TRIGGER entries_are_kept")
    return con


def test_a_changed_word_is_named_by_its_entry(workbench: Workbench) -> None:
    assert decisions_fault(workbench) is None
    con = rows(workbench)
    con.execute("UPDATE entry SET body = replace(body, 'official_error', 'employer_error') WHERE seq = 3")
    con.close()
    assert decisions_fault(workbench) == "entry 3"


@pytest.mark.parametrize("cut", [8, 5, 1])
def test_an_end_cut_off_is_seen(workbench: Workbench, cut: int) -> None:
    con = rows(workbench)
    con.execute("DELETE FROM entry WHERE seq >= ?", [cut])
    con.close()
    assert decisions_fault(workbench) == "head"


def test_an_entry_taken_out_of_the_middle_is_seen(workbench: Workbench) -> None:
    con = rows(workbench)
    con.execute("DELETE FROM entry WHERE seq = 4")
    con.close()
    assert decisions_fault(workbench) == "entry 4"


def test_a_log_written_anew_is_seen_by_ledger_and_reports(workbench: Workbench, acting: list[str]) -> None:
    write_run(workbench, Past("r9", 9, RESULTS, (), snapshot_sha256="b"))
    retest_run(workbench, read_run(workbench, "r9"))
    noted = [entry for entry in ledger.read(workbench) if entry.event == "retest"]
    assert noted[0].details[NOTED] == decisions_head(workbench)
    report = workbench.reports / "2025-12" / "1110" / "03.mn.run.json"
    report.parent.mkdir(parents=True)
    report.write_text(json.dumps({NOTED: decisions_head(workbench)}), "utf-8")
    folder = workbench.data / "reviews"
    for path in folder.iterdir():
        path.unlink()
    assert decisions_fault(workbench) == "gone"
    # a whole and sound chain, and its own head beside it: only what was noted elsewhere tells
    with open_log(workbench) as log:
        propose(log, [State("f1")], Decision("lawful", "Зөрчилгүй"))
        assert log.fault() is None
    assert (folder / HEAD).is_file()
    assert decisions_fault(workbench) == "head"
    (workbench.data / "ledger.jsonl").unlink()
    assert decisions_fault(workbench) == "head"
    report.unlink()
    assert decisions_fault(workbench) is None


def test_each_changed_byte_of_the_rows_is_named(workbench: Workbench) -> None:
    path = workbench.data / "reviews" / "decisions.sqlite"
    con = sqlite3.connect(path)
    con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    con.close()
    whole = path.read_bytes()
    places = [n for n in range(len(whole)) if whole[n : n + 8] == b"official"]
    places += [n for n in range(len(whole)) if whole[n : n + 12] == b'"owner":"","']
    assert len(places) >= 8
    for place in places:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        told = decisions_fault(workbench)
        assert (told or "").startswith("entry"), place
    # the header of the file
    for place in (0, 17):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        assert decisions_fault(workbench) is not None
    path.write_bytes(whole)
    assert decisions_fault(workbench) is None
