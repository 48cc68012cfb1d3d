"""Starting up: the help page of the command, and the first cells of notebooks in a running Lab."""

import resource
import subprocess
import sys
import time

from benchmarks import first_cell
from benchmarks.measure import medians
from benchmarks.section import HEAD, Aim, Section
from benchmarks.sizes import Sizes
from ndaudit import audit
from ndaudit.store import current_snapshot

SIDES = {
    "ndaudit --help": ["-m", "ndaudit", "--help"],
    "python -c pass": ["-c", "pass"],
}
LONGEST_HELP, LONGEST_CELL = 0.4, 1.0


def _once(arguments: list[str]) -> tuple[float, float, float]:
    used, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    wall, now = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime, wall, now.ru_maxrss / 1024**2


def _help(runs: int) -> Section:
    taken: dict[str, list[tuple[float, float, float]]] = {name: [] for name in SIDES}
    for _ in range(runs):
        for name, arguments in SIDES.items():
            taken[name].append(_once(arguments))
    found = medians(taken)
    ours, bare = found.values()
    rows = tuple((name, f"{one.cpu:.2f}", f"{one.wall:.2f}") for name, one in found.items())
    more = ours.wall - bare.wall
    aim = Aim("`ndaudit --help`", f"≤ +{LONGEST_HELP} s", f"+{more:.2f} s", more <= LONGEST_HELP)
    return Section("Start-up", HEAD[:3], rows, (), (aim,))


def measured(sizes: Sizes) -> list[Section]:
    """Return both tables."""
    bench = sizes.workbench()
    office = audit.offices(current_snapshot(bench / "data" / "store"))[0]
    cells = first_cell.measure(bench, sizes.runs, office)
    rows = tuple(
        (name, f"{one.cpu:.2f}", f"{one.wall:.2f}", f"{one.peak:.2f}") for name, one in cells.items()
    )
    slowest = max(cells, key=lambda name: cells[name].wall)
    late = sum(one.wall > LONGEST_CELL for one in cells.values())
    aim = Aim(
        "first cell of a notebook in a warm Lab",
        f"≤ {LONGEST_CELL:.0f} s",
        f"{late} of {len(cells)} later; slowest {cells[slowest].wall:.2f} s ({slowest})",
        not late,
    )
    note = (
        "A fresh kernel each time, that Lab has started; then parameters and opening cell of one office:"
        " imports, opening of the run, the conclusion. Files stand in the page cache."
    )
    first = Section("First cells of notebooks in a warm Lab", ("cells", *HEAD[1:]), rows, (note,), (aim,))
    return [_help(max(sizes.runs, 3)), first]
