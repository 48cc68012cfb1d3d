"""Charts of reports: plotly figures from frames, readable in grey print, each with its text alternative."""

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ndaudit.charts.bars import missing, rates
    from ndaudit.charts.district import wages
    from ndaudit.charts.dossier import month_strip, wage_path
    from ndaudit.charts.drawing import Drawing, Gallery
    from ndaudit.charts.funnels import funnel_chart, funnel_gallery
    from ndaudit.charts.pensions import differing, rights
    from ndaudit.charts.rules import finding_rules, over_time, rule_shares
    from ndaudit.charts.samples import error_rates
    from ndaudit.charts.tiles import delivered, standing
    from ndaudit.charts.waiting import open_ages

__all__ = [
    "Drawing",
    "Gallery",
    "delivered",
    "differing",
    "error_rates",
    "finding_rules",
    "funnel_chart",
    "funnel_gallery",
    "missing",
    "month_strip",
    "open_ages",
    "over_time",
    "rates",
    "rights",
    "rule_shares",
    "standing",
    "wage_path",
    "wages",
]


def __getattr__(name: str) -> Any:
    # the first cell of a notebook names the charts, later ones draw them: plotly comes with the first drawn
    if name in __all__:
        for part in iter_modules(__path__, f"{__name__}."):
            found = getattr(import_module(part.name), name, None)
            if found is not None and found.__module__ == part.name:
                return found
    raise AttributeError(name)
