"""Office reports beside papermill's own engine, as `benchmarks.reports` measures them."""

import os
import re
import subprocess
import sys

from benchmarks.section import Aim, Section
from benchmarks.sizes import ROOT, Sizes

FASTER, SECONDS = 8.0, 60.0


def measured(sizes: Sizes) -> list[Section]:
    """Return the table."""
    told = {"NDAUDIT_BENCH_WORKBENCH": str(sizes.workbench()), "NDAUDIT_BENCH_STOCK": str(sizes.reports)}
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.reports"],
        check=True, cwd=ROOT, env={**os.environ, **told}, stdout=subprocess.PIPE, text=True,
    ).stdout  # fmt: skip
    table = [line.strip("| ").split(" | ") for line in said.splitlines() if line.startswith("|")]
    others = [line for line in said.splitlines() if line and not line.startswith("|")]
    times = re.search(r"([\d.]+) times faster", said)
    aims = []
    if times:
        aims.append(
            Aim("office reports", f"≥ {FASTER:.0f} × faster wall", f"{times[1]} ×", float(times[1]) >= FASTER)
        )
    rows = tuple(tuple(cell.strip() for cell in line) for line in table[2:])
    wall = float(rows[0][1])
    aims.append(Aim("thirty office reports", f"≤ {SECONDS:.0f} s", f"{wall:.1f} s", wall <= SECONDS))
    return [Section(others[0], tuple(table[0]), rows, tuple(others[1:]), tuple(aims))]
