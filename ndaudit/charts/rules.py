"""Charts of the catalogue: how many rules of each area found something, and exceptions run by run."""

from decimal import Decimal

import plotly.graph_objects as go
import polars as pl

from ndaudit import notation
from ndaudit.charts.bars import Bar, labelled, without_bars
from ndaudit.charts.drawing import SMALL, Drawing, blank_figure, tokens
from ndaudit.lexicon import Lexicon
from ndaudit.wording import say

_LINES = (("critical", "accent", "solid", "circle"), ("warning", "ink-faint", "dash", "square"))
_MOST_DAYS = 5


def finding_rules(frame: pl.DataFrame, lexicon: Lexicon, most: int = 8) -> Drawing:
    """Return, area by area, how many of its rules found something, before all of them in grey.

    Args:
        frame: `catalogue.areas`.
    """
    lang = lexicon.lang
    title = say("charts.finding_rules", lang)
    shown = frame.filter(pl.col("finding") > 0).head(most)
    bars = [
        Bar(
            lexicon.area(row["area"]),
            Decimal(row["finding"]),
            Decimal(row["rules"]),
            say(
                "charts.rules_of",
                lang,
                finding=row["finding"],
                rules=row["rules"],
                exceptions=notation.count(row["exceptions"]),
            ),
            None,
        )
        for row in shown.iter_rows(named=True)
    ]
    if not bars:
        return without_bars(title, say("charts.finding_rules_none", lang))
    return labelled(bars, title, say("charts.finding_rules_note", lang), lexicon)


def over_time(frame: pl.DataFrame, lexicon: Lexicon) -> Drawing:
    """Return the exceptions of each full run, critical ones and warnings apart, the oldest run first.

    Args:
        frame: `runs.over_time`.
    """
    lang = lexicon.lang
    title = say("charts.over_time", lang)
    if frame.height < 2:
        return without_bars(title, say("charts.over_time_none", lang))
    ordered = frame.reverse()
    figure = blank_figure(260)
    for name, colour, dash, symbol in _LINES:
        _line(figure, ordered, name, (colour, dash, symbol), say(f"charts.over_time_{name}", lang))
    days = [notation.day(moment, lang) for moment in ordered["finished_at"]]
    step = -(-len(days) // _MOST_DAYS)
    axis = {"showline": True, "linecolor": tokens()["line"]}
    figure.update_xaxes(tickvals=list(range(0, len(days), step)), ticktext=days[::step], **axis)
    figure.update_yaxes(rangemode="tozero", nticks=4, title_text=say("charts.exceptions", lang), **axis)
    figure.update_layout(margin={"l": 64, "r": 150, "t": 16, "b": 32})
    text = "; ".join(
        say(
            "charts.over_time_run",
            lang,
            day=day,
            critical=notation.count(row["critical"]),
            warning=notation.count(row["warning"]),
        )
        for day, row in zip(days, ordered.iter_rows(named=True), strict=True)
    )
    return Drawing(figure, title, text, say("charts.over_time_note", lang))


def _line(figure: go.Figure, frame: pl.DataFrame, name: str, look: tuple[str, str, str], label: str) -> None:
    colour, (token, dash, symbol) = tokens(), look
    values = frame[name].to_list()
    figure.add_scatter(
        x=list(range(len(values))),
        y=values,
        mode="lines+markers",
        line={"color": colour[token], "width": 2, "dash": dash},
        marker={"symbol": symbol, "size": 8, "color": colour[token]},
        hovertemplate=f"{label}: %{{y:,d}}<extra></extra>",
    )
    figure.add_annotation(
        x=len(values) - 1,
        y=values[-1],
        text=f"{label}: <b>{notation.count(values[-1])}</b>",
        xanchor="left",
        yanchor="bottom" if name == "critical" else "top",
        xshift=8,
        showarrow=False,
        font={"size": SMALL, "color": colour[token]},
    )


def rule_shares(frame: pl.DataFrame, subject: str, lexicon: Lexicon, most: int = 6) -> Drawing:
    """Return how large a share of what each rule decided it found wrong, the largest share first.

    Args:
        frame: `outcomes.by_rule`, leads left out.
        subject: of `subjects.SUBJECTS`; names the title.
    """
    lang = lexicon.lang
    title = say(f"charts.shares_{subject}", lang)
    shown = frame.filter(pl.col("rate") > 0).sort("rate", "rule_id", descending=[True, False]).head(most)
    bars = [
        Bar(
            f"{row['rule_id']}  {lexicon.rule(row['rule_id'])}",
            row["rate"],
            None,
            say(
                "charts.part_of",
                lang,
                percent=notation.percent(row["rate"]),
                part=notation.count(row["exceptions"]),
                whole=notation.count(row["decided"]),
            ),
            None,
        )
        for row in shown.iter_rows(named=True)
    ]
    if not bars:
        return without_bars(title, say("charts.rates_none", lang))
    return labelled(bars, title, say("charts.shares_note", lang), lexicon)
