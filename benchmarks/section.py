"""What one section of the results is: a table, what stands beside it, and the aims it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.measure import Figures

HEAD = ("side", "CPU s", "wall s", "peak GB")


@dataclass(frozen=True)
class Aim:
    """One figure to reach: the work, what is asked, what was measured, and whether that is enough.

    Attributes:
        met: None when it could not be measured.
    """

    work: str
    reach: str
    measured: str
    met: bool | None


@dataclass(frozen=True)
class Section:
    """One table of the results.

    Attributes:
        notes: lines under the table.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    aims: tuple[Aim, ...] = ()

    @property
    def record(self) -> dict[str, Any]:
        """The section as JSON holds it."""
        return asdict(self)

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> "Section":
        """Return a section from its record."""
        rows = tuple(tuple(row) for row in raw["rows"])
        aims = tuple(Aim(**aim) for aim in raw["aims"])
        return cls(raw["title"], tuple(raw["head"]), rows, tuple(raw["notes"]), aims)

    @property
    def lines(self) -> list[str]:
        """The section as Markdown."""
        rule = "|---|" + "--:|" * (len(self.head) - 1)
        table = [_row(self.head), rule, *(_row(row) for row in self.rows)]
        return [f"## {self.title}", "", *table, "", *(line for note in self.notes for line in (note, ""))]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def sides(
    title: str,
    figures: Mapping[str, Figures],
    floor: str,
    notes: Sequence[str] = (),
    aims: Sequence[Aim] = (),
) -> Section:
    """Return the table of several sides, with the CPU of each as a multiple of one of them.

    Args:
        floor: the side the others are measured against.
    """
    rows = [
        (name, f"{one.cpu:.2f}", f"{one.wall:.2f}", f"{one.peak:.2f}", f"{one.cpu / figures[floor].cpu:.2f}")
        for name, one in figures.items()
    ]
    return Section(title, (*HEAD, f"CPU, × of {floor}"), tuple(rows), tuple(notes), tuple(aims))


def missing(title: str, why: str, aims: Sequence[str] = ()) -> Section:
    """Return a section that could not be measured, and why."""
    told = tuple(Aim(work, "", f"not measured: {why}", None) for work in aims)
    return Section(title, ("not measured",), ((why,),), (), told)
