"""pandera on polars: checks run lazily, failure cases with the row of each."""

from pathlib import Path

import asked
import pandera.polars as pa
import polars as pl


def _rule(name: str, holds: pl.Expr) -> pa.Check:
    return pa.Check(lambda data, e=holds: data.lazyframe.select(e), name=name)


def _schema() -> pa.DataFrameSchema:
    column = pl.col
    rules = [
        *(_rule(f"{name} least", column(name) >= least) for name, least in asked.LEAST.items()),
        *(_rule(f"{low} to {high}", column(low) <= column(high)) for low, high in asked.PAIRS),
        _rule("insured type", column("insured_type").is_in(asked.TYPES)),
        _rule("office", column("office_code").is_in(asked.OFFICES)),
        _rule("first period", column("period") >= asked.FIRST),
        _rule("last period", column("period") <= asked.LAST),
        _rule("days", column("worked_days").is_between(0, 31)),
        _rule("ceiling", column("wage") <= asked.CEILING),
        _rule("base", column("base").is_between(0, asked.CEILING)),
        _rule("employer", column("employer_no").str.len_chars() == 9),
    ]
    columns = {name: pa.Column(nullable=False) for name in asked.PRESENT}
    return pa.DataFrameSchema(columns, checks=rules)


def work(path: Path) -> dict[str, int]:
    """Return failing rows by rule; the failure cases name each row."""
    try:
        _schema().validate(pl.read_parquet(path), lazy=True)
    except pa.errors.SchemaErrors as found:
        cases = found.failure_cases
        return {str(name): int(count) for name, count in cases.group_by("check").len().rows()}
    return {}


asked.run(work)
