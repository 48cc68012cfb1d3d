"""Offices compared fairly: funnel plots with exact binomial limits, instead of league tables.

Method: Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine 24 (2005)
1185-1202; over-dispersion: the same, Handling over-dispersion of performance indicators, Quality and Safety
in Health Care 14 (2005) 347-351.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from ndaudit.analyses.order_163 import citations
from ndaudit.reading import Reading

LIMITS = {"low_998": 0.001, "low_95": 0.025, "high_95": 0.975, "high_998": 0.999}
FEWEST_OFFICES = 10
"""Below so many offices over-dispersion cannot be told from chance, and nothing is adjusted."""
WINSORISED = 0.1
_GRID = 80

_RESULTS = """
SELECT rule_id, office_code, CAST(sum(met + exceptions) AS BIGINT) AS decided,
    CAST(sum(exceptions) AS BIGINT) AS exceptions
FROM run.rule_result WHERE severity <> 'I' AND office_code IS NOT NULL
GROUP BY ALL HAVING sum(met + exceptions) > 0 ORDER BY ALL
"""


@dataclass(frozen=True)
class Funnel:
    """Where the offices stand on one clause.

    Attributes:
        target: the country's share of exceptions.
        dispersion: how many times the offices vary more than chance (1: no more than chance).
        adjusted: the limits were widened by it.
        offices: office_code, exceptions, checks, share, z, place (`inside`, `beyond_95`, `beyond_998`).
        limits: checks and the columns of `LIMITS`, for drawing.
    """

    clause: str
    target: float
    dispersion: float
    adjusted: bool
    offices: pl.DataFrame
    limits: pl.DataFrame


def binomial_limits(sizes: Any, target: float, probability: float) -> Any:
    """Return the share below which `probability` of all samples of these sizes lie, interpolated exactly."""
    from scipy import stats

    n = np.maximum(np.rint(np.asarray(sizes, dtype=float)), 1)
    count = stats.binom.ppf(probability, n, target)
    excess = stats.binom.cdf(count, n, target) - probability
    share = (count - excess / stats.binom.pmf(count, n, target)) / n
    return np.clip(share, 0, 1)


def dispersion(scores: Any) -> float:
    """Return the over-dispersion factor of z-scores, the extreme tenths drawn in."""
    low, high = np.quantile(scores, [WINSORISED, 1 - WINSORISED])
    return float(np.mean(np.clip(scores, low, high) ** 2))


def is_dispersed(factor: float, offices: int) -> bool:
    """Say whether so many offices vary more than chance explains (two standard errors)."""
    return offices >= FEWEST_OFFICES and factor > 1 + 2 * float(np.sqrt(2 / offices))


def _widened(limit: Any, target: float, factor: float) -> Any:
    return np.clip(target + (limit - target) * np.sqrt(factor), 0, 1)


def _positions(results: pl.DataFrame) -> tuple[float, pl.DataFrame]:
    """Return the country's share and the offices, each as if it had the country's mix of rules.

    Rules differ in how often they are broken: an office with more of the harder items is not worse. Its
    expected exceptions at the country's rate of each rule give the number of checks it is judged on.
    """
    country = results.group_by("rule_id").agg(
        (pl.col("exceptions").sum() / pl.col("decided").sum()).alias("rule_share")
    )
    target = int(results["exceptions"].sum()) / int(results["decided"].sum())
    offices = (
        results.join(country, on="rule_id")
        .group_by("office_code")
        .agg(
            pl.col("exceptions").sum(),
            (pl.col("decided") * pl.col("rule_share")).sum().alias("expected"),
        )
        .filter(pl.col("expected") > 0)
        .with_columns(checks=pl.col("expected") / target)
        .with_columns(share=pl.col("exceptions") / pl.col("checks"))
        .with_columns(z=(pl.col("share") - target) / (target * (1 - target) / pl.col("checks")).sqrt())
        .sort("office_code")
    )
    return target, offices.drop("expected")


def _placed(offices: pl.DataFrame, target: float, factor: float) -> pl.DataFrame:
    bounds = {
        name: _widened(binomial_limits(offices["checks"].to_numpy(), target, probability), target, factor)
        for name, probability in LIMITS.items()
    }
    share = offices["share"].to_numpy()
    beyond_95 = (share < bounds["low_95"]) | (share > bounds["high_95"])
    beyond_998 = (share < bounds["low_998"]) | (share > bounds["high_998"])
    place = np.where(beyond_998, "beyond_998", np.where(beyond_95, "beyond_95", "inside"))
    return offices.with_columns(place=pl.Series(place, dtype=pl.String))


def funnel(clause: str, results: pl.DataFrame) -> Funnel | None:
    """Return the funnel of one clause, or None when no office broke it or all always did.

    Args:
        results: rule_id, office_code, decided, exceptions of the rules that cite the clause.
    """
    if not 0 < results["exceptions"].sum() < results["decided"].sum():
        return None
    target, offices = _positions(results)
    found = dispersion(offices["z"].to_numpy())
    adjusted = is_dispersed(found, offices.height)
    factor = found if adjusted else 1.0
    checks = offices["checks"].to_numpy()
    sizes = np.linspace(max(1.0, checks.min() * 0.4), checks.max() * 1.12, _GRID)
    columns = {
        name: _widened(binomial_limits(sizes, target, probability), target, factor)
        for name, probability in LIMITS.items()
    }
    limits = pl.DataFrame({"checks": sizes, **columns})
    return Funnel(clause, target, found, adjusted, _placed(offices, target, factor), limits)


def standing(reading: Reading) -> Funnel | None:
    """Return where the offices stand on Order 163 as a whole: every rule that cites it counts once."""
    cited = citations(reading).select("rule_id").unique()
    results = reading.frame(_RESULTS).join(cited, on="rule_id", how="semi")
    return funnel("", results) if results.height else None


def funnels(reading: Reading, most: int = 6) -> list[Funnel]:
    """Return the clauses of Order 163 on which the offices differ most, in order of the procedure."""
    results = reading.frame(_RESULTS).join(citations(reading), on="rule_id")
    drawn = [
        found
        for (clause,), part in results.group_by("clause", maintain_order=True)
        if part["office_code"].n_unique() > 1 and (found := funnel(str(clause), part))
    ]
    drawn.sort(key=lambda item: -float(np.abs(item.offices["z"].to_numpy()).max()))
    return sorted(drawn[:most], key=lambda item: item.clause)
