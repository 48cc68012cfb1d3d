"""How the cost of `check` grows with the country: files of growing size, one memory limit, threads 2.

    python -m benchmarks.growth 8GB C10.duckdb C30.duckdb C100.duckdb

Prints rows, CPU and wall seconds, memory and disk at the peak, and by which power of the rows each grew.
"""

import math
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from benchmarks.catalogue import check
from benchmarks.measure import once


def _watch(folder: Path, most: list[int], done: threading.Event) -> None:
    while not done.wait(1.0):
        sizes = []
        for path in folder.rglob("*"):
            try:
                sizes.append(path.stat().st_size)
            except FileNotFoundError:
                # what was spilled is removed as soon as it was read again
                continue
        most[0] = max(most[0], sum(sizes))


def grow(database: Path, memory: str) -> tuple[int, float, float, float, float]:
    """Return contributions, CPU and wall seconds, GB of memory and GB of disk at the peak."""
    con = duckdb.connect(str(database), read_only=True)
    [[rows]] = con.execute("SELECT count(*) FROM contribution").fetchall()
    con.close()
    most, done = [0], threading.Event()
    with TemporaryDirectory() as folder:
        watcher = threading.Thread(target=_watch, args=(Path(folder), most, done))
        watcher.start()
        try:
            cpu, wall, peak = once(check, database, Path(folder) / "found.json", memory)
        finally:
            done.set()
            watcher.join()
    return rows, cpu, wall, peak, most[0] / 1024**3


def main() -> None:
    """Measure the files named on the command line, smallest first."""
    memory, *files = sys.argv[1:]
    before: tuple[int, float] | None = None
    for path in map(Path, files):
        started = time.strftime("%H:%M")
        rows, cpu, wall, peak, disk = grow(path, memory)
        power = math.log(cpu / before[1]) / math.log(rows / before[0]) if before else math.nan
        sys.stdout.write(
            f"{started} {rows:,} contributions, {memory}: CPU {cpu:.1f} s, wall {wall:.1f} s, {peak:.2f} GB,"
            f" disk {disk:.2f} GB, power {power:.2f}\n"
        )
        sys.stdout.flush()
        before = rows, cpu


if __name__ == "__main__":
    main()
