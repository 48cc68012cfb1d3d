"""The plan of an earlier check, kept while nothing it was made of has changed.

To read off its SQL how each rule can be decided takes seconds. What is kept is JSON, and made anew whenever
it cannot be read, was damaged, or was made of something else.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from ndaudit import __version__
from ndaudit.catalogue import Catalogue
from ndaudit.durable import write_durably
from ndaudit.increment.plan import Plan
from ndaudit.increment.touching import Loose
from ndaudit.populations import Population
from ndaudit.rules import Rule

Standing = Callable[[Sequence[Population]], frozenset[str]]
"""Tells which populations are the same before and after a delivery."""
Making = Callable[[Standing], Plan]
PLAN = "plan.json"
"""The file of the plan, beside the runs."""
_MADE_BY = ("duckdb", "sqlglot")


def planned(
    path: Path, catalogue: Catalogue, rules: Sequence[Rule], loose: Loose, standing: Standing, make: Making
) -> Plan:
    """Return the plan kept in a file, where it was made of the same; else what `make` returns, and keep it.

    Args:
        standing: asked about what was asked when the plan was made: it holds where the answer is the same.
        make: given what tells which populations stand.
    """
    stamp = _stamp(catalogue, rules, loose)
    if (found := _kept(path, stamp, catalogue, loose, standing)) is not None:
        return found
    asked: set[str] = set()
    stood: set[str] = set()

    def ask(populations: Sequence[Population]) -> frozenset[str]:
        same = standing(populations)
        asked.update(one.name for one in populations)
        stood.update(same)
        return same

    plan = make(ask)
    kept = {"stamp": stamp, "asked": sorted(asked), "stood": sorted(stood), "plan": plan.record}
    write_durably(path, json.dumps({"kept": kept, "digest": _digest(kept)}))
    return plan


def _kept(path: Path, stamp: str, catalogue: Catalogue, loose: Loose, standing: Standing) -> Plan | None:
    try:
        held = json.loads(path.read_text("utf-8"))
        kept = held["kept"]
        if held["digest"] != _digest(kept) or kept["stamp"] != stamp:
            return None
        asked = [catalogue.populations[name] for name in kept["asked"]]
        plan = Plan.read(kept["plan"], catalogue, loose)
        stood = frozenset(kept["stood"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # not there, or not what was written: it is made anew
        return None
    return plan if standing(asked) == stood else None


def _digest(kept: object) -> str:
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def _stamp(catalogue: Catalogue, rules: Sequence[Rule], loose: Loose) -> str:
    """Return the sha256 over all a plan is made of, what makes it with them."""
    code = [path.read_text("utf-8") for path in sorted(Path(__file__).parent.glob("*.py"))]
    made_by = [__version__, *(version(name) for name in _MADE_BY), *code]
    return _digest([made_by, catalogue.hash, [rule.id for rule in rules], sorted(loose)])
