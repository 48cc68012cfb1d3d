"""How long findings have waited for a decision."""

from decimal import Decimal

import polars as pl

from ndaudit import notation
from ndaudit.charts.bars import Bar, labelled, without_bars
from ndaudit.charts.drawing import Drawing
from ndaudit.lexicon import Lexicon
from ndaudit.wording import say


def open_ages(frame: pl.DataFrame, lexicon: Lexicon) -> Drawing:
    """Return how many findings wait, class of age by class of age, the youngest first.

    Args:
        frame: `followup.ages`.
    """
    lang = lexicon.lang
    title = say("charts.open_ages", lang)
    bars = [
        Bar(
            lexicon.word("age", row["age"]),
            Decimal(row["findings"]),
            None,
            say(
                "charts.open_ages_of",
                lang,
                findings=notation.count(row["findings"]),
                critical=notation.count(row["critical"]),
            ),
            None,
        )
        for row in frame.iter_rows(named=True)
    ]
    if not bars:
        return without_bars(title, say("charts.open_ages_none", lang))
    return labelled(bars, title, say("charts.open_ages_note", lang), lexicon)
