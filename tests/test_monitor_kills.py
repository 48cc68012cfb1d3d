"""A monitor killed at any moment: every period is published exactly once, whole, and nothing is left behind.

`NDAUDIT_KILLS` sets at how many moments.
"""

import hashlib
import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from conftest import REPOSITORY
from deliveries import PERSON, deliver, person
from killing import Warm, warm
from nbformat import v4, write

from ndaudit import ledger
from ndaudit.beginning import begin
from ndaudit.findings import current_run
from ndaudit.reporting import assets
from ndaudit.reporting.drafts import sweep_drafts
from ndaudit.store import connect, current_snapshot
from ndaudit.tables import read_tables
from ndaudit.workbench import Workbench

KILLS = int(os.environ.get("NDAUDIT_KILLS", "5"))
SCHEDULE = (
    '[[publish]]\nname = "{name}"\neach = "month"\ndays_after = 10\noffices = true\n'
    '[[publish]]\nname = "nd1"\neach = "year"\ndays_after = -60\noffices = true\n'
)
IN_VAIN = 6
"""So many kills in one month and no pass that ended: then one is let through, and measured."""
REPORT = "short_report"
MONITOR = """
from datetime import date
from pathlib import Path
from ndaudit.monitor import run_monitor
from ndaudit.workbench import open_workbench
audit.show = lambda *_: None
def run(command):
    summary = run_monitor(open_workbench(Path(command[0]), {}, Path.cwd()), date(2026, 6, 20), "en")
    sys.exit(0 if summary.good else str(summary))
"""
"""One pass of the monitor; Data Docs have tests of their own."""
STEPS = ("nothing yet", "loaded", "checked", "published in part", "all published")
COLUMNS = [
    column.name for column in read_tables(REPOSITORY / "expectations" / "tables")["register_entry"].columns
]


def period(month: int) -> tuple[int, int]:
    """Year and month of the delivery with a number, beginning with January 2022."""
    return 2022 + (month - 1) // 12, (month - 1) % 12 + 1


def entry(number: int) -> str:
    """A register of one line, most of it not filled in yet."""
    told = {
        "register_year": period(number)[0],
        "office_code": "1110",
        "listed_under": "subdistrict",
        "person_id": number,
    }
    return f"{','.join(COLUMNS)}\n{','.join(str(told.get(name, '')) for name in COLUMNS)}\n"


@pytest.fixture
def workbench(tmp_path: Path) -> Workbench:
    """A workbench with few rules and one short report: kills are to fall into every step, not into one."""
    made = begin(tmp_path / "nd", "mn")
    for path in (made.expectations / "rules").rglob("*.toml"):
        if path.stem not in {"PER-01", "PER-02"}:
            path.unlink()
    (made.expectations / "schedule.toml").write_text(SCHEDULE.format(name=REPORT), "utf-8")
    parameters = v4.new_code_cell(
        'office = ""\nperiod = ""\nlang = "mn"\nworkbench = ""', metadata={"tags": ["parameters"]}
    )
    book = v4.new_notebook(cells=[parameters, v4.new_code_cell("f'{office} {period}'")])
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    write(book, made.notebooks / f"{REPORT}.ipynb")
    return made


def arrive(workbench: Workbench, month: int) -> None:
    year, of_year = period(month)
    name = f"{year}-{of_year:02}"
    folder = deliver(
        workbench.data / "inbox" / "1110" / name,
        {"person.csv": PERSON + person(month), "register_entry.csv": entry(month)},
        period=name,
        exported_at=datetime(year, of_year, 28),
    )
    for path in [*folder.iterdir(), folder]:
        os.utime(path, (time.time() - 3600,) * 2)


@pytest.fixture
def monitor(tmp_path: Path) -> Iterator[Warm]:
    with warm(tmp_path / "told", MONITOR) as made:
        yield made


def test_two_monitors_at_once_are_one(workbench: Workbench, monitor: Warm, tmp_path: Path) -> None:
    arrive(workbench, 1)
    with warm(tmp_path / "told by the other", MONITOR) as other, ThreadPoolExecutor() as both:
        running = [both.submit(one.run, str(workbench.root)) for one in (monitor, other)]
        assert not any(one.result() for one in running)
    assert_whole(workbench)
    assert [path.name for path in workbench.reports.rglob(f"{REPORT}.en.html")] == [f"{REPORT}.en.html"]
    assert [entry.event for entry in ledger.read(workbench)].count("load") == 1
    assert len(list(workbench.runs.glob("*/run.json"))) == 1


def step(workbench: Workbench, months: int) -> str:
    """How far the newest month has come: what a reader of the workbench can see of it."""
    year, of_year = period(months)
    page = workbench.reports / f"{year}-{of_year:02}" / "1110" / f"{REPORT}.en.html"
    form = workbench.data / "forms" / "1110" / f"nd1-{year}.pdf"
    if page.is_file() or (of_year == 1 and form.is_file()):
        listed = page.is_file() and (page.parent.parent / "index.html").is_file()
        return STEPS[4] if listed and form.is_file() else STEPS[3]
    snapshot = current_snapshot(workbench.store)
    with connect(snapshot.path, read_only=True) as con:
        [[loaded]] = con.execute("SELECT count(*) FROM batch").fetchall()
    if loaded < months:
        return STEPS[0]
    return STEPS[2] if current_run(workbench).snapshot == snapshot.id else STEPS[1]


def assert_whole(workbench: Workbench) -> None:
    """Whatever lies where readers look is whole: its record names every file as it was written."""
    for page in workbench.reports.glob("2*/*/**/*.html"):
        record = json.loads(page.with_name(f"{page.stem}.run.json").read_text("utf-8"))
        assert page.name in record["files"]
        for name, digest in record["files"].items():
            assert hashlib.sha256((page.parent / name).read_bytes()).hexdigest() == digest
        assert page.read_text("utf-8").rstrip().endswith("</html>")
        assert len(list((page.parent / "assets").iterdir())) == len(assets.names())
    for form in (workbench.data / "forms").glob("*/*.pdf"):
        assert form.read_bytes().rstrip().endswith(b"%%EOF")
        assert form.with_suffix(".xlsx").is_file()


def test_a_killed_monitor_publishes_every_period_once(
    workbench: Workbench, monitor: Warm, record_property: Callable[[str, object], None]
) -> None:
    root = str(workbench.root)
    arrive(workbench, 1)
    monitor.run(root)
    chance = random.Random(20261122)  # noqa: S311 - moments, not secrets
    months, kills, seen = 2, 0, Counter[str]()
    arrive(workbench, months)
    whole, in_vain = monitor.timed(root), 0
    for _ in range(4 * KILLS):
        if kills == KILLS:
            break
        if in_vain == IN_VAIN:
            # the machine has become slower: no pass would come to its end any more
            whole, in_vain = monitor.timed(root), 0
        if step(workbench, months) == STEPS[4]:
            # a pass that has nothing to do proves nothing
            months, in_vain = months + 1, 0
            arrive(workbench, months)
        # early moments oftener than late ones, which would nearly all fall into the making of the report
        if monitor.run(root, kill_after=whole * chance.random() ** 2):
            kills, in_vain = kills + 1, in_vain + 1
            seen[step(workbench, months)] += 1
        assert_whole(workbench)
    assert kills == KILLS
    for _ in range(2):
        monitor.run(root)
    assert_whole(workbench)
    record_property("kills", kills)
    for name in STEPS:
        record_property(f"killed with {name}", seen[name])
    pages = [path.relative_to(workbench.reports) for path in workbench.reports.glob("2*/1110/**/*.html")]
    names = [f"{year}-{month:02}" for year, month in map(period, range(1, months + 1))]
    assert sorted(page.parts[0] for page in pages) == names
    assert {len(page.parts) for page in pages} == {3}, "nothing was published a second time"
    for name in names:
        index = (workbench.reports / name / "index.html").read_text("utf-8")
        assert index.count(f'href="1110/{REPORT}.en.html"') == 1
    forms = {path.name for path in (workbench.data / "forms" / "1110").glob("*.pdf")}
    assert forms == {f"nd1-{name[:4]}.pdf" for name in names}
    with connect(current_snapshot(workbench.store).path, read_only=True) as con:
        assert con.execute("SELECT count(*), count(DISTINCT person_id) FROM person").fetchall() == [(1, 1)]
        batches = con.execute("SELECT period FROM batch").fetchall()
    assert max(Counter(batches).values()) == 1, "a delivery was loaded twice"
    assert ledger.verify_chain(workbench) is None
    sweep_drafts(workbench)
    assert list(workbench.reports.glob(".draft-*")) == []
