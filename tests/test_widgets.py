"""The review screen: pages of findings, decisions through it, and its keys in a real browser."""

import json
import shutil
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from chromium import NEEDS_CHROMIUM, Tab, browser
from conftest import REPOSITORY
from review_harness import served

import ndaudit
from ndaudit import ledger
from ndaudit.beginning import begin
from ndaudit.errors import RefusedError, UsageError
from ndaudit.evaluation import create_results
from ndaudit.masks import Masks, personal_columns
from ndaudit.reviews.decisions import Decision, State, propose
from ndaudit.reviews.log import open_log
from ndaudit.roles import ROLES_FILE
from ndaudit.rules import read_rules
from ndaudit.store import connect, create_tables
from ndaudit.tables import read_tables
from ndaudit.widgets.asking import PAGE_ROWS, amount
from ndaudit.widgets.desk import Desk
from ndaudit.wording import sentences
from ndaudit.workbench import Workbench

HOSTILE = '</script><img src=x onerror="window.broken=1">{{7*7}}\u202e=cmd()'
RUN = "20261122T100000-aaaaaa"
COLUMNS = (
    "finding_id, rule_id, severity, item_key, office_code, period, outcome, reason, effect, status, person"
)
PER_01 = {"register_no": "УБ7001012", "birth_date": "1970-01-01"}
GIVEN = [
    ("a1", "PER-01", "C", "1110|7", "1110", None, "exception", None, None, "7", PER_01),
    ("a2", "PER-01", "C", "65|8", "65", None, "exception", None, None, "8", {"register_no": HOSTILE}),
    ("a3", "DET-05", "C", "65|9", "65", None, "exception", None, "250000.00", "7", {}),
    ("a4", "DET-05", "C", "65|10", "65", None, "exception", None, "-900000.00", "9", {}),
    ("a5", "CON-05", "I", "65|11", "65", "2025-12-01", "exception", None, "5.00", None, {}),
    ("a6", "PER-06", "C", "1110|12", "1110", None, "undetermined", "missing_value", None, "12", {}),
]
FAULT = {"kind": "official_error", "reason": "Гарын үсэггүй", "owner": "Дорж", "due_on": "2026.12.01"}


def make_run(workbench: Workbench, given: list[Any]) -> None:
    """Write a run of these findings; evidence nobody gave is empty."""
    folder = workbench.private_folder(workbench.runs / RUN)
    shutil.copytree(workbench.expectations, folder / "expectations")
    rules = read_rules(workbench.expectations / "rules")
    con = connect(folder / "findings.duckdb")
    create_results(con)
    for *values, evidence in given:
        whole = dict.fromkeys(rules[values[1]].evidence) | evidence
        row = [*values[:9], "open", values[9], json.dumps(whole, ensure_ascii=False)]
        con.execute(f"INSERT INTO finding ({COLUMNS}, evidence) VALUES ({', '.join('?' * 12)})", row)
    con.close()
    record = {
        "run_id": RUN,
        "snapshot": "s",
        "snapshot_sha256": "0",
        "catalogue_hash": "0",
        "finished_at": "2026-11-22T18:00:00+08:00",
        "full": True,
        "settings": workbench.settings.deciding,
        "own_law": [],
        "office": None,
        "period": None,
        "ledger_head": ledger.NOTHING,
        "rules": [],
        "failures": [],
    }
    (folder / "run.json").write_text(json.dumps(record), "utf-8")
    (workbench.runs / "current.json").write_text(json.dumps({"run_id": RUN}), "utf-8")


def make_snapshot(workbench: Workbench) -> None:
    """Write the snapshot the run was made on: two people of office 65, one of them with a year of wages."""
    workbench.private_folder(workbench.store)
    con = connect(workbench.store / "s.duckdb")
    create_tables(con, read_tables(workbench.expectations / "tables").values())
    con.execute(
        "INSERT INTO batch (batch_id, office_code, period, exported_at)"
        " VALUES ('65', '65', DATE '2025-12-01', TIMESTAMP '2026-01-12 18:00:00')"
    )
    for person in (7, 9):
        con.execute(
            "INSERT INTO person (person_id, surname, register_no, birth_date, sex, office_code, delivered_by)"
            " VALUES (?, 'Дорж', 'УБ60051012', DATE '1960-05-10', 'M', '65', '65')",
            [person],
        )
    con.execute(
        "INSERT INTO contribution (contribution_id, person_id, employer_no, insured_type, period, wage,"
        " paid_on, delivered_by)"
        " SELECT n, 9, 'АО1', '01', DATE '2024-01-01' + to_months(CAST(n AS INTEGER)), 900000,"
        " DATE '2025-01-15', '65' FROM range(12) AS t(n)"
    )
    con.close()


def newer_run(workbench: Workbench) -> None:
    """Let a run that found less become current while a screen is open."""
    earlier = json.loads((workbench.runs / RUN / "run.json").read_text("utf-8"))
    name = "20261123T100000-bbbbbb"
    shutil.copytree(workbench.runs / RUN, workbench.runs / name)
    con = connect(workbench.runs / name / "findings.duckdb")
    con.execute("DELETE FROM finding WHERE finding_id <> 'a3'")
    con.close()
    told = earlier | {"run_id": name, "finished_at": "2026-11-23T18:00:00+08:00"}
    (workbench.runs / name / "run.json").write_text(json.dumps(told), "utf-8")
    (workbench.runs / "current.json").write_text(json.dumps({"run_id": name}), "utf-8")


@pytest.fixture
def workbench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    monkeypatch.setenv("NDAUDIT_KEY_FILE", str(tmp_path / "key"))
    made = begin(tmp_path / "nd", "mn")
    # without it every account that owns the folder may do everything: roles have tests of their own
    (made.root / ROLES_FILE).unlink()
    make_run(made, GIVEN)
    return made


@pytest.fixture
def acting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whose system account acts: the last name in the list."""
    accounts = ["bat"]
    monkeypatch.setattr(ledger, "account", lambda: accounts[-1])
    return accounts


@pytest.fixture
def desk(workbench: Workbench, acting: list[str]) -> Iterator[Desk]:
    made = Desk(workbench, "mn")
    yield made
    made.close()


def shown(desk: Desk, **message: Any) -> list[str]:
    return [row["finding_id"] for row in desk.answer({"ask": "page", **message})["rows"]]


def target(finding: str, seen: int = 0) -> dict[str, Any]:
    return {"finding_id": finding, "seen": seen}


def test_the_most_serious_come_first(desk: Desk) -> None:
    start = desk.answer({"ask": "start"})
    # critical before leads, among them the larger amount whatever its sign
    assert [row["finding_id"] for row in start["rows"]][:2] == ["a4", "a3"]
    assert start["rows"][-1]["finding_id"] == "a5"
    assert start["total"] == 6
    # 250 000 − 900 000 + 5
    assert start["effect"] == "−649\u202f995\u00a0₮"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"rule": "PER-01"}, {"a1", "a2"}),
        ({"office": "1110"}, {"a1", "a6"}),
        ({"severity": "I"}, {"a5"}),
        ({"state": "proposed"}, set()),
        ({"least": "250 000"}, {"a3", "a4"}),
        ({"least": "250 000,01"}, {"a4"}),
        ({"most": "250 000"}, {"a3", "a5"}),
        ({"least": "6", "most": "900 000"}, {"a3", "a4"}),
        ({"sign": "-"}, {"a4"}),
        ({"sign": "+"}, {"a3", "a5"}),
        ({"text": "a3"}, {"a3"}),
        ({"text": "регистрийн дугаар бүртгэгдсэн, хууль ёсны"}, {"a1", "a2"}),
        ({"text": "'; DROP TABLE item; --"}, set()),
        ({"person_of": "a1"}, {"a1", "a3"}),
        ({"office": "65", "severity": "C", "sign": "-"}, {"a4"}),
    ],
)
def test_filters(desk: Desk, asked: dict[str, Any], found: set[str]) -> None:
    assert set(shown(desk, filter=asked)) == found


@pytest.mark.parametrize(
    ("order", "backwards", "first", "last"),
    [
        ("effect", False, "a3", None),
        ("effect", True, "a4", None),
        ("rule", False, "a5", "a6"),
        ("rule", True, "a6", "a5"),
        ("office", False, "a1", "a5"),
        ("nonsense; DROP", False, "a4", "a5"),
    ],
)
def test_sorting(desk: Desk, order: str, backwards: bool, first: str, last: str | None) -> None:
    found = shown(desk, order=order, backwards=backwards)
    assert found[0] == first
    assert last is None or found[-1] == last


def test_pages_cover_the_list_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NDAUDIT_KEY_FILE", str(tmp_path / "key"))
    made = begin(tmp_path / "nd", "mn")
    count = 2 * PAGE_ROWS + 7
    make_run(
        made,
        [
            (f"f{n}", "DET-05", "C", str(n), "65", None, "exception", None, "1.00", None, {})
            for n in range(count)
        ],
    )
    desk = Desk(made, "mn")
    pages = [shown(desk, offset=place) for place in (0, PAGE_ROWS, 2 * PAGE_ROWS)]
    assert [len(page) for page in pages] == [PAGE_ROWS, PAGE_ROWS, 7]
    assert len({finding for page in pages for finding in page}) == count
    # past the end is the last page, not an empty one
    assert shown(desk, offset=10 * PAGE_ROWS) == pages[2]
    desk.close()


def test_what_names_people_is_hidden_until_a_reason_is_given(desk: Desk, workbench: Workbench) -> None:
    start = json.dumps(desk.answer({"ask": "start"}), ensure_ascii=False)
    detail = json.dumps(desk.answer({"ask": "detail", "finding_id": "a1"}), ensure_ascii=False)
    for secret in ("УБ7001012", "1110|7", "1970-01-01", "1970.01.01"):
        assert secret not in start + detail
    # nor can it be found by typing it
    assert shown(desk, filter={"text": "уб7001012"}) == []
    assert "error" in desk.answer({"ask": "unmask", "reason": "  "})
    assert ledger.read(workbench) == []
    desk.answer({"ask": "unmask", "reason": "Хэлтсийн хүсэлт 12"})
    detail = json.dumps(desk.answer({"ask": "detail", "finding_id": "a1"}), ensure_ascii=False)
    assert "УБ7001012" in detail
    assert "1970.01.01" in detail
    assert shown(desk, filter={"text": "УБ7001012"}) == ["a1"]
    [kept] = ledger.read(workbench)
    assert (kept.event, kept.user) == ("unmask", "bat")
    assert kept.details["reason"] == "Хэлтсийн хүсэлт 12"


@pytest.mark.parametrize(
    ("column", "value", "hidden"),
    [
        ("register_no", "УБ70010111", True),
        ("person_register_no", "УБ70010111", True),
        ("first_person_id", "123", True),
        ("mother_born_on", "1970-01-01", True),
        ("earlier_book", "12", True),
        ("holder", "Дорж", True),
        ("anything_new", "Дорж", True),
        ("anything_new", "1234567890", True),
        ("months_book", "12", False),
        ("has_file", "true", False),
        ("first_paid_on", "2025-01-02", False),
        ("lawful_amount", "-1200.50", False),
        ("counted", "ordinary_work", False),
    ],
)
def test_what_names_people(column: str, value: str, hidden: bool) -> None:
    masks = Masks(b"k" * 32, personal_columns(read_tables(REPOSITORY / "expectations" / "tables").values()))
    assert (masks.evidence({column: value})[column] != value) is hidden
    assert masks.evidence({column: None}) == {column: None}


def test_every_evidence_is_in_its_sentence_or_has_a_title() -> None:
    titled = set(sentences("evidence"))
    for table in read_tables(REPOSITORY / "expectations" / "tables").values():
        titled |= {column.name for column in table.columns}
    bare = {
        f"{rule.id}: {column}"
        for rule in read_rules(REPOSITORY / "expectations" / "rules").values()
        for column in rule.evidence
        if column not in titled and f"{{{column}}}" not in rule.condition.mn
    }
    assert not bare


def test_a_decision_takes_effect_by_a_second_person(desk: Desk, acting: list[str]) -> None:
    assert desk.answer({"ask": "propose", "targets": [target("a1"), target("a3")], "decision": FAULT}) == {
        "written": 2
    }
    assert set(shown(desk, filter={"state": "proposed"})) == {"a1", "a3"}
    assert shown(desk, filter={"waiting": True}) == []
    own = desk.answer({"ask": "confirm", "targets": [target("a1", 1)]})
    assert own["error"].startswith("a1: өөрийн саналаа өөрөө баталгаажуулах боломжгүй")
    acting.append("sara")
    assert set(shown(desk, filter={"waiting": True})) == {"a1", "a3"}
    assert desk.answer({"ask": "confirm", "targets": [target("a1", 1)]}) == {"written": 1}
    detail = desk.answer({"ask": "detail", "finding_id": "a1"})["detail"]
    assert detail["state"] == "confirmed"
    assert [(entry["user"], entry["said"]) for entry in detail["history"]] == [
        ("bat", "шийдвэр санал болгосон"),
        ("sara", "саналыг баталгаажуулсан"),
    ]
    assert {"title": "Залруулах хугацаа", "value": "2026.12.01"} in detail["decision"]
    corrected = {"ask": "correct", "targets": [target("a1", 3)], "act_no": "А/15", "recovered": "120 000"}
    assert desk.answer(corrected) == {"written": 1}
    facts = {
        one["name"]: one["value"]
        for one in desk.answer({"ask": "detail", "finding_id": "a1"})["detail"]["facts"]
    }
    assert (facts["state"], facts["act_no"], facts["recovered"]) == (
        "Залруулсан",
        "А/15",
        "+120\u202f000\u00a0₮",
    )


def test_the_later_writer_sees_the_earlier_and_may_write_after(
    desk: Desk, workbench: Workbench, acting: list[str]
) -> None:
    before = desk.answer({"ask": "page"})
    assert before["rows"][0]["seen"] == 0
    acting.append("sara")
    with open_log(workbench) as log:
        propose(log, [State("a3")], Decision("lawful", "Шүүхийн шийдвэртэй"))
    acting.append("bat")
    asked = {"ask": "propose", "targets": [target("a1"), target("a3")], "decision": FAULT}
    conflict = desk.answer(asked)["conflict"]
    assert (conflict["finding_id"], conflict["seen"]) == ("a3", 1)
    assert conflict["entries"][0]["user"] == "sara"
    assert {"title": "Үндэслэл", "value": "Шүүхийн шийдвэртэй"} in conflict["entries"][0]["particulars"]
    # together or not at all; and the other's decision is on the screen without loading it again
    assert shown(desk, filter={"state": "proposed"}) == ["a3"]
    assert desk.answer(asked | {"targets": [target("a1"), target("a3", conflict["seen"])]}) == {"written": 2}


def test_assigned_and_sent_back(desk: Desk) -> None:
    assert "error" in desk.answer({"ask": "assign", "targets": [target("a1")], "to": " "})
    assert "error" in desk.answer({"ask": "assign", "targets": [], "to": "sara"})
    assert desk.answer({"ask": "assign", "targets": [target("a1")], "to": "sara"}) == {"written": 1}
    assert shown(desk, filter={"text": "SARA"}) == ["a1"]
    desk.answer({"ask": "propose", "targets": [target("a1", 1)], "decision": FAULT})
    assert "error" in desk.answer({"ask": "return", "targets": [target("a1", 2)], "reason": ""})
    desk.answer({"ask": "return", "targets": [target("a1", 2)], "reason": "баримт дутуу"})
    detail = desk.answer({"ask": "detail", "finding_id": "a1"})["detail"]
    assert detail["state"] == "assigned"
    assert detail["history"][-1]["particulars"] == [{"title": "Үндэслэл", "value": "баримт дутуу"}]


def test_all_that_a_filter_lets_through_is_chosen(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = desk.answer({"ask": "choose_all", "filter": {"office": "65", "text": "a"}})
    assert [one["finding_id"] for one in answer["chosen"]] == ["a2", "a3", "a4", "a5"]
    monkeypatch.setattr("ndaudit.widgets.desk.MOST_AT_ONCE", 3)
    assert desk.answer({"ask": "choose_all", "filter": {"office": "65"}})["error"].startswith(
        "Нэг удаад 3 хүртэл"
    )


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"ask": "drop"},
        {"ask": "detail", "finding_id": "zz"},
        {"ask": "page", "filter": {"least": "хоёр"}},
        {"ask": "page", "filter": {"most": "1e99"}},
        {"ask": "propose", "targets": [target("zz")], "decision": FAULT},
        {"ask": "propose", "targets": [target("a1")], "decision": FAULT | {"due_on": "маргааш"}},
        {"ask": "propose", "targets": [target("a1")], "decision": FAULT | {"kind": "guess"}},
        {"ask": "propose", "targets": [target("a1")], "decision": FAULT | {"reason": ""}},
        {"ask": "correct", "targets": [target("a1")], "act_no": "А/1", "recovered": "5"},
        {"ask": "confirm", "targets": [target("a1")]},
    ],
)
def test_what_cannot_be_is_said_in_one_line(
    desk: Desk, workbench: Workbench, message: dict[str, Any]
) -> None:
    answer = desk.answer(message)
    assert list(answer) == ["error"]
    assert "\n" not in answer["error"]
    with open_log(workbench) as log:
        assert list(log.all()) == []


def test_a_newer_run_is_said_and_shown_when_asked_for(desk: Desk, workbench: Workbench) -> None:
    assert desk.answer({"ask": "page"})["newer"] is None
    desk.answer({"ask": "propose", "targets": [target("a3")], "decision": FAULT})
    newer_run(workbench)
    assert desk.answer({"ask": "news"}) == {"newer": "2026.11.23 18:00"}
    # until then the list stays what the reviewer was reading
    page = desk.answer({"ask": "page"})
    assert (page["total"], page["newer"]) == (6, "2026.11.23 18:00")
    start = desk.answer({"ask": "refresh"})
    assert start["run"]["at"] == "2026.11.23 18:00"
    assert [(row["finding_id"], row["state"]) for row in start["rows"]] == [("a3", "proposed")]
    assert start["newer"] is None


def test_an_account_sees_and_does_what_its_role_grants(workbench: Workbench, acting: list[str]) -> None:
    (workbench.root / ROLES_FILE).write_text(
        '[[account]]\nname = "bat"\nrole = "analyst"\noffices = ["1110"]\n'
        '[[account]]\nname = "sara"\nrole = "auditor"\n',
        "utf-8",
    )
    desk = Desk(workbench, "en")
    start = desk.answer({"ask": "start"})
    assert {row["finding_id"] for row in start["rows"]} == {"a1", "a6"}
    assert start["rights"] == {"decide": False, "confirm": False, "unmask": False}
    assert [office["code"] for office in start["offices"]] == ["1110"]
    for asked in (
        {"ask": "detail", "finding_id": "a3"},
        {"ask": "propose", "targets": [target("a1")], "decision": FAULT},
        {"ask": "confirm", "targets": [target("a1")]},
        {"ask": "assign", "targets": [target("a1")], "to": "sara"},
        {"ask": "unmask", "reason": "request 12"},
    ):
        assert list(desk.answer(asked)) == ["error"]
    desk.close()
    assert ledger.read(workbench) == []
    acting.append("sara")
    desk = Desk(workbench, "en")
    assert desk.answer({"ask": "start"})["rights"] == {"decide": True, "confirm": False, "unmask": True}
    assert desk.answer({"ask": "propose", "targets": [target("a1")], "decision": FAULT}) == {"written": 1}
    desk.close()
    acting.append("dorj")
    with pytest.raises(RefusedError):
        Desk(workbench, "en")


def test_the_dossier_is_masked_as_the_screen_is(
    desk: Desk, workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, ...]] = []

    def page(*told: Any) -> str:
        asked.append(told[1:])
        return "<p>хавтас</p>"

    monkeypatch.setattr("ndaudit.widgets.desk.person_page", page)
    assert desk.answer({"ask": "dossier", "finding_id": "a1"}) == {
        "page": "<p>хавтас</p>",
        "finding_id": "a1",
    }
    # a5 is about an employer
    assert "error" in desk.answer({"ask": "dossier", "finding_id": "a5"})
    desk.answer({"ask": "unmask", "reason": "Хэлтсийн хүсэлт 12"})
    desk.answer({"ask": "dossier", "finding_id": "a1"})
    assert asked == [("7", "mn", None), ("7", "mn", "Хэлтсийн хүсэлт 12")]


def test_amounts_as_people_type_them() -> None:
    assert amount("120 000") == Decimal("120000.00")
    assert amount("−5\u202f000,5 ₮") == Decimal("-5000.50")
    for typed in ("", "1e99", "NaN", "12a"):
        with pytest.raises(UsageError):
            amount(typed)


def test_the_widget_answers_messages_under_their_number(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = ndaudit.review(workbench.root, lang="en")
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(screen, "send", sent.append)
    asked = {"id": 4, "ask": "page", "filter": {"rule": "PER-01"}}
    # JupyterLab lets a thread of the widget's own hear it
    hearing = threading.Thread(target=screen._heard, args=(screen, asked, []))
    hearing.start()
    hearing.join()
    assert sent[0]["id"] == 4
    assert sent[0]["answer"]["total"] == 2
    # what a notebook keeps of the screen: code and styles, not one finding
    item = sent[0]["answer"]["rows"][0]["item"]
    assert not [name for name, value in screen.get_state().items() if item in str(value)]
    screen.close()


@pytest.fixture
def tab(workbench: Workbench, acting: list[str], tmp_path: Path) -> Iterator[Tab]:
    with served(workbench, "mn") as url, browser(tmp_path) as chromium, chromium.open(url) as opened:
        opened.wait("window.part && part('.review').dataset.ready && part('.detail h3')")
        yield opened


def row_of(tab: Tab, text: str) -> str:
    return str(
        tab.ask(f"[...part('.list').children].find((row) => row.textContent.includes('{text}')).textContent")
    )


@pytest.mark.browser
@NEEDS_CHROMIUM
def test_a_finding_is_decided_with_the_keyboard_and_confirmed_by_another(tab: Tab, acting: list[str]) -> None:
    assert tab.ask("part('.list').querySelectorAll('[role=option]').length") == 6
    tab.ask("part('.list').focus()")
    # a letter means its place on the keyboard: on a Mongolian one it writes another
    tab.key("KeyJ", "ө")
    tab.key("Space", " ")
    assert tab.wait("part('.count')?.textContent") == "1 сонгосон"
    tab.key("KeyD", "в")
    tab.wait("part('form.deciding') && part('.review').getRootNode().activeElement.name === 'kind'")
    tab.ask("part('[name=reason]').focus()")
    tab.write("Гарын үсэггүй djc")
    tab.key("Enter", modifiers=2)
    assert tab.wait("!part('form.deciding') && part('.said').textContent") == "1 дүгнэлтэд бүртгэлээ."
    tab.wait("part('.state.proposed')")
    assert "250\u202f000" in row_of(tab, "Баталгаа хүлээж буй")
    # nobody confirms their own: the key does nothing
    tab.key("KeyC")
    assert tab.ask("part('form.deciding')") is None
    acting.append("sara")
    tab.ask("part('[name=waiting]').click()")
    tab.wait("part('.list').children.length === 1 && part('[data-do=confirm]').disabled === false")
    tab.ask("part('.list').focus()")
    tab.key("KeyC")
    tab.wait("part('form.deciding')")
    tab.ask("part('form.deciding').requestSubmit()")
    tab.wait("part('.empty')")
    tab.ask("part('.filters button').click()")
    tab.wait("part('.state.confirmed')")


@pytest.mark.browser
@NEEDS_CHROMIUM
def test_the_later_writer_is_asked(tab: Tab, workbench: Workbench, acting: list[str]) -> None:
    tab.ask("part('.list').focus()")
    tab.key("KeyD")
    tab.wait("part('form.deciding')")
    acting.append("sara")
    with open_log(workbench) as log:
        propose(log, [State("a4")], Decision("lawful", HOSTILE))
    acting.append("bat")
    tab.ask("part('[name=reason]').value = 'Алдаа'; part('form.deciding').requestSubmit()")
    said = tab.wait("part('.conflict')?.textContent")
    assert "sara" in said
    assert HOSTILE in said
    tab.ask("part('[data-do=over]').click()")
    tab.wait("!part('form.deciding') && part('.detail').textContent.includes('Алдаа')")
    assert tab.ask("window.broken") is None


@pytest.mark.browser
@NEEDS_CHROMIUM
def test_a_newer_run_is_taken_up_without_loading_the_page_again(tab: Tab, workbench: Workbench) -> None:
    newer_run(workbench)
    assert not tab.ask("part('.news').textContent")
    tab.ask("part('[name=severity]').value = 'C'; part('[name=severity]').dispatchEvent(new Event('change'))")
    assert "2026.11.23 18:00" in tab.wait("part('.news').textContent")
    tab.ask("part('[data-do=refresh]').click()")
    tab.wait("part('.list').children.length === 1 && !part('.news').textContent")
    assert "2026.11.23" in tab.ask("part('header').textContent")


@pytest.mark.browser
@NEEDS_CHROMIUM
def test_the_dossier_opens_by_key_in_a_frame_that_reaches_nothing(
    tab: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = "<script>try { parent.broken = 1 } catch { document.title = 'kept out' }</script><p>хавтас</p>"
    monkeypatch.setattr("ndaudit.widgets.desk.person_page", lambda *_: page)
    tab.ask("part('.list').focus()")
    tab.key("KeyO", "о")
    tab.wait("part('.dossier iframe')")
    assert (
        tab.ask("part('.panes').hidden && part('.review').getRootNode().activeElement.dataset.do") == "close"
    )
    assert tab.ask("part('.dossier iframe').getAttribute('sandbox')") == "allow-scripts"
    assert tab.ask("part('.dossier iframe').title")
    tab.key("Escape")
    tab.wait("part('.dossier').hidden && !part('.panes').hidden")
    assert tab.ask("part('.review').getRootNode().activeElement.className") == "list"
    assert tab.ask("window.broken") is None


@pytest.mark.browser
@NEEDS_CHROMIUM
def test_hostile_text_stays_text(tab: Tab) -> None:
    tab.ask("part('[data-do=unmask]').click()")
    tab.ask("part('[name=reason]').value = 'Туршилт'; part('form.deciding').requestSubmit()")
    tab.wait("part('.mask .attention')")
    assert HOSTILE in row_of(tab, "cmd()")
    assert tab.ask("part('.list img')") is None
    assert tab.ask("window.broken") is None


NAMELESS = """
[...part('.review').querySelectorAll('input, select, textarea, button, iframe, [role=listbox]')]
  .filter((node) => !(node.getAttribute('aria-label') || node.title || node.textContent.trim()))
  .filter((node) => !node.closest('label')?.textContent.trim())
  .map((node) => node.outerHTML)
"""
CONTRAST = """
(() => {
  const light = (text) => {
    const [r, g, b] = text.match(/[\\d.]+/g).map((one) => one / 255)
      .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!colour.startsWith('rgba(') || !colour.endsWith(' 0)')) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  return [...part('.review').querySelectorAll('*')]
    .filter((node) => [...node.childNodes].some((one) => one.nodeType === 3 && one.data.trim()))
    .filter((node) => node.checkVisibility() && !node.disabled)
    .map((node) => {
      const [a, b] = [light(getComputedStyle(node).color), light(ground(node))];
      return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), node.className, node.textContent];
    })
    .filter(([ratio]) => ratio < 4.5);
})()
"""


@pytest.mark.browser
@NEEDS_CHROMIUM
def test_every_control_has_a_name_every_text_contrast_and_nothing_is_wider_than_the_screen(
    tab: Tab, workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ndaudit.widgets.desk.person_page", lambda *_: "<p>хавтас</p>")
    newer_run(workbench)
    tab.ask("part('[name=severity]').value = 'C'; part('[name=severity]').dispatchEvent(new Event('change'))")
    tab.wait("part('[data-do=refresh]')")
    tab.ask("part('[data-do=dossier]').click()")
    tab.wait("part('.dossier iframe')")
    assert tab.ask(NAMELESS) == []
    assert tab.ask(CONTRAST) == []
    tab.ask("part('[data-do=close]').click()")
    tab.ask("part('[data-do=propose]').click()")
    assert tab.ask(NAMELESS) == []
    assert tab.ask(CONTRAST) == []
    # the order of focus is that of reading
    assert (
        tab.ask(
            "part('.review').querySelectorAll('[tabindex]:not([tabindex=\"0\"], [tabindex=\"-1\"])').length"
        )
        == 0
    )
    assert tab.ask("document.documentElement.scrollWidth") <= 1280
    assert tab.ask("part('[type=submit]').getBoundingClientRect().bottom") < 800
