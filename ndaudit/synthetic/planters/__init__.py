"""Planters: one function per rule, found by its name, each breaking lawful items and listing what it broke.

A module here holds the planters of one area; a function `plant_per_01` plants for rule PER-01, and one whose
name begins with `combine_` plants two defects in one place, where all planters are done. Adding one touches
no list.
"""

import importlib
import pkgutil
from collections.abc import Callable
from decimal import Decimal

import polars as pl

from ndaudit.synthetic.plan import Frames, OfficePlan
from ndaudit.synthetic.planters.field import PLANTED_COLUMNS, Field

__all__ = ["PLANTED_COLUMNS", "combiners", "plant", "planters"]

PREFIX, COMBINING = "plant_", "combine_"
FIRST = ("PRV-07", "WAG-01", "WAG-06", "WAG-07")
"""Rules whose planters choose first: in a small office the others would leave them nobody."""


def _named(prefix: str) -> dict[str, Callable[[Field], None]]:
    found = {}
    for module in sorted(part.name for part in pkgutil.iter_modules(__path__)):
        area = importlib.import_module(f"{__name__}.{module}")
        for name in sorted(vars(area)):
            if name.startswith(prefix):
                found[name.removeprefix(prefix)] = getattr(area, name)
    return dict(sorted(found.items()))


def planters() -> dict[str, Callable[[Field], None]]:
    """Return every planter by the id of its rule."""
    return {name.upper().replace("_", "-"): planter for name, planter in _named(PREFIX).items()}


def combiners() -> dict[str, Callable[[Field], None]]:
    """Return by its name what plants two defects in one place."""
    return _named(COMBINING)


def plant(plan: OfficePlan, frames: Frames, rate: Decimal) -> pl.DataFrame:
    """Break items of an office in place and return what was broken, in the columns of `planted.csv`.

    Consequences under a rule that has no planter are left out: such a rule is not delivered yet.

    Args:
        rate: share of the items suitable for each rule.
    """
    known = planters()
    field = Field(plan, frames, rate)
    for rule in sorted(known, key=lambda rule: (rule not in FIRST, rule)):
        field.begin(rule)
        known[rule](field)
    for name, sow in combiners().items():
        field.begin(name)
        sow(field)
    return field.planted().filter(pl.col("rule_id").is_in(list(known)))
