"""Charts of pensions: how many differ under each version of the law, how many rights arise in a quarter."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from ndaudit import notation
from ndaudit.charts.bars import Bar, labelled, without_bars
from ndaudit.charts.drawing import Drawing
from ndaudit.lexicon import Lexicon
from ndaudit.periods import read_period
from ndaudit.wording import say


def differing(frame: pl.DataFrame, lexicon: Lexicon) -> Drawing:
    """Return the share of determinations that differ, version of the law by version.

    Args:
        frame: `reperformance.by_version`.
    """
    lang = lexicon.lang
    title = say("charts.differing", lang)
    rows = [row for row in frame.iter_rows(named=True) if row["decided"]]
    if not rows:
        return without_bars(title, say("charts.differing_none", lang))
    bars = [Bar(_version(row, lexicon), row["rate"], None, _share(row, lexicon), None) for row in rows]
    return labelled(bars, title, say("charts.differing_note", lang), lexicon)


def _version(row: Mapping[str, Any], lexicon: Lexicon) -> str:
    day = notation.day(row["version_from"], lexicon.lang)
    months = notation.count(int(row["version_months"])) if row["version_months"] else notation.NOTHING
    return say("charts.version", lexicon.lang, day=day, months=months)


def _share(row: Mapping[str, Any], lexicon: Lexicon) -> str:
    part, whole = notation.count(row["exceptions"]), notation.count(row["decided"])
    percent = notation.percent(row["rate"])
    return say("charts.part_of", lexicon.lang, percent=percent, part=part, whole=whole)


def rights(frame: pl.DataFrame, lexicon: Lexicon) -> Drawing:
    """Return how many rights arise in each quarter.

    Args:
        frame: `prospective.by_quarter`.
    """
    lang = lexicon.lang
    title = say("charts.rights", lang)
    bars = [
        Bar(_quarter(row["quarter"], lexicon), Decimal(row["rights"]), None, _people(row, lexicon), None)
        for row in frame.iter_rows(named=True)
    ]
    if not bars:
        return without_bars(title, say("charts.rights_none", lang))
    return labelled(bars, title, say("charts.rights_note", lang), lexicon)


def _quarter(first: date, lexicon: Lexicon) -> str:
    return notation.period(read_period(f"{first.year}-Q{(first.month + 2) // 3}"), lexicon.lang)


def _people(row: Mapping[str, Any], lexicon: Lexicon) -> str:
    rights, lacking = notation.count(row["rights"]), notation.count(row["lacking"])
    name = "people_lacking" if row["lacking"] else "people"
    return say(f"charts.{name}", lexicon.lang, rights=rights, lacking=lacking)
