"""When each insured life begins and ends: months enough that the plan of every person holds."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from ndaudit.synthetic.months import (
    LAST_PERIOD,
    LEDGER_START,
    Ints,
    month,
    month_of,
    years,
)
from ndaudit.synthetic.plan import OfficePlan

OPEN = LAST_PERIOD + 1
"""The end of a span that is still open."""


@dataclass(frozen=True)
class Span:
    """First and last month of every person's insured life, one entry per person (`OPEN`: goes on)."""

    start: Ints
    end: Ints


def _needed(year: Ints, condition: np.ndarray) -> Ints:
    full = 240 + 3 * np.maximum(0, year - 2017)
    return np.where(condition == "general", full, 240)


def _claimants(rng: np.random.Generator, people: pl.DataFrame) -> Span:
    """Careers that hold the months asked well before the birthday, so that age alone decides the day."""
    birth, right = month_of(people["birth_date"].to_numpy()), month_of(people["right_on"].to_numpy())
    need = _needed(years(right), people["condition"].to_numpy())
    adult = birth + 18 * 12
    latest = right - need - 12
    late_from = np.maximum(LEDGER_START, adult)
    early_from = np.maximum(month(1986, 1), adult)
    late_ok, early_ok = latest >= late_from, early_from < LEDGER_START
    late = (rng.random(len(birth)) < 0.55) & late_ok | ~early_ok
    draw = rng.random(len(birth))
    low = np.where(late, late_from, early_from)
    high = np.where(late, np.maximum(latest, late_from), np.minimum(LEDGER_START - 1, latest))
    start = low + (draw * (np.maximum(high, low) - low + 1)).astype(np.int64)
    end = np.where(people["kind"].to_numpy() == "future", OPEN, right - 1)
    return Span(start, end)


def _proportional(rng: np.random.Generator, people: pl.DataFrame) -> Span:
    right = month_of(people["right_on"].to_numpy())
    end = (years(right) - 1 - 1970) * 12 + 7 - rng.integers(0, 36, len(right))
    return Span(end - rng.integers(130, 225, len(right)) + 1, end)


def _military(rng: np.random.Generator, people: pl.DataFrame) -> Span:
    # A few began before the ledger: their months are counted from the labour book.
    start = rng.integers(month(1994, 5), month(1998, 10), people.height)
    return Span(start, start + 299)


def _broken(rng: np.random.Generator, people: pl.DataFrame) -> Span:
    """Careers that end with disability or death."""
    adult = month_of(people["birth_date"].to_numpy()) + 20 * 12
    start = np.maximum(adult, month(2000, 1)) + rng.integers(0, 36, people.height)
    end = rng.integers(np.maximum(start + 72, month(2013, 1)), month(2025, 8))
    return Span(start, end)


def _workers(rng: np.random.Generator, people: pl.DataFrame) -> Span:
    count = people.height
    adult = month_of(people["birth_date"].to_numpy()) + 19 * 12
    first = np.where(rng.random(count) < 0.1, month(1995, 1), month(2007, 1))
    wanted = np.maximum(adult, first) + rng.integers(0, 60, count)
    start = np.minimum(np.where(rng.random(count) < 0.5, wanted, wanted + 96), month(2023, 6))
    leaves = rng.random(count) < 0.08
    end = np.where(leaves, np.minimum(start + 24 + rng.integers(0, 120, count), LAST_PERIOD - 3), OPEN)
    return Span(start, end)


def _voluntary(rng: np.random.Generator, people: pl.DataFrame) -> Span:
    start = rng.integers(month(2018, 1), month(2023, 1), people.height)
    return Span(start, np.full(people.height, OPEN))


MAKERS = {
    "claimant": _claimants,
    "future": _claimants,
    "proportional": _proportional,
    "military": _military,
    "disabled": _broken,
    "late": _broken,
    "voluntary": _voluntary,
    "worker": _workers,
}


def with_spans(plan: OfficePlan, people: pl.DataFrame) -> pl.DataFrame:
    """Return the people with `start` and `end` of their insured life (months; family members have none)."""
    start = np.zeros(people.height, dtype=np.int64)
    end = np.zeros(people.height, dtype=np.int64)
    kinds = people["kind"].to_numpy()
    for kind, make in MAKERS.items():
        rows = np.flatnonzero(kinds == kind)
        if len(rows):
            span = make(plan.chance(f"span {kind}"), people[rows])
            start[rows], end[rows] = span.start, span.end
    return people.with_columns(start=pl.Series(start), end=pl.Series(end))
