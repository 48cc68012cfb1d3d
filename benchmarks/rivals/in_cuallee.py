"""cuallee on polars: counts only, no keys; rules that compare two columns cannot be stated for polars."""

from pathlib import Path

import asked
import cuallee
import polars as pl


def work(path: Path) -> dict[str, int]:
    """Return failing rows by rule, of the fifteen it can state."""
    check = cuallee.Check(cuallee.CheckLevel.WARNING, "rows")
    for name, least in asked.LEAST.items():
        check.is_greater_or_equal_than(name, float(least))
    for name in asked.PRESENT:
        check.is_complete(name)
    check.is_contained_in("insured_type", asked.TYPES)
    check.is_contained_in("office_code", asked.OFFICES)
    check.is_greater_or_equal_than("period", asked.FIRST)
    check.is_less_or_equal_than("period", asked.LAST)
    check.is_between("worked_days", (0, 31))
    check.is_less_or_equal_than("wage", asked.CEILING)
    check.is_between("base", (0, asked.CEILING))
    check.has_pattern("employer_no", "^.{9}$")
    found = check.validate(pl.read_parquet(path))
    return {str(row["id"]): int(row["violations"]) for row in found.iter_rows(named=True)}


asked.run(work)
