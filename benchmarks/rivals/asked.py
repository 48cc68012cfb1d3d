"""What every rival is asked, and how it is timed; their interpreters know nothing of ours."""

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

KEY = "contribution_id"
CEILING = 2390000
TYPES = ["01", "02", "06", "22", "90"]
OFFICES = ["65", "1107", "1110"]
FIRST, LAST = date(1995, 1, 1), date(2025, 12, 1)
LEAST = {"wage": Decimal(0), "insured_amount": Decimal(0), "employer_amount": Decimal(0)}
PAIRS = [
    ("period", "reported_on"),
    ("period", "paid_on"),
    ("insured_amount", "wage"),
    ("employer_amount", "wage"),
    ("base", "wage"),
]
"""The first is at most the second."""
PRESENT = ["wage", "person_id", KEY, "reported_on"]


def run(work: Callable[[Path], dict[str, int]]) -> None:
    """Time `work` on the Parquet file the command line names; print figures and failing rows by rule."""
    start, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    failing = work(Path(sys.argv[1]))
    now = resource.getrusage(resource.RUSAGE_SELF)
    peak = int(Path("/proc/self/status").read_text("ascii").partition("VmHWM:")[2].split()[0]) / 1024**2
    cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    figures = {"cpu": cpu, "wall": time.perf_counter() - start, "peak": peak, "failing": failing}
    sys.stdout.write(json.dumps(figures) + "\n")
