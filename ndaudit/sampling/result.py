"""What the examined items prove: the limit of errors, or of the misstatement, beside what is tolerable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from ndaudit.sampling import estimates
from ndaudit.sampling.bounds import Bound, cell, stringer, taint
from ndaudit.sampling.drawing import Hit, Item
from ndaudit.sampling.estimates import Estimate, Examined
from ndaudit.sampling.exact import Part, strata_limit, upper_limit
from ndaudit.sampling.paper import Answer
from ndaudit.sampling.plan import Plan
from ndaudit.sampling.sides import LEAST_DIFFERENCES, NOTHING, SIDES, Side, gap, side_of

MONGO = Decimal("0.01")
ESTIMATES = ("mean_per_unit", "difference", "ratio")
BY_DIFFERENCES = ("difference", "ratio")


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
        totals: the audited total estimated in three ways (attribute sample with values); by difference and
            ratio only where enough items differ.
        sides: the misstatement in money, over- and understatements apart (samples with values).
        beyond: items understated by more than their book value: no bound of monetary units covers them.
    """

    examined: int
    errors: int
    undecided: int
    limit: Decimal
    tolerable: Decimal
    bounds: Mapping[str, Mapping[str, Bound]]
    totals: Mapping[str, Estimate]
    sides: Mapping[str, Side] = field(default_factory=dict)
    beyond: int = 0

    @property
    def proven(self) -> bool:
        """Whether the limit stays within what is tolerable."""
        return self.limit <= self.tolerable and not self.beyond

    def document(self) -> dict[str, Any]:
        """Return the result as JSON holds it: exact numbers as text, tögrög rounded up to the möngö."""
        return {
            "examined": self.examined,
            "errors": self.errors,
            "undecided": self.undecided,
            "limit": str(self.limit),
            "tolerable": str(self.tolerable),
            "proven": self.proven,
            "beyond": self.beyond,
            "bounds": {
                side: {way: _amounts(bound) for way, bound in ways.items()}
                for side, ways in self.bounds.items()
            },
            "totals": {
                way: {k: str(v) for k, v in vars(total).items()} for way, total in self.totals.items()
            },
            "sides": {name: side.document() for name, side in self.sides.items()},
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


def audited_value(item: Item, answer: Answer | None) -> Decimal | None:
    """Return what the item's value should be, or None when nobody said."""
    if answer is None:
        return None
    if answer.audited is not None:
        return answer.audited
    return item.value if answer.right else None


def is_wrong(item: Item, answer: Answer | None, has_value: bool) -> bool:
    """Return whether an item counts as wrong: found so, or decided by nobody."""
    if answer is None or answer.right is False:
        return True
    return has_value and answer.audited is not None and answer.audited != item.value


def attribute_result(
    plan: Plan, items: Sequence[Item], hits: Sequence[Hit], answers: Mapping[str, Answer]
) -> Result:
    """Return what right and wrong items prove of the rate of errors.

    Args:
        items: the population the items were drawn from.
    """
    has_value = plan.aim.value is not None
    wrong = {hit.item.key for hit in hits if is_wrong(hit.item, answers.get(hit.item.key), has_value)}
    limit = _limit(plan, items, hits, wrong)
    tolerable = Decimal(plan.aim.tolerable.numerator) / Decimal(plan.aim.tolerable.denominator)
    undecided = sum(hit.item.key not in answers for hit in hits)
    totals = _totals(plan, items, hits, answers) if has_value else {}
    sides = _sides(plan, items, hits, answers) if has_value else {}
    return Result(len(hits), len(wrong), undecided, limit, tolerable, {}, totals, sides)


def _limit(plan: Plan, items: Sequence[Item], hits: Sequence[Hit], wrong: set[str]) -> Decimal:
    names = sorted({item.stratum for item in items})
    distribution, confidence = plan.aim.distribution, plan.aim.confidence
    if len(names) == 1:
        return upper_limit(len(wrong), len(hits), confidence, distribution=distribution, items=plan.items)
    parts = [
        Part(
            sum(item.stratum == name for item in items),
            sum(hit.item.stratum == name for hit in hits),
            sum(hit.item.stratum == name and hit.item.key in wrong for hit in hits),
        )
        for name in names
    ]
    return strata_limit(parts, confidence, distribution=distribution)


def _strata(items: Sequence[Item], hits: Sequence[Hit], audited: Mapping[str, Decimal]) -> list[Examined]:
    book: dict[str, list[Decimal]] = {}
    for item in items:
        book.setdefault(item.stratum, []).append(item.value)
    pairs: dict[str, list[tuple[Decimal, Decimal]]] = {name: [] for name in book}
    for hit in hits:
        pairs[hit.item.stratum].append((hit.item.value, audited[hit.item.key]))
    return [Examined(len(book[name]), sum(book[name], NOTHING), pairs[name]) for name in sorted(book)]


def _totals(
    plan: Plan, items: Sequence[Item], hits: Sequence[Hit], answers: Mapping[str, Answer]
) -> dict[str, Estimate]:
    """Estimate the audited total in three ways; nothing where an audited value is missing."""
    said = {hit.item.key: audited_value(hit.item, answers.get(hit.item.key)) for hit in hits}
    audited = {key: value for key, value in said.items() if value is not None}
    if len(audited) < len(said):
        return {}
    strata = _strata(items, hits, audited)
    if any(len(stratum.pairs) < 2 for stratum in strata):
        return {}
    differing = sum(audited[hit.item.key] != hit.item.value for hit in hits)
    ways = [way for way in ESTIMATES if differing >= LEAST_DIFFERENCES or way not in BY_DIFFERENCES]
    return {way: getattr(estimates, way)(strata, plan.aim.confidence) for way in ways}


def _sides(
    plan: Plan, items: Sequence[Item], hits: Sequence[Hit], answers: Mapping[str, Answer]
) -> dict[str, Side]:
    """Return over- and understatement; an item nobody decided is wholly overstated."""
    audited = {hit.item.key: audited_value(hit.item, answers.get(hit.item.key)) or NOTHING for hit in hits}
    strata = _strata(items, hits, audited)
    rest = [item.value for item in items if item.key not in audited]
    found: dict[str, Side] = {}
    for name in SIDES:
        differing = {h.item.key for h in hits if gap(h.item.value, audited[h.item.key], name) > 0}
        share = _limit(plan, items, hits, differing)
        most = int((share * len(items)).to_integral_value(ROUND_CEILING))
        side = side_of(strata, name, plan.aim.confidence, most, rest)
        found |= {name: side} if side else {}
    return found


def monetary_result(
    plan: Plan, interval: Fraction, hits: Sequence[Hit], answers: Mapping[str, Answer]
) -> Result:
    """Return what the misstatements found in monetary units prove, over- and understatements apart.

    Args:
        interval: sampling interval in tögrög.
    """
    taints: dict[str, list[Fraction]] = {name: [] for name in SIDES}
    certain = dict.fromkeys(SIDES, Fraction(0))
    money = dict.fromkeys(SIDES, NOTHING)
    wrong = undecided = beyond = 0
    for hit in hits:
        audited = audited_value(hit.item, answers.get(hit.item.key))
        undecided += audited is None
        share = Fraction(1) if audited is None else taint(hit.item.value, audited)
        if not share:
            continue
        wrong += 1
        side = SIDES[0] if share > 0 else SIDES[1]
        money[side] += gap(hit.item.value, audited or NOTHING, side)
        if hit.certain:
            certain[side] += abs(share) * Fraction(hit.item.value)
        else:
            beyond += abs(share) > 1
            taints[side] += [abs(share)] * hit.times
    risk = 1 - plan.aim.confidence
    bounds = {
        side: {way.__name__: way(taints[side], interval, risk, certain[side]) for way in (stringer, cell)}
        for side in taints
    }
    limit = max(in_tugrug(ways["stringer"].upper) for ways in bounds.values())
    tolerable = in_tugrug(plan.aim.tolerable * Fraction(plan.book_total or 0))
    sides = {
        name: Side(
            money[name],
            in_tugrug(ways["stringer"].likely, ROUND_HALF_UP),
            in_tugrug(ways["stringer"].upper),
            "stringer",
        )
        for name, ways in bounds.items()
    }
    return Result(len(hits), wrong, undecided, limit, tolerable, bounds, {}, sides, beyond)
