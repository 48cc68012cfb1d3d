"""What every chart is: a plotly figure in the look of our pages, with its text alternative."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from ndaudit import notation

LOOK = Path(__file__).parent.parent / "assets" / "look.css"
_FONT = "Ndaudit Sans, Inter, DejaVu Sans, sans-serif"
SMALL = 13


@dataclass(frozen=True)
class Drawing:
    """A chart: the figure, its title in words, what it shows in words, and how to read it.

    Attributes:
        text: the text alternative, for those who cannot see the figure.
        note: a line under the chart, or an empty text.
        kind: which drawing on paper shows the same (`bars`, `funnel`, `tiles`), or none.
        data: what it is drawn from there, as JSON holds it.
    """

    figure: go.Figure
    title: str
    text: str
    note: str
    kind: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {
            "application/vnd.plotly.v1+json": self.figure.to_plotly_json(),
            "application/vnd.ndaudit.chart+json": {
                "title": self.title,
                "text": self.text,
                "note": self.note,
                "kind": self.kind,
                "data": dict(self.data),
            },
            "text/plain": f"{self.title}. {self.text}",
        }


@dataclass(frozen=True)
class Gallery:
    """Charts that stand side by side, or a sentence when there is none."""

    drawings: tuple[Drawing, ...]
    empty: str

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        bundles = [drawing._repr_mimebundle_() for drawing in self.drawings]
        text = "\n".join(bundle["text/plain"] for bundle in bundles) or self.empty
        return {"application/vnd.ndaudit.gallery+json": bundles, "text/plain": text}


@cache
def tokens() -> Mapping[str, str]:
    """Return the colours of the design, by name, from `assets/look.css`."""
    return dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", LOOK.read_text("utf-8")))


def blank_figure(height: int, **layout: Any) -> go.Figure:
    """Return an empty figure: white, no grid, no legend, the fonts and colours of the design."""
    colour = tokens()
    axis = {
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "fixedrange": True,
        "tickfont": {"color": colour["ink-faint"]},
        "title": {"font": {"color": colour["ink-soft"], "size": SMALL}, "standoff": 8},
    }
    look = {
        "template": go.layout.Template(),
        "height": height,
        "margin": {"l": 0, "r": 0, "t": 8, "b": 8, "pad": 0},
        "paper_bgcolor": colour["paper"],
        "plot_bgcolor": colour["paper"],
        "font": {"family": _FONT, "size": SMALL, "color": colour["ink"]},
        "separators": f".{notation.THIN}",
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": colour["ink"], "font": {"color": colour["paper"], "family": _FONT}},
        "xaxis": axis,
        "yaxis": axis,
    }
    # begun with a layout: without one plotly lays it out in its own look first
    return go.Figure(layout=look | layout)
