"""Charts of reports: plotly figures from frames, readable in grey print, each with its text alternative."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import polars as pl

from ndaudit import notation
from ndaudit.analyses.funnel import Funnel
from ndaudit.lexicon import Lexicon
from ndaudit.wording import say

LOOK = Path(__file__).parent / "assets" / "look.css"
ROW = 44
"""Height of one labelled bar, pixels."""
_FONT = "Ndaudit Sans, Inter, DejaVu Sans, sans-serif"
_SMALL = 13


@dataclass(frozen=True)
class Drawing:
    """A chart: the figure, its title in words, what it shows in words, and how to read it.

    Attributes:
        text: the text alternative, for those who cannot see the figure.
        note: a line under the chart, or an empty text.
    """

    figure: go.Figure
    title: str
    text: str
    note: str

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {
            "application/vnd.plotly.v1+json": self.figure.to_plotly_json(),
            "application/vnd.ndaudit.chart+json": {
                "title": self.title,
                "text": self.text,
                "note": self.note,
            },
            "text/plain": f"{self.title}. {self.text}",
        }


@dataclass(frozen=True)
class Gallery:
    """Charts that stand side by side, or a sentence when there is none."""

    drawings: tuple[Drawing, ...]
    empty: str

    def __iter__(self) -> Iterator[Drawing]:
        return iter(self.drawings)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        bundles = [drawing._repr_mimebundle_() for drawing in self.drawings]
        text = "\n".join(bundle["text/plain"] for bundle in bundles) or self.empty
        return {"application/vnd.ndaudit.gallery+json": bundles, "text/plain": text}


@cache
def tokens() -> Mapping[str, str]:
    """Return the colours of the design, by name, from `assets/look.css`."""
    return dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", LOOK.read_text("utf-8")))


def _figure(height: int, **layout: Any) -> go.Figure:
    colour = tokens()
    axis = {
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "fixedrange": True,
        "tickfont": {"color": colour["ink-faint"]},
        "title": {"font": {"color": colour["ink-soft"], "size": _SMALL}, "standoff": 8},
    }
    figure = go.Figure()
    figure.update_layout(
        template=go.layout.Template(),
        height=height,
        margin={"l": 0, "r": 0, "t": 8, "b": 8, "pad": 0},
        paper_bgcolor=colour["paper"],
        plot_bgcolor=colour["paper"],
        font={"family": _FONT, "size": _SMALL, "color": colour["ink"]},
        separators=f".{notation.THIN}",
        showlegend=False,
        hovermode="closest",
        hoverlabel={"bgcolor": colour["ink"], "font": {"color": colour["paper"], "family": _FONT}},
        xaxis=axis,
        yaxis=axis,
        **layout,
    )
    return figure


@dataclass(frozen=True)
class Bar:
    """One bar: its label, its value, the country's, and how both are written."""

    label: str
    value: Decimal
    reference: Decimal | None
    written: str
    written_reference: str | None


def _bars(bars: Iterable[Bar], lexicon: Lexicon) -> go.Figure:
    """Return labelled bars from zero, the label above each, the country as a grey bar behind."""
    colour = tokens()
    rows = list(bars)
    places = list(range(len(rows)))[::-1]
    figure = _figure(ROW * len(rows) + 16, barmode="overlay")
    largest = max([bar.value for bar in rows] + [bar.reference or Decimal(0) for bar in rows])
    grey = {"color": colour["line"]}
    references = [float(bar.reference or 0) for bar in rows]
    if any(references):
        figure.add_bar(
            y=places, x=references, orientation="h", width=0.42, marker=grey, hoverinfo="skip", offset=-0.39
        )
    figure.add_bar(
        y=places,
        x=[float(bar.value) for bar in rows],
        orientation="h",
        width=0.2,
        offset=-0.28,
        marker={"color": colour["accent"]},
        customdata=[[bar.label, bar.written] for bar in rows],
        hovertemplate="%{customdata[0]}: %{customdata[1]}<extra></extra>",
    )
    for place, bar in zip(places, rows, strict=True):
        _label(figure, place, bar, lexicon)
    figure.update_xaxes(range=[0, float(largest) or 1], visible=False)
    # room for what is written at the end of the longest bar, on a telephone too
    figure.update_layout(margin={"r": 120 if any(references) else 56})
    figure.update_yaxes(range=[-0.5, len(rows) - 0.5], visible=False)
    return figure


def _label(figure: go.Figure, place: int, bar: Bar, lexicon: Lexicon) -> None:
    colour = tokens()
    at = {"y": place, "showarrow": False, "borderpad": 0, "font": {"size": _SMALL}}
    figure.add_annotation(x=0, xanchor="left", yanchor="bottom", yshift=1, text=bar.label, xref="paper", **at)
    country = ""
    if bar.written_reference is not None:
        words = say("charts.country_value", lexicon.lang, value=bar.written_reference)
        country = f'<span style="color:{colour["ink-faint"]}">  {words}</span>'
    figure.add_annotation(
        x=float(max(bar.value, bar.reference or Decimal(0))),
        xanchor="left",
        yanchor="middle",
        yshift=-8,
        xshift=6,
        text=f"<b>{bar.written}</b>{country}",
        **at,
    )


def _read_out(bars: Iterable[Bar]) -> str:
    return "; ".join(
        f"{bar.label}: {bar.written}" + (f" ({bar.written_reference})" if bar.written_reference else "")
        for bar in bars
    )


def rates(frame: pl.DataFrame, by: str, lexicon: Lexicon, *, office: str | None, most: int = 8) -> Drawing:
    """Return exceptions in 1,000 checks, the highest first, beside the country when an office is shown.

    Args:
        frame: a column `by` (`clause` or `area`), rate and country_rate.
        office: the office the rates are of, or None for the country itself.
    """
    lang = lexicon.lang
    shown = frame.filter(pl.col("rate") > 0).sort("rate", by, descending=[True, False]).head(most)
    name = {"clause": lambda code: f"{code}  {lexicon.clause(code)}", "area": lexicon.area}[by]
    bars = [
        Bar(
            name(row[by]),
            row["rate"],
            row["country_rate"] if office else None,
            notation.per_thousand(row["rate"]),
            notation.per_thousand(row["country_rate"]) if office else None,
        )
        for row in shown.iter_rows(named=True)
    ]
    title = say(f"charts.rates_by_{by}", lang)
    if not bars:
        return _without_bars(title, say("charts.rates_none", lang))
    note = say("charts.rates_note_office" if office else "charts.rates_note", lang)
    return Drawing(_bars(bars, lexicon), title, _read_out(bars), note)


def missing(frame: pl.DataFrame, lexicon: Lexicon, most: int = 8) -> Drawing:
    """Return the share of required values missing per table, the worst first.

    Args:
        frame: `completeness.by_table`.
    """
    lang = lexicon.lang
    shown = frame.filter(pl.col("missing") > 0).head(most)
    bars = [
        Bar(
            lexicon.table(row["table_name"]),
            row["share"],
            None,
            f"{notation.percent(row['share'])}\u00a0%",
            None,
        )
        for row in shown.iter_rows(named=True)
    ]
    title = say("charts.missing", lang)
    if not bars:
        return _without_bars(title, say("charts.missing_none", lang))
    return Drawing(_bars(bars, lexicon), title, _read_out(bars), say("charts.missing_note", lang))


def _without_bars(title: str, sentence: str) -> Drawing:
    figure = _figure(64)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    figure.add_annotation(
        x=0, y=0.5, xref="paper", yref="paper", xanchor="left", text=sentence, showarrow=False
    )
    return Drawing(figure, title, sentence, "")


_PLACES: Mapping[str, Mapping[str, Any]] = {
    "inside": {"symbol": "circle", "colour": "ink-faint", "size": 9},
    "beyond_95": {"symbol": "circle", "colour": "ink", "size": 10},
    "beyond_998": {"symbol": "diamond", "colour": "warm", "size": 12},
}


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
    few = funnel.offices.height <= 4
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
    figure = _figure(320)
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
    return Drawing(figure, title, alternative, f"{text} {widened}".strip())


def funnel_gallery(funnels: list[Funnel], lexicon: Lexicon, office: str | None) -> Gallery:
    """Return the funnel plots side by side."""
    drawings = tuple(funnel_chart(item, lexicon, office) for item in funnels)
    return Gallery(drawings, say("charts.funnel_none", lexicon.lang))
