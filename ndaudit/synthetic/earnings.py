"""Who earned what in which month: one row per ledger month of every job, as whole columns."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from ndaudit.synthetic.months import LAST_PERIOD, LEDGER_START, Flags, Ints, month
from ndaudit.synthetic.plan import OfficePlan
from ndaudit.synthetic.rates import CEILING, KINDS, LEVEL, MINIMUM_WAGE

LEAVE_MONTHS = 4
CARE_MONTHS = 8
NEVER = 10_000
OF_LIFE = {"military": "11", "voluntary": "90"}
OF_JOB = {2: "40", 3: "22"}
OF_FORM = {"recruit": "08"}


@dataclass(frozen=True)
class LedgerRows:
    """The rows of a ledger, one entry per row in every field.

    Attributes:
        person: person_id.
        employer: number of the employer, −1 for the voluntary insured.
        at: month, counted from the first of the ledger.
        kind: insured type, as its place in `KINDS`.
        factor: what the person earns, in percent of the month's level.
        split: the month in which a worker changed employers, paid half by each.
    """

    person: Ints
    employer: Ints
    at: Ints
    kind: Ints
    factor: Ints
    split: Flags


def _leaves(plan: OfficePlan, spans: pl.DataFrame) -> pl.DataFrame:
    """Return the month maternity leave began, by employment, for some women with a long unbroken job."""
    rng = plan.chance("maternity")
    able = spans.filter(
        (pl.col("kind") == "worker")
        & (pl.col("sex") == "F")
        & (pl.col("job") < 2)
        & ~pl.col("half")
        & (pl.col("m_to") - pl.col("m_from") > 48)
        & (pl.col("m_from") >= month(2005, 1))
    )
    able = able.filter(pl.Series(rng.random(able.height) < 0.12))
    low = able["m_from"].to_numpy() + 18
    high = np.minimum(able["m_to"].to_numpy(), LAST_PERIOD) - LEAVE_MONTHS - CARE_MONTHS
    return able.select("employment_id", leave_from=pl.Series(rng.integers(low, high + 1)))


def _paying_spans(plan: OfficePlan, people: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """Return the jobs, and the voluntary insured as jobs without an employer."""
    free = people.filter(pl.col("kind") == "voluntary").select(
        "person_id",
        "kind",
        "shade",
        m_from="start",
        m_to="end",
        employer=pl.lit(-1, pl.Int64),
        job=pl.lit(0, pl.Int32),
        half=pl.lit(False),
        employment_id=pl.lit(None, pl.String),
        form=pl.lit(None, pl.String),
    )
    every = pl.concat([spans.select(free.columns).cast(free.schema), free])
    return every.join(
        _leaves(plan, spans), on="employment_id", how="left", maintain_order="left"
    ).with_columns(pl.col("leave_from").fill_null(NEVER))


def ledger_rows(plan: OfficePlan, people: pl.DataFrame, spans: pl.DataFrame) -> LedgerRows:
    """Return one row per ledger month of every span, in the order of the spans."""
    paying = _paying_spans(plan, people, spans)
    low = np.maximum(paying["m_from"].to_numpy(), LEDGER_START)
    length = np.maximum(0, np.minimum(paying["m_to"].to_numpy(), LAST_PERIOD) - low + 1)
    row = np.repeat(np.arange(paying.height), length)
    at = np.arange(len(row)) + np.repeat(low - LEDGER_START - np.cumsum(length) + length, length)
    lots = zip(*(paying[name].to_list() for name in ("form", "job", "kind")), strict=True)
    usual = [OF_FORM.get(form, OF_JOB.get(job, OF_LIFE.get(life, "01"))) for form, job, life in lots]
    kinds = np.array([KINDS.index(name) for name in usual], dtype=np.int64)[row]
    # Leave concerns few jobs: only their rows are looked at.
    away = np.flatnonzero((paying["leave_from"].to_numpy() < NEVER)[row])
    since = at[away] + LEDGER_START - paying["leave_from"].to_numpy()[row[away]]
    kinds[away[(since >= 0) & (since < LEAVE_MONTHS)]] = KINDS.index("17")
    kinds[away[(since >= LEAVE_MONTHS) & (since < LEAVE_MONTHS + CARE_MONTHS)]] = KINDS.index("06")
    job, half = paying["job"].to_numpy(), paying["half"].to_numpy()
    change = np.where(job == 0, paying["m_to"].to_numpy(), paying["m_from"].to_numpy())
    split = (half & (job < 2))[row]
    split[split] = at[split] + LEDGER_START == change[row[split]]
    # A skewed factor per person, from half the level to about four times it.
    shade = paying["shade"].to_numpy()
    factor = ((0.55 + 0.75 * shade**2 + 2.6 * shade**24) * 100).astype(np.int64)
    return LedgerRows(
        person=paying["person_id"].to_numpy()[row],
        employer=paying["employer"].to_numpy()[row],
        at=at,
        kind=kinds,
        factor=factor[row],
        split=split,
    )


def _piece_rates(rows: LedgerRows) -> tuple[Ints, Ints]:
    """Return rows of piece work, every third employer's from 2024 on, and what it adds: never a round sum."""
    # Few months are concerned: only their rows are looked at.
    late = np.flatnonzero(rows.at >= month(2024, 1) - LEDGER_START)
    paid = (rows.employer[late] % 3 == 1) & (rows.kind[late] == KINDS.index("01")) & ~rows.split[late]
    piece = late[paid]
    mixed = rows.person[piece] * 2_654_435_761 + rows.at[piece] * 40_503 * 2_246_822_519
    return piece, (mixed >> 9) % 1000


def wages(rows: LedgerRows) -> tuple[Ints, Ints]:
    """Return wages as earned and the base contributions are paid on, in tögrög."""
    factors = np.arange(int(rows.factor.max(initial=0)) + 1)[:, None]
    whole = np.maximum(LEVEL * factors // 100 // 200 * 200, MINIMUM_WAGE)
    wage = whole[rows.factor, rows.at]
    # A second job beside it has room below the ceiling still.
    piece, more = _piece_rates(rows)
    wage[piece] += np.where(wage[piece] < CEILING[rows.at[piece]] * 3 // 4, more, 0)
    base = np.minimum(wage, CEILING[rows.at])
    # From 2024 the voluntary insured have a ceiling of their own.
    own = np.flatnonzero((rows.kind == KINDS.index("90")) & (rows.at >= month(2024, 1) - LEDGER_START))
    base[own] = np.minimum(base[own], MINIMUM_WAGE[rows.at[own]] * 7)
    side = np.flatnonzero(rows.kind == KINDS.index("40"))
    room = CEILING[rows.at[side]] - base[side]
    wage[side] = wage[side] * 3 // 10
    base[side] = np.minimum(wage[side], room)
    care = np.flatnonzero(rows.kind == KINDS.index("06"))
    wage[care] = base[care] = MINIMUM_WAGE[rows.at[care]]
    wage[rows.split] //= 2
    base[rows.split] = np.minimum(wage[rows.split], CEILING[rows.at[rows.split]] // 2)
    return wage, base
