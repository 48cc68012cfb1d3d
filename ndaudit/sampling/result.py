"""What the examined items prove: the limit of errors, or of the misstatement, beside what is tolerable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from ndaudit.sampling import estimates
from ndaudit.sampling.bounds import Bound, cell, stringer, taint
from ndaudit.sampling.drawing import Hit, Item
from ndaudit.sampling.estimates import Estimate, Examined
from ndaudit.sampling.exact import upper_limit
from ndaudit.sampling.paper import Answer
from ndaudit.sampling.plan import Plan

MONGO = Decimal("0.01")
ESTIMATES = ("mean_per_unit", "difference", "ratio")


@dataclass(frozen=True)
class Result:
    """The evaluation of a sample.

    Attributes:
        errors: items found wrong, those nobody decided among them.
        undecided: items without a verdict; each counts as wrong, wholly.
        limit: upper limit of the error rate (attribute), or of the misstatement in tögrög (mus), the larger
            of over- and understatement.
        tolerable: what the limit is compared with, in the same unit.
        bounds: over- and understatements by Stringer and by cells (mus).
        totals: the audited total estimated in three ways (attribute sample with values).
    """

    examined: int
    errors: int
    undecided: int
    limit: Decimal
    tolerable: Decimal
    bounds: Mapping[str, Mapping[str, Bound]]
    totals: Mapping[str, Estimate]

    @property
    def proven(self) -> bool:
        """Whether the limit stays within what is tolerable."""
        return self.limit <= self.tolerable

    def document(self) -> dict[str, Any]:
        """Return the result as JSON holds it: exact numbers as text, tögrög rounded up to the möngö."""
        return {
            "examined": self.examined,
            "errors": self.errors,
            "undecided": self.undecided,
            "limit": str(self.limit),
            "tolerable": str(self.tolerable),
            "proven": self.proven,
            "bounds": {
                side: {way: _amounts(bound) for way, bound in ways.items()}
                for side, ways in self.bounds.items()
            },
            "totals": {
                way: {k: str(v) for k, v in vars(total).items()} for way, total in self.totals.items()
            },
        }


def in_tugrug(amount: Fraction, rounding: str = ROUND_CEILING) -> Decimal:
    """Return an exact amount to the möngö."""
    hundredths = Decimal(amount.numerator * 100) / Decimal(amount.denominator)
    return hundredths.to_integral_value(rounding) / 100


def _amounts(bound: Bound) -> dict[str, str]:
    return {
        "likely": str(in_tugrug(bound.likely, ROUND_HALF_UP)),
        "basic": str(in_tugrug(bound.basic)),
        "upper": str(in_tugrug(bound.upper)),
    }


def _audited(item: Item, answer: Answer | None) -> Decimal | None:
    """Return what the item's value should be, or None when nobody said."""
    if answer is None:
        return None
    if answer.audited is not None:
        return answer.audited
    return item.value if answer.right else None


def _is_wrong(item: Item, answer: Answer | None, has_value: bool) -> bool:
    if answer is None or answer.right is False:
        return True
    return has_value and answer.audited is not None and answer.audited != item.value


def attribute_result(
    plan: Plan, strata: Mapping[str, tuple[int, Decimal]], hits: Sequence[Hit], answers: Mapping[str, Answer]
) -> Result:
    """Return what right and wrong items prove of the rate of errors.

    Args:
        strata: number of items and book total of each stratum of the population.
    """
    has_value = plan.aim.value is not None
    errors = sum(_is_wrong(hit.item, answers.get(hit.item.key), has_value) for hit in hits)
    limit = upper_limit(
        errors, len(hits), plan.aim.confidence, distribution=plan.aim.distribution, items=plan.items
    )
    tolerable = Decimal(plan.aim.tolerable.numerator) / Decimal(plan.aim.tolerable.denominator)
    totals = _totals(plan, strata, hits, answers) if has_value else {}
    undecided = sum(hit.item.key not in answers for hit in hits)
    return Result(len(hits), errors, undecided, limit, tolerable, {}, totals)


def _totals(
    plan: Plan, strata: Mapping[str, tuple[int, Decimal]], hits: Sequence[Hit], answers: Mapping[str, Answer]
) -> dict[str, Estimate]:
    """Estimate the audited total in three ways; nothing where an audited value is missing."""
    pairs: dict[str, list[tuple[Decimal, Decimal]]] = {stratum: [] for stratum in strata}
    for hit in hits:
        audited = _audited(hit.item, answers.get(hit.item.key))
        if audited is None:
            return {}
        pairs[hit.item.stratum].append((hit.item.value, audited))
    if any(len(part) < 2 for part in pairs.values()):
        return {}
    examined = [Examined(*strata[stratum], part) for stratum, part in pairs.items()]
    return {way: getattr(estimates, way)(examined, plan.aim.confidence) for way in ESTIMATES}


def monetary_result(
    plan: Plan, interval: Fraction, hits: Sequence[Hit], answers: Mapping[str, Answer]
) -> Result:
    """Return what the misstatements found in monetary units prove, over- and understatements apart.

    Args:
        interval: sampling interval in tögrög.
    """
    taints: dict[str, list[Fraction]] = {"over": [], "under": []}
    certain = {"over": Fraction(0), "under": Fraction(0)}
    wrong = undecided = 0
    for hit in hits:
        audited = _audited(hit.item, answers.get(hit.item.key))
        undecided += audited is None
        share = Fraction(1) if audited is None else taint(hit.item.value, audited)
        if not share:
            continue
        wrong += 1
        side = "over" if share > 0 else "under"
        if hit.certain:
            certain[side] += abs(share) * Fraction(hit.item.value)
        else:
            taints[side] += [abs(share)] * hit.times
    risk = 1 - plan.aim.confidence
    bounds = {
        side: {way.__name__: way(taints[side], interval, risk, certain[side]) for way in (stringer, cell)}
        for side in taints
    }
    limit = max(in_tugrug(ways["stringer"].upper) for ways in bounds.values())
    tolerable = in_tugrug(plan.aim.tolerable * Fraction(plan.book_total or 0))
    return Result(len(hits), wrong, undecided, limit, tolerable, bounds, {})
