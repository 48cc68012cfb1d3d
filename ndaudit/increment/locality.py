"""Which populations are local: an item depends on rows of its own circle only.

A population is local when every join, grouping and window of its SQL stays inside circles: then circles no
delivery touched need not be decided again. It is read off the SQL; nobody declares it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sqlglot import exp

from ndaudit.increment.labels import ROW, BeyondCircleError, Label, label_of
from ndaudit.increment.relations import CONSTANT, LOCAL, NOTHING, NOWHERE, TIED, Relation, Sight
from ndaudit.increment.trees import (
    Edge,
    conditions,
    full_pairs,
    grouping,
    nested_queries,
    never_null,
    numbers_rows,
    own_parts,
    partitions,
    reached,
)


def read_relation(tree: exp.Expr, sight: Sight) -> Relation:
    """Return what a qualified query gives.

    Raises:
        BeyondCircleError: it reaches beyond circles.
    """
    tree = tree.unnest()
    if with_ := tree.args.get("with_"):
        for cte in with_.expressions:
            own = read_relation(cte.this, replace(sight, outer={})).named(f"{sight.place}/{cte.alias}")
            sight = replace(sight, named={**sight.named, cte.alias: own})
    if isinstance(tree, exp.SetOperation):
        return _gathered(tree, sight)
    if isinstance(tree, exp.Select):
        return _Select(tree, sight).relation()
    raise BeyondCircleError(f"a {tree.key}")


def _gathered(tree: exp.SetOperation, sight: Sight) -> Relation:
    """Return what a UNION gives: of each column what both sides say, by position."""
    left, right = read_relation(tree.this, sight), read_relation(tree.expression, sight)
    labels = {}
    for mine, theirs in zip(tree.this.selects, tree.expression.selects, strict=True):
        one, other = left.labels.get(mine.alias_or_name), right.labels.get(theirs.alias_or_name)
        shared = one.kinds & other.kinds if one and other else NOWHERE
        labels[mine.alias_or_name] = Label(shared, bool(one and other and one.total and other.total))
    found = Relation(max(left.kind, right.kind), labels, left.pooled and right.pooled)
    if tree.args.get("distinct") or not isinstance(tree, exp.Union):
        sight.ask_parted(found, labels.values(), "a UNION without doubles")
    return found


class _Select:
    """One SELECT: its sources, what joins them, and what they give together."""

    def __init__(self, tree: exp.Select, sight: Sight) -> None:
        self.tree, self.sight = tree, sight
        self.sources = self._read_sources()
        self.visible = {**sight.outer, **self.sources}
        self.labels = {alias: dict(one.labels) for alias, one in self.visible.items()}
        for column in never_null(tree):
            if label := label_of(column, self.labels):
                self.labels[column.table][column.name] = replace(label, total=True)
        self.met = [set(pair) for pair in full_pairs(tree)]
        self.edges = list(self._edges())

    def relation(self) -> Relation:
        """Return what it gives.

        Raises:
            BeyondCircleError: it reaches beyond circles.
        """
        for part in nested_queries(self.tree):
            self._ask_nested(part)
        kind = self._joined()
        if pool := self._pool(kind):
            return pool
        joined = Relation(kind, pooled=all(one.pooled for one in self.sources.values() if one.kind == TIED))
        if not self.tied_to_outer():
            self._ask_grouped(joined)
        for parted_by in partitions(self.tree):
            self.sight.ask_parted(joined, map(self._label, parted_by), "a window")
        found = replace(joined, labels={one.alias_or_name: self._given(one) for one in self.tree.selects})
        if self.tree.args.get("distinct"):
            self.sight.ask_parted(found, found.labels.values(), "a DISTINCT")
        return found

    def tied_to_outer(self) -> bool:
        """Tell whether, inside another query, it speaks of the circle or tie of the row around it."""
        return any(
            self.sources[mine].kind == TIED or self.sight.inside(Label(kinds))
            for one, other, kinds in self.edges
            for mine, theirs in ((one, other), (other, one))
            if mine in self.sources and theirs in self.sight.outer and theirs not in self.sources
        )

    def _ask_grouped(self, joined: Relation) -> None:
        by = grouping(self.tree)
        if by is not None:
            self.sight.ask_parted(joined, map(self._label, by), "a grouping")
        elif joined.kind != CONSTANT and self.tree.args.get("limit"):
            raise BeyondCircleError("a LIMIT")

    def _label(self, tree: exp.Expr) -> Label | None:
        label, plain = label_of(tree, self.labels), tree.unalias()
        if label and isinstance(plain, exp.Coalesce):
            given = {part.sql() for part in (plain.this, *plain.expressions)}
            # of two sides of a full join one is there
            return replace(label, total=label.total or any(pair <= given for pair in self.met))
        return label

    def _given(self, selected: exp.Expr) -> Label:
        """Return the label of a selected column."""
        if numbers_rows(selected.unalias()):
            return Label(frozenset({f"{ROW}{self.sight.place}/{selected.sql()}"}))
        return self._label(selected) or Label(NOWHERE, total=False)

    def _read_sources(self) -> dict[str, Relation]:
        found: dict[str, Relation] = {}
        if from_ := self.tree.args.get("from_"):
            found[from_.this.alias_or_name] = self._source(from_.this, found)
        for join in self.tree.args.get("joins") or []:
            side = (join.side or "").upper()
            if side in ("RIGHT", "FULL"):
                found = {alias: one.loose() for alias, one in found.items()}
            one = self._source(join.this, found)
            found[join.this.alias_or_name] = one.loose() if side in ("LEFT", "FULL") else one
        return found

    def _source(self, tree: exp.Expr, before: Mapping[str, Relation]) -> Relation:
        if isinstance(tree, exp.Table) and isinstance(tree.this, exp.Identifier):
            if tree.name not in self.sight.named:
                raise BeyondCircleError(f"{tree.name}, which reaches beyond circles")
            return self.sight.named[tree.name]
        if isinstance(tree, exp.Subquery):
            return read_relation(tree.this, replace(self.sight, outer={}))
        if isinstance(tree, exp.Lateral):
            return read_relation(tree.this, replace(self.sight, outer={**self.sight.outer, **before}))
        return NOTHING

    def _edges(self) -> Iterator[Edge]:
        for part in conditions(self.tree):
            yield from self._tying(part)

    def _tying(self, part: exp.Expr) -> Iterator[Edge]:
        """Yield the sources a condition ties, and by which kinds of number."""
        whole = part.unnest()
        if isinstance(whole, exp.Or):
            yield from self._either(whole)
        elif isinstance(whole, exp.EQ):
            left, right = self._label(whole.left), self._label(whole.right)
            if left and right and left.kinds & right.kinds:
                for one in whole.left.find_all(exp.Column):
                    for other in whole.right.find_all(exp.Column):
                        yield one.table, other.table, left.kinds & right.kinds

    def _either(self, part: exp.Or) -> Iterator[Edge]:
        """Yield what ties two sources by the same kind of number whichever of two conditions holds."""
        branches = [list(self._tying(one)) for one in (part.left, part.right)]
        for one, other, kinds in branches[0]:
            for mine, theirs, also in branches[1]:
                if {mine, theirs} == {one, other} and kinds & also:
                    yield one, other, kinds & also

    def _joined(self) -> int:
        """Return the kind of rows the join gives, and ask that its sources share numbers."""
        local = sorted(alias for alias, one in self.sources.items() if one.kind == LOCAL)
        tied = sorted(alias for alias, one in self.sources.items() if one.kind == TIED)
        outer = {alias for alias, one in self.sight.outer.items() if one.kind != CONSTANT}
        for first in local[:1]:
            inside = [edge for edge in self.edges if self.sight.inside(Label(edge[2]))]
            if set(local) - reached(first, inside, {*local, *outer}):
                raise BeyondCircleError("a join")
        for first in (local or tied)[:1]:
            # what reaches one of the local sources, joined by now, reaches all
            edges = [*filter(self._holds, self.edges), *((first, other, NOWHERE) for other in local)]
            if set(tied) - reached(first, edges, {*local, *tied, *outer}):
                raise BeyondCircleError("a join")
        return LOCAL if local else TIED if tied else CONSTANT

    def _holds(self, edge: Edge) -> bool:
        """Tell whether a join holds rows outside circles to those that carry the same office or value."""
        return bool(edge[2] & self.sight.ties) or any(self.visible[alias].pooled for alias in edge[:2])

    def _pool(self, kind: int) -> Relation | None:
        """Return what `SELECT DISTINCT value` gives: rows a value makes, whoever brought it in.

        Joined back by that value to rows that were taken from the same column, they are there and the same.
        """
        if kind != LOCAL or not self.tree.args.get("distinct") or grouping(self.tree) is not None:
            return None
        local = {alias for alias, one in self.sources.items() if one.kind == LOCAL}
        used = {column.sql() for column in own_parts(self.tree, exp.Column) if column.find(exp.Column)}
        used = {name for name in used if name.partition(".")[0] in local}
        labels = {one.alias_or_name: self._label(one) for one in self.tree.selects}
        inside = any(label and self.sight.inside(label) for label in labels.values())
        if len(local) != 1 or len(used) != 1 or inside:
            return None
        return Relation(TIED, {name: replace(x, total=True) for name, x in labels.items() if x}, pooled=True)

    def _ask_nested(self, part: exp.Expr) -> None:
        """Ask that a query in an expression speaks of the circle of the row it stands in."""
        if isinstance(part, exp.In):
            own = read_relation(part.args["query"], replace(self.sight, outer={}))
            given = part.args["query"].unnest().selects[0].alias_or_name
            asked, theirs = self._label(part.this), own.labels.get(given)
            shared = asked.kinds & theirs.kinds if asked and theirs else NOWHERE
            stays = {CONSTANT: True, TIED: bool(shared), LOCAL: self.sight.inside(Label(shared))}[own.kind]
        else:
            query = (part.this if isinstance(part, exp.Exists) else part).unnest()
            sight = replace(self.sight, outer=self.visible)
            own = read_relation(query, sight)
            tied = isinstance(query, exp.Select) and _Select(query, sight).tied_to_outer()
            stays = own.kind == CONSTANT or tied
        if not stays:
            raise BeyondCircleError("a query in an expression")
