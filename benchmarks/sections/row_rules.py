"""Twenty row rules: ours, by hand, stock Great Expectations, and six other validators."""

from benchmarks import rival_rules
from benchmarks.section import Aim, Section
from benchmarks.sizes import Sizes

FASTER_THAN_GX = 3.0


def measured(sizes: Sizes) -> list[Section]:
    """Return the table: each side, and under it what it could not state or return."""
    figures, failed = rival_rules.measure(sizes.rows, sizes.runs)
    own = figures[rival_rules.OURS]
    rows: list[tuple[str, ...]] = []
    for side, one in figures.items():
        rows.append(
            (side, f"{one.cpu:.2f}", f"{one.wall:.2f}", f"{one.peak:.2f}", f"{one.cpu / own.cpu:.2f}")
        )
        rows += [
            (f"{side.partition(':')[0]}: {lack}", "–", "–", "–", "–") for lack in rival_rules.lacks(side)
        ]
    rows += [(f"{side}: {why}", "–", "–", "–", "–") for side, why in failed.items()]
    gx = figures[rival_rules.GX].cpu / own.cpu
    aims = [
        Aim(
            "20 row rules beside stock Great Expectations",
            "≥ 3 × faster",
            f"{gx:.2f} ×",
            gx >= FASTER_THAN_GX,
        )
    ]
    for side in figures:
        if rival_rules.returns_keys(side):
            ratio = figures[side].cpu / own.cpu
            name = side.partition(":")[0]
            aims.append(Aim(f"20 row rules beside {name}", "faster", f"{ratio:.2f} ×", ratio > 1))
    title = f"Twenty row rules, every failing key, {sizes.rows:,} contributions"
    head = ("side", "CPU s", "wall s", "peak GB", "CPU, × of ndaudit")
    note = "Imports stand outside on every side. Rivals on polars read Parquet, as soda and duckguard do."
    return [Section(title, head, tuple(rows), (note,), tuple(aims))]
