"""Determinations: initial awards, the mass rises since, and awards made again on five years of wages."""

from datetime import date

import numpy as np
import polars as pl

from ndaudit.synthetic.months import AS_OF, Days, Ints, first_day, later, moments, month
from ndaudit.synthetic.plan import OfficePlan
from ndaudit.synthetic.rates import MINIMA
from ndaudit.synthetic.staffing import signer

MINIMUM = ((date(2000, 1, 1), 0, 0), *(row for row in MINIMA if row[1] is not None))
"""From, full, proportional: where the minimum is on no file, pensions keep to the one before."""

RISES = (
    # from, added below 500,000, added above, factor in percent
    ("2015-03-01", 22_000, 20_000, 100),
    ("2016-06-01", 21_000, 21_000, 100),
    ("2019-02-01", 24_000, 24_000, 100),
    ("2020-02-01", 30_000, 25_000, 100),
    ("2022-02-01", 0, 0, 115),
    ("2024-04-01", 100_000, 100_000, 100),
)
CHANGE_REASON = "Тэтгэврийг 5 жилийн цалингаас дахин тогтоосон (28 дугаар зүйл)"
CORRECTION_REASON = "Овог, нэр, регистрийн дугаарын өөрчлөлтийг тусгасан"
LEAST_CORRECTIONS = 16


def _minimum(effective: Days, part: np.ndarray) -> Ints:
    since = np.array([row[0] for row in MINIMUM], dtype="datetime64[D]")
    at = np.searchsorted(since, effective, side="right") - 1
    return np.where(
        part, np.array([row[2] for row in MINIMUM])[at], np.array([row[1] for row in MINIMUM])[at]
    )


def window_wages(windows: pl.DataFrame, ledger: pl.DataFrame) -> pl.DataFrame:
    """Return the counted wage of every month of the windows: determination_id, period, wage.

    Args:
        windows: determination_id, insured_id, wage_from (month), window (months).
    """
    length = windows["window"].to_numpy()
    row = np.repeat(np.arange(windows.height), length)
    step = np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length)
    months = windows["wage_from"].to_numpy()[row] + step
    paid = (
        ledger.lazy()
        .join(windows.lazy().select(person_id="insured_id").unique(), on="person_id", how="semi")
        .group_by(insured_id="person_id", period="period")
        .agg(wage=pl.col("base").sum())
        .collect()
    )
    return (
        windows.select("determination_id", "insured_id")[row]
        .with_columns(period=pl.Series(first_day(months)))
        .join(paid, on=["insured_id", "period"], how="left", maintain_order="left")
        .select("determination_id", "period", pl.col("wage").fill_null(0))
    )


def _with_service(files: pl.DataFrame, service: pl.DataFrame) -> pl.DataFrame:
    sums = service.group_by("file_no").agg(before=pl.col("before").sum(), all_months=pl.col("months").sum())
    mother = (
        (pl.col("sex") == "F")
        & (pl.col("effective_from") >= date(2018, 3, 1))
        & (pl.col("pension_type") == "old_age")
    )
    bonus = pl.when(mother & (pl.col("after") >= 120)).then(pl.col("children") * 18).otherwise(0)
    years = (pl.col("before") + pl.col("after") + pl.col("bonus")) // 12
    plain = (pl.col("condition") == "proportional") | pl.col("pension_type").is_in(["disability", "survivor"])
    return (
        files.join(sums, on="file_no", maintain_order="left")
        .with_columns(after=pl.col("all_months") - pl.col("before"))
        .with_columns(bonus=bonus)
        .with_columns(
            thousandths=pl.when(plain).then(450).otherwise(450 + 15 * (years - 20).clip(lower_bound=0))
        )
    )


def _amount(files: pl.DataFrame, wages: Ints, effective: Days) -> Ints:
    part = (files["condition"] == "proportional").to_numpy()
    months = np.where(part, files["after"].to_numpy() + files["before"].to_numpy(), 240)
    top, bottom = wages * files["thousandths"].to_numpy() * months, files["window"].to_numpy() * 1000 * 240
    least = np.where(files["pension_type"].is_in(["old_age"]).to_numpy(), _minimum(effective, part), 0)
    rounded = (top * 2 + bottom) // (2 * bottom)
    return np.asarray(np.maximum(rounded, least), dtype=np.int64)


def _initial(plan: OfficePlan, files: pl.DataFrame) -> pl.DataFrame:
    opened = files["opened_on"].to_numpy()
    return files.with_columns(
        kind=pl.lit("initial"),
        eligible_on="right_on",
        nd17_attached=pl.lit(True),
        stamped=pl.lit(True),
        entered_by=signer(plan, "inspector", opened),
        entered_at=pl.Series(moments(later(opened, 1), 10)),
        section_head=signer(plan, "section_head", later(opened, 2)),
        section_head_at=pl.Series(moments(later(opened, 2), 10)),
        chief_accountant=signer(plan, "chief_accountant", later(opened, 3)),
        chief_accountant_at=pl.Series(moments(later(opened, 3), 11)),
        office_head=signer(plan, "office_head", later(opened, 3)),
        office_head_at=pl.Series(moments(later(opened, 3), 15)),
    )


def _rises(initial: pl.DataFrame) -> list[pl.DataFrame]:
    """Return the mass rises every running pension got, one frame per Government decision."""
    frames, amount = [], initial["amount"].to_numpy()
    part = (initial["condition"] == "proportional").to_numpy()
    old = (initial["pension_type"] == "old_age").to_numpy()
    dead = initial["deceased_on"].fill_null(AS_OF).to_numpy()
    for since, low, high, factor in RISES:
        day = np.datetime64(since)
        running = (initial["effective_from"].to_numpy() < day) & (dead >= day)
        raised = amount * factor // 100 + np.where(amount < 500_000, low, high)
        raised = np.maximum(raised, np.where(old, _minimum(np.full(len(part), day), part), 0))
        amount = np.where(running, raised, amount)
        frames.append(
            initial.with_columns(
                kind=pl.lit("indexation"),
                act=pl.lit(f"Засгийн газрын тогтоол, {since}"),
                amount=pl.Series(amount),
                effective_from=pl.lit(date.fromisoformat(since)),
                entered_at=pl.Series(moments(np.full(len(part), day), 10)),
                nd17_attached=pl.lit(False),
                **{
                    f"{role}{at}": pl.lit(None)
                    for role in ("section_head", "office_head", "chief_accountant")
                    for at in ("", "_at")
                },
            ).filter(pl.Series(running))
        )
    return frames


def _certified(plan: OfficePlan, effective: Days) -> dict[str, pl.Series | pl.Expr]:
    """Return who certified and entered changes days before they take effect; no accountant signs."""
    day = later(effective, -8)
    return {
        "entered_at": pl.Series(moments(day, 11, 21)),
        "control_inspector": signer(plan, "control_inspector", day),
        "control_inspector_at": pl.Series(moments(later(day, -3), 10)),
        "section_head": signer(plan, "section_head", day),
        "section_head_at": pl.Series(moments(later(day, -2), 10)),
        "office_head": signer(plan, "office_head", day),
        "office_head_at": pl.Series(moments(later(day, -1), 15)),
        "chief_accountant": pl.lit(None, pl.String),
        "chief_accountant_at": pl.lit(None, pl.Datetime("us")),
    }


def _corrections(plan: OfficePlan, raised: pl.DataFrame, changed: pl.DataFrame) -> pl.DataFrame:
    """Return changes that keep amount and window, between the rises of 2022 and 2024: no wages are asked."""
    rng = plan.chance("corrections")
    pool: pl.DataFrame = raised.filter(pl.col("deceased_on").is_null()).join(
        changed, on="file_no", how="anti", maintain_order="left"
    )
    wanted = max(LEAST_CORRECTIONS, pool.height // 25)
    pool = pool[np.sort(rng.permutation(pool.height)[:wanted]).tolist()]
    effective = first_day(month(2022, 4) + rng.integers(0, 20, pool.height))
    return pool.with_columns(
        kind=pl.lit("change"),
        act=pl.lit(None, pl.String),
        change_reason=pl.lit(CORRECTION_REASON),
        determination_id=pl.col("file_no") + "-D",
        effective_from=pl.Series(effective),
        **_certified(plan, effective),
    )


def _changes(
    plan: OfficePlan, initial: pl.DataFrame, last: pl.DataFrame, ledger: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return awards of 2019-2023 made again on five years, where that raises the pension, and their wages."""
    rng = plan.chance("changes")
    pool = initial.filter(
        (pl.col("pension_type") == "old_age")
        & pl.col("effective_from").is_between(date(2019, 1, 1), date(2023, 12, 31))
        & (pl.col("deceased_on").is_null())
    )
    effective = first_day(month(2024, 5) + rng.integers(0, 8, pool.height))
    pool = pool.with_columns(
        window=pl.lit(60, pl.Int64), wage_from=pl.col("end") - 59, determination_id=pl.col("file_no") + "-C"
    )
    wages = window_wages(pool, ledger)
    sums = pool.select("determination_id").join(
        wages.group_by("determination_id").agg(pl.col("wage").sum()),
        on="determination_id",
        maintain_order="left",
    )
    amount = _amount(pool, sums["wage"].to_numpy(), effective)
    now = pool.select("file_no").join(last, on="file_no", maintain_order="left")["amount"].to_numpy()
    changed = pool.with_columns(
        kind=pl.lit("change"),
        change_reason=pl.lit(CHANGE_REASON),
        amount=pl.Series(amount),
        wages=sums["wage"],
        effective_from=pl.Series(effective),
        **_certified(plan, effective),
    ).filter(pl.Series(amount > now))
    return changed, wages.join(
        changed.select("determination_id"), on="determination_id", how="semi", maintain_order="left"
    )


def determine(
    plan: OfficePlan, files: pl.DataFrame, service: pl.DataFrame, ledger: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Return the tables `determination`, `determination_service` and `determination_wage`."""
    known = _with_service(files, service).with_columns(determination_id=pl.col("file_no") + "-1")
    wages = window_wages(known, ledger)
    sums = known.select("determination_id").join(
        wages.group_by("determination_id").agg(pl.col("wage").sum()),
        on="determination_id",
        maintain_order="left",
    )
    amount = _amount(known, sums["wage"].to_numpy(), known["effective_from"].to_numpy())
    initial = _initial(plan, known.with_columns(wages=sums["wage"], amount=pl.Series(amount)))
    rises = _rises(initial)
    last = (
        pl.concat([initial, *rises], how="diagonal_relaxed")
        .sort("effective_from")
        .group_by("file_no")
        .agg(pl.col("amount").last())
    )
    changed, more = _changes(plan, initial, last, ledger)
    raised = next(part for part, row in zip(rises, RISES, strict=True) if row[0] == "2022-02-01")
    every = [initial, *rises, changed, _corrections(plan, raised, changed)]
    rows = pl.concat(every, how="diagonal_relaxed").sort("file_no", "effective_from")
    rows = rows.with_columns(
        old_id="determination_id",
        determination_id=pl.format("{}-{}", "file_no", pl.int_range(1, pl.len() + 1).over("file_no")),
        method=pl.lit("wage"),
        window_from=pl.Series(first_day(rows["wage_from"].to_numpy())),
        window_months="window",
        hundredths=pl.col("wages") * 100 // pl.col("window"),
        service_months_before_1995="before",
        service_months_after_1995="after",
        bonus_months="bonus",
        rate=pl.format("0.{}", pl.col("thousandths").cast(pl.String).str.zfill(3)),
    ).with_columns(
        reference_wage=pl.format(
            "{}.{}", pl.col("hundredths") // 100, (pl.col("hundredths") % 100).cast(pl.String).str.zfill(2)
        )
    )
    names = rows.filter(pl.col("kind") != "indexation").select("file_no", "old_id", "determination_id")
    renamed = (
        pl.concat([wages, more])
        .rename({"determination_id": "old_id"})
        .join(names, on="old_id", maintain_order="left")
    )
    lines = names.join(service, on="file_no", maintain_order="left")
    return {"determination": rows, "determination_wage": renamed, "determination_service": lines}
