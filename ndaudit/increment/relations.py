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
OWN = "own office"
"""The kind of number of the office that delivered a row of the circle itself."""


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

    def beside(self) -> "Relation":
        """Return rows of one kind of circle as those of another see them: by the numbers of the former."""
        labels = {name: replace(label, kinds=label.kinds - TIES) for name, label in self.labels.items()}
        return Relation(TIED, labels)

    def is_owned(self, column: str | None) -> bool:
        """Tell whether a column always says which office delivered some row of the circle."""
        label = self.labels.get(column or "")
        return bool(self.kind == LOCAL and label and label.total and OWN in label.kinds)


NOTHING = Relation(CONSTANT)


@dataclass(frozen=True)
class Sight:
    """What a query sees.

    Attributes:
        place: the population it stands in, so that its common table expressions have names of their own.
        named: tables, populations and common table expressions by name.
        circle: the kinds of numbers that tie circles together.
        outer: sources of the query around it, by alias.
        ties: the kinds of numbers by which rows outside circles hang on rows of circles.
    """

    place: str
    named: Mapping[str, Relation]
    circle: frozenset[str]
    outer: Mapping[str, Relation] = field(default_factory=dict)
    ties: frozenset[str] = TIES

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
            TIED: any(relation.pooled or label.kinds & self.ties for label in labels),
            LOCAL: any(self.inside(label) for label in labels),
        }
        if not parted[relation.kind]:
            raise BeyondCircleError(what)
