"""What samples say of a year in money: the interval of over- and of underpayment, beside each other."""

import polars as pl

from ndaudit import notation
from ndaudit.charts.bars import without_bars
from ndaudit.charts.drawing import SMALL, Drawing, blank_figure, tokens
from ndaudit.lexicon import Lexicon
from ndaudit.wording import say

ROW = 52
"""Height of one labelled interval, pixels."""


def error_rates(frame: pl.DataFrame, lexicon: Lexicon, most: int = 8) -> Drawing:
    """Return the interval of the money error rate of each year, the latest first.

    Args:
        frame: `analyses.samples.yearly`.
    """
    lang = lexicon.lang
    title = say("charts.error_rates", lang)
    shown = frame.filter(pl.col("most_share").is_not_null()).head(most)
    if not shown.height:
        return without_bars(title, say("charts.error_rates_none", lang))
    colour = tokens()
    figure = blank_figure(ROW * shown.height + 24)
    told = []
    for place, row in enumerate(shown.iter_rows(named=True)):
        at = shown.height - 1 - place
        least, likely, top = (float(row[f"{name}_share"]) for name in ("least", "likely", "most"))
        ink = colour["warm"] if row["side"] == "over" else colour["accent"]
        figure.add_scatter(
            x=[least, top], y=[at, at], mode="lines", line={"color": ink, "width": 3}, hoverinfo="skip"
        )
        look = {"color": ink, "size": 11, "symbol": "diamond" if row["side"] == "over" else "circle"}
        figure.add_scatter(x=[likely], y=[at], mode="markers", marker=look, hoverinfo="skip")
        written = [notation.percent(row[f"{name}_share"], 2) for name in ("least", "likely", "most")]
        year = row["year"] or say("charts.all_years", lang)
        side = lexicon.word("side", row["side"])
        what = f"{year} · {lexicon.table(row['table_name'])} · {side} · {row['samples']}"
        interval = say("charts.interval", lang, least=written[0], likely=written[1], most=written[2])
        told.append(f"{what}: {interval}")
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", y=at, yshift=18, text=f"{what}: <b>{interval}</b>",
            showarrow=False, font={"size": SMALL},
        )  # fmt: skip
    widest = float(shown["most_share"].max() or 0)  # type: ignore[arg-type]
    figure.update_xaxes(
        range=[-0.015 * widest, widest * 1.04 or 1], tickformat=".1%", rangemode="tozero", nticks=5
    )
    figure.update_yaxes(range=[-0.5, shown.height - 0.2], visible=False)
    figure.update_layout(margin={"b": 32, "l": 8})
    return Drawing(figure, title, "; ".join(told), say("charts.error_rates_note", lang))
