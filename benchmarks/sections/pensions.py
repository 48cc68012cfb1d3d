"""Recomputing pensions."""

from benchmarks import pensions
from benchmarks.section import Section, sides
from benchmarks.sizes import Sizes


def measured(sizes: Sizes) -> list[Section]:
    """Return the table."""
    title = f"Recomputing {sizes.pensions:,} pensions over {sizes.pensions * 600:,} contributions"
    figures = pensions.measure(sizes.pensions, sizes.runs)
    return [sides(title, figures, "DuckDB: one grouped scan of the same ledger")]
