"""Making synthetic contributions: made and written, without the people and jobs they are made of."""

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import medians, once
from benchmarks.section import Aim, Section
from benchmarks.sizes import Sizes
from ndaudit.beginning import shipped
from ndaudit.synthetic import ledger, staffing
from ndaudit.synthetic.office import _insured
from ndaudit.synthetic.plan import OfficePlan
from ndaudit.synthetic.writing import _typed, _write
from ndaudit.tables import read_tables

REACH = {"parquet": 2_000_000, "csv": 1_000_000}
PER_PERSON = 190


def make(folder: Path, form: str, persons: int) -> None:
    """Make the contributions of one office and write them; leave rows, CPU and wall seconds in a file."""
    plan = OfficePlan(code="1110", persons=persons, seed=1, number=0)
    people, spans = _insured(plan)
    employers = staffing.employers(plan)
    table = read_tables(shipped("expectations") / "tables")["contribution"]
    wall, cpu = time.perf_counter(), time.process_time()
    frame = _typed(ledger.contributions(plan, people, spans, employers), table)
    _write(frame, table, folder, form, "")
    used = time.process_time() - cpu, time.perf_counter() - wall
    (folder / f"{form}.txt").write_text(f"{frame.height} {used[0]} {used[1]}", "ascii")


def _taken(
    work: Callable[..., None], folder: Path, form: str, persons: int
) -> tuple[float, float, float, int]:
    _, _, peak = once(work, folder, form, persons)
    rows, cpu, wall = (folder / f"{form}.txt").read_text("ascii").split()
    return float(cpu), float(wall), peak, int(rows)


def measured(sizes: Sizes) -> list[Section]:
    """Return the table."""
    taken: dict[str, list[tuple[float, float, float]]] = {form: [] for form in REACH}
    count = 0
    with TemporaryDirectory() as folder:
        for _ in range(sizes.runs):
            for form, found in taken.items():
                *figures, count = _taken(make, Path(folder), form, sizes.rows // PER_PERSON)
                found.append((figures[0], figures[1], figures[2]))
    rows, aims = [], []
    for form, one in medians(taken).items():
        speed = count / one.wall
        rows.append(
            (
                form,
                f"{one.cpu:.2f}",
                f"{one.wall:.2f}",
                f"{one.peak:.2f}",
                f"{speed:,.0f}",
                f"{count / one.cpu:,.0f}",
            )
        )
        work = f"synthetic contributions as {form}"
        aims.append(Aim(work, f"≥ {REACH[form]:,} rows/s", f"{speed:,.0f} rows/s", speed >= REACH[form]))
    title = f"Making {count:,} synthetic contributions of one office"
    note = (
        "From the plans of people, jobs and employers to the closed file; the peak is of the whole process."
    )
    head = ("form", "CPU s", "wall s", "peak GB", "rows a second, wall", "rows a CPU second")
    return [Section(title, head, tuple(rows), (note,), tuple(aims))]
