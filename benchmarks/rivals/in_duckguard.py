"""duckguard on DuckDB: counts of every rule; keys of none.

Ranges and sets bring at most ten failing rows, numbered among the failing ones only; what compares two
columns and what must be there brings counts.
"""

from pathlib import Path

import asked
from duckguard import connect


def work(path: Path) -> dict[str, int]:
    """Return failing rows by rule."""
    rows = connect(str(path))
    found = {}
    for name, least in asked.LEAST.items():
        found[f"{name} at least"] = rows[name].between(least, 10**15)
    for low, high in asked.PAIRS:
        found[f"{low} to {high}"] = rows.expect_column_pair_satisfy(high, low, f"{high} >= {low}")
    found["insured type"] = rows["insured_type"].isin(asked.TYPES)
    found["office"] = rows["office_code"].isin(asked.OFFICES)
    found["first period"] = rows["period"].between(f"DATE '{asked.FIRST}'", "DATE '9999-12-31'")
    found["last period"] = rows["period"].between("DATE '0001-01-01'", f"DATE '{asked.LAST}'")
    found["days"] = rows["worked_days"].between(0, 31)
    found["ceiling"] = rows["wage"].between(-(10**15), asked.CEILING)
    found["base"] = rows["base"].between(0, asked.CEILING)
    found["employer"] = rows["employer_no"].value_lengths_between(9, 9)
    failing = {name: _count(result) for name, result in found.items()}
    for name in asked.PRESENT:
        rows[name].is_not_null()
        failing[f"{name} present"] = rows[name].null_count
    return failing


def _count(result: object) -> int:
    # a rule says how many failed in one place or the other
    return int(getattr(result, "total_failures", 0) or getattr(result, "actual_value", 0))


asked.run(work)
