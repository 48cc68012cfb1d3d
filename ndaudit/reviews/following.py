"""What decisions come to: how many findings of a rule were right, and how long the others have waited."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ndaudit.reviews.decisions import DECIDED, DISMISSING, State
from ndaudit.reviews.log import Entry

AGES = (30, 90, 180, 365)
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Yield:
    """How many of a rule's decided findings were confirmed, with the limits of that share.

    Attributes:
        low: exact limit at 95 % (Clopper and Pearson), as `high` is.
    """

    confirmed: int
    decided: int
    low: float
    high: float


def yields(found: Iterable[State], rule_of: Mapping[str, str]) -> dict[str, Yield]:
    """Return the yield of each rule with a decided finding.

    Args:
        rule_of: the rule of each finding.
    """
    counts: dict[str, list[int]] = {}
    for state in found:
        if state.state not in DECIDED or state.finding_id not in rule_of:
            continue
        pair = counts.setdefault(rule_of[state.finding_id], [0, 0])
        pair[0] += state.decision.get("kind") not in DISMISSING
        pair[1] += 1
    result = {}
    for rule, (confirmed, decided) in sorted(counts.items()):
        result[rule] = _yield(confirmed, decided)
    return result


def _yield(confirmed: int, decided: int) -> Yield:
    # scipy takes seconds to import, and most rules have no decided finding
    from scipy import stats

    interval = stats.binomtest(confirmed, decided).proportion_ci(CONFIDENCE, method="exact")
    return Yield(confirmed, decided, float(interval.low), float(interval.high))


def ages(entries: Iterable[Entry], found: Mapping[str, State], now: datetime) -> dict[str, int]:
    """Return how many findings somebody took up and nobody has decided, by the days they have waited.

    Returns:
        counts under `0`, `30`, `90`, `180` and `365`: the least days of each class.
    """
    first: dict[str, str] = {}
    for entry in entries:
        first.setdefault(entry.finding_id, entry.at)
    counts = {str(age): 0 for age in (0, *AGES)}
    for finding_id, at in first.items():
        if found[finding_id].state in DECIDED:
            continue
        days = (now - datetime.fromisoformat(at)).days
        counts[str(max(age for age in (0, *AGES) if days >= age))] += 1
    return counts
