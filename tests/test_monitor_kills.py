"""A monitor killed at any moment: every period is published exactly once, whole, and nothing is left behind.

`NDAUDIT_KILLS` sets at how many moments.
"""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from conftest import REPOSITORY
from deliveries import PERSON, deliver, person
from nbformat import v4, write

from ndaudit import ledger
from ndaudit.beginning import begin
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
REPORT = "short_report"
ONCE = """
import sys
from datetime import date
from pathlib import Path
from ndaudit import audit
from ndaudit.monitor import run_monitor
from ndaudit.workbench import open_workbench
audit.show = lambda *_: None
summary = run_monitor(open_workbench(Path(sys.argv[1]), {}, Path.cwd()), date(2026, 6, 20), "en")
sys.exit(0 if summary.good else str(summary))
"""
COLUMNS = [
    column.name for column in read_tables(REPOSITORY / "expectations" / "tables")["register_entry"].columns
]


def entry(number: int) -> str:
    """A register of one line, most of it not filled in yet."""
    told = {"register_year": 2026, "office_code": "1110", "listed_under": "subdistrict", "person_id": number}
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
    folder = deliver(
        workbench.data / "inbox" / "1110" / f"2026-{month:02}",
        {"person.csv": PERSON + person(month), "register_entry.csv": entry(month)},
        period=f"2026-{month:02}",
        exported_at=datetime(2026, month, 28),
    )
    for path in [*folder.iterdir(), folder]:
        os.utime(path, (time.time() - 3600,) * 2)


def start(workbench: Workbench) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", ONCE, str(workbench.root)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


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


def test_a_killed_monitor_publishes_every_period_once(workbench: Workbench) -> None:
    arrive(workbench, 1)
    begun = time.monotonic()
    first = start(workbench)
    _, told = first.communicate()
    whole = time.monotonic() - begun
    assert first.returncode == 0, told.decode("utf-8")
    chance = random.Random(20261122)  # noqa: S311 - moments, not secrets
    months, killed = 1, 0
    for number in range(KILLS):
        if months < 5 and number % max(1, KILLS // 4) == 0:
            months += 1
            arrive(workbench, months)
        process = start(workbench)
        try:
            # the first part of a pass is Python starting; the moments that matter come after it
            process.wait(chance.uniform(0.25, 1.0) * whole)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.communicate()
        assert_whole(workbench)
    assert killed
    for _ in range(2):
        last = start(workbench)
        _, told = last.communicate()
        assert last.returncode == 0, told.decode("utf-8")
    assert_whole(workbench)
    pages = [path.relative_to(workbench.reports) for path in workbench.reports.glob("2*/1110/**/*.html")]
    names = [f"2026-{month:02}" for month in range(1, months + 1)]
    assert sorted(page.parts[0] for page in pages) == names
    assert {len(page.parts) for page in pages} == {3}, "nothing was published a second time"
    for name in names:
        index = (workbench.reports / name / "index.html").read_text("utf-8")
        assert index.count(f'href="1110/{REPORT}.en.html"') == 1
    assert [path.name for path in (workbench.data / "forms" / "1110").glob("*.pdf")] == ["nd1-2026.pdf"]
    with connect(current_snapshot(workbench.store).path, read_only=True) as con:
        assert con.execute("SELECT count(*), count(DISTINCT person_id) FROM person").fetchall() == [(1, 1)]
        batches = con.execute("SELECT period FROM batch").fetchall()
    assert max(Counter(batches).values()) == 1, "a delivery was loaded twice"
    assert ledger.verify_chain(workbench) is None
    sweep_drafts(workbench)
    assert list(workbench.reports.glob(".draft-*")) == []
