"""Funnel plots: where each office stands, and how far chance alone would carry it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go
import polars as pl

from ndaudit import notation
from ndaudit.analyses.funnel import LIMITS, Funnel
from ndaudit.charts.drawing import Drawing, Gallery, blank_figure, tokens
from ndaudit.charts.labels import Point, beside
from ndaudit.lexicon import Lexicon
from ndaudit.wording import say

_PLACES: Mapping[str, Mapping[str, Any]] = {
    "inside": {"symbol": "circle", "colour": "ink-faint", "size": 9},
    "beyond_95": {"symbol": "circle", "colour": "ink", "size": 10},
    "beyond_998": {"symbol": "diamond", "colour": "warm", "size": 12},
}
FEW = 4
"""So few offices are all named beside their points, where there is room."""
_FOOT = 0.06
"""How much of the height of a funnel a label takes."""
_WIDTH, _HEIGHT = 400.0, 240.0
"""What a funnel is drawn on beside another, about: pixels."""


def _limit_lines(figure: go.Figure, funnel: Funnel, lexicon: Lexicon) -> None:
    colour = tokens()
    sizes = funnel.limits["checks"].to_list()
    highest = float(funnel.limits["high_998"].to_numpy().max()) * 1000
    for name in ("low_998", "low_95", "high_95", "high_998"):
        values = (funnel.limits[name] * 1000).to_list()
        wide = name.endswith("998")
        line = {"color": colour["ink-faint"], "width": 1, "dash": "solid" if wide else "dot"}
        figure.add_scatter(x=sizes, y=values, mode="lines", line=line, hoverinfo="skip")
        # one label above the country and one below it: they never meet
        if name in {"high_998", "low_95"}:
            # a limit at the foot of the chart would have its label among those of the axis
            at_foot = values[-1] < highest * _FOOT
            text, anchor = (
                ("99.8\u00a0%", "bottom") if wide else ("95\u00a0%", "bottom" if at_foot else "top")
            )
            _at_end(figure, sizes[-1], values[-1], text, anchor)
    target = funnel.target * 1000
    figure.add_scatter(
        x=[sizes[0], sizes[-1]],
        y=[target, target],
        mode="lines",
        line={"color": colour["ink-faint"], "width": 2},
        hoverinfo="skip",
    )
    _at_end(figure, sizes[-1], target, say("charts.country", lexicon.lang), "bottom")


def _at_end(figure: go.Figure, x: float, y: float, text: str, anchor: str) -> None:
    figure.add_annotation(
        x=x,
        y=y,
        text=text,
        xanchor="left",
        yanchor=anchor,
        xshift=4,
        showarrow=False,
        font={"size": 11, "color": tokens()["ink-faint"]},
    )


def _sides(
    rows: Sequence[Mapping[str, Any]], funnel: Funnel, lexicon: Lexicon, office: str | None
) -> list[str | None]:
    """Return where the name of each office stands: its own and those far out are always written."""
    few = len(rows) <= FEW
    widest = max([float(funnel.limits["checks"].to_numpy().max()), *(float(row["checks"]) for row in rows)])
    highest = max([float(funnel.limits["high_998"].to_numpy().max()), *(float(row["share"]) for row in rows)])
    points = []
    for row in rows:
        needed = row["office_code"] == office or row["place"] == "beyond_998"
        name = lexicon.office(row["office_code"]) if needed or few else ""
        x, y = float(row["checks"]) / widest * _WIDTH, float(row["share"]) / (highest or 1) * _HEIGHT
        points.append(Point(x, y, name, needed))
    return beside(points, _WIDTH)


def _offices(figure: go.Figure, funnel: Funnel, lexicon: Lexicon, office: str | None) -> None:
    colour = tokens()
    rows = list(funnel.offices.iter_rows(named=True))
    sides = _sides(rows, funnel, lexicon, office)
    # named ones last, so that no point covers a name
    for row, place in sorted(zip(rows, sides, strict=True), key=lambda pair: pair[1] is not None):
        look = _PLACES[row["place"]]
        own = row["office_code"] == office
        name = lexicon.office(row["office_code"])
        figure.add_scatter(
            x=[row["checks"]],
            y=[row["share"] * 1000],
            mode="markers+text" if place else "markers",
            text=[f"<b>{name}</b>" if own else name],
            textposition=place or "top center",
            textfont={"size": 12, "color": colour["accent"] if own else colour["ink"]},
            cliponaxis=False,
            marker={
                "symbol": look["symbol"],
                "size": look["size"] + (4 if own else 0),
                "color": colour["accent"] if own else colour[look["colour"]],
                "line": {"color": colour["paper"], "width": 1},
            },
            hovertemplate=f"{name}: %{{y:.1f}}<extra></extra>",
        )


def funnel_chart(funnel: Funnel, lexicon: Lexicon, office: str | None) -> Drawing:
    """Return the funnel plot of one clause, `office` marked."""
    lang = lexicon.lang
    figure = blank_figure(320)
    _limit_lines(figure, funnel, lexicon)
    _offices(figure, funnel, lexicon, office)
    colour = tokens()
    figure.update_layout(margin={"l": 48, "r": 52, "t": 20, "b": 44})
    shared = {"showline": True, "linecolor": colour["line"], "rangemode": "tozero"}
    figure.update_xaxes(title_text=say("charts.checks", lang), tickformat=",d", nticks=5, **shared)
    figure.update_yaxes(title_text=say("charts.in_thousand", lang), nticks=5, **shared)
    groups = {
        place: [lexicon.office(code) for code in part["office_code"]]
        for place in ("beyond_998", "beyond_95")
        if (part := funnel.offices.filter(pl.col("place") == place)).height
    }
    parts = [say(f"charts.funnel_{place}", lang, offices=", ".join(names)) for place, names in groups.items()]
    text = " ".join(parts) or say("charts.funnel_inside", lang)
    rate = notation.per_thousand(Decimal(repr(funnel.target)))
    alternative = say("charts.funnel_text", lang, rate=rate, text=text)
    title = f"{funnel.clause}  {lexicon.clause(funnel.clause)}"
    widened = (
        say("charts.funnel_widened", lang, factor=f"{funnel.dispersion**0.5:.1f}") if funnel.adjusted else ""
    )
    note = f"{text} {widened}".strip()
    return Drawing(figure, title, alternative, note, "funnel", _numbers(funnel, lexicon, office))


def _numbers(funnel: Funnel, lexicon: Lexicon, office: str | None) -> dict[str, Any]:
    """Return what a funnel is drawn from on paper: shares in a thousand, the offices by name."""
    rows = list(funnel.offices.iter_rows(named=True))
    sides = _sides(rows, funnel, lexicon, office)
    return {
        "target": funnel.target * 1000,
        "country": say("charts.country", lexicon.lang),
        "checks": say("charts.checks", lexicon.lang),
        "share": say("charts.in_thousand", lexicon.lang),
        "offices": [
            {
                "name": lexicon.office(row["office_code"]),
                "checks": row["checks"],
                "share": row["share"] * 1000,
                "place": "own" if row["office_code"] == office else row["place"],
                "named": side is not None,
                "side": side or "top center",
            }
            for row, side in zip(rows, sides, strict=True)
        ],
        "limits": [
            {"checks": row["checks"], **{name: row[name] * 1000 for name in LIMITS}}
            for row in funnel.limits.iter_rows(named=True)
        ],
    }


def funnel_gallery(funnels: list[Funnel], lexicon: Lexicon, office: str | None) -> Gallery:
    """Return the funnel plots side by side."""
    drawings = tuple(funnel_chart(item, lexicon, office) for item in funnels)
    return Gallery(drawings, say("charts.funnel_none", lexicon.lang))
