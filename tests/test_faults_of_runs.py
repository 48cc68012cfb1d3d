"""What goes wrong while a workbench is checked, reported on and reviewed: kills, full disks.

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
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from deliveries import PERSON, deliver, person
from killing import warm

from ndaudit import audit
from ndaudit.beginning import begin
from ndaudit.findings import current_run
from ndaudit.reviews.decisions import Decision, State, propose
from ndaudit.reviews.exchange import export_decisions
from ndaudit.reviews.log import Entry, open_log
from ndaudit.reviews.proving import decisions_fault
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

    @property
    def environ(self) -> dict[str, str]:
        return {"NDAUDIT_KEY_FILE": str(self.root.parent / "key")}

    def start(self, *command: str, most: int | None = None) -> subprocess.Popen[str]:
        """Start a command in a session of its own; no file it writes may become larger than `most` bytes."""
        whole = [sys.executable, "-m", "ndaudit", *command, "-C", str(self.root), "--lang", "en"]
        if most is not None:
            whole = ["prlimit", f"--fsize={most}", *whole]
        return subprocess.Popen(
            whole,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | self.environ,
            start_new_session=True,
        )

    def seconds(self, *command: str) -> float:
        """Run a command once and return how long it took."""
        start = time.monotonic()
        process = self.start(*command)
        out, err = process.communicate()
        assert process.returncode == 0, out + err
        return time.monotonic() - start


def killed(bench: Bench, *command: str) -> Iterator[bool]:
    """Kill a command and all it started at random moments, `KILLS` times; yield whether each was killed."""
    chance = random.Random(20261122)  # noqa: S311 - moments, not secrets
    whole_command = (*command, "-C", str(bench.root), "--lang", "en")
    with warm(bench.root.parent / "told", environ=bench.environ) as commands:
        commands.run(*whole_command)
        whole, kills, tries = commands.timed(*whole_command), 0, 0
        while kills < KILLS:
            tries += 1
            assert tries <= 4 * KILLS, "the command ends before it can be killed"
            start, after = time.monotonic(), chance.uniform(0.0, 1.0) * whole
            was_killed = commands.run(*whole_command, kill_after=after, all_of_it=True)
            if not was_killed:
                whole = time.monotonic() - start
            kills += was_killed
            yield was_killed


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


def test_killed_checkers_leave_whole_runs(
    bench: Bench, record_property: Callable[[str, object], None]
) -> None:
    workbench, check = bench.workbench, ("check", "--no-docs")
    snapshot = current_snapshot(workbench.store)
    kills, begun, before, drafts = 0, 0, set[str](), set[Path]()
    for was_killed in killed(bench, *check):
        kills += was_killed
        begun += was_killed and not drafts.issuperset(workbench.runs.glob(".*.part"))
        drafts = set(workbench.runs.glob(".*.part"))
        runs = whole_runs(workbench)
        assert before <= runs
        assert current_run(workbench).id in runs
        assert file_hash(snapshot.path) == snapshot.sha256
        before = runs
    record_property("kills", kills)
    record_property("with a run half made", begun)
    bench.seconds(*check)
    assert current_run(workbench).id in whole_runs(workbench) - before


def test_killed_reporters_publish_whole_or_not_at_all(
    bench: Bench, record_property: Callable[[str, object], None]
) -> None:
    workbench, report = bench.workbench, ("report", REPORT)
    audit.check(workbench)
    kills, begun, drafts = 0, 0, set[Path]()
    for was_killed in killed(bench, *report):
        kills += was_killed
        begun += was_killed and not drafts.issuperset(workbench.reports.glob(".draft-*"))
        drafts = set(workbench.reports.glob(".draft-*"))
        for page in workbench.reports.rglob(f"{REPORT}.*.html"):
            if any(part.startswith(".") for part in page.relative_to(workbench.reports).parts):
                continue
            record = json.loads(page.with_name(f"{page.stem}.run.json").read_text("utf-8"))
            for name, digest in record["files"].items():
                assert file_hash(page.with_name(name)) == digest
    record_property("kills", kills)
    record_property("with a report half made", begun)
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


REVIEW = ("decisions", "import")


def far_decisions(path: Path, root: Path, count: int) -> Path:
    """Write what another machine decided about many findings."""
    far = begin(root, "mn")
    with open_log(far) as log:
        propose(log, [State(f"f{n}") for n in range(count)], Decision("official_error", "Гарын үсэггүй"))
    export_decisions(far, path)
    return path


def refused_in_one_line(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate()
    assert process.returncode == 4, out + err
    assert len(err.strip().splitlines()) == 1, err
    return err


def stands(bench: Bench, before: list[Entry]) -> bool:
    """Return whether what had been decided is there as it was, and nothing else."""
    with open_log(bench.workbench) as log:
        return list(log.all()) == before and decisions_fault(bench.workbench) is None


@pytest.fixture
def begun(bench: Bench) -> list[Entry]:
    """What was decided before the disk became full."""
    with open_log(bench.workbench) as log:
        return propose(log, [State("g1"), State("g2")], Decision("lawful", "Шүүхийн шийдвэртэй"))


def test_review_that_cannot_grow_is_one_line_and_loses_nothing(
    bench: Bench, tmp_path: Path, begun: list[Entry]
) -> None:
    """A limit on the size of a file fails like a full disk does, and needs no disk of its own."""
    file = far_decisions(tmp_path / "far.jsonl", tmp_path / "far", 400)
    refused_in_one_line(bench.start(*REVIEW, str(file), most=60_000))
    assert stands(bench, begun)
    bench.seconds(*REVIEW, str(file))
    with open_log(bench.workbench) as log:
        assert len(list(log.all())) == len(begun) + 400


def test_full_disk_during_review_is_one_line_and_loses_nothing(tmp_path: Path, small_disk: Path) -> None:
    bench = Bench(begin(small_disk / "nd", "mn").root)
    with open_log(bench.workbench) as log:
        before = propose(log, [State("g1")], Decision("lawful", "Шүүхийн шийдвэртэй"))
    file = far_decisions(tmp_path / "far.jsonl", tmp_path / "far", 400)
    ballast = small_disk / "ballast"
    # no room for the log to grow; none for anything at all
    for free in (40_000, 0):
        ballast.write_bytes(b"x" * (shutil.disk_usage(small_disk).free - free))
        assert "disk is full" in refused_in_one_line(bench.start(*REVIEW, str(file)))
        ballast.unlink()
        assert stands(bench, before)
    bench.seconds(*REVIEW, str(file))
    with open_log(bench.workbench) as log:
        assert len(list(log.all())) == len(before) + 400
