"""Charts of reports: plotly figures from frames, readable in grey print, each with its text alternative."""

from ndaudit.charts.bars import missing, rates
from ndaudit.charts.district import wages
from ndaudit.charts.drawing import Drawing, Gallery
from ndaudit.charts.funnels import funnel_chart, funnel_gallery
from ndaudit.charts.pensions import differing, rights
from ndaudit.charts.rules import finding_rules, over_time, rule_shares

__all__ = [
    "Drawing",
    "Gallery",
    "differing",
    "finding_rules",
    "funnel_chart",
    "funnel_gallery",
    "missing",
    "over_time",
    "rates",
    "rights",
    "rule_shares",
    "wages",
]
