"""Decisions: two people, no lost write, no changed entry, and what becomes of a finding."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from ndaudit import ledger
from ndaudit.beginning import begin
from ndaudit.errors import RefusedError, UsageError
from ndaudit.reviews.decisions import (
    Decision,
    State,
    assign,
    confirm,
    correct,
    propose,
    retest,
    send_back,
    state_of,
    states,
)
from ndaudit.reviews.exchange import Imported, read_entries, write_entries
from ndaudit.reviews.following import ages, yields
from ndaudit.reviews.log import Conflict, DecisionLog, Draft, open_log
from ndaudit.reviews.worklists import COLUMNS, Line, read_worklist, write_worklist
from ndaudit.roles import ROLES_FILE
from ndaudit.wording import say
from ndaudit.workbench import Workbench

FAULT = Decision("official_error", "Гарын үсэггүй", "НД-15/7", "Дорж", date(2026, 12, 1), "Гарын үсэг авах")
LAWFUL = Decision("lawful", "Шүүхийн шийдвэртэй")


def without_roles(root: Path) -> Workbench:
    """A workbench in which its owner may do everything: roles have tests of their own."""
    made = begin(root, "mn")
    (made.root / ROLES_FILE).unlink()
    return made


@pytest.fixture
def workbench(tmp_path: Path) -> Workbench:
    return without_roles(tmp_path / "nd")


@pytest.fixture
def acting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whose system account acts: the last name in the list."""
    accounts = ["bat"]
    monkeypatch.setattr(ledger, "account", lambda: accounts[-1])
    return accounts


def of(log: DecisionLog, finding: str) -> State:
    return state_of(finding, log.of(finding))


def test_a_proposal_takes_effect_by_a_second_person_only(workbench: Workbench, acting: list[str]) -> None:
    with open_log(workbench) as log:
        propose(log, [of(log, "f1")], FAULT)
        assert of(log, "f1").state == "proposed"
        with pytest.raises(RefusedError) as caught:
            confirm(log, [of(log, "f1")])
        assert caught.value.sentence == "reviews.own_proposal"
        assert of(log, "f1").state == "proposed"
        acting.append("sara")
        confirm(log, [of(log, "f1")])
        found = of(log, "f1")
        assert (found.state, found.proposed_by, found.confirmed_by) == ("confirmed", "bat", "sara")
        assert found.decision["due_on"] == "2026-12-01"


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("lawful", "dismissed"),
        ("rule_error", "dismissed"),
        ("evasion", "confirmed"),
        ("cannot_be_decided", "undecided"),
    ],
)
def test_what_a_class_makes_of_a_finding(
    workbench: Workbench, acting: list[str], kind: str, state: str
) -> None:
    with open_log(workbench) as log:
        propose(log, [of(log, "f1")], Decision(kind, "үндэслэл"))
        acting.append("sara")
        confirm(log, [of(log, "f1")])
        assert of(log, "f1").state == state


def test_the_second_writer_sees_what_the_first_wrote(workbench: Workbench, acting: list[str]) -> None:
    with open_log(workbench) as log:
        before = of(log, "f1")
        propose(log, [before], FAULT)
        acting.append("sara")
        with pytest.raises(Conflict) as caught:
            propose(log, [before, State("f2")], LAWFUL)
        assert [entry.user for entry in caught.value.entries] == ["bat"]
        # together or not at all
        assert of(log, "f2").state == "open"
        propose(log, [of(log, "f1")], LAWFUL)
        assert of(log, "f1").proposed_by == "sara"


def test_many_findings_are_decided_at_once(workbench: Workbench, acting: list[str]) -> None:
    with open_log(workbench) as log:
        targets = [State(f"f{n}") for n in range(500)]
        assign(log, targets, "sara")
        propose(log, list(states(log).values()), LAWFUL)
        acting.append("sara")
        confirm(log, list(states(log).values()))
        assert {state.state for state in states(log).values()} == {"dismissed"}
        assert log.fault() is None


def test_a_proposal_sent_back_waits_again(workbench: Workbench, acting: list[str]) -> None:
    with open_log(workbench) as log:
        assign(log, [State("f1")], "bat")
        propose(log, [of(log, "f1")], FAULT)
        send_back(log, [of(log, "f1")], "баримт дутуу")
        assert of(log, "f1").state == "assigned"
        with pytest.raises(RefusedError):
            confirm(log, [of(log, "f1")])
        with pytest.raises(RefusedError):
            send_back(log, [of(log, "f1")], "x")


def test_wrong_decisions_are_refused(workbench: Workbench, acting: list[str]) -> None:
    with open_log(workbench) as log:
        with pytest.raises(UsageError):
            propose(log, [State("f1")], Decision("guess", "x"))
        with pytest.raises(UsageError):
            propose(log, [State("f1")], Decision("lawful", "  "))
        with pytest.raises(RefusedError):
            correct(log, State("f1"), "А/1", Decimal(5))
        assert list(log.all()) == []


def confirmed(log: DecisionLog, acting: list[str], *findings: str) -> None:
    propose(log, [of(log, finding) for finding in findings], FAULT)
    acting.append("sara")
    confirm(log, [of(log, finding) for finding in findings])
    acting.pop()


def test_a_confirmed_finding_is_retested_by_later_runs(workbench: Workbench, acting: list[str]) -> None:
    with open_log(workbench) as log:
        confirmed(log, acting, "f1", "f2")
        correct(log, of(log, "f1"), "А/15", Decimal("120000"))
        assert (of(log, "f1").recovered, of(log, "f1").act_no) == (Decimal(120000), "А/15")
        retest(log, "run-2", ["f2"])
        assert (of(log, "f1").state, of(log, "f2").state) == ("resolved", "still_there")
        retest(log, "run-2", ["f1", "f2"])
        assert of(log, "f1").state == "resolved"
        retest(log, "run-3", ["f1"])
        assert (of(log, "f1").state, of(log, "f2").state) == ("recurring", "resolved")


def test_entries_are_neither_changed_nor_removed(workbench: Workbench, acting: list[str]) -> None:
    with open_log(workbench) as log:
        propose(log, [State("f1")], FAULT)
        path = log.path
    con = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        con.execute("UPDATE entry SET user = 'x'")
    with pytest.raises(sqlite3.IntegrityError, match="never removed"):
        con.execute("DELETE FROM entry")
    con.close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_one_changed_word_or_a_cut_end_breaks_the_chain(workbench: Workbench, acting: list[str]) -> None:
    with open_log(workbench) as log:
        confirmed(log, acting, "f1")
        head = log.head()
        assert log.fault(head) is None
        con = sqlite3.connect(log.path)
        con.execute("DROP TRIGGER entries_stay")
        con.execute("UPDATE entry SET user = 'dorj' WHERE seq = 1")
        con.commit()
        assert log.fault() == "entry 1"
        con.execute("UPDATE entry SET user = 'bat' WHERE seq = 1")
        con.execute("DROP TRIGGER entries_are_kept")
        con.execute("DELETE FROM entry WHERE seq = 2")
        con.commit()
        con.close()
        assert log.fault() is None
        assert log.fault(head) == "head"


def test_decisions_travel_between_machines_once(
    workbench: Workbench, tmp_path: Path, acting: list[str]
) -> None:
    other = without_roles(tmp_path / "other")
    out = tmp_path / "decisions.jsonl"
    with open_log(workbench) as log, open_log(other) as far:
        confirmed(log, acting, "f1", "f2")
        assert write_entries(log, out) == 4
        assert read_entries(far, out) == Imported(4)
        assert read_entries(far, out) == Imported(0)
        assert {f: s.state for f, s in states(far).items()} == {"f1": "confirmed", "f2": "confirmed"}
        assert of(far, "f1").confirmed_by == "sara"
        assert far.fault() is None
        # and back again: nothing is new
        write_entries(far, out)
        assert read_entries(log, out) == Imported(0)


def test_a_changed_export_adds_nothing(workbench: Workbench, tmp_path: Path, acting: list[str]) -> None:
    other = without_roles(tmp_path / "other")
    out = tmp_path / "decisions.jsonl"
    with open_log(workbench) as log, open_log(other) as far:
        confirmed(log, acting, "f1")
        write_entries(log, out)
        out.write_text(out.read_text("utf-8").replace("official_error", "lawful"), "utf-8")
        with pytest.raises(RefusedError):
            read_entries(far, out)
        out.write_text("[1]\n", "utf-8")
        with pytest.raises(RefusedError):
            read_entries(far, out)
        assert list(far.all()) == []


WRITER = """
import sys
from pathlib import Path
from ndaudit.reviews.log import Draft, open_log
from ndaudit.workbench import Workbench
name, first, count = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
with open_log(Workbench(Path(sys.argv[1]))) as log:
    for n in range(first, count):
        log.append(name, [Draft("assign", f"{name}-{n}", {"to": name}, 0)])
        print(n, flush=True)
"""
KILLS = 6


def writer_of(workbench: Workbench, name: str, first: int, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(workbench.root), name, str(first), str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def acknowledged_by(writer: subprocess.Popen[str]) -> list[int]:
    """Return what a writer said was on disk, up to its end or its kill."""
    return [int(line) for line in writer.communicate()[0].splitlines() if line.strip()]


def test_four_writers_killed_and_begun_again_lose_nothing(
    workbench: Workbench, record_property: Callable[[str, object], None]
) -> None:
    count = int(os.environ.get("NDAUDIT_DECISIONS", "40"))
    with open_log(workbench):
        pass
    names = [f"w{n}" for n in range(4)]
    running = {name: writer_of(workbench, name, 0, count) for name in names}
    told: dict[str, list[int]] = {name: [] for name in names}
    for kill in range(KILLS):
        name = names[kill % len(names)]
        # once it has written: a moment that falls into an entry as likely as between two
        line = running[name].stdout.readline()  # type: ignore[union-attr]
        time.sleep(0.05 * (1 + kill))
        running[name].send_signal(signal.SIGKILL)
        # a writer that was done before its turn came has nothing more to say
        told[name] += [int(line)] if line.strip() else []
        told[name] += acknowledged_by(running[name])
        with open_log(workbench) as log:
            kept = [entry.finding_id for entry in log.all() if entry.user == name]
        # what it had written and could not say any more stands all the same, and is not written twice
        assert len(told[name]) <= len(kept) <= len(told[name]) + 1 + kill
        running[name] = writer_of(workbench, name, len(kept), count)
    for name in names:
        told[name] += acknowledged_by(running[name])
    with open_log(workbench) as log:
        kept = [entry.finding_id for entry in log.all()]
        assert log.fault() is None
    assert sorted(kept) == sorted(f"{name}-{n}" for name in names for n in range(count))
    assert {f"{name}-{n}" for name in names for n in told[name]} <= set(kept)
    record_property("kills", KILLS)
    record_property("decisions", len(kept))


def test_yield_of_a_rule_worked_by_hand() -> None:
    found = [
        State("f1", "confirmed", decision={"kind": "official_error"}),
        State("f2", "dismissed", decision={"kind": "lawful"}),
        State("f3", "resolved", decision={"kind": "evasion"}),
        State("f4", "proposed", decision={"kind": "lawful"}),
        State("f5", "undecided", decision={"kind": "cannot_be_decided"}),
    ]
    of_rule = dict.fromkeys(["f1", "f2", "f3", "f4", "f5"], "PER-01")
    made = yields(found, of_rule)["PER-01"]
    assert (made.confirmed, made.decided) == (2, 3)
    # exact, 2.5 % at each end: two or three of three 3p² − 2p³ = 0.025; no more than two 1 − p³ = 0.025
    assert (made.low, made.high) == (pytest.approx(0.0943, abs=1e-4), pytest.approx(0.9916, abs=1e-4))


def test_ages_of_what_waits(workbench: Workbench, acting: list[str]) -> None:
    with open_log(workbench) as log:
        log.append("bat", [Draft("assign", "f1", {"to": "x"}, 0), Draft("assign", "f2", {"to": "x"}, 0)])
        later = datetime.now(UTC) + timedelta(days=95)
        assert ages(log.all(), states(log), later) == {"0": 0, "30": 0, "90": 2, "180": 0, "365": 0}


def test_a_worklist_goes_out_and_its_answers_come_back(workbench: Workbench, tmp_path: Path) -> None:
    lines = [
        Line("f1", "PER-01", "65|1", "=cmd() регистр алга", Decimal("1500.00")),
        Line("f2", "PER-06", "65|2", "Овог алга", None),
    ]
    paper = write_worklist(workbench, "65", "r1", lines, "mn")
    assert read_worklist(paper) == []
    filled = tmp_path / "filled.xlsx"
    with xlsxwriter.Workbook(filled) as book:
        sheet = book.add_worksheet("x")
        sheet.write_row(0, 0, [say(f"reviews.column_{name}", "mn") for name in COLUMNS])
        sheet.write_row(1, 0, ["f1", "PER-01", "65|1", "…", "", "Засварласан", "НД-15/7"])
        sheet.write_row(2, 0, ["f2", "PER-06", "65|2", "…", "", " ", ""])
    [answer] = read_worklist(filled)
    assert (answer.row, answer.finding_id) == (2, "f1")
    assert answer.body == {"answer": "Засварласан", "evidence": "НД-15/7"}
    with pytest.raises(RefusedError):
        read_worklist(tmp_path / "missing.xlsx")
