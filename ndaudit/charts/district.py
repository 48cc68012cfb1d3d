"""The chart of an office beside the country: what people earn."""

import polars as pl

from ndaudit import notation
from ndaudit.charts.bars import Bar, labelled, without_bars
from ndaudit.charts.drawing import Drawing
from ndaudit.lexicon import Lexicon
from ndaudit.wording import say


def wages(frame: pl.DataFrame, lexicon: Lexicon, *, office: str | None) -> Drawing:
    """Return the percentiles of wages, beside the country's when an office is shown.

    Args:
        frame: `district.wages`.
    """
    lang = lexicon.lang
    title = say("charts.wages", lang)
    bars = [
        Bar(
            say("charts.percentile", lang, percentile=row["percentile"]),
            row["wage"],
            row["country_wage"] if office else None,
            notation.tugrik(row["wage"]),
            notation.tugrik(row["country_wage"]) if office else None,
        )
        for row in frame.iter_rows(named=True)
    ]
    if not bars:
        return without_bars(title, say("charts.wages_none", lang))
    return labelled(bars, title, say("charts.wages_note", lang), lexicon)
