"""Charts of reports: plotly figures from frames, readable in grey print, each with its text alternative."""

from ndaudit.charts.bars import missing, rates
from ndaudit.charts.drawing import Drawing, Gallery
from ndaudit.charts.funnels import funnel_chart, funnel_gallery
from ndaudit.charts.pensions import differing, rights

__all__ = ["Drawing", "Gallery", "differing", "funnel_chart", "funnel_gallery", "missing", "rates", "rights"]
