"""Labels: which columns of a query say where a row belongs, and how expressions carry them on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlglot import exp


class BeyondCircleError(Exception):
    """SQL that reaches beyond circles; the message says where."""


@dataclass(frozen=True)
class Label:
    """What a column holds.

    Attributes:
        kinds: what its values number (a person, a file, an office), and the columns it was taken from.
        total: no row of a circle lacks it.
    """

    kinds: frozenset[str]
    total: bool = True

    def loose(self) -> "Label":
        """Return it where it may be missing."""
        return replace(self, total=False)


Sources = Mapping[str, Mapping[str, Label]]
"""The labels of each source of a query, by its alias."""
ROW = "row "
"""How the kind of a number begins that names one row of a query."""
_PASSING = (exp.Paren, exp.Alias, exp.Order, exp.IgnoreNulls, exp.RespectNulls)
_CHOOSING = (exp.Min, exp.Max, exp.AnyValue, exp.First, exp.Last, exp.ArgMax, exp.ArgMin)
"""Functions that give one of the values they were given."""


def label_of(tree: exp.Expr, sources: Sources) -> Label | None:
    """Return the label of an expression, or None when it says nothing about where a row belongs."""
    if isinstance(tree, exp.Column):
        return sources.get(tree.table, {}).get(tree.name)
    if isinstance(tree, (*_PASSING, *_CHOOSING)):
        return label_of(tree.this, sources)
    if isinstance(tree, exp.Filter):
        return _loose(label_of(tree.this, sources))
    if isinstance(tree, exp.Window):
        return _loose(label_of(tree.this, sources))
    if isinstance(tree, exp.Coalesce):
        found = _common([tree.this, *tree.expressions], sources)
        return found and replace(found, total=any(x.total for x in _labels(tree, sources)))
    if isinstance(tree, exp.Case):
        results = [branch.args["true"] for branch in tree.args["ifs"]]
        default = tree.args.get("default")
        found = _common([*results, *([default] if default else [])], sources)
        return _loose(found)
    return None


def _loose(label: Label | None) -> Label | None:
    return label.loose() if label else None


def _labels(tree: exp.Coalesce, sources: Sources) -> Iterable[Label]:
    return [label for part in (tree.this, *tree.expressions) if (label := label_of(part, sources))]


def _common(parts: list[exp.Expr], sources: Sources) -> Label | None:
    """Return what all parts have in common, those that are NULL left out."""
    found = [label_of(part, sources) for part in parts if not isinstance(part, exp.Null)]
    if not found or any(label is None for label in found):
        return None
    kinds = frozenset.intersection(*(label.kinds for label in found if label))
    return Label(kinds) if kinds else None
