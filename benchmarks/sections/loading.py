"""Loading one delivery into an empty store, and one month onto a large one."""

from benchmarks import large_store, loading
from benchmarks.section import Aim, Section, sides
from benchmarks.sizes import Sizes

FLOOR, STORE_FLOOR = "DuckDB bare typed read, canonical", "into an empty store"
REACH = {"canonical": 1.6, "mixed dates and separators": 2.3}
MOST_GB = 2.0


def measured(sizes: Sizes) -> list[Section]:
    """Return both tables."""
    figures = loading.measure(sizes.rows, sizes.runs)
    aims = []
    for name, reach in REACH.items():
        side = figures[f"ndaudit load, {name}"]
        ratio = side.cpu / figures[FLOOR].cpu
        told = f"{ratio:.2f} ×, {side.peak:.2f} GB"
        met = ratio <= reach and side.peak <= MOST_GB
        aims.append(Aim(f"load {sizes.rows:,} rows, {name}", f"≤ {reach} × CPU, ≤ 2 GB", told, met))
    rows = sizes.rows * 10
    return [
        sides(f"Loading a CSV delivery of {sizes.rows:,} contributions", figures, FLOOR, (), aims),
        sides(
            f"Loading one month of one office, {rows // 100:,} contributions, onto a store of {rows:,}",
            large_store.measure(rows, sizes.runs),
            STORE_FLOOR,
        ),
    ]
