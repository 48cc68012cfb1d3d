"""pointblank on polars: a step for each rule, with the failing rows of each.

Its own comparisons cannot read decimals (they ask whether a value is NaN): those are stated as expressions.
"""

from pathlib import Path

import asked
import pointblank as pb
import polars as pl


def work(path: Path) -> dict[str, int]:
    """Return failing rows by rule; extracts hold the rows themselves."""
    plan = pb.Validate(data=pl.read_parquet(path))
    for name, least in asked.LEAST.items():
        plan = plan.col_vals_expr(pl.col(name) >= least)
    for name in asked.PRESENT:
        plan = plan.col_vals_expr(pl.col(name).is_not_null())
    for low, high in asked.PAIRS:
        plan = plan.col_vals_expr(pl.col(low) <= pl.col(high))
    plan = (
        plan.col_vals_in_set("insured_type", asked.TYPES)
        .col_vals_in_set("office_code", asked.OFFICES)
        .col_vals_ge("period", asked.FIRST, na_pass=True)
        .col_vals_le("period", asked.LAST, na_pass=True)
        .col_vals_between("worked_days", 0, 31, na_pass=True)
        .col_vals_expr(pl.col("wage") <= asked.CEILING)
        .col_vals_expr(pl.col("base").is_between(0, asked.CEILING))
        .col_vals_expr(pl.col("employer_no").str.len_chars() == 9)
    )
    done = plan.interrogate(get_first_n=100_000_000)
    done.get_data_extracts()
    return {str(step): int(count) for step, count in done.n_failed().items()}


asked.run(work)
