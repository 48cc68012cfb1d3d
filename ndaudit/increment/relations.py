"""How the rows of a query hang together.

Three kinds of rows meet in a population:

    constant: the law, thresholds, the calendar; the same before and after a delivery.
    tied: rows outside circles that change only with the office or employer they carry (staff, the day of an
        export), or that a value makes (the law of a day that some award names).
    local: rows of a circle.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ndaudit.increment.labels import ROW, BeyondCircleError, Label

CONSTANT, TIED, LOCAL = 0, 1, 2
TIES = frozenset({"office", "employer", "batch"})
NOWHERE = frozenset[str]()


@dataclass(frozen=True)
class Relation:
    """What a SELECT gives: how its rows hang together, and which columns tell where they belong.

    Attributes:
        pooled: its rows are made by a value some rows hold, and are joined back by it.
    """

    kind: int
    labels: Mapping[str, Label] = field(default_factory=dict)
    pooled: bool = False

    def loose(self) -> "Relation":
        """Return it as the side of an outer join that may be missing."""
        return replace(self, labels={name: label.loose() for name, label in self.labels.items()})

    def named(self, name: str) -> "Relation":
        """Return it with each column labelled as a column of that name, so that values are followed back."""
        if self.kind == CONSTANT:
            return self
        labels = {c: replace(label, kinds=label.kinds | {f"{name}.{c}"}) for c, label in self.labels.items()}
        return replace(self, labels=labels)


NOTHING = Relation(CONSTANT)


@dataclass(frozen=True)
class Sight:
    """What a query sees.

    Attributes:
        place: the population it stands in, so that its common table expressions have names of their own.
        named: tables, populations and common table expressions by name.
        circle: the kinds of numbers that tie circles together.
        outer: sources of the query around it, by alias.
    """

    place: str
    named: Mapping[str, Relation]
    circle: frozenset[str]
    outer: Mapping[str, Relation] = field(default_factory=dict)

    def inside(self, label: Label) -> bool:
        """Tell whether equal values of such a column are of one circle."""
        return any(kind in self.circle or kind.startswith(ROW) for kind in label.kinds)

    def ask_parted(self, relation: Relation, by: Iterable[Label | None], what: str) -> None:
        """Ask that rows taken together by these labels are of one circle, or carry the same tie.

        Raises:
            BeyondCircleError: they are not.
        """
        labels = [label for label in by if label and label.total]
        parted = {
            CONSTANT: True,
            TIED: any(relation.pooled or label.kinds & TIES for label in labels),
            LOCAL: any(self.inside(label) for label in labels),
        }
        if not parted[relation.kind]:
            raise BeyondCircleError(what)
