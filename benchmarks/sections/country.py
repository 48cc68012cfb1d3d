"""The whole catalogue: beside plain SQL, by the size of the country, under little memory, incrementally."""

import io
import math
import re
import statistics
from contextlib import redirect_stdout
from pathlib import Path

from benchmarks import catalogue, growth, incremental
from benchmarks.section import Aim, Section, sides
from benchmarks.sizes import Sizes
from ndaudit.store import connect

FLOOR = "DuckDB: the exceptions of every rule counted, nothing written"
RATIO, EXPONENT, SHARE = 1.5, 1.1, 0.1
COUNTRY, NEARLY, MINUTES = 300_000_000, 270_000_000, 20
LEAST_SCALED = 9_000_000
"""Below so many rows planning weighs too much to say anything of the country."""
_CHECK = re.compile(r"^(full check|check --incremental): CPU ([\d.]+) s, wall ([\d.]+) s, ([\d.]+) GB$")


def measured(sizes: Sizes) -> list[Section]:
    """Return the three tables."""
    first = sizes.every_country()[0]
    return [_beside_sql(sizes), _by_size(sizes), _incremental(first)]


def _beside_sql(sizes: Sizes) -> Section:
    country = sizes.every_country()[0]
    figures = catalogue.measure(country, sizes.runs)
    ours = next(one for name, one in figures.items() if name != FLOOR)
    ratio = ours.cpu / figures[FLOOR].cpu
    aim = Aim("whole catalogue beside plain SQL", f"≤ {RATIO} × CPU", f"{ratio:.2f} ×", ratio <= RATIO)
    note = (
        "The floor shares our population files, but for those in `benchmarks/by_hand/`: it measures deciding,"
        " evidence, findings and counts per office. Both sides counted the same exceptions for every rule."
    )
    title = f"The whole catalogue beside plain SQL, {_rows(country)} contributions"
    return sides(title, figures, FLOOR, (note,), (aim,))


def _rows(country: Path) -> str:
    con = connect(country, read_only=True)
    try:
        [[rows]] = con.execute("SELECT count(*) FROM contribution").fetchall()
    finally:
        con.close()
    return f"{rows:,}"


def _by_size(sizes: Sizes) -> Section:
    countries = sizes.every_country()
    asked = [*((path, "8GB") for path in countries), *((path, "2GB") for path in countries)]
    rows, known, powers = [], dict[str, tuple[int, float]](), []
    failed = ""
    for path, memory in asked:
        try:
            taken = [growth.grow(path, memory) for _ in range(1 if memory == "2GB" else sizes.runs)]
        except RuntimeError as error:
            if memory != "2GB":
                raise
            failed = f"{path.stem}: {error}"
            break
        count, cpu, wall, peak, disk = (statistics.median(column) for column in zip(*taken, strict=True))
        told = ""
        if memory in known:
            power = math.log(cpu / known[memory][1]) / math.log(count / known[memory][0])
            told = f"{power:.2f}"
            powers += [power] if memory == "8GB" else []
        known[memory] = int(count), cpu
        rows.append(
            (f"{int(count):,}", memory, f"{cpu:.1f}", f"{wall:.1f}", f"{peak:.2f}", f"{disk:.2f}", told)
        )
    done = f"{known['2GB'][0]:,} contributions done" if "2GB" in known else "none done"
    aims = [Aim("no failure at 2 GB", "spills", failed or done, not failed)]
    if powers:
        aims.append(
            Aim(
                "growth of the whole catalogue",
                f"power ≤ {EXPONENT}",
                f"{max(powers):.2f}",
                max(powers) <= EXPONENT,
            )
        )
    count, cpu = known["8GB"]
    minutes = cpu / 60 * COUNTRY / count
    told = f"{minutes:.1f} minutes" + ("" if count >= NEARLY else f", scaled from {count:,}")
    reached = minutes <= MINUTES if count >= NEARLY else None
    if count >= LEAST_SCALED:
        aims.append(Aim("whole catalogue on the country", f"≤ {MINUTES} CPU minutes", told, reached))
    head = (
        "contributions",
        "limit",
        "CPU s",
        "wall s",
        "peak GB",
        "disk GB at the peak",
        "power of the rows",
    )
    return Section("The whole catalogue by size", head, tuple(rows), (), tuple(aims))


def _incremental(country: Path) -> Section:
    said = io.StringIO()
    with redirect_stdout(said):
        incremental.measure(country, ["one", "all"])
    rows, notes, aims, followed, which = [], [], [], 0.0, ""
    for line in said.getvalue().splitlines():
        told = _CHECK.match(line)
        if told is None:
            # of every rule by name nobody learns anything
            notes.append(re.sub(r" \([^()]{300,}\)", "", line) + ".")
            which = line.partition(":")[0] if "offices deliver" in line else which
            continue
        side, cpu = told[1], float(told[2])
        share = f"{followed / cpu:.2f}" if side == "full check" else ""
        rows.append((f"{side}, {which}", told[2], told[3], told[4], share))
        if side == "full check":
            met = followed <= SHARE * cpu
            aims.append(
                Aim(f"incremental check, {which}", f"≤ {SHARE:.0%} of CPU, the same findings", share, met)
            )
        followed = cpu
    head = ("side", "CPU s", "wall s", "peak GB", "incremental ÷ full, CPU")
    return Section("An incremental check", head, tuple(rows), tuple(notes), tuple(aims))
