"""What goes wrong while a workbench is checked and reported on: kills, and files that cannot grow.

`NDAUDIT_KILLS` sets how many moments each is killed at.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from deliveries import PERSON, deliver, person

from ndaudit import audit
from ndaudit.beginning import begin
from ndaudit.findings import current_run
from ndaudit.snapshots import file_hash
from ndaudit.store import connect, current_snapshot
from ndaudit.workbench import Workbench, open_workbench

KILLS = int(os.environ.get("NDAUDIT_KILLS", "5"))
REPORT = "12_catalogue"


@dataclass(frozen=True)
class Bench:
    """A workbench whose catalogue holds the rules about persons only, and how to run commands on it."""

    root: Path

    @property
    def workbench(self) -> Workbench:
        return open_workbench(self.root, {}, self.root)

    def start(self, *command: str, most: int | None = None) -> subprocess.Popen[str]:
        """Start a command in a session of its own; no file it writes may become larger than `most` bytes."""
        whole = [sys.executable, "-m", "ndaudit", *command, "-C", str(self.root), "--lang", "en"]
        if most is not None:
            whole = ["prlimit", f"--fsize={most}", *whole]
        environ = os.environ | {"NDAUDIT_KEY_FILE": str(self.root.parent / "key")}
        return subprocess.Popen(
            whole,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environ,
            start_new_session=True,
        )

    def seconds(self, *command: str) -> float:
        """Run a command once and return how long it took."""
        start = time.monotonic()
        process = self.start(*command)
        out, err = process.communicate()
        assert process.returncode == 0, out + err
        return time.monotonic() - start


def killed(process: subprocess.Popen[str], after: float) -> bool:
    """Kill a process and all it started, unless it has ended by then."""
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    workbench = begin(tmp_path / "nd", "mn")
    for area in (workbench.expectations / "rules").iterdir():
        if area.name != "PER":
            shutil.rmtree(area)
    lines = PERSON + "".join(person(n) for n in range(1, 400)) + person(400, register_no="УЮ99999999")
    audit.load(workbench, [deliver(tmp_path / "in", {"person.csv": lines})])
    return Bench(workbench.root)


def whole_runs(workbench: Workbench) -> set[str]:
    """Return every run that stands there, each whole: its record, its results, its declarations."""
    found = set()
    for folder in workbench.runs.iterdir():
        if folder.name.startswith(".") or folder.is_file():
            continue
        assert json.loads((folder / "run.json").read_text("utf-8"))["run_id"] == folder.name
        con = connect(folder / "findings.duckdb", read_only=True)
        [[results]] = con.execute("SELECT count(*) FROM rule_result").fetchall()
        con.close()
        assert results
        assert (folder / "expectations" / "rules").is_dir()
        found.add(folder.name)
    return found


def test_killed_checkers_leave_whole_runs(bench: Bench) -> None:
    workbench, chance = bench.workbench, random.Random(20261122)  # noqa: S311 - moments, not secrets
    check = ("check", "--no-docs")
    whole = bench.seconds(*check)
    snapshot, kills = current_snapshot(workbench.store), 0
    before = whole_runs(workbench)
    for _ in range(KILLS):
        kills += killed(bench.start(*check), chance.uniform(0.2, 1.1) * whole)
        runs = whole_runs(workbench)
        assert before <= runs
        assert current_run(workbench).id in runs
        assert file_hash(snapshot.path) == snapshot.sha256
        before = runs
    assert kills
    bench.seconds(*check)
    assert current_run(workbench).id in whole_runs(workbench) - before


def test_killed_reporters_publish_whole_or_not_at_all(bench: Bench) -> None:
    workbench, chance = bench.workbench, random.Random(20261122)  # noqa: S311 - moments, not secrets
    audit.check(workbench)
    report = ("report", REPORT)
    whole, kills = bench.seconds(*report), 0
    for _ in range(KILLS):
        kills += killed(bench.start(*report), chance.uniform(0.2, 1.1) * whole)
        for page in workbench.reports.rglob(f"{REPORT}.*.html"):
            if any(part.startswith(".") for part in page.relative_to(workbench.reports).parts):
                continue
            record = json.loads(page.with_name(f"{page.stem}.run.json").read_text("utf-8"))
            for name, digest in record["files"].items():
                assert file_hash(page.with_name(name)) == digest
    assert kills
    pages = len(list(workbench.reports.rglob(f"{REPORT}.*.html")))
    bench.seconds(*report)
    published = [
        path
        for path in workbench.reports.rglob(f"{REPORT}.*.html")
        if not any(part.startswith(".") for part in path.relative_to(workbench.reports).parts)
    ]
    assert len(published) >= 2
    assert len(list(workbench.reports.rglob(f"{REPORT}.*.html"))) <= pages + 1


@pytest.mark.parametrize(("command", "most"), [("check", 20_000), ("report", 4_000)])
def test_what_cannot_grow_is_one_line_and_everything_earlier_stands(
    bench: Bench, command: str, most: int
) -> None:
    """A limit on the size of a file fails like a full disk does."""
    workbench = bench.workbench
    first = audit.check(workbench)
    arguments = ("check", "--no-docs") if command == "check" else ("report", REPORT)
    process = bench.start(*arguments, most=most)
    out, err = process.communicate()
    assert process.returncode not in (0, -signal.SIGXFSZ), out + err
    assert "Traceback" not in out + err
    assert len(err.strip().splitlines()) <= 1
    assert current_run(workbench).id == first.id
    assert whole_runs(workbench) == {first.id}
    assert not [p for p in workbench.reports.rglob("*.html") if "draft" not in str(p)]
    bench.seconds(*arguments)
