"""The monitor: what is due when, every delivery once, every period once, one pass at a time."""

import os
import re
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from conftest import REPOSITORY
from deliveries import PERSON, deliver, person
from filelock import FileLock
from page_links import broken_links

from ndaudit import audit
from ndaudit.beginning import begin
from ndaudit.cli import main
from ndaudit.errors import MachineError, RefusedError
from ndaudit.findings import current_run
from ndaudit.forms.issuing import FORMS, NothingToIssueError
from ndaudit.monitor import installing, publications, run_monitor
from ndaudit.monitor.inbox import Memory, memory_path, recall, signature, waiting
from ndaudit.monitor.report import sentences_of, write_summary
from ndaudit.monitor.schedule import Publication, due, period_of, read_schedule
from ndaudit.workbench import Workbench

MONTHLY = Publication("01_data_reliability", "month", 10, offices=True, country=False)
QUARTERLY = Publication("03_order_163_monitoring", "quarter", 15, offices=False, country=True)
DRAFTS = Publication("nd2_drafts", "month", -30, offices=True, country=False, only_ahead=True)
AHEAD = Publication("nd1", "year", -60, offices=True, country=False)
SCHEDULE = '[[publish]]\nname = "01_data_reliability"\neach = "month"\ndays_after = 10\noffices = true\n'


def names(publication: Publication, delivered: dict[str, tuple[date, date]], today: date) -> list[str]:
    return [f"{item.office or 'country'} {item.period.name}" for item in due(publication, delivered, today)]


def test_a_month_is_due_ten_days_after_its_end() -> None:
    delivered = {"65": (date(2025, 11, 1), date(2025, 12, 1))}
    assert names(MONTHLY, delivered, date(2025, 12, 10)) == []
    assert names(MONTHLY, delivered, date(2025, 12, 11)) == ["65 2025-11"]
    assert names(MONTHLY, delivered, date(2026, 1, 10)) == ["65 2025-11"]
    assert names(MONTHLY, delivered, date(2026, 3, 1)) == ["65 2025-11", "65 2025-12"]


def test_a_quarter_waits_for_its_last_month() -> None:
    assert names(QUARTERLY, {"65": (date(2025, 10, 1), date(2025, 11, 1))}, date(2026, 6, 1)) == []
    assert names(QUARTERLY, {"65": (date(2025, 10, 1), date(2025, 12, 1))}, date(2026, 1, 15)) == []
    assert names(QUARTERLY, {"65": (date(2025, 10, 1), date(2025, 12, 1))}, date(2026, 1, 16)) == [
        "country 2025-Q4"
    ]


def test_the_country_is_there_as_far_as_its_first_office() -> None:
    delivered = {
        "65": (date(2025, 12, 1), date(2025, 12, 1)),
        "1110": (date(2025, 1, 1), date(2025, 3, 1)),
    }
    assert names(QUARTERLY, delivered, date(2026, 2, 1)) == [
        "country 2025-Q1",
        "country 2025-Q2",
        "country 2025-Q3",
        "country 2025-Q4",
    ]


def test_a_register_is_due_before_its_year_begins() -> None:
    delivered = {"65": (date(2025, 12, 1), date(2025, 12, 1))}
    # 60 days before 2026-01-01 is 2025-11-02, before 2027-01-01 2026-11-02
    assert "65 2027" not in names(AHEAD, delivered, date(2026, 11, 1))
    assert "65 2026" in names(AHEAD, delivered, date(2025, 12, 31))


def test_drafts_are_due_a_month_ahead_and_never_afterwards() -> None:
    delivered = {"65": (date(2025, 11, 1), date(2025, 12, 1))}
    # thirty days before 1 February 2026 is 2 January; the months before are over
    assert names(DRAFTS, delivered, date(2026, 1, 1)) == ["65 2026-01"]
    assert names(DRAFTS, delivered, date(2026, 1, 2)) == ["65 2026-01", "65 2026-02"]
    assert names(DRAFTS, delivered, date(2026, 2, 1)) == ["65 2026-02", "65 2026-03"]
    # nothing came for three months: what is on record says nothing of those to come
    assert names(DRAFTS, delivered, date(2026, 4, 20)) == []


@pytest.mark.parametrize(
    ("name", "today", "period", "where"),
    [
        # the district of each month, ten days after it
        ("02_district_analysis", date(2026, 1, 11), "2025-12", ["1110", "65"]),
        # the order quarter by quarter, fifteen days after it, for each office and the country
        ("03_order_163_monitoring", date(2026, 1, 16), "2025-Q4", ["country", "1110", "65"]),
        # the register of a year before the year begins
        ("nd1", date(2025, 12, 31), "2026", ["1110", "65"]),
        # sheets that were written, and drafts of those to be written, ahead of the month they are due in
        ("nd2", date(2026, 1, 6), "2025-12", ["1110", "65"]),
        ("nd2_drafts", date(2026, 1, 2), "2026-02", ["1110", "65"]),
    ],
)
def test_the_shipped_schedule_publishes_in_time(
    name: str, today: date, period: str, where: list[str]
) -> None:
    delivered = {code: (date(2025, 10, 1), date(2025, 12, 1)) for code in ("65", "1110")}
    declared = read_schedule(REPOSITORY / "expectations" / "schedule.toml")
    [publication] = [one for one in declared if one.name == name]

    def found(day: date) -> list[str]:
        items = due(publication, delivered, day)
        return [item.office or "country" for item in items if item.period.name == period]

    assert sorted(found(today)) == sorted(where)
    if name != "nd1":
        assert found(today - timedelta(days=1)) == []


def test_nothing_delivered_nothing_due() -> None:
    assert names(QUARTERLY, {}, date(2026, 1, 1)) == []


@pytest.mark.parametrize(("each", "name"), [("month", "2025-08"), ("quarter", "2025-Q3"), ("year", "2025")])
def test_the_period_of_a_day(each: str, name: str) -> None:
    assert period_of(date(2025, 8, 31), each).name == name


def test_the_shipped_schedule_names_notebooks_that_are_there() -> None:
    there = {path.stem for path in (REPOSITORY / "notebooks").glob("*.ipynb")} | set(FORMS)
    declared = read_schedule(REPOSITORY / "expectations" / "schedule.toml")
    assert {publication.name for publication in declared} <= there


@pytest.fixture
def workbench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    made = begin(tmp_path / "nd", "mn")
    (made.expectations / "schedule.toml").write_text(SCHEDULE, "utf-8")
    # Great Expectations takes seconds; one test below lets it run
    monkeypatch.setattr(audit, "show", lambda *_: None)
    return made


def arrive(workbench: Workbench, name: str, lines: str, rows: int | None = None) -> Path:
    """Put a delivery into the inbox, as if it had come an hour ago."""
    told = {} if rows is None else {"rows": {"person.csv": rows}}
    folder = deliver(
        workbench.data / "inbox" / "1110" / name, {"person.csv": PERSON + lines}, period=name, **told
    )
    for path in [*folder.iterdir(), folder]:
        os.utime(path, (time.time() - 3600,) * 2)
    return folder


def test_a_delivery_is_loaded_checked_and_published_once(workbench: Workbench) -> None:
    arrive(workbench, "2025-12", person(1))
    first = run_monitor(workbench, date(2026, 1, 20), "mn")
    assert first.loaded == ["1110/2025-12"]
    assert first.checked is not None
    assert first.published == ["01_data_reliability/1110/2025-12"]
    assert (first.refused, first.failed) == ({}, {})
    page = workbench.reports / "2025-12" / "1110" / "01_data_reliability.mn.html"
    assert page.is_file()
    listed = (workbench.reports / "2025-12" / "index.html").read_text("utf-8")
    assert broken_links([workbench.reports / "2025-12" / "index.html"]) == []
    assert 'href="1110/01_data_reliability.mn.html"' in listed
    second = run_monitor(workbench, date(2026, 1, 20), "mn")
    assert (second.loaded, second.checked, second.published) == ([], None, [])
    assert sentences_of(second, "en") == ["No new delivery, and no report is due."]


def test_a_lost_memory_loads_nothing_twice(workbench: Workbench) -> None:
    arrive(workbench, "2025-12", person(1))
    run_monitor(workbench, date(2025, 12, 1), "mn")
    before = sorted(path.name for path in workbench.store.glob("*.duckdb"))
    memory_path(workbench).write_text("{broken", "utf-8")
    assert recall(workbench) == Memory()
    again = run_monitor(workbench, date(2025, 12, 1), "mn")
    assert again.checked is None
    assert sorted(path.name for path in workbench.store.glob("*.duckdb")) == before


def test_a_refused_delivery_keeps_no_other_out_and_is_told_until_it_is_mended(workbench: Workbench) -> None:
    arrive(workbench, "2025-11", person(1))
    bad = arrive(workbench, "2025-12", person(2), rows=5)
    first = run_monitor(workbench, date(2025, 12, 1), "mn")
    assert first.loaded == ["1110/2025-11"]
    assert list(first.refused) == ["1110/2025-12"]
    assert not first.good
    second = run_monitor(workbench, date(2025, 12, 1), "mn")
    assert list(second.refused) == ["1110/2025-12"]
    manifest = bad / "manifest.toml"
    manifest.write_text(manifest.read_text("utf-8").replace("rows = 5", "rows = 1"), "utf-8")
    os.utime(manifest, (time.time() - 1800,) * 2)
    third = run_monitor(workbench, date(2025, 12, 1), "mn")
    assert third.loaded == ["1110/2025-12"]
    assert third.good


def test_a_delivery_that_still_arrives_is_left_alone(workbench: Workbench) -> None:
    folder = arrive(workbench, "2025-12", person(1))
    (folder / "more.csv").write_text("x", "utf-8")
    assert waiting(workbench, Memory()) == {}


def test_a_signature_follows_every_file(workbench: Workbench) -> None:
    folder = arrive(workbench, "2025-12", person(1))
    before = signature(folder)
    os.utime(folder / "person.csv", (1, 1))
    assert signature(folder) != before


def test_a_form_nobody_delivered_is_no_failure(workbench: Workbench) -> None:
    text = SCHEDULE.replace("01_data_reliability", "nd2")
    (workbench.expectations / "schedule.toml").write_text(text, "utf-8")
    arrive(workbench, "2025-12", person(1))
    summary = run_monitor(workbench, date(2026, 1, 20), "mn")
    assert (summary.failed, summary.published) == ({}, [])


def test_two_passes_at_once_are_one(workbench: Workbench) -> None:
    arrive(workbench, "2025-12", person(1))
    workbench.private_folder(workbench.data / "monitor")
    with FileLock(workbench.data / "monitor" / ".lock"):
        summary = run_monitor(workbench, date(2026, 1, 20), "mn")
    assert summary.busy
    assert not workbench.store.exists()


def test_a_report_that_cannot_be_made_is_tried_thrice_and_told(workbench: Workbench) -> None:
    (workbench.expectations / "schedule.toml").write_text(SCHEDULE.replace("01_data", "no_such"), "utf-8")
    arrive(workbench, "2025-12", person(1))
    told = [run_monitor(workbench, date(2026, 1, 20), "mn") for _ in range(4)]
    name = "no_such_reliability/1110/2025-12"
    assert {one.failed[name] for one in told} == {told[0].failed[name]}
    assert [one.given_up for one in told] == [[], [], [], [name]]
    assert ["Failed three times" in sentences_of(one, "en")[0] for one in told] == [False] * 3 + [True]
    assert not any(one.good for one in told)
    assert not (workbench.reports / "2025-12").exists()


def test_a_report_that_failed_is_shown_on_the_page_of_its_period(workbench: Workbench) -> None:
    more = '[[publish]]\nname = "no_such"\neach = "month"\ndays_after = 10\noffices = true\n'
    (workbench.expectations / "schedule.toml").write_text(SCHEDULE + more, "utf-8")
    arrive(workbench, "2025-12", person(1))
    summary = run_monitor(workbench, date(2026, 1, 20), "mn")
    assert summary.published == ["01_data_reliability/1110/2025-12"]
    index = workbench.reports / "2025-12" / "index.html"
    assert summary.failed["no_such/1110/2025-12"].split("«")[0] in index.read_text("utf-8")
    (workbench.expectations / "schedule.toml").write_text(SCHEDULE, "utf-8")
    assert run_monitor(workbench, date(2026, 1, 20), "mn").good
    assert "no_such" not in index.read_text("utf-8")


def test_a_page_of_a_period_is_mended_when_a_pass_ended_before_it(workbench: Workbench) -> None:
    arrive(workbench, "2025-12", person(1))
    run_monitor(workbench, date(2026, 1, 20), "mn")
    index = workbench.reports / "2025-12" / "index.html"
    whole = index.read_bytes()
    index.unlink()
    assert run_monitor(workbench, date(2026, 1, 20), "mn").published == []
    assert index.read_bytes() == whole
    before = index.stat().st_mtime_ns
    run_monitor(workbench, date(2026, 1, 20), "mn")
    assert index.stat().st_mtime_ns == before, "a page that says what is there is left alone"


def test_the_checkpoint_of_a_run_is_shown_once(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(audit, "show", lambda workbench, _: shown.append(current_run(workbench).id))
    arrive(workbench, "2025-12", person(1))
    first = run_monitor(workbench, date(2026, 1, 1), "mn")
    assert shown == [first.checked] == [first.shown]
    assert run_monitor(workbench, date(2026, 1, 1), "mn").shown is None
    assert len(shown) == 1


def test_a_checkpoint_that_fails_is_an_alarm_and_tried_again(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise MachineError("monitor.no_scheduler")

    monkeypatch.setattr(audit, "show", refuse)
    arrive(workbench, "2025-12", person(1))
    for _ in range(2):
        summary = run_monitor(workbench, date(2026, 1, 20), "mn")
        assert list(summary.failed) == ["data_docs"]
    assert (workbench.reports / "2025-12" / "1110" / "01_data_reliability.mn.html").is_file()


def test_what_nobody_is_concerned_by_is_asked_once_a_run(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = SCHEDULE.replace("01_data_reliability", "nd2")
    (workbench.expectations / "schedule.toml").write_text(text, "utf-8")
    asked: list[str] = []

    def nobody(_: Workbench, form: str, *__: object) -> None:
        asked.append(form)
        raise NothingToIssueError("forms.no_sheets", office="1110", period="2025-12")

    monkeypatch.setattr(publications, "issue", nobody)
    arrive(workbench, "2025-12", person(1))
    for _ in range(2):
        assert run_monitor(workbench, date(2026, 1, 20), "mn").good
    assert asked == ["nd2"]


def test_a_form_that_is_refused_for_another_reason_has_failed(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = SCHEDULE.replace("01_data_reliability", "nd2")
    (workbench.expectations / "schedule.toml").write_text(text, "utf-8")

    def forbidden(*_: object) -> None:
        raise RefusedError("roles.may_not_issue", account="bat", role="analyst", roles="auditor")

    monkeypatch.setattr(publications, "issue", forbidden)
    arrive(workbench, "2025-12", person(1))
    summary = run_monitor(workbench, date(2026, 1, 20), "mn")
    assert not summary.good
    assert [name for name in summary.failed if "nd2" in name]


def test_the_summary_can_be_sent_as_it_is(workbench: Workbench) -> None:
    arrive(workbench, "2025-12", person(1), rows=5)
    summary = run_monitor(workbench, date(2026, 1, 20), "en")
    write_summary(workbench, summary, "en")
    folder = workbench.data / "monitor"
    page, text = ((folder / name).read_text("utf-8") for name in ("summary.html", "summary.txt"))
    for told in ("Something needs attention", "Delivery refused, 1110/2025-12"):
        assert told in page
        assert told in text
    assert "font/woff2;base64" in page
    assert not re.search(r'(src|href)="', page)
    assert {(folder / name).stat().st_mode & 0o777 for name in ("summary.html", "summary.txt")} == {0o600}


def test_an_alarm_is_an_exit_code(workbench: Workbench) -> None:
    arrive(workbench, "2025-12", person(1), rows=5)
    with pytest.raises(SystemExit) as left:
        main(["monitor", "-C", str(workbench.root), "--lang", "en"])
    assert left.value.code == 1


def test_an_empty_workbench_has_nothing_to_do(workbench: Workbench) -> None:
    summary = run_monitor(workbench, date(2026, 1, 20), "mn")
    assert summary.good
    write_summary(workbench, summary, "mn")
    assert "Шинэ хүргэлт" in (workbench.data / "monitor" / "summary.html").read_text("utf-8")


def fake(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)


def test_cron_gets_one_line_and_gives_it_back(
    workbench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "table"
    table.write_text("0 1 * * * other\n", "utf-8")
    tools = tmp_path / "tools"
    tools.mkdir()
    fake(tools, "crontab", f'if [ "$1" = -l ]; then cat {table}; else cat > {table}; fi')
    monkeypatch.setenv("PATH", f"{tools}:/bin:/usr/bin")
    monkeypatch.setattr(installing, "_has_systemd", lambda: False)
    assert installing.status(workbench, os.environ).how == "nothing"
    for _ in range(2):
        assert installing.install(workbench, os.environ).how == "cron"
    lines = table.read_text("utf-8").splitlines()
    assert [line.startswith("*/15 * * * *") for line in lines] == [False, True]
    assert str(workbench.root) in lines[1]
    assert installing.uninstall(workbench, os.environ).how == "cron"
    assert table.read_text("utf-8") == "0 1 * * * other\n"


def test_systemd_gets_a_timer_of_the_account(
    workbench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools, config = tmp_path / "tools", tmp_path / "config"
    tools.mkdir()
    fake(tools, "systemctl", f'echo "$@" >> {tmp_path / "asked"}')
    monkeypatch.setenv("PATH", f"{tools}:/bin:/usr/bin")
    environ = {"XDG_CONFIG_HOME": str(config)}
    made = installing.install(workbench, environ)
    assert made.how == "systemd"
    timer = Path(made.where)
    assert "OnCalendar=*:0/15" in timer.read_text("utf-8")
    assert str(workbench.root) in timer.with_suffix(".service").read_text("utf-8")
    assert f"--user enable --now {timer.name}" in (tmp_path / "asked").read_text("utf-8")
    installing.uninstall(workbench, environ)
    assert not timer.exists()


def test_a_machine_without_scheduler_says_so(
    workbench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MachineError):
        installing.install(workbench, {"HOME": str(tmp_path)})
