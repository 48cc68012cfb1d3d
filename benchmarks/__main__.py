"""`make bench`: measure every section, and write `benchmarks/RESULTS.md`.

    python -m benchmarks                   every section, in order
    python -m benchmarks loading forms     these sections again; the others keep the figures they have

Each section runs in a process of its own. What could not be measured says why. The figures of every section
are kept in `build/bench/`; the file is written anew after each.
"""

import json
import os
import platform
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import duckdb

from benchmarks.section import Section, missing
from benchmarks.sizes import ROOT, Sizes

SECTIONS = tuple(sorted(path.stem for path in (Path(__file__).parent / "sections").glob("[!_]*.py")))
RESULTS = Path(os.environ.get("NDAUDIT_BENCH_OUT", ROOT / "benchmarks" / "RESULTS.md"))
KEPT = Path(os.environ.get("NDAUDIT_BENCH_KEPT", ROOT / "build" / "bench"))
LONGEST = int(os.environ.get("NDAUDIT_BENCH_LIMIT", "0")) or None
"""Seconds a section may take; a longer one is broken off, and says so."""
_HELD = {True: "reached", False: "**missed**", None: "–"}


def _measure(name: str, folder: Path, out: Path) -> None:
    """Measure one section and write its record: tables, and when and under which load they were taken."""
    module = import_module(f"benchmarks.sections.{name}")
    sizes, before = Sizes.asked(folder), os.getloadavg()[0]
    sections: list[Section] = module.measured(sizes)
    loads = f"load {before:.1f} to {os.getloadavg()[0]:.1f}"
    taken = f"{date.today():%Y-%m-%d}, {loads}"
    out.write_text(json.dumps({"taken": taken, "sections": [one.record for one in sections]}), "utf-8")


def _run(name: str, folder: Path) -> None:
    """Measure one section in a process of its own; keep its record, or why there is none."""
    out = KEPT / f"{name}.json"
    out.unlink(missing_ok=True)
    command = [sys.executable, "-m", "benchmarks", "--one", name, str(folder), str(out)]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        # what a section that is broken off leaves is cleared with the folder
        env={**os.environ, "TMPDIR": str(folder)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            _, said = process.communicate(timeout=LONGEST)
            why = _blamed(said) if process.returncode else ""
            if process.returncode < 0:
                why = f"ended by signal {-process.returncode}"
        except (subprocess.TimeoutExpired, KeyboardInterrupt) as stopped:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            if isinstance(stopped, KeyboardInterrupt):
                raise
            why = f"broken off after {LONGEST} s"
    if why or not out.is_file():
        title = name.replace("_", " ").capitalize()
        record = {"taken": f"{date.today():%Y-%m-%d}", "sections": [missing(title, why, [title]).record]}
        out.write_text(json.dumps(record), "utf-8")


def _blamed(said: str) -> str:
    """Return the last line of a failure, without the folders of this machine."""
    line = (said.strip().splitlines() or ["no word"])[-1]
    for place in (str(ROOT), gettempdir(), str(Path.home())):
        line = line.replace(place, "…")
    return re.sub(r"\s+", " ", line)[:300]


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()},"
        f" Python {platform.python_version()}, DuckDB {duckdb.__version__}"
    )


def results() -> str:
    """Return the whole file from the records kept."""
    records = [
        json.loads((KEPT / f"{name}.json").read_text("utf-8"))
        for name in SECTIONS
        if (KEPT / f"{name}.json").is_file()
    ]
    read = [(record["taken"], [Section.read(raw) for raw in record["sections"]]) for record in records]
    aims = [aim for _, sections in read for section in sections for aim in section.aims]
    lines = [
        "# Measurements",
        "",
        f"Written by `make bench` on a machine of {_machine()}. Each side runs in a fresh process, sides"
        " alternate and medians count where they run more than once; CPU seconds: user and system. What was"
        " changed and why, and what was measured by hand, stands in `NOTES.md` beside this file.",
        "",
        "| work | to reach | measured | |",
        "|---|---|---|---|",
        *(f"| {aim.work} | {aim.reach} | {aim.measured} | {_HELD[aim.met]} |" for aim in aims),
        "",
    ]
    if waiting := [name for name in SECTIONS if not (KEPT / f"{name}.json").is_file()]:
        lines += [
            f"Not measured in this pass: {', '.join(waiting)}; earlier figures stand in `NOTES.md`.",
            "",
        ]
    for taken, sections in read:
        for section in sections:
            title, blank, *rest = section.lines
            lines += [title, blank, f"{taken}.", "", *rest]
    return "\n".join(lines).rstrip() + "\n"


def main(names: Sequence[str]) -> None:
    """Measure the sections named, in order, and write the results after each.

    Raises:
        SystemExit: there is no such section.
    """
    unknown = [name for name in names if name not in SECTIONS]
    if unknown:
        sys.exit(f"no section {', '.join(unknown)}; there are: {', '.join(SECTIONS)}")
    KEPT.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        for name in names or SECTIONS:
            sys.stderr.write(f"{name} …\n")
            _run(name, Path(folder))
            RESULTS.write_text(results(), "utf-8")
    sys.stdout.write(results())


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        _measure(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
    else:
        main(sys.argv[1:])
