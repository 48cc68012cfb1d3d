"""Funnel plots: where each office stands, and how far chance alone would carry it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go
import polars as pl

from ndaudit import notation
from ndaudit.analyses.funnel import LIMITS, Funnel
from ndaudit.charts.drawing import Drawing, Gallery, blank_figure, tokens
from ndaudit.lexicon import Lexicon
from ndaudit.wording import say

_PLACES: Mapping[str, Mapping[str, Any]] = {
    "inside": {"symbol": "circle", "colour": "ink-faint", "size": 9},
    "beyond_95": {"symbol": "circle", "colour": "ink", "size": 10},
    "beyond_998": {"symbol": "diamond", "colour": "warm", "size": 12},
}
FEW = 4
"""So few offices are all named beside their points."""


def _limit_lines(figure: go.Figure, funnel: Funnel, lexicon: Lexicon) -> None:
    colour = tokens()
    sizes = funnel.limits["checks"].to_list()
    for name in ("low_998", "low_95", "high_95", "high_998"):
        values = (funnel.limits[name] * 1000).to_list()
        wide = name.endswith("998")
        line = {"color": colour["ink-faint"], "width": 1, "dash": "solid" if wide else "dot"}
        figure.add_scatter(x=sizes, y=values, mode="lines", line=line, hoverinfo="skip")
        # one label above the country and one below it: they never meet
        if name in {"high_998", "low_95"}:
            text, anchor = ("99.8\u00a0%", "bottom") if wide else ("95\u00a0%", "top")
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


def _offices(figure: go.Figure, funnel: Funnel, lexicon: Lexicon, office: str | None) -> None:
    colour = tokens()
    few = funnel.offices.height <= FEW
    widest = float(funnel.limits["checks"].to_numpy().max())

    def is_named(row: Mapping[str, Any]) -> bool:
        return few or row["office_code"] == office or row["place"] == "beyond_998"

    # named ones last, so that no point covers a name
    for row in sorted(funnel.offices.iter_rows(named=True), key=is_named):
        look = _PLACES[row["place"]]
        own = row["office_code"] == office
        name = lexicon.office(row["office_code"])
        named = is_named(row)
        side = "right" if row["checks"] < widest * 0.15 else "center"
        figure.add_scatter(
            x=[row["checks"]],
            y=[row["share"] * 1000],
            mode="markers+text" if named else "markers",
            text=[f"<b>{name}</b>" if own else name],
            textposition=f"{'top' if row['share'] >= funnel.target else 'bottom'} {side}",
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
    named = funnel.offices.height <= FEW
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
                "named": named or row["office_code"] == office or row["place"] == "beyond_998",
            }
            for row in funnel.offices.iter_rows(named=True)
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
