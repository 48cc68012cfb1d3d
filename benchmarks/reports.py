"""Thirty office reports: ours against papermill's own engine, which starts a kernel for each, one by one.

`python -m benchmarks.reports [NOTEBOOK]` writes nothing but its figures. `NDAUDIT_BENCH_WORKBENCH` names a
workbench that has been checked; without it one is made of synthetic deliveries of every office. Both sides
start from nothing: imports and kernels are part of the time. Ours writes page, workbook and record besides
the notebook. `NDAUDIT_BENCH_STOCK` lets the slow side run so many reports only; its time is then scaled,
which is said.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

NOTEBOOK = "01_data_reliability"
PERSONS = "15000"
JOBS = "2"
STOCK = int(os.environ.get("NDAUDIT_BENCH_STOCK", "30"))


def _ndaudit(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "ndaudit", *arguments]


def make_workbench(folder: Path) -> Path:
    """Make a workbench in which thirty offices delivered and everything was checked."""
    bench = folder / "bench"
    for command in (
        _ndaudit("init", str(bench)),
        _ndaudit("synth", "--offices", "all", "--persons", PERSONS, "--out", f"{bench}/in", "-C", str(bench)),
        _ndaudit("load", f"{bench}/in", "-C", str(bench)),
        _ndaudit("check", "--no-docs", "-C", str(bench)),
    ):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return bench


def offices_of(bench: Path) -> list[str]:
    """Return the offices that delivered."""
    from ndaudit import audit
    from ndaudit.store import current_snapshot

    return audit.offices(current_snapshot(bench / "data" / "store"))


def stock(bench: Path, name: str, out: Path, offices: Sequence[str]) -> None:
    """Run the notebook for each office as papermill does by itself."""
    import papermill

    for office in offices[:STOCK]:
        papermill.execute_notebook(
            str(bench / "notebooks" / f"{name}.ipynb"),
            str(out / f"{office}.ipynb"),
            parameters={"office": office, "period": "", "lang": "mn", "workbench": str(bench)},
            kernel_name="python3",
            progress_bar=False,
            cwd=str(bench),
        )


def measured(command: Sequence[str]) -> float:
    """Run a command and return its wall seconds."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def main(name: str) -> None:
    """Measure both sides and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        named = os.environ.get("NDAUDIT_BENCH_WORKBENCH")
        bench = Path(named) if named else make_workbench(Path(folder))
        offices = offices_of(bench)
        out = Path(folder) / "stock"
        out.mkdir()
        ours = _ndaudit("report", name, "--office", "all", "--jobs", JOBS, "-C", str(bench))
        theirs = [sys.executable, "-m", "benchmarks.reports", "stock", str(bench), name, str(out)]
        wall, stock_wall = measured(ours), measured(theirs)
    whole = stock_wall * len(offices) / STOCK if len(offices) > STOCK else stock_wall
    scaled = f", scaled from {STOCK}" if len(offices) > STOCK else ""
    lines = [
        f"{len(offices)} reports {name}; load of the machine {os.getloadavg()[0]:.1f}",
        "",
        "| side | wall s | wall a report, s |",
        "|---|--:|--:|",
        f"| ndaudit, {JOBS} at a time | {wall:.1f} | {wall / len(offices):.2f} |",
        f"| papermill's engine, one by one{scaled} | {whole:.1f} | {whole / len(offices):.2f} |",
        "",
        f"{whole / wall:.1f} times faster by the clock.",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["stock"]:
        stock(Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4]), offices_of(Path(sys.argv[2])))
    else:
        main(sys.argv[1] if len(sys.argv) > 1 else NOTEBOOK)
