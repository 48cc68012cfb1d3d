"""The same charts for paper: altair draws them from the numbers a chart carries, as SVG."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import altair as alt
import polars as pl
import vl_convert

from ndaudit.charts.drawing import tokens
from ndaudit.charts.tiles import LOOKS

FACE = "Inter"
SMALL, BODY = 9, 10
WIDTH, NARROW = 520, 250
"""Widths of a chart that stands alone, and of one of a pair, in points."""
_ROW = 30
_SIDE = 46
_HALVES = (("grey", 5.0), ("blue", 2.5))
_SIDES = (("_top", -1), ("_foot", 1))
_GROUPED_PARTS = "replace(format(datum.value, ',~r'), regexp(',', 'g'), '\u202f')"
_GROUPED = "replace(format(datum.value, ',d'), regexp(',', 'g'), '\u202f')"


def _finished(chart: Any, width: float, height: float) -> str:
    """Return a chart as SVG: no frame, no grid, the letters of the package."""
    colour = tokens()
    axis = {
        "grid": False,
        "domainColor": colour["line"],
        "tickColor": colour["line"],
        "labelColor": colour["ink-faint"],
        "titleColor": colour["ink-soft"],
        "titleFontWeight": "normal",
        "labelFontSize": SMALL,
        "titleFontSize": SMALL,
        "tickCount": 5,
    }
    told = chart.properties(width=width, height=height, background=colour["paper"])
    told = told.configure(font=FACE).configure_view(stroke=None).configure_axis(**axis)
    return str(vl_convert.vegalite_to_svg(told.to_dict(), allowed_base_urls=[]))


def _frame(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), infer_schema_length=None)


def _bars(data: Mapping[str, Any]) -> str:
    """Return labelled bars from zero, the label above each, the country in grey behind."""
    colour = tokens()
    rows = [
        {
            "label": bar["label"],
            "label_at": number * _ROW + 8,
            "middle": number * _ROW + 20,
            "value": bar["value"],
            "reference": bar["reference"] or 0.0,
            "end": max(bar["value"], bar["reference"] or 0.0),
            "told": f"{bar['written']}   {bar['country']}" if bar["country"] else bar["written"],
        }
        | {
            f"{name}{side}": number * _ROW + 20 + sign * half
            for name, half in _HALVES
            for side, sign in _SIDES
        }
        for number, bar in enumerate(data["bars"])
    ]
    longest = max(row["end"] for row in rows) or 1
    # room for what is written at the end of the longest bar
    x: dict[str, Any] = {"scale": alt.Scale(domain=[0, longest * 1.5], nice=False), "axis": None}
    y: dict[str, Any] = {
        "scale": alt.Scale(domain=[0, len(rows) * _ROW], reverse=True, nice=False),
        "axis": None,
    }
    base = alt.Chart(_frame(rows))

    def bar(value: str, name: str, paint: str) -> Any:
        sides = {"y": alt.Y(f"{name}_top:Q", **y), "y2": f"{name}_foot:Q"}
        return base.mark_rect(color=colour[paint]).encode(
            x=alt.X(f"{value}:Q", **x), x2=alt.datum(0), **sides
        )

    def text(at: str, row: str, field: str, **look: Any) -> Any:
        mark = base.mark_text(align="left", baseline="middle", fontSize=SMALL, color=colour["ink"], **look)
        where = alt.X(f"{at}:Q", **x) if at else alt.XDatum(0, **x)
        return mark.encode(x=where, y=alt.Y(f"{row}:Q", **y), text=f"{field}:N")

    chart = alt.layer(
        bar("reference", "grey", "line"),
        bar("value", "blue", "accent"),
        text("", "label_at", "label"),
        text("end", "middle", "told", dx=5, fontWeight="bold"),
    )
    return _finished(chart, WIDTH, len(rows) * _ROW)


_PLACES: Mapping[str, tuple[str, str, int]] = {
    "inside": ("ink-faint", "circle", 34),
    "beyond_95": ("ink", "circle", 44),
    "beyond_998": ("warm", "diamond", 70),
    "own": ("accent", "circle", 90),
}


def _limits(data: Mapping[str, Any], checks: Any, share: Any) -> list[Any]:
    """Return the limits, the country's line and what both are called."""
    colour = tokens()
    limits = _frame(data["limits"])
    layers: list[Any] = []
    for name in ("low_998", "low_95", "high_95", "high_998"):
        dash = [1, 0] if name.endswith("998") else [2, 3]
        line = alt.Chart(limits.select("checks", share=name))
        layers.append(
            line.mark_line(color=colour["ink-faint"], strokeWidth=0.8, strokeDash=dash).encode(
                x=checks, y=share
            )
        )
    ends = _frame(
        [
            {"checks": row["checks"], "share": data["target"]}
            for row in (data["limits"][0], data["limits"][-1])
        ]
    )
    layers.append(
        alt.Chart(ends).mark_line(color=colour["ink-faint"], strokeWidth=1.6).encode(x=checks, y=share)
    )
    last = data["limits"][-1]
    words = [
        {"checks": last["checks"], "share": data["target"], "text": data["country"]},
        {"checks": last["checks"], "share": last["high_998"], "text": "99.8\u00a0%"},
        {"checks": last["checks"], "share": last["low_95"], "text": "95\u00a0%"},
    ]
    layers.append(
        alt.Chart(_frame(words))
        .mark_text(align="left", dx=3, fontSize=8, color=colour["ink-faint"])
        .encode(x=checks, y=share, text="text:N")
    )
    return layers


_BESIDE: Mapping[str, Mapping[str, Any]] = {
    "top center": {"dy": -9},
    "bottom center": {"dy": 10},
    "middle left": {"dx": -7, "align": "right"},
    "middle right": {"dx": 7, "align": "left"},
    "top left": {"dy": -9, "align": "right"},
    "top right": {"dy": -9, "align": "left"},
}
"""How far a name stands from its point, by the side of `labels.beside`."""


def _funnel(data: Mapping[str, Any]) -> str:
    """Return a funnel plot: limits, the country's line, the offices, the names of those that stand out."""
    colour = tokens()
    checks = alt.X("checks:Q", title=data["checks"], axis=alt.Axis(labelExpr=_GROUPED))
    share = alt.Y(
        "share:Q", title=data["share"], axis=alt.Axis(labelExpr=_GROUPED_PARTS), scale=alt.Scale(zero=True)
    )
    layers = _limits(data, checks, share)
    for place, (paint, shape, size) in _PLACES.items():
        own = [office for office in data["offices"] if office["place"] == place]
        if own:
            points = alt.Chart(_frame(own)).mark_point(
                filled=True, color=colour[paint], shape=shape, size=size, opacity=1
            )
            layers.append(points.encode(x=checks, y=share))
    for side, shift in _BESIDE.items():
        named = [office for office in data["offices"] if office["named"] and office["side"] == side]
        if named:
            layers.append(
                alt.Chart(_frame(named))
                .mark_text(fontSize=8, color=colour["ink"], **shift)
                .encode(x=checks, y=share, text="name:N")
            )
    return _finished(alt.layer(*layers), NARROW, 165)


def _tiles(data: Mapping[str, Any]) -> str:
    """Return the map of tiles."""
    colour = tokens()
    rows = [
        {
            "x": tile["column"] + 0.03,
            "x2": tile["column"] + 0.97,
            "y": tile["row"] + 0.04,
            "y2": tile["row"] + 0.96,
            "middle": tile["column"] + 0.5,
            "name_at": tile["row"] + 0.34,
            "number_at": tile["row"] + 0.76,
            "name": tile["name"].split("\n"),
            "written": tile["written"],
            "ground": colour[LOOKS[tile["look"]][0]],
            "border": colour["accent" if tile["own"] else LOOKS[tile["look"]][1]],
            "letters": colour[LOOKS[tile["look"]][2]],
            "thick": 2.5 if tile["own"] else 0.8,
        }
        for tile in data["tiles"]
    ]
    right, bottom = (max(row[name] for row in rows) + 0.03 for name in ("x2", "y2"))
    x: dict[str, Any] = {"scale": alt.Scale(domain=[0, right], nice=False), "axis": None}
    y: dict[str, Any] = {"scale": alt.Scale(domain=[0, bottom], reverse=True, nice=False), "axis": None}
    plain: dict[str, Any] = {"scale": None, "legend": None}
    base = alt.Chart(_frame(rows))
    boxes = base.mark_rect().encode(
        x=alt.X("x:Q", **x),
        x2="x2:Q",
        y=alt.Y("y:Q", **y),
        y2="y2:Q",
        fill=alt.Fill("ground:N", **plain),
        stroke=alt.Stroke("border:N", **plain),
        strokeWidth=alt.StrokeWidth("thick:Q", **plain),
    )
    middle = alt.X("middle:Q", **x)
    letters = alt.Color("letters:N", **plain)
    names = base.mark_text(fontSize=7.5, lineHeight=8, baseline="middle").encode(
        x=middle, y=alt.Y("name_at:Q", **y), text="name:N", color=letters
    )
    numbers = base.mark_text(fontSize=BODY, fontWeight="bold", baseline="middle").encode(
        x=middle, y=alt.Y("number_at:Q", **y), text="written:N", color=letters
    )
    return _finished(alt.layer(boxes, names, numbers), WIDTH, bottom * _SIDE)


_DRAWN: Mapping[str, Callable[[Mapping[str, Any]], str]] = {"bars": _bars, "funnel": _funnel, "tiles": _tiles}


def drawn(kind: str, data: Mapping[str, Any]) -> str:
    """Return a chart as SVG; an empty text for one that is told in words only."""
    return _DRAWN[kind](data) if kind in _DRAWN else ""
