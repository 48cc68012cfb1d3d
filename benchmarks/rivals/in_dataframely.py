"""dataframely: a schema with rules; `filter` keeps the failing rows with a flag for every rule."""

# ruff: noqa: N805 - rules are class methods by their decorator

from pathlib import Path

import asked
import dataframely as dy
import polars as pl

column = pl.col


class Contribution(dy.Schema):
    """The twenty rules; NULL passes those about values, as in the other validators."""

    contribution_id = dy.Int64(nullable=False)
    person_id = dy.Int64(nullable=False)
    wage = dy.Decimal(18, 2, nullable=False)
    reported_on = dy.Date(nullable=False)
    period = dy.Any()
    paid_on = dy.Any()
    insured_type = dy.Any()
    office_code = dy.Any()
    employer_no = dy.Any()
    worked_days = dy.Any()
    base = dy.Any()
    insured_amount = dy.Any()
    employer_amount = dy.Any()

    @dy.rule()
    def wage_least(cls) -> pl.Expr:
        return column("wage") >= 0

    @dy.rule()
    def insured_least(cls) -> pl.Expr:
        return column("insured_amount") >= 0

    @dy.rule()
    def employer_least(cls) -> pl.Expr:
        return column("employer_amount") >= 0

    @dy.rule()
    def insured_type_known(cls) -> pl.Expr:
        return column("insured_type").is_in(asked.TYPES)

    @dy.rule()
    def period_first(cls) -> pl.Expr:
        return column("period") >= asked.FIRST

    @dy.rule()
    def period_last(cls) -> pl.Expr:
        return column("period") <= asked.LAST

    @dy.rule()
    def office_known(cls) -> pl.Expr:
        return column("office_code").is_in(asked.OFFICES)

    @dy.rule()
    def days(cls) -> pl.Expr:
        return column("worked_days").is_between(0, 31)

    @dy.rule()
    def reported_after(cls) -> pl.Expr:
        return column("reported_on") >= column("period")

    @dy.rule()
    def paid_after(cls) -> pl.Expr:
        return column("paid_on") >= column("period")

    @dy.rule()
    def insured_at_most(cls) -> pl.Expr:
        return column("insured_amount") <= column("wage")

    @dy.rule()
    def employer_at_most(cls) -> pl.Expr:
        return column("employer_amount") <= column("wage")

    @dy.rule()
    def wage_at_most(cls) -> pl.Expr:
        return column("wage") <= asked.CEILING

    @dy.rule()
    def base_between(cls) -> pl.Expr:
        return column("base").is_between(0, asked.CEILING)

    @dy.rule()
    def base_at_most(cls) -> pl.Expr:
        return column("base") <= column("wage")

    @dy.rule()
    def employer_length(cls) -> pl.Expr:
        return column("employer_no").str.len_chars() == 9


def work(path: Path) -> dict[str, int]:
    """Return failing rows by rule; the keys of all of them are in the failures."""
    _, failure = Contribution.filter(pl.read_parquet(path), cast=False)
    failure.details()
    return dict(failure.counts())


asked.run(work)
