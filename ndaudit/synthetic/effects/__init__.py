"""What each planted exception is worth in tögrög: one function per rule with an effect, found by its name.

Worked out from the office before and after planting and from the law as the generator knows it, never from
a finding: `planted_effects.csv` is what findings are held against.
"""

import importlib
import pkgutil
from collections.abc import Callable

import polars as pl

from ndaudit.synthetic.effects.change import Change
from ndaudit.synthetic.plan import Frames

__all__ = ["EFFECT_COLUMNS", "effect_functions", "planted_effects"]

EFFECT_COLUMNS = ("rule_id", "item_key", "effect")
PREFIX = "effect_"


def effect_functions() -> dict[str, Callable[[Change], pl.DataFrame]]:
    """Return the function of every rule whose exceptions have an effect, by the id of the rule."""
    found = {}
    for module in sorted(part.name for part in pkgutil.iter_modules(__path__)):
        area = importlib.import_module(f"{__name__}.{module}")
        for name in sorted(vars(area)):
            if name.startswith(PREFIX):
                found[name.removeprefix(PREFIX).upper().replace("_", "-")] = getattr(area, name)
    return dict(sorted(found.items()))


def planted_effects(was: Frames, now: Frames, planted: pl.DataFrame) -> pl.DataFrame:
    """Return rule, item and effect of the planted exceptions of rules that have one.

    An effect is left empty where a law value it hangs on is on no file.

    Args:
        was: the office before planting.
        now: the same after it.
        planted: what was listed, in the columns of `planted.csv`.
    """
    parts = [pl.DataFrame(schema=dict.fromkeys(EFFECT_COLUMNS, pl.String))]
    broken = planted.filter(pl.col("outcome") == "exception")
    for rule, worth in effect_functions().items():
        items = broken.filter(pl.col("rule_id") == rule).select("item_key")
        if items.height:
            priced = worth(Change(was, now, items)).unique("item_key")
            amount = pl.col("effect").cast(pl.Int64).cast(pl.String) + ".00"
            rows = items.join(priced, on="item_key", how="left", maintain_order="left")
            parts.append(rows.select(pl.lit(rule).alias("rule_id"), "item_key", amount))
    return pl.concat(parts).sort(EFFECT_COLUMNS)
