"""Charts of reports: plotly figures from frames, readable in grey print, each with its text alternative."""

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
