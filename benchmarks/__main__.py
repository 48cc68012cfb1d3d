"""`make bench`: measure, and write `benchmarks/RESULTS.md`."""

import os
import platform
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from benchmarks import catalogue, contracts, large_store, loading, pensions, row_rules
from benchmarks.measure import Figures

RESULTS = Path(__file__).parent / "RESULTS.md"
ROWS = int(os.environ.get("NDAUDIT_BENCH_ROWS", "10000000"))
PENSIONS = int(os.environ.get("NDAUDIT_BENCH_PENSIONS", "20000"))
RUNS = int(os.environ.get("NDAUDIT_BENCH_RUNS", "5"))
STORE = ROWS * 10
PERSONS = 17_000
"""People of the world the country is made of; they have some 3,300,000 contributions."""
COPIES = max(1, ROWS // 3_300_000)


def _section(title: str, figures: Mapping[str, Figures]) -> list[str]:
    floor = list(figures.values())[1]
    lines = [
        f"## {title}",
        "",
        "| side | CPU s | wall s | peak GB | CPU, × of the second line |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, side in figures.items():
        lines.append(
            f"| {name} | {side.cpu:.2f} | {side.wall:.2f} | {side.peak:.2f} | {side.cpu / floor.cpu:.2f} |"
        )
    return [*lines, ""]


def main() -> None:
    """Measure every section in turn and write the results."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    lines = [
        "# Measurements",
        "",
        f"`make bench`, {date.today():%Y-%m-%d}: {os.cpu_count()} cores, {memory:.0f} GB, Python"
        f" {platform.python_version()}; medians of {RUNS} runs, sides alternating, each in a fresh process.",
        "",
        *_section(f"Loading a CSV delivery of {ROWS:,} contributions", loading.measure(ROWS, RUNS)),
        *_section(
            f"Loading one month of one office, {STORE // 100:,} contributions, onto a store of {STORE:,}",
            large_store.measure(STORE, RUNS),
        ),
        *_section(
            f"The whole catalogue, {COPIES} worlds of {PERSONS:,} people",
            catalogue.measure_country(PERSONS, COPIES, RUNS),
        ),
        *_section(
            f"Recomputing {PENSIONS:,} pensions over {PENSIONS * 600:,} contributions",
            pensions.measure(PENSIONS, RUNS),
        ),
        *_section(
            f"Twenty row rules, every failing key, {ROWS:,} contributions", row_rules.measure(ROWS, RUNS)
        ),
        *_section(f"The contract suite of {ROWS:,} contributions", contracts.measure(ROWS, RUNS)),
    ]
    RESULTS.write_text("\n".join(lines), "utf-8")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
