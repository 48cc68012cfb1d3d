"""`python -m benchmarks.faults [WORD …]`: the faults of SECURITY.md's table at full length, row by row.

A word takes the rows whose name holds it. Said of each: tests passed of those run, what they counted (kills,
and how far what was killed had come; loads; decisions), seconds of wall and CPU. The environment wins over
the table: `NDAUDIT_KILLS=10 python -m benchmarks.faults kill`.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from benchmarks.faults.table import ROOT, Fault, faults


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _told(report: Path) -> str:
    """Return what pytest wrote about the tests of one fault, in one line."""
    # written by the pytest this started
    suite = next(ElementTree.parse(report).getroot().iter("testsuite"))  # noqa: S314
    facts = {name: int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")}
    passed = facts["tests"] - facts["failures"] - facts["errors"] - facts["skipped"]
    said = [f"{passed} of {facts['tests']} passed"]
    if facts["skipped"]:
        said.append(f"{facts['skipped']} skipped")
    return ", ".join([*said, *(f"{one.get('name')} {one.get('value')}" for one in suite.iter("property"))])


def run(fault: Fault) -> bool:
    """Run the tests of one fault, say what came of them, and return whether they passed."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        options = ["-q", "-o", "junit_family=xunit1", f"--junitxml={report}", f"--basetemp={folder}/tests"]
        command = [sys.executable, "-m", "pytest", *options, *fault.tests]
        start, used = time.monotonic(), _used()
        ended = subprocess.run(
            command, cwd=ROOT, env=fault.full | os.environ, capture_output=True, text=True, check=False
        )
        wall, cpu = time.monotonic() - start, _used() - used
        told = _told(report) if report.is_file() else "did not run"
    sys.stdout.write(f"{fault.name}: {told}; {wall:.0f} s, CPU {cpu:.0f} s\n")
    if ended.returncode:
        sys.stdout.write(ended.stdout + ended.stderr)
    sys.stdout.flush()
    return ended.returncode == 0


def main(words: Sequence[str]) -> int:
    """Run the faults the words choose, all of them without any; return 1 when one failed or none did run."""
    chosen = [fault for fault in faults() if not words or any(word in fault.name for word in words)]
    failed = [fault for fault in chosen if not run(fault)]
    return 1 if failed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
