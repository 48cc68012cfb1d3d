"""Names beside points: each where it covers nothing, or nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass

_LETTER, _LINE, _GAP = 7.0, 15.0, 6.0
"""How wide a letter is, how high a line, how far a name stands from its point: pixels of 12 px type."""


@dataclass(frozen=True)
class Point:
    """One point of a chart, in pixels from its lower left corner.

    Attributes:
        name: what would be written beside it; empty: nothing.
        is_needed: it is written even where it covers something.
    """

    x: float
    y: float
    name: str
    is_needed: bool


@dataclass(frozen=True)
class _Box:
    left: float
    low: float
    right: float
    high: float

    def meets(self, other: "_Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.low < other.high
            and other.low < self.high
        )


def _boxes(point: Point) -> dict[str, _Box]:
    """Return where the name of a point would stand, the best place first, as plotly calls the places."""
    wide, x, y = _LETTER * len(point.name), point.x, point.y
    above, below = (y + _GAP, y + _GAP + _LINE), (y - _GAP - _LINE, y - _GAP)
    middle = (y - _LINE / 2, y + _LINE / 2)
    across = {"center": (x - wide / 2, x + wide / 2), "left": (x - wide, x), "right": (x, x + wide)}
    return {
        "top center": _Box(across["center"][0], above[0], across["center"][1], above[1]),
        "bottom center": _Box(across["center"][0], below[0], across["center"][1], below[1]),
        "middle left": _Box(x - _GAP - wide, middle[0], x - _GAP, middle[1]),
        "middle right": _Box(x + _GAP, middle[0], x + _GAP + wide, middle[1]),
        "top left": _Box(across["left"][0], above[0], across["left"][1], above[1]),
        "top right": _Box(across["right"][0], above[0], across["right"][1], above[1]),
    }


def beside(points: Sequence[Point], width: float) -> list[str | None]:
    """Return for each point where its name stands, None where it would cover a point, a name or an axis.

    Args:
        width: how wide the chart is, pixels; a name stays within it and above its lower edge.
    """
    marks = [_Box(point.x - 4, point.y - 4, point.x + 4, point.y + 4) for point in points]
    taken: list[_Box] = []
    found: dict[int, str | None] = {}
    for place in sorted(range(len(points)), key=lambda place: not points[place].is_needed):
        point = points[place]
        others = [*taken, *(mark for own, mark in enumerate(marks) if own != place)]
        free = {
            side: box
            for side, box in _boxes(point).items()
            if box.left >= 0
            and box.right <= width
            and box.low >= 0
            and not any(box.meets(other) for other in others)
        }
        side = next(iter(free), "top center" if point.is_needed else None) if point.name else None
        if side is not None:
            taken.append(_boxes(point)[side])
        found[place] = side
    return [found[place] for place in range(len(points))]
