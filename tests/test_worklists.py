"""Worklists to offices and back, and decisions between machines: by right, noted, confirmed by another."""

import json
from pathlib import Path

import pytest
import xlsxwriter
from run_world import Past, make_workbench, write_run

from ndaudit import ledger
from ndaudit.catalogue import Catalogue
from ndaudit.cli.commands import build
from ndaudit.errors import RefusedError, UsageError
from ndaudit.exports.filled import filled_rows
from ndaudit.reviews.decisions import Decision, State, assign, confirm, propose, state_of
from ndaudit.reviews.exchange import export_decisions, import_decisions
from ndaudit.reviews.log import NOTHING, Draft, digest, open_log
from ndaudit.reviews.proving import NOTED, decisions_head
from ndaudit.reviews.worklists import COLUMNS, GIVEN_OUT, issue_worklist, take_answers
from ndaudit.roles import ROLES_FILE
from ndaudit.wording import say
from ndaudit.workbench import Workbench

FAULT = Decision("official_error", "Алдаа")


@pytest.fixture
def acting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    accounts = ["bat"]
    monkeypatch.setattr(ledger, "account", lambda: accounts[-1])
    return accounts


@pytest.fixture
def workbench(tmp_path: Path, catalogue: Catalogue, acting: list[str]) -> Workbench:
    made = make_workbench(tmp_path / "nd", catalogue)
    evidence = json.dumps(dict.fromkeys(catalogue.rules["PER-01"].evidence))
    found = [
        {
            "finding_id": name,
            "rule_id": "PER-01",
            "severity": "C",
            "office_code": office,
            "evidence": evidence,
        }
        for name, office in (("f1", "1110"), ("f2", "1110"), ("f3", "65"))
    ]
    write_run(made, Past("r1", 5, (("PER-01", "C", "1110", 9, 7, 2, 0),), found))
    (made.runs / "current.json").write_text('{"run_id": "r1"}', "utf-8")
    return made


def granted(workbench: Workbench, role: str, offices: str = "") -> None:
    told = f'[[account]]\nname = "bat"\nrole = "{role}"\n' + (f'offices = ["{offices}"]\n' if offices else "")
    (workbench.root / ROLES_FILE).write_text(told, "utf-8")


def test_a_worklist_names_what_its_office_has_to_answer(workbench: Workbench) -> None:
    with pytest.raises(RefusedError):
        issue_worklist(workbench, "1110", GIVEN_OUT, "mn")
    with open_log(workbench) as log:
        assign(log, [State("f1"), State("f3")], "1110")
    path, lines = issue_worklist(workbench, "1110", GIVEN_OUT, "mn")
    assert path == workbench.data / "worklists" / "1110" / "r1.mn.xlsx"
    assert path.stat().st_mode & 0o777 == 0o600
    assert lines == 1
    [entry] = ledger.read(workbench)
    assert (entry.event, entry.details) == ("worklist", {"office": "1110", "run": "r1", "count": 1})
    [line] = filled_rows(path, "reviews", COLUMNS, "reviews.no_worklist")
    assert (line["finding"], line["rule"], line["answer"]) == ("f1", "PER-01", None)
    answered = path.with_name("answered.xlsx")
    with xlsxwriter.Workbook(answered) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [say(f"reviews.column_{name}", "mn") for name in COLUMNS])
        sheet.write_row(1, 0, ["f1", "PER-01", "x", "x", "", "Засварласан", "НД-15/7"])
    assert take_answers(workbench, answered, "1110") == 1
    with open_log(workbench) as log:
        assert [e.body["answer"] for e in log.of("f1") if e.kind == "answer"] == ["Засварласан"]
    for wrong in ({"office": "9999"}, {"chosen": ["nonsense"]}):
        with pytest.raises(UsageError):
            issue_worklist(workbench, **({"office": "1110", "chosen": GIVEN_OUT, "lang": "mn"} | wrong))  # type: ignore[arg-type]


def test_worklists_and_answers_are_by_right(workbench: Workbench, tmp_path: Path) -> None:
    with open_log(workbench) as log:
        assign(log, [State("f1")], "1110")
    granted(workbench, "analyst")
    with pytest.raises(RefusedError):
        issue_worklist(workbench, "1110", GIVEN_OUT, "mn")
    with pytest.raises(RefusedError):
        take_answers(workbench, tmp_path / "x.xlsx", "1110")
    granted(workbench, "auditor", "65")
    with pytest.raises(RefusedError):
        issue_worklist(workbench, "1110", GIVEN_OUT, "mn")
    assert ledger.read(workbench) == []


def test_decisions_of_another_machine_are_taken_in_by_right_and_noted(
    workbench: Workbench, tmp_path: Path, catalogue: Catalogue, acting: list[str]
) -> None:
    with open_log(workbench) as log:
        propose(log, [State("f1")], FAULT)
        acting.append("sara")
        confirm(log, [state_of("f1", log.of("f1"))])
        acting.pop()
    file = tmp_path / "decisions.jsonl"
    assert export_decisions(workbench, file) == 2
    other = make_workbench(tmp_path / "other", catalogue)
    granted(other, "auditor")
    with pytest.raises(RefusedError):
        import_decisions(other, file)
    granted(other, "reviewer")
    assert import_decisions(other, file) == 2
    [noted] = ledger.read(other)
    assert (noted.event, noted.details["added"]) == ("decisions_import", 2)
    assert noted.details[NOTED] == decisions_head(other)
    with pytest.raises(RefusedError):
        import_decisions(other, tmp_path / "missing.jsonl")


def test_no_file_brings_in_what_somebody_confirmed_of_their_own(
    workbench: Workbench, tmp_path: Path, catalogue: Catalogue
) -> None:
    # a sound chain, written by hand around the rule of the second person
    previous, lines = NOTHING, []
    body = vars(FAULT) | {"due_on": None}
    for seq, (kind, told) in enumerate((("propose", body), ("confirm", {})), start=1):
        text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        fields = [seq, "2026-01-01T00:00:00.000+00:00", "eve", kind, "f1", text, previous]
        own = digest(fields)
        named = dict(zip(("seq", "at", "user", "kind", "finding_id"), fields[:5], strict=True))
        lines.append(json.dumps(named | {"body": told, "previous": previous, "hash": own}))
        previous = own
    file = tmp_path / "forged.jsonl"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    with pytest.raises(RefusedError) as caught:
        import_decisions(workbench, file)
    assert caught.value.sentence == "reviews.own_proposal"
    with open_log(workbench) as log:
        assert list(log.all()) == []


def test_the_log_itself_takes_no_confirmation_of_ones_own(workbench: Workbench) -> None:
    with open_log(workbench) as log:
        propose(log, [State("f1")], FAULT)
        with pytest.raises(RefusedError):
            log.append("bat", [Draft("confirm", "f1", {}, 1)])
        assert state_of("f1", log.of("f1")).state == "proposed"


@pytest.mark.parametrize("lang", ["mn", "en"])
def test_the_commands_are_told_in_both_languages(lang: str) -> None:
    commands = build("en" if lang == "en" else "mn").commands["decisions"].commands
    assert set(commands) == {"export", "import", "worklist", "answers"}
    assert all(not command.help.startswith("cli.") for command in commands.values())
