"""A map of tiles: every aimag and district where it lies, all of one size, whatever their ground."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go
import polars as pl

from ndaudit import notation
from ndaudit.analyses.funnel import Funnel
from ndaudit.charts.bars import without_bars
from ndaudit.charts.drawing import Drawing, blank_figure, tokens
from ndaudit.lexicon import Lexicon
from ndaudit.offices import Office
from ndaudit.wording import say

SIDE, GAP = 58, 0.7
"""Height of a tile in pixels; the room between the aimags and the districts, in tiles."""
LOOKS: Mapping[str, tuple[str, str, str]] = {
    "plain": ("paper", "line", "ink"),
    "marked": ("line", "line", "ink"),
    "strong": ("ink-soft", "ink-soft", "paper"),
    "blank": ("paper", "line", "ink-faint"),
}
"""Ground, border and letters of a tile: they differ in lightness, and so in grey print."""
_LONGEST = 11
"""So many letters stand on one line of a tile."""
_SYLLABLE = re.compile("(kh|ts|ch|sh|[^аэиоуөүяеёюaeiouöü])(?=[аэиоуөүяеёюaeiouöü])")


@dataclass(frozen=True)
class Mark:
    """What a tile says of an office: what stands on it, and how it looks (`LOOKS`)."""

    written: str
    look: str


def _places(offices: Sequence[Office]) -> dict[str, tuple[float, int]]:
    """Return row and column of each office: the block of the districts below the aimags."""
    placed = {office.code: office.tile for office in offices if office.tile is not None}
    districts = {office.code for office in offices if office.kind == "district"}
    below = max((row + 1 for code, (row, _) in placed.items() if code not in districts), default=0)
    return {
        code: (row + below + GAP if code in districts else float(row), column)
        for code, (row, column) in placed.items()
    }


def _broken(name: str) -> str:
    """Return a long name on two lines, parted at its hyphen or before a syllable near its middle."""
    if len(name) <= _LONGEST:
        return name
    if "-" in name:
        return name.replace("-", "-\n", 1)
    cuts = [found.start() for found in _SYLLABLE.finditer(name) if 3 <= found.start() <= len(name) - 3]
    cut = min(cuts, key=lambda n: abs(n - len(name) // 2), default=len(name) // 2)
    return f"{name[:cut]}-\n{name[cut:]}"


def tile_map(
    marks: Mapping[str, Mark], title: str, text: str, note: str, lexicon: Lexicon, office: str | None
) -> Drawing:
    """Return the map; an office without a mark is drawn blank.

    Args:
        marks: by office.
        office: the office the report speaks of gets a thick border, or None.
    """
    places = _places(lexicon.tiles)
    if not places:
        return without_bars(title, say("charts.tiles_none", lexicon.lang))
    tiles = [
        {
            "row": row,
            "column": column,
            "name": _broken(lexicon.office(code)),
            "written": marks[code].written if code in marks else notation.NOTHING,
            "look": marks[code].look if code in marks else "blank",
            "own": code == office,
        }
        for code, (row, column) in sorted(places.items(), key=lambda item: (*item[1], item[0]))
    ]
    return Drawing(_figure(tiles), title, text, note, "tiles", {"tiles": tiles})


def _figure(tiles: Sequence[Mapping[str, Any]]) -> go.Figure:
    colour = tokens()
    bottom = max(tile["row"] for tile in tiles) + 1
    right = max(tile["column"] for tile in tiles) + 1
    shapes, annotations = [], []
    for tile in tiles:
        ground, border, letters = LOOKS[tile["look"]]
        line = (
            {"color": colour["accent"], "width": 3} if tile["own"] else {"color": colour[border], "width": 1}
        )
        x, y = tile["column"], tile["row"]
        edges = {"x0": x + 0.03, "x1": x + 0.97, "y0": y + 0.04, "y1": y + 0.96}
        dash = "dot" if tile["look"] == "blank" and not tile["own"] else "solid"
        drawn = {"type": "rect", "fillcolor": colour[ground], "line": line | {"dash": dash}, "layer": "below"}
        shapes.append(drawn | edges)
        name = tile["name"].replace("\n", "<br>")
        text = f'<span style="font-size:11px">{name}</span><br><b>{tile["written"]}</b>'
        at = {"x": x + 0.5, "y": y + 0.5, "showarrow": False}
        annotations.append({"text": text, "font": {"size": 14, "color": colour[letters]}} | at)
    # all at once: added one by one, each has all before it checked anew
    figure = blank_figure(round(bottom * SIDE), shapes=shapes, annotations=annotations)
    # points nobody sees: they answer the pointer
    figure.add_scatter(
        x=[tile["column"] + 0.5 for tile in tiles],
        y=[tile["row"] + 0.5 for tile in tiles],
        mode="markers",
        marker={"size": 30, "opacity": 0},
        text=[f"{tile['name']}: {tile['written']}".replace("-\n", "").replace("\n", "") for tile in tiles],
        hovertemplate="%{text}<extra></extra>",
    )
    figure.update_xaxes(range=[0, max(right, 1)], visible=False)
    figure.update_yaxes(range=[bottom, 0], visible=False)
    return figure


def _grouped(marks: Mapping[str, Mark], groups: Mapping[str, str], lexicon: Lexicon) -> str:
    """Return who is of each look, one sentence a look, and who has no mark."""
    lang = lexicon.lang
    parts = []
    for look, sentence in groups.items():
        codes = [office.code for office in lexicon.tiles if _look(marks, office.code) == look]
        if codes:
            told = ", ".join(
                f"{lexicon.office(code)} {marks[code].written}" if code in marks else lexicon.office(code)
                for code in codes
            )
            parts.append(say(sentence, lang, offices=told))
    return " ".join(parts)


def _look(marks: Mapping[str, Mark], code: str) -> str:
    return marks[code].look if code in marks else "blank"


def standing(funnel: Funnel | None, lexicon: Lexicon, *, office: str | None) -> Drawing:
    """Return where the offices stand on Order 163 as a whole: exceptions in 1,000 checks, and beyond chance.

    Args:
        funnel: `funnel.standing`.
    """
    lang = lexicon.lang
    title = say("charts.standing", lang)
    if funnel is None:
        return without_bars(title, say("charts.funnel_none", lang))
    marks = {}
    for row in funnel.offices.iter_rows(named=True):
        sign = "▲" if row["share"] > funnel.target else "▼"
        written = notation.per_thousand(Decimal(repr(row["share"])))
        beyond = row["place"] != "inside"
        look = {"inside": "plain", "beyond_95": "marked", "beyond_998": "strong"}[row["place"]]
        marks[row["office_code"]] = Mark(f"{sign}\u00a0{written}" if beyond else written, look)
    groups = {
        "strong": "charts.standing_strong",
        "marked": "charts.standing_marked",
        "plain": "charts.standing_plain",
        "blank": "charts.tiles_blank",
    }
    rate = notation.per_thousand(Decimal(repr(funnel.target)))
    note = say("charts.standing_note", lang, rate=rate)
    return tile_map(marks, title, _grouped(marks, groups, lexicon), note, lexicon, office)


def delivered(frame: pl.DataFrame, lexicon: Lexicon, *, office: str | None) -> Drawing:
    """Return how many of the required tables each office delivered, and whose data came with faults.

    Args:
        frame: `deliveries.by_office`.
    """
    lang = lexicon.lang
    marks = {}
    for row in frame.iter_rows(named=True):
        faulty = row["rejected"] or row["totals_differ"]
        look = "strong" if faulty else "plain" if row["delivered"] == row["required"] else "marked"
        marks[row["office_code"]] = Mark(f"{row['delivered']}/{row['required']}", look)
    groups = {
        "strong": "charts.delivered_strong",
        "marked": "charts.delivered_marked",
        "plain": "charts.delivered_plain",
        "blank": "charts.tiles_blank",
    }
    text = _grouped(marks, groups, lexicon)
    return tile_map(
        marks, say("charts.delivered", lang), text, say("charts.delivered_note", lang), lexicon, office
    )
