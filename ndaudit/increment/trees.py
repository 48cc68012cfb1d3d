"""Parts of parsed SQL that tell how its sources hang together."""

from collections.abc import Iterable, Iterator

from sqlglot import exp

Edge = tuple[str, str, frozenset[str]]
"""Two sources by alias, and the kinds of number they share."""


def numbers_rows(tree: exp.Expr) -> bool:
    """Tell whether an expression numbers all rows of a query: a name of its own for each."""
    return (
        isinstance(tree, exp.Window)
        and isinstance(tree.this, exp.RowNumber)
        and not tree.args.get("partition_by")
    )


def own_parts(tree: exp.Expr, kind: type[exp.Expr]) -> Iterator[exp.Expr]:
    """Yield the parts of a SELECT of some kind, queries inside it left out."""
    for child in tree.iter_expressions():
        if not isinstance(child, (exp.Query, exp.With)):
            if isinstance(child, kind):
                yield child
            yield from own_parts(child, kind)


def nested_queries(tree: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the queries inside the expressions of a SELECT: in EXISTS, in IN, or giving one value."""
    for child in tree.iter_expressions():
        # sources are read by themselves; of a join only its condition is an expression
        part = child.args.get("on") if isinstance(child, exp.Join) else child
        if part is None or isinstance(part, (exp.From, exp.With)):
            continue
        if isinstance(part, (exp.Query, exp.Exists)) or (isinstance(part, exp.In) and part.args.get("query")):
            yield part
        else:
            yield from nested_queries(part)


def conjuncts(condition: exp.Expr) -> Iterator[exp.Expr]:
    """Yield what must hold together."""
    whole = condition.unnest()
    if isinstance(whole, exp.And):
        yield from conjuncts(whole.left)
        yield from conjuncts(whole.right)
    else:
        yield whole


def conditions(tree: exp.Select, kept: bool = False) -> Iterator[exp.Expr]:
    """Yield what a SELECT asks of its sources, part by part.

    Args:
        kept: only what every row it gives meets; not what an outer join asks.
    """
    for join in tree.args.get("joins") or []:
        if (on := join.args.get("on")) and not (kept and join.side):
            yield from conjuncts(on)
    if where := tree.args.get("where"):
        yield from conjuncts(where.this)


def never_null(tree: exp.Select) -> Iterator[exp.Column]:
    """Yield the columns whose empty rows a SELECT leaves out."""
    for part in conditions(tree, kept=True):
        if isinstance(part, exp.EQ):
            yield from (side for side in (part.left, part.right) if isinstance(side, exp.Column))
        elif (
            isinstance(part, exp.Not)
            and isinstance(part.this, exp.Is)
            and isinstance(part.this.expression, exp.Null)
        ):
            yield from (side for side in (part.this.this,) if isinstance(side, exp.Column))


def full_pairs(tree: exp.Select) -> Iterator[tuple[str, str]]:
    """Yield the pairs of columns a full join asks to be equal, as SQL."""
    for join in tree.args.get("joins") or []:
        if (join.side or "").upper() == "FULL" and join.args.get("on"):
            for part in conjuncts(join.args["on"]):
                if isinstance(part, exp.EQ):
                    yield part.left.sql(), part.right.sql()


def grouping(tree: exp.Select) -> list[exp.Expr] | None:
    """Return what a SELECT groups by; None when it does not group."""
    group = tree.args.get("group")
    if group and group.args.get("all"):
        return [one.unalias() for one in tree.selects if not one.find(exp.AggFunc)]
    if group:
        return list(group.expressions)
    summed = any(not one.find_ancestor(exp.Window) for one in own_parts(tree, exp.AggFunc))
    return [] if summed else None


def partitions(tree: exp.Select) -> Iterator[list[exp.Expr]]:
    """Yield what each window of a SELECT is parted by; numbering all rows looks at none of them."""
    named = {window.name: window for window in tree.args.get("windows") or []}
    for window in own_parts(tree, exp.Window):
        if window.arg_key != "windows" and not numbers_rows(window):
            stated = named.get(window.alias, window)
            yield list(stated.args.get("partition_by") or window.args.get("partition_by") or [])


def reached(first: str, edges: Iterable[Edge], among: set[str]) -> set[str]:
    """Return the sources that edges connect with the first."""
    pairs = [(one, other) for one, other, _ in edges if one in among and other in among]
    found = {first}
    while more := ({b for a, b in pairs if a in found} | {a for a, b in pairs if b in found}) - found:
        found |= more
    return found


def compares_stars(tree: exp.Expr) -> bool:
    """Tell whether rows are compared or grouped by all their columns, whatever these are."""
    stars = [star for star in tree.find_all(exp.Star) if not isinstance(star.parent, exp.Count)]
    return any(_compares(star) for star in stars)


def _compares(star: exp.Star) -> bool:
    select = star.find_ancestor(exp.Select, exp.Distinct)
    if not isinstance(select, exp.Select) or select.args.get("distinct") or select.args.get("group"):
        return True
    around = select.parent
    while isinstance(around, (exp.SetOperation, exp.Subquery)):
        if isinstance(around, exp.SetOperation) and (
            around.args.get("distinct") or not isinstance(around, exp.Union)
        ):
            return True
        around = around.parent
    return False
