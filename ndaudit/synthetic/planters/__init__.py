"""Planters: one function per rule, found by its name, each breaking lawful items and listing what it broke.

A module here holds the planters of one area; a function `plant_per_01` plants for rule PER-01. Adding the
planter of a rule touches no list.
"""

import importlib
import pkgutil
from collections.abc import Callable
from decimal import Decimal

import polars as pl

from ndaudit.synthetic.plan import Frames, OfficePlan
from ndaudit.synthetic.planters.field import PLANTED_COLUMNS, Field

__all__ = ["PLANTED_COLUMNS", "plant", "planters"]

PREFIX = "plant_"


def planters() -> dict[str, Callable[[Field], None]]:
    """Return every planter by the id of its rule."""
    found = {}
    for module in sorted(part.name for part in pkgutil.iter_modules(__path__)):
        area = importlib.import_module(f"{__name__}.{module}")
        for name in sorted(vars(area)):
            if name.startswith(PREFIX):
                found[name.removeprefix(PREFIX).upper().replace("_", "-")] = getattr(area, name)
    return dict(sorted(found.items()))


def plant(plan: OfficePlan, frames: Frames, rate: Decimal) -> pl.DataFrame:
    """Break items of an office in place and return what was broken, in the columns of `planted.csv`.

    Consequences under a rule that has no planter are left out: such a rule is not delivered yet.

    Args:
        rate: share of the items suitable for each rule.
    """
    known = planters()
    field = Field(plan, frames, rate)
    for rule, sow in known.items():
        field.begin(rule)
        sow(field)
    return field.planted().filter(pl.col("rule_id").is_in(list(known)))
