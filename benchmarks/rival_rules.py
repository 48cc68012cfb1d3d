"""Twenty row rules by ourselves and by other validators, each from its released package.

    python -m benchmarks.rival_rules make      makes the environments (needs a package index once)
    python -m benchmarks.rival_rules [ROWS] [RUNS]

Imports stand outside the measurement on every side. What a rival cannot state is told in its script.
"""

import json
import statistics
import subprocess
import sys
import venv
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.contributions import write_table
from benchmarks.measure import once
from benchmarks.row_rules import ours
from ndaudit.store import connect, literal

FOLDER = Path(__file__).parent / "rivals"
PLACE = Path(__file__).parent.parent / "build" / "rivals"
RIVALS = {
    "dataframely": ("dataframely==3.1.2", "every key, a flag for each rule"),
    "pandera": ("pandera[polars]==0.35.0", "every key"),
    "pointblank": ("pointblank==1.1.1", "every failing row"),
    "cuallee": ("cuallee==0.15.4", "counts only; 15 of the 20 rules"),
}
"""The package of each rival, and what it returns."""


def make_environments() -> None:
    """Install each rival beside polars into an environment of its own."""
    for name, (package, _) in RIVALS.items():
        venv.create(PLACE / name, with_pip=True, clear=True)
        python = PLACE / name / "bin" / "python"
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package, "polars"],
            check=True,
        )


def _rival(name: str, table: Path) -> tuple[float, float, float]:
    """Run one rival in its own interpreter; return CPU seconds, wall seconds and peak GB."""
    command = [str(PLACE / name / "bin" / "python"), str(FOLDER / f"in_{name}.py"), str(table)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=FOLDER).stdout
    figures = json.loads(said.splitlines()[-1])
    return figures["cpu"], figures["wall"], figures["peak"]


def measure(rows: int, runs: int) -> list[str]:
    """Return a table of medians, sides alternating."""
    taken: dict[str, list[tuple[float, float, float]]] = {}
    with TemporaryDirectory() as folder:
        database, table = Path(folder) / "contribution.duckdb", Path(folder) / "contribution.parquet"
        write_table(database, rows)
        con = connect(database, read_only=True)
        con.execute(f"COPY contribution TO {literal(str(table))}")
        con.close()
        for _ in range(runs):
            taken.setdefault("ndaudit: every key, evidence, counts per office", []).append(
                once(ours, database)
            )
            for name, (package, returns) in RIVALS.items():
                taken.setdefault(f"{package.partition('[')[0]}: {returns}", []).append(_rival(name, table))
    lines = ["| side | CPU s | wall s | peak GB | CPU, × of ndaudit |", "|---|--:|--:|--:|--:|"]
    medians = {
        side: [statistics.median(part) for part in zip(*rows_, strict=True)] for side, rows_ in taken.items()
    }
    own = next(iter(medians.values()))[0]
    for side, (cpu, wall, peak) in medians.items():
        lines.append(f"| {side} | {cpu:.2f} | {wall:.2f} | {peak:.2f} | {cpu / own:.2f} |")
    return lines


if __name__ == "__main__":
    asked = sys.argv[1:]
    if asked == ["make"]:
        make_environments()
    else:
        numbers = [int(part) for part in asked]
        sys.stdout.write("\n".join(measure(*(numbers or [3_000_000, 3]))) + "\n")
