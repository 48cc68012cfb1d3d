"""Labelled bars from zero: rates of exceptions, shares of missing values."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go
import polars as pl

from ndaudit import notation
from ndaudit.charts.drawing import SMALL, Drawing, blank_figure, tokens
from ndaudit.lexicon import Lexicon
from ndaudit.wording import say

ROW = 44
"""Height of one labelled bar, pixels."""


ENOUGH = 30
"""Of fewer checks a rate says little."""


@dataclass(frozen=True)
class Bar:
    """One bar: its label, its value, the country's, and how both are written."""

    label: str
    value: Decimal
    reference: Decimal | None
    written: str
    written_reference: str | None


def bar_figure(bars: Iterable[Bar], lexicon: Lexicon) -> go.Figure:
    """Return labelled bars from zero, the label above each, the country as a grey bar behind."""
    colour = tokens()
    rows = list(bars)
    places = list(range(len(rows)))[::-1]
    # all at once: added one by one, each has all before it checked anew
    told = [label for place, bar in zip(places, rows, strict=True) for label in _labels(place, bar, lexicon)]
    figure = blank_figure(ROW * len(rows) + 16, barmode="overlay", annotations=told)
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
    figure.update_xaxes(range=[0, float(largest) or 1], visible=False)
    # room for what is written at the end of the longest bar, on a telephone too
    written = max(
        (len(bar.written) + (len(bar.written_reference) + 9 if bar.written_reference else 0) for bar in rows),
        default=0,
    )
    figure.update_layout(margin={"r": max(120 if any(references) else 56, 8 * written)})
    figure.update_yaxes(range=[-0.5, len(rows) - 0.5], visible=False)
    return figure


def _labels(place: int, bar: Bar, lexicon: Lexicon) -> list[dict[str, Any]]:
    """Return what is written above a bar and at its end."""
    colour = tokens()
    at = {"y": place, "showarrow": False, "borderpad": 0, "font": {"size": SMALL}, "xanchor": "left"}
    above = {"x": 0, "xref": "paper", "yanchor": "bottom", "yshift": 1, "text": bar.label}
    country = ""
    if bar.written_reference is not None:
        words = say("charts.country_value", lexicon.lang, value=bar.written_reference)
        country = f'<span style="color:{colour["ink-faint"]}">  {words}</span>'
    end = {
        "x": float(max(bar.value, bar.reference or Decimal(0))),
        "yanchor": "middle",
        "yshift": -8,
        "xshift": 6,
        "text": f"<b>{bar.written}</b>{country}",
    }
    return [above | at, end | at]


def read_out(bars: Iterable[Bar]) -> str:
    """Return the text alternative of bars."""
    return "; ".join(
        f"{bar.label}: {bar.written}" + (f" ({bar.written_reference})" if bar.written_reference else "")
        for bar in bars
    )


def labelled(bars: Iterable[Bar], title: str, note: str, lexicon: Lexicon) -> Drawing:
    """Return bars as a chart, with what they say in words and in numbers."""
    rows = list(bars)
    numbers = [
        {
            "label": bar.label,
            "value": float(bar.value),
            "reference": None if bar.reference is None else float(bar.reference),
            "written": bar.written,
            "country": None
            if bar.written_reference is None
            else say("charts.country_value", lexicon.lang, value=bar.written_reference),
        }
        for bar in rows
    ]
    return Drawing(bar_figure(rows, lexicon), title, read_out(rows), note, "bars", {"bars": numbers})


def rates(frame: pl.DataFrame, by: str, lexicon: Lexicon, *, office: str | None, most: int = 8) -> Drawing:
    """Return exceptions in 1,000 checks, the highest first, beside the country when an office is shown.

    Args:
        frame: a column `by` (`clause` or `area`), decided, rate and country_rate. A rate of fewer than
            `ENOUGH` checks is not shown while there are others.
        office: the office the rates are of, or None for the country itself.
    """
    lang = lexicon.lang
    broken = frame.filter(pl.col("rate") > 0)
    certain = broken.filter(pl.col("decided") >= ENOUGH)
    shown = (certain if certain.height else broken).sort("rate", by, descending=[True, False]).head(most)
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
        return without_bars(title, say("charts.rates_none", lang))
    note = say("charts.rates_note_office" if office else "charts.rates_note", lang)
    if 0 < certain.height < broken.height:
        note = f"{note} {say('charts.rates_few', lang, enough=ENOUGH)}"
    return labelled(bars, title, note, lexicon)


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
        return without_bars(title, say("charts.missing_none", lang))
    return labelled(bars, title, say("charts.missing_note", lang), lexicon)


def without_bars(title: str, sentence: str) -> Drawing:
    """Return what stands in place of a chart that has nothing to show."""
    figure = blank_figure(64)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    figure.add_annotation(
        x=0, y=0.5, xref="paper", yref="paper", xanchor="left", text=sentence, showarrow=False
    )
    return Drawing(figure, title, sentence, "")
