"""Planters for wage statements (WAG)."""

import polars as pl

from ndaudit.synthetic.planters.field import Field
from ndaudit.synthetic.statements import in_words


def plant_wag_02(field: Field) -> None:
    """A month, or the five-year sum, does not add up; the sum is missing."""
    stated = field.frames["wage_statement"]
    month, total = field.halves(field.pick(stated, by="statement_id"))
    silent = field.one(stated, "statement_id")
    first = pl.col("period") == pl.date(pl.col("period").dt.year(), 1, 1)
    monthly = field.frames["wage_statement_month"]
    hit = (
        pl.col("statement_id").is_in(month["statement_id"].implode())
        & first
        & (pl.col("period").dt.year() == pl.col("period").dt.year().max().over("statement_id"))
    )
    field.frames["wage_statement_month"] = monthly.with_columns(
        wage=pl.when(hit).then(pl.col("wage") + 1000).otherwise("wage")
    )
    more = {value: value + 120_000 for value in total["total_figures"].to_list()}
    ids = total["statement_id"]
    figures = pl.col("total_figures")
    words = pl.Series([in_words(value) for value in more.values()], dtype=pl.String)
    field.set(
        "wage_statement",
        "statement_id",
        ids,
        total_words=figures.replace_strict(list(more), words, default=None),
    )
    field.set("wage_statement", "statement_id", ids, total_figures=figures + 120_000)
    field.set("wage_statement", "statement_id", silent["statement_id"], total_figures=pl.lit(None, pl.Int64))
    for part in (month, total):
        field.list(part, "statement_id")
    for rule in ("WAG-02", "WAG-03"):
        field.list(silent, "statement_id", rule=rule, outcome="undetermined")


def plant_wag_04(field: Field) -> None:
    """A signature missing; no issuer; no day; not recorded whether the head signed."""
    stated, by = field.frames["wage_statement"], "statement_id"
    own = stated.filter(pl.col("issued_by") == "employer")
    signature, issuer, day = field.parts(field.pick(own, by=by, least=3), 3)
    field.set("wage_statement", by, signature[by], signed_chief_accountant=pl.lit(False))
    field.set("wage_statement", by, issuer[by], issued_by=pl.lit(None, pl.String))
    field.set("wage_statement", by, day[by], issued_on=pl.lit(None, pl.Date))
    for part in (signature, issuer, day):
        field.list(part, by)
    silent = field.one(own, by)
    field.set("wage_statement", by, silent[by], signed_head=pl.lit(None, pl.Boolean))
    field.list(silent, by, outcome="undetermined")
