"""What the first cells of a notebook cost an analyst whose Lab is running: `python -m benchmarks.first_cell`.

Lab has started the kernel (that is its own time); files have been read before and stand in the page cache.
Measured is what follows Shift+Enter on the parameters and on the cell that opens the page: imports, opening
of the run, the conclusion. A fresh kernel for every run; a cell that does nothing is the floor.
"""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import nbformat
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from benchmarks.measure import Figures, medians

SESSION = "import ndaudit\nnd = ndaudit.open()\nnd.sql('SELECT count(*) FROM person')"
_FACTS = {
    "cpu": "sum(__import__('os').times()[:2])",
    "peak": "int(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0]) / 1024**2",
}
_LIMIT = 300


@contextmanager
def kernel(folder: Path) -> Iterator[BlockingKernelClient]:
    """Start a kernel in a folder, as Lab does, and stop it again."""
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(folder))
    try:
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _facts(client: BlockingKernelClient) -> dict[str, float]:
    reply = client.execute("", user_expressions=_FACTS, reply=True, timeout=_LIMIT)
    found = reply["content"]["user_expressions"]
    return {name: float(value["data"]["text/plain"]) for name, value in found.items()}


def run(folder: Path, cells: Sequence[str]) -> tuple[float, float, float]:
    """Run cells in a fresh kernel; return CPU seconds, wall seconds and peak GB.

    Raises:
        RuntimeError: a cell raised.
    """
    with kernel(folder) as client:
        before = _facts(client)
        begun = time.perf_counter()
        for cell in cells:
            reply = client.execute(cell, reply=True, timeout=_LIMIT)
            if reply["content"]["status"] != "ok":
                raise RuntimeError("\n".join(reply["content"]["traceback"]))
        wall = time.perf_counter() - begun
        after = _facts(client)
    return after["cpu"] - before["cpu"], wall, after["peak"]


def first_cells(notebook: Path, office: str) -> list[str]:
    """Return the parameters cell, for one office, and the cell that opens the page."""
    cells = [cell.source for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]
    return [f"{cells[0]}\noffice = {office!r}", cells[1]]


def measure(bench: Path, runs: int, office: str) -> dict[str, Figures]:
    """Return the medians for every notebook of a workbench that has been checked, and of its session."""
    notebooks = sorted((bench / "notebooks").glob("*.ipynb"))
    sides = {"a cell that does nothing": ["pass"], "ndaudit.open() and one query": [SESSION]}
    # a dossier asks for a person first
    sides |= {path.stem: first_cells(path, office) for path in notebooks if "person" not in path.stem}
    taken: dict[str, list[tuple[float, float, float]]] = {name: [] for name in sides}
    for number in range(runs + 1):
        for name, cells in sides.items():
            figures = run(bench, cells)
            # the first round fills the page cache
            if number:
                taken[name].append(figures)
    return medians(taken)


def main() -> None:
    """Measure the workbench named on the command line."""
    bench, office = Path(sys.argv[1]), sys.argv[2]
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    for name, figures in measure(bench, runs, office).items():
        sys.stdout.write(
            f"{name}: CPU {figures.cpu:.2f} s, wall {figures.wall:.2f} s, {figures.peak:.2f} GB\n"
        )
    sys.stdout.write(f"load {os.getloadavg()[0]:.1f}\n")


if __name__ == "__main__":
    main()
