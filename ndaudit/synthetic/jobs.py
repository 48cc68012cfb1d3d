"""Jobs that fill the insured lives: spans of months, from which labour book and ledger are written."""

import numpy as np
import polars as pl

from ndaudit.synthetic.careers import OPEN
from ndaudit.synthetic.months import LAST_PERIOD, Ints, first_day, last_day, month_of
from ndaudit.synthetic.names import LISTED_TRADES, TRADES
from ndaudit.synthetic.plan import OfficePlan


def _cuts(rng: np.random.Generator, people: pl.DataFrame) -> tuple[Ints, Ints, np.ndarray]:
    """Return last month of the first job (0: only one job), months of gap after it, and mid-month changes."""
    start, end = people["start"].to_numpy(), np.minimum(people["end"].to_numpy(), LAST_PERIOD)
    kind, length = people["kind"].to_numpy(), end - start + 1
    changes = (rng.random(len(start)) < 0.45) & (length >= 30) & ~np.isin(kind, ("military", "voluntary"))
    cut = start + (length * rng.uniform(0.3, 0.6, len(start))).astype(np.int64)
    gap = np.where(rng.random(len(start)) < 0.4, rng.integers(1, 7, len(start)), 0)
    # Gaps are for those whose right is far off: a claimant's months must stay what the plan counted.
    gap = np.where(np.isin(kind, ("worker", "disabled", "late")), gap, 0)
    halves = changes & (gap == 0) & (rng.random(len(start)) < 0.1) & (kind == "worker")
    return np.where(changes, cut, 0), gap, halves


def _trades(rng: np.random.Generator, people: pl.DataFrame) -> tuple[list[str], list[str]]:
    condition = people["condition"].to_numpy()
    trade = rng.choice(TRADES, people.height).astype(object)
    work = np.full(people.height, "normal", dtype=object)
    for name, listed, _ in LISTED_TRADES:
        trade[condition == listed], work[condition == listed] = name, listed
    return trade.tolist(), work.tolist()


def main_spans(plan: OfficePlan, people: pl.DataFrame) -> pl.DataFrame:
    """Return the main jobs.

    Columns: job (0 first, 1 second), employer (number), m_from, m_to, half (changed mid-month), occupation.
    """
    rng = plan.chance("jobs")
    insured = people.filter(~pl.col("kind").is_in(["family", "voluntary"]))
    cut, gap, halves = _cuts(rng, insured)
    employer = rng.integers(0, plan.employers, insured.height)
    step = rng.integers(1, plan.employers, insured.height)
    occupation, work = _trades(rng, insured)
    base = insured.select("person_id", "kind", "sex", "start", "end", "shade").with_columns(
        cut=cut,
        gap=gap,
        half=halves,
        employer=employer,
        step=step,
        occupation=pl.Series(occupation),
        work_condition=pl.Series(work),
    )
    one = base.with_columns(
        job=pl.lit(0),
        m_from="start",
        m_to=pl.when(pl.col("cut") > 0).then("cut").otherwise("end"),
        half=pl.col("half") & (pl.col("cut") > 0),
    )
    two = base.filter(pl.col("cut") > 0).with_columns(
        job=pl.lit(1),
        m_from=pl.col("cut") + 1 + pl.col("gap"),
        m_to="end",
        employer=(pl.col("employer") + pl.col("step")) % plan.employers,
    )
    # A change in the middle of a month: the month of the cut is paid by both employers.
    two = two.with_columns(m_from=pl.when("half").then(pl.col("cut")).otherwise("m_from"))
    return pl.concat([one, two]).drop("cut", "gap", "step", "start", "end")


def side_spans(plan: OfficePlan, spans: pl.DataFrame) -> pl.DataFrame:
    """Return second jobs held beside a main job of a plain worker, and jobs pensioners took up: type 40."""
    rng = plan.chance("second jobs")
    hosts = spans.filter(
        (pl.col("kind") == "worker") & (pl.col("m_to") - pl.col("m_from") > 40) & ~pl.col("half")
    )
    closed = pl.col("m_to") < OPEN
    # A few beside jobs that have ended, however small the office.
    few = closed & (closed.cum_sum() <= 4)
    hosts = hosts.filter(few | pl.Series(rng.random(hosts.height) < 0.04)).with_columns(
        m_to=pl.min_horizontal("m_to", pl.lit(LAST_PERIOD)) - 6,
        m_from=pl.col("m_from") + 12,
    )
    hosts = pl.concat([hosts, _late_side_jobs(plan, spans)])
    step = pl.Series(rng.integers(1, plan.employers, hosts.height))
    return hosts.with_columns(employer=(pl.col("employer") + step) % plan.employers, job=pl.lit(2))


def _late_side_jobs(plan: OfficePlan, spans: pl.DataFrame) -> pl.DataFrame:
    """Return second jobs some claimants held for two years of the reference window, beside their last job."""
    rng = plan.chance("second jobs of claimants")
    last = (pl.col("kind") == "claimant") & (pl.col("m_to") == pl.col("m_to").max().over("person_id"))
    hosts = spans.filter(
        last & (pl.col("work_condition") == "normal") & (pl.col("m_to") - pl.col("m_from") > 40)
    )
    few = pl.int_range(pl.len()) < 8
    return hosts.filter(few | pl.Series(rng.random(hosts.height) < 0.04)).with_columns(
        m_from=pl.col("m_to") - 30, m_to=pl.col("m_to") - 7
    )


def after_award(plan: OfficePlan, people: pl.DataFrame) -> pl.DataFrame:
    """Return the jobs old-age pensioners took up from the second month after the right arose: type 22."""
    rng = plan.chance("working pensioners")
    chosen = people.filter((pl.col("kind") == "claimant") & pl.col("deceased_on").is_null())
    chosen = chosen.filter(pl.Series(rng.random(chosen.height) < 0.15))
    start = month_of(chosen["right_on"].to_numpy()) + 2
    chosen = chosen.filter(pl.Series(start < LAST_PERIOD - 3))
    start = month_of(chosen["right_on"].to_numpy()) + 2
    return chosen.select(
        "person_id",
        "kind",
        "sex",
        "shade",
        employer=pl.Series(rng.integers(0, plan.employers, chosen.height)),
        occupation=pl.Series(rng.choice(TRADES, chosen.height).tolist(), dtype=pl.String),
        work_condition=pl.lit("normal"),
        job=pl.lit(3),
        half=pl.lit(False),
        m_from=pl.Series(start),
        m_to=pl.Series(
            np.where(rng.random(chosen.height) < 0.5, OPEN, np.minimum(start + 24, LAST_PERIOD - 1))
        ),
    )


def labour_book(code: str, people: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """Return the table `employment`, one row per span, with the span's months and number kept beside it."""
    spans = (
        spans.sort("person_id", "m_from", "job")
        .with_columns(number=pl.int_range(1, pl.len() + 1))
        .with_columns(employment_id=pl.format(f"{code}-{{}}", "number"))
    )
    m_from, m_to = spans["m_from"].to_numpy(), spans["m_to"].to_numpy()
    half, job = spans["half"].to_numpy(), spans["job"].to_numpy()
    middle = np.timedelta64(15, "D")
    hired = np.where(half & (job == 1), first_day(m_from) + middle, first_day(m_from))
    released = np.where(half & (job == 0), first_day(m_to) + middle - np.timedelta64(1, "D"), last_day(m_to))
    released = np.where(m_to >= OPEN, np.datetime64("NaT", "D"), released)
    names = people.select(
        "person_id",
        surname_written="surname",
        given_name_written="given_name",
        birth_date_written="birth_date",
    )
    number = pl.col("number")
    return (
        spans.with_columns(
            hired_on=pl.Series(hired),
            released_on=pl.Series(released),
            main=pl.col("job") != 2,
            hire_order_no=pl.format("А/{}", number % 97 + 1),
            corrected=pl.lit(False),
            order_altered=pl.lit(False),
            pay_recorded=pl.lit(True),
            rewritten=pl.lit(False),
            certified=pl.lit(True),
            records_lost=pl.lit(False),
            kind_of_entry=pl.when(pl.col("kind") == "military")
            .then(pl.lit("military"))
            .otherwise(pl.lit("work")),
        )
        .with_columns(
            release_order_no=pl.when(pl.col("released_on").is_not_null()).then(
                pl.format("Б/{}", number % 89 + 1)
            ),
        )
        .join(names, on="person_id", how="left", maintain_order="left")
    )


def book_rows(plan: OfficePlan, spans: pl.DataFrame, employers: pl.DataFrame) -> pl.DataFrame:
    """Return the table `employment` from the spans: kind of entry and employer number put in."""
    return spans.with_columns(
        kind="kind_of_entry",
        employer_no=employers["employer_no"].gather(spans["employer"]),
    )
