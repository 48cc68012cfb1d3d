"""The contract suite of contributions."""

from benchmarks import contracts
from benchmarks.section import Section, sides
from benchmarks.sizes import Sizes


def measured(sizes: Sizes) -> list[Section]:
    """Return the table."""
    title = f"The contract suite of {sizes.rows:,} contributions"
    note = "The import of Great Expectations stands outside the measurement."
    figures = contracts.measure(sizes.rows, sizes.runs)
    return [sides(title, figures, "DuckDB by hand: the same counts in one query", (note,))]
