"""Worklists to offices and back, and decisions between machines: by right, noted, confirmed by another."""

import html
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from run_world import Past, make_workbench, write_run

from ndaudit import ledger
from ndaudit.catalogue import Catalogue
from ndaudit.cli import main
from ndaudit.cli.commands import build
from ndaudit.errors import DeclarationError, MachineError, RefusedError, UsageError
from ndaudit.exports.filled import filled_rows
from ndaudit.reviews.decisions import Decision, State, assign, confirm, propose, send_back, state_of, states
from ndaudit.reviews.exchange import Imported, export_decisions, import_decisions
from ndaudit.reviews.log import NOTHING, Draft, digest, open_log
from ndaudit.reviews.proving import NOTED, decisions_head
from ndaudit.reviews.worklists import COLUMNS, GIVEN_OUT, Line, issue_worklist, take_answers, write_worklist
from ndaudit.roles import ROLES_FILE, read_roles
from ndaudit.snapshots import file_hash
from ndaudit.spreadsheets import INERT
from ndaudit.wording import LANGUAGES, say
from ndaudit.workbench import Workbench

FAULT = Decision("official_error", "Алдаа")
PROPOSAL = vars(FAULT) | {"due_on": None}


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


def listed(workbench: Workbench, **roles: str) -> None:
    """Write a roles file: each account a role, or `role of office`."""
    told = ""
    for name, standing in roles.items():
        role, _, office = standing.partition(" of ")
        told += f'[[account]]\nname = "{name}"\nrole = "{role}"\n'
        told += f'offices = ["{office}"]\n' if office else ""
    (workbench.root / ROLES_FILE).write_text(told, "utf-8")


def export_of(path: Path, *entries: tuple[str, str, str, Mapping[str, Any]]) -> Path:
    """Write an export by hand, its chain sound: whoever sends one can reckon hashes as well as we."""
    previous, lines = NOTHING, []
    for seq, (user, kind, finding, body) in enumerate(entries, start=1):
        text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        fields = [seq, "2026-01-01T00:00:00.000+00:00", user, kind, finding, text, previous]
        named = dict(zip(("seq", "at", "user", "kind", "finding_id"), fields[:5], strict=True))
        own = digest(fields)
        lines.append(json.dumps(named | {"body": body, "previous": previous, "hash": own}))
        previous = own
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path


def answered(path: Path, *rows: tuple[str, str]) -> Path:
    """Write a worklist that comes back: finding and answer in each row."""
    with xlsxwriter.Workbook(path, INERT) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [say(f"reviews.column_{name}", "mn") for name in COLUMNS])
        for n, (finding, answer) in enumerate(rows, start=1):
            sheet.write_row(n, 0, [finding, "PER-01", "x", "x", "", answer, "НД-15/7"])
    return path


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
    held = {"office": "1110", "run": "r1", "count": 1, "sha256": file_hash(path)}
    assert (entry.event, entry.details) == ("worklist", held)
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    [line] = filled_rows(path, "reviews", COLUMNS, "reviews.no_worklist")
    assert (line["finding"], line["rule"], line["answer"]) == ("f1", "PER-01", None)
    back = answered(path.with_name("answered.xlsx"), ("f1", "Засварласан"))
    before = decisions_head(workbench)
    assert take_answers(workbench, back, "1110") == 1
    with open_log(workbench) as log:
        assert [e.body["answer"] for e in log.of("f1") if e.kind == "answer"] == ["Засварласан"]
    _, taken = ledger.read(workbench)
    held = {"office": "1110", "count": 1, "sha256": file_hash(back), NOTED: before}
    assert (taken.event, taken.details) == ("worklist_answers", held)
    for wrong in ({"office": "9999"}, {"chosen": ["nonsense"]}):
        with pytest.raises(UsageError):
            issue_worklist(workbench, **({"office": "1110", "chosen": GIVEN_OUT, "lang": "mn"} | wrong))  # type: ignore[arg-type]


def test_worklists_and_answers_are_by_right(workbench: Workbench, tmp_path: Path) -> None:
    with open_log(workbench) as log:
        assign(log, [State("f1")], "1110")
    listed(workbench, bat="analyst")
    with pytest.raises(RefusedError):
        issue_worklist(workbench, "1110", GIVEN_OUT, "mn")
    with pytest.raises(RefusedError):
        take_answers(workbench, tmp_path / "x.xlsx", "1110")
    listed(workbench, bat="auditor of 65")
    with pytest.raises(RefusedError):
        issue_worklist(workbench, "1110", GIVEN_OUT, "mn")
    with pytest.raises(RefusedError) as caught:
        take_answers(workbench, answered(tmp_path / "back.xlsx", ("f1", "Засварласан")), "1110")
    assert caught.value.sentence == "roles.other_office"
    assert ledger.read(workbench) == []


@pytest.mark.parametrize("finding", ["f3", "f9", "=cmd()|f1"])
def test_an_office_answers_for_its_own_findings_only(
    workbench: Workbench, tmp_path: Path, finding: str
) -> None:
    back = answered(tmp_path / "back.xlsx", ("f1", "Засварласан"), (finding, "Засварласан"))
    with pytest.raises(RefusedError, match=r"back.xlsx, 3-р мөр") as caught:
        take_answers(workbench, back, "1110")
    assert caught.value.sentence == "reviews.of_other_office"
    with open_log(workbench) as log:
        assert list(log.all()) == []
    assert ledger.read(workbench) == []


def test_a_worklist_is_in_the_ledger_before_it_lies_there(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_log(workbench) as log:
        assign(log, [State("f1")], "1110")

    def full(*_: object, **__: object) -> None:
        raise MachineError("machine.disk_full", where="ledger.jsonl")

    monkeypatch.setattr(ledger, "append", full)
    with pytest.raises(MachineError):
        issue_worklist(workbench, "1110", GIVEN_OUT, "mn")
    assert list((workbench.data / "worklists" / "1110").iterdir()) == []


def test_answers_the_ledger_cannot_note_are_not_taken(
    workbench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = answered(tmp_path / "back.xlsx", ("f1", "Засварласан"))

    def full(*_: object, **__: object) -> None:
        raise MachineError("machine.disk_full", where="ledger.jsonl")

    with monkeypatch.context() as broken:
        broken.setattr(ledger, "append", full)
        with pytest.raises(MachineError):
            take_answers(workbench, back, "1110")
    with open_log(workbench) as log:
        assert log.of("f1") == []
    assert take_answers(workbench, back, "1110") == 1


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
    listed(other, bat="auditor")
    with pytest.raises(RefusedError):
        import_decisions(other, file)
    listed(other, bat="auditor", sara="reviewer", tuya="reviewer")
    acting.append("tuya")
    assert import_decisions(other, file) == Imported(2)
    [noted] = ledger.read(other)
    assert (noted.user, noted.event) == ("tuya", "decisions_import")
    assert noted.details == {
        "sha256": file_hash(file),
        "added": 2,
        "of": {"bat": 1, "sara": 1},
        "left": [],
        NOTED: NOTHING,
    }
    with pytest.raises(RefusedError):
        import_decisions(other, tmp_path / "missing.jsonl")


def test_no_file_brings_in_what_somebody_confirmed_of_their_own(
    workbench: Workbench, tmp_path: Path, catalogue: Catalogue
) -> None:
    file = export_of(
        tmp_path / "forged.jsonl", ("eve", "propose", "f1", PROPOSAL), ("eve", "confirm", "f1", {})
    )
    with pytest.raises(RefusedError) as caught:
        import_decisions(workbench, file)
    assert caught.value.sentence == "reviews.own_proposal"
    with open_log(workbench) as log:
        assert list(log.all()) == []


@pytest.mark.parametrize(
    ("roles", "sentence", "line"),
    [
        ({"bat": "administrator", "sara": "auditor", "dorj": "reviewer"}, None, 0),
        ({"bat": "reviewer", "sara": "auditor of 1110", "dorj": "reviewer of 1110"}, None, 0),
        ({"bat": "reviewer", "dorj": "reviewer"}, "reviews.author_unlisted", 1),
        ({"bat": "reviewer", "sara": "analyst", "dorj": "reviewer"}, "reviews.author_may_not_decide", 1),
        ({"bat": "reviewer", "sara": "auditor", "dorj": "auditor"}, "reviews.author_may_not_confirm", 2),
        (
            {"bat": "reviewer", "sara": "auditor of 65", "dorj": "reviewer"},
            "reviews.author_of_other_office",
            1,
        ),
        (
            {"bat": "reviewer", "sara": "auditor", "dorj": "reviewer of 65"},
            "reviews.author_of_other_office",
            2,
        ),
        (
            {"bat": "reviewer of 65", "sara": "auditor", "dorj": "reviewer"},
            "reviews.author_of_other_office",
            1,
        ),
        ({"bat": "auditor", "sara": "auditor", "dorj": "reviewer"}, "roles.may_not_confirm", 0),
        ({"sara": "auditor", "dorj": "reviewer"}, "roles.not_listed", 0),
    ],
)
def test_decisions_come_in_by_the_roles_of_this_workbench(
    workbench: Workbench, tmp_path: Path, roles: dict[str, str], sentence: str | None, line: int
) -> None:
    file = export_of(
        tmp_path / "far.jsonl", ("sara", "propose", "f1", PROPOSAL), ("dorj", "confirm", "f1", {})
    )
    listed(workbench, **roles)
    if sentence is None:
        assert import_decisions(workbench, file) == Imported(2)
        return
    with pytest.raises(RefusedError) as caught:
        import_decisions(workbench, file)
    assert caught.value.sentence == sentence
    if line:
        assert f"far.jsonl, {line}-р мөр" in str(caught.value)
        assert f"far.jsonl, line {line}" in caught.value.within("en")
    with open_log(workbench) as log:
        assert list(log.all()) == []
    assert ledger.read(workbench) == []


def test_what_is_here_already_is_not_judged_again(workbench: Workbench, tmp_path: Path) -> None:
    entries = [("sara", "propose", "f1", PROPOSAL), ("dorj", "confirm", "f1", {})]
    listed(workbench, bat="reviewer", sara="auditor", dorj="reviewer")
    assert import_decisions(workbench, export_of(tmp_path / "1", *entries)) == Imported(2)
    # sara has left since
    listed(workbench, bat="reviewer", dorj="reviewer")
    more = export_of(tmp_path / "2", *entries, ("dorj", "correct", "f1", {"act_no": "А/1", "recovered": "5"}))
    assert import_decisions(workbench, more) == Imported(1)
    with open_log(workbench) as log:
        assert state_of("f1", log.of("f1")).state == "corrected"


@pytest.mark.parametrize(
    "entries",
    [
        [("sara", "correct", "f1", {"act_no": "А/1", "recovered": "5"})],
        [("sara", "confirm", "f1", {})],
        [("sara", "return", "f1", {"reason": "x"})],
        [("sara", "propose", "f1", PROPOSAL), ("eve", "confirm", "f1", {}), ("dorj", "confirm", "f1", {})],
        [("sara", "propose", "f1", PROPOSAL), ("sara", "correct", "f1", {"act_no": "1", "recovered": "5"})],
    ],
)
def test_no_file_brings_in_what_could_not_be_decided_so(
    workbench: Workbench, tmp_path: Path, entries: list[tuple[str, str, str, Mapping[str, Any]]]
) -> None:
    with pytest.raises(RefusedError) as caught:
        import_decisions(workbench, export_of(tmp_path / "far.jsonl", *entries))
    assert caught.value.sentence == "reviews.out_of_place"
    assert decisions_head(workbench) == NOTHING


@pytest.mark.parametrize(
    "entry",
    [
        ("sara", "erase", "f1", {}),
        ("sara", "propose", "f1", PROPOSAL | {"kind": "guess"}),
        ("sara", "propose", "f1", PROPOSAL | {"due_on": "tomorrow"}),
        ("sara", "propose", "f1", {"kind": "lawful"}),
        ("sara", "confirm", "f1", {"as": "eve"}),
        ("sara", "correct", "f1", {"act_no": "1", "recovered": "NaN"}),
        ("sara", "retest", "f1", {"run": "r1", "result": "confirmed"}),
        ("sa\x1b[2Jra", "assign", "f1", {"to": "x"}),
        ("sara", "assign", "f1\n", {"to": "x"}),
        ("sara", "assign", "f1", {"to": "\ud800"}),
    ],
)
def test_an_entry_of_no_known_form_is_no_entry(
    workbench: Workbench, tmp_path: Path, entry: tuple[str, str, str, Mapping[str, Any]]
) -> None:
    try:
        file = export_of(tmp_path / "far.jsonl", entry)
    except UnicodeEncodeError:
        # a letter that is none has no hash either
        whole = {"seq": 1, "at": "x", "user": entry[0], "kind": entry[1], "finding_id": entry[2]}
        file = tmp_path / "far.jsonl"
        file.write_text(
            json.dumps(whole | {"body": entry[3], "previous": NOTHING, "hash": "0" * 64}), "utf-8"
        )
    with pytest.raises(RefusedError) as caught:
        import_decisions(workbench, file)
    assert caught.value.sentence == "reviews.no_export"


def test_what_both_machines_decided_stays_and_is_named(
    workbench: Workbench, tmp_path: Path, acting: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "far.jsonl"
    entries = [("sara", "propose", "f1", PROPOSAL), ("sara", "propose", "f2", PROPOSAL)]
    assert import_decisions(workbench, export_of(file, *entries)) == Imported(2)
    with open_log(workbench) as log:
        # sent back here, while the other machine confirms it
        send_back(log, [state_of("f1", log.of("f1"))], "Баримт дутуу")
    entries += [("dorj", "confirm", "f1", {}), ("dorj", "confirm", "f2", {})]
    assert import_decisions(workbench, export_of(file, *entries)) == Imported(1, ("f1",))
    with open_log(workbench) as log:
        assert {name: state.state for name, state in states(log).items()} == {"f1": "open", "f2": "confirmed"}
    assert ledger.read(workbench)[-1].details["left"] == ["f1"]
    with pytest.raises(SystemExit) as ended:
        main(["decisions", "import", str(file), "-C", str(workbench.root), "--lang", "en"])
    assert ended.value.code == 1
    assert "decided on both machines and stay as they are here (f1)" in capsys.readouterr().out


HOSTILE = "=cmd()|'/C calc'!A0 </script><img src=x>{{7*7}}{% raw %}[red]\u202e#import \"x\": y"


def test_hostile_text_of_a_review_stays_text(
    workbench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What comes back from an office is kept as it is, and goes out again as text and nothing else."""
    path = write_worklist(workbench, "1110", "r1", [Line("f1", HOSTILE, HOSTILE, HOSTILE, None)], "mn")
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    assert HOSTILE in html.unescape(parts["xl/sharedStrings.xml"])
    assert not [name for name, text in parts.items() if "<f>" in text or "hyperlink" in text]
    assert take_answers(workbench, answered(tmp_path / "back.xlsx", ("f1", HOSTILE)), "1110") == 1
    with open_log(workbench) as log:
        assert [entry.body["answer"] for entry in log.of("f1")] == [HOSTILE]
        assert log.fault() is None
    assert ledger.verify_chain(workbench) is None
    # nothing a name in the file holds reaches the terminal as more than letters
    listed(workbench, bat="reviewer", eve="analyst")
    hostile = answered(tmp_path / "hostile.xlsx", (f"{HOSTILE}\x1b[2J\u2066", "x"))
    with pytest.raises(SystemExit):
        main(["decisions", "answers", str(hostile), "--office", "1110", "-C", str(workbench.root)])
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert told.rstrip("\n").isprintable()


def test_names_in_the_roles_file_reach_the_terminal_as_letters(workbench: Workbench) -> None:
    name = '"b\\u001b[2Ja\\u202e\\nt"'
    told = f'[[account]]\nname = {name}\nrole = "auditor"\n' * 2
    (workbench.root / ROLES_FILE).write_text(told, "utf-8")
    with pytest.raises(DeclarationError) as caught:
        read_roles(workbench)
    for lang in LANGUAGES:
        assert caught.value.within(lang).isprintable()


def test_a_retest_of_another_machine_settles_no_proposal(workbench: Workbench, tmp_path: Path) -> None:
    file = export_of(
        tmp_path / "far.jsonl",
        ("sara", "propose", "f1", PROPOSAL),
        ("cron", "retest", "f1", {"run": "r1", "result": "resolved"}),
    )
    assert import_decisions(workbench, file) == Imported(2)
    with open_log(workbench) as log:
        assert state_of("f1", log.of("f1")).state == "proposed"


def test_a_reason_with_separators_of_lines_travels(
    workbench: Workbench, tmp_path: Path, catalogue: Catalogue
) -> None:
    reason = "нэг\u2028хоёр\x85гурав"
    with open_log(workbench) as log:
        propose(log, [State("f1")], Decision("lawful", reason))
    file = tmp_path / "far.jsonl"
    export_decisions(workbench, file)
    other = make_workbench(tmp_path / "other", catalogue)
    assert import_decisions(other, file) == Imported(1)
    with open_log(other) as log:
        assert state_of("f1", log.of("f1")).decision["reason"] == reason


def test_a_reason_that_is_no_text_is_refused(workbench: Workbench) -> None:
    with open_log(workbench) as log:
        with pytest.raises(RefusedError) as caught:
            propose(log, [State("f1")], Decision("lawful", "\ud800"))
        assert caught.value.sentence == "reviews.no_text"
        assert list(log.all()) == []


def test_the_log_of_all_offices_is_not_for_accounts_of_some(workbench: Workbench, tmp_path: Path) -> None:
    listed(workbench, bat="administrator of 1110")
    with pytest.raises(RefusedError, match="1110"):
        export_decisions(workbench, tmp_path / "out.jsonl")
    assert not (tmp_path / "out.jsonl").exists()


def test_decisions_here_keep_to_the_offices_of_their_account(workbench: Workbench) -> None:
    listed(workbench, bat="auditor of 1110")
    with open_log(workbench) as log:
        propose(log, [State("f1")], FAULT)
        for other in ("f3", "f9"):
            with pytest.raises(RefusedError) as caught:
                propose(log, [State(other)], FAULT)
            assert caught.value.sentence == "roles.other_office"
        assert [entry.finding_id for entry in log.all()] == ["f1"]


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
