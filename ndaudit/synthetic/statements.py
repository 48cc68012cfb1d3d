"""Wage statements (НД-16) of some of the people on registers, and service bought back."""

import numpy as np
import polars as pl

from ndaudit.synthetic.months import day_in, first_day, month, years
from ndaudit.synthetic.plan import OfficePlan

UNITS = ("", "нэг", "хоёр", "гурван", "дөрвөн", "таван", "зургаан", "долоон", "найман", "есөн")
TENS = ("", "арван", "хорин", "гучин", "дөчин", "тавин", "жаран", "далан", "наян", "ерэн")
SCALES = ((1_000_000_000, "тэрбум"), (1_000_000, "сая"), (1_000, "мянган"), (1, ""))


def in_words(number: int) -> str:
    """Return a sum of tögrög in Mongolian words."""
    words: list[str] = []
    for size, scale in SCALES:
        part = number // size % 1000
        if part:
            hundreds = [UNITS[part // 100], "зуун"] if part >= 100 else []
            words += [*hundreds, TENS[part // 10 % 10], UNITS[part % 10], scale]
    return " ".join([word for word in words if word] or ["тэг"]) + " төгрөг"


def _stated(plan: OfficePlan, entries: pl.DataFrame, employers: pl.DataFrame) -> pl.DataFrame:
    """Return whose wages are stated, by which employer, from which year on."""
    rng = plan.chance("statements")
    stated = entries.filter((pl.col("register_year") >= 2012) & (pl.col("kind") != "proportional"))
    stated = stated.filter(pl.Series(rng.random(stated.height) < 0.4)).select(
        "person_id", "register_year", "listed_name"
    )
    stated = stated.join(
        employers.select(listed_name="name", employer_no="employer_no"),
        on="listed_name",
        maintain_order="left",
    )
    return stated.with_columns(
        first_year=pl.col("register_year") - 6,
        statement_id=pl.format(f"{plan.code}-ЦТ-{{}}", pl.int_range(1, pl.len() + 1)),
        issued_on=pl.date(pl.col("register_year") - 1, 9, 30),
    )


def wage_statements(
    plan: OfficePlan, entries: pl.DataFrame, employers: pl.DataFrame, ledger: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Return the tables of wage statements: for some listed people, the five years before the last."""
    stated = _stated(plan, entries, employers)
    row = np.repeat(np.arange(stated.height), 60)
    start = (stated["first_year"].to_numpy() - 1970) * 12
    months = start[row] + np.arange(len(row)) % 60
    paid = (
        ledger.lazy()
        .join(stated.lazy().select("person_id"), on="person_id", how="semi")
        .group_by("person_id", "period")
        .agg(pl.col("wage").sum())
        .collect()
    )
    monthly = (
        stated.select("statement_id", "person_id")[row]
        .with_columns(period=pl.Series(first_day(months)))
        .join(paid, on=["person_id", "period"], how="left", maintain_order="left")
        .with_columns(pl.col("wage").fill_null(0), year=pl.Series(years(months)))
    )
    yearly = monthly.group_by("statement_id", "year", maintain_order=True).agg(total=pl.col("wage").sum())
    total = yearly.group_by("statement_id", maintain_order=True).agg(total_figures=pl.col("total").sum())
    # The archive answers for wages it did not pay: the employer's signatures are not asked of it.
    archive = pl.int_range(pl.len()) % 7 == 6
    heads = stated.join(total, on="statement_id", maintain_order="left").with_columns(
        issued_by=pl.when(archive).then(pl.lit("archive")).otherwise(pl.lit("employer")),
        signed_accountant=~archive,
        signed_head=~archive,
        signed_chief_accountant=~archive,
    )
    words = pl.Series([in_words(value) for value in heads["total_figures"].to_list()], dtype=pl.String)
    return {
        "wage_statement": heads.with_columns(total_words=words),
        "wage_statement_month": monthly,
        "wage_statement_year": yearly,
    }


def bought(plan: OfficePlan, people: pl.DataFrame) -> pl.DataFrame:
    """Return the table `bought_service`: a year before their insured life, for some of the older workers.

    Some of those who fell ill later bought it too: it was counted for their pension.
    """
    rng = plan.chance("bought")
    able = people.filter(
        (pl.col("kind") == "worker")
        & (pl.col("birth_date").dt.year() <= 1978)
        & (pl.col("start") >= month(2003, 1))
    )
    able = able.filter(pl.Series(rng.random(able.height) < 0.1))
    ill = (pl.col("kind") == "disabled") & (pl.col("end") >= month(2017, 1)) & (pl.col("person_id") % 3 == 0)
    able = pl.concat([able, people.filter(ill & (pl.col("start") >= month(1999, 1)))])
    paid = day_in(np.full(able.height, month(2013, 1)) + rng.integers(0, 36, able.height), 20)
    return able.select(
        "person_id",
        credit_id=pl.format(f"{plan.code}-Н{{}}", pl.int_range(1, pl.len() + 1)),
        covers_from=pl.date(1998, 1, 1),
        covers_to=pl.date(1998, 12, 31),
        months=pl.lit(12),
        amount=pl.lit(240_000),
        paid_on=pl.Series(paid),
        act=pl.lit("2012-09-04-ний хууль"),
    )
