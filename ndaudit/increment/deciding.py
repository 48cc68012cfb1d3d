"""Rules decided over the touched circles, in the snapshot of before and in the new one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from ndaudit.catalogue import Catalogue
from ndaudit.evaluation import (
    RESULT_TABLES,
    build_populations,
    count_closed,
    create_results,
    evaluate,
)
from ndaudit.increment.circles import CIRCLES, OFFICE, Circle
from ndaudit.increment.ground import Ground
from ndaudit.increment.merging import BASE, MERGED, put_together
from ndaudit.increment.plan import Plan, kept_populations
from ndaudit.increment.touching import AFTER, BEFORE, SIDES
from ndaudit.populations import in_order
from ndaudit.rules import Rule
from ndaudit.scope import EVERYTHING
from ndaudit.store import literal, quoted

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Passes:
    """What deciding the touched circles needs all along.

    Attributes:
        con: sees both snapshots, the touched circles noted, and the law.
        folder: where the results of both sides are kept.
        failed: rules that could not be run.
    """

    con: duckdb.DuckDBPyConnection
    catalogue: Catalogue
    plan: Plan
    ground: Ground
    folder: Path
    progress: Progress
    failed: set[str] = field(default_factory=set)

    def decide(self) -> set[str]:
        """Decide the rules of all circles, before and after; return those that could not be run.

        Of a rule whose items carry the office that delivered them nothing needs to be decided as it was
        before, but in circles that other offices have a row of: what the touched offices had is replaced.
        The passes are in such an order that few rows are put in and taken out between them.
        """
        for side, passes in ((AFTER, self._after), (BEFORE, self._before)):
            self.ground.show_whole(side)
            passes()
            self._keep(side)
        return self.failed

    def _after(self) -> None:
        for circle in CIRCLES:
            self._decide(circle, AFTER, self._rules(circle))

    def _before(self) -> None:
        for circle in reversed(CIRCLES):
            rules = self._rules(circle)
            self._decide(circle, BEFORE, [rule for rule in rules if rule.id not in self.plan.owned])
            self._decide(circle, BEFORE, [rule for rule in rules if rule.id in self.plan.owned], mixed=True)

    def _rules(self, circle: Circle) -> list[Rule]:
        return [self._inside(rule, circle) for rule in self.plan.by_circle.get(circle.name, ())]

    def _inside(self, rule: Rule, circle: Circle) -> Rule:
        """Return a rule for items of touched circles only, where rows of others stand beside them."""
        if rule.id not in self.plan.named or self.ground.firms is None:
            return rule
        [kind] = circle.kinds
        touched = f"{quoted(self.plan.named[rule.id])} IN ({self.ground.firms.noted(kind)})"
        return replace(rule, applies_when=f"({rule.applies_when or 'TRUE'}) AND {touched}")

    def _decide(self, circle: Circle, side: str, rules: Sequence[Rule], mixed: bool = False) -> None:
        """Decide rules over the touched circles of one snapshot.

        What several rules or populations read is kept here: of a few circles it is small, and what DuckDB
        needs to understand a view is not.

        Args:
            mixed: only circles other offices have a row of too.
        """
        create_results(self.con)
        if not rules:
            return
        if mixed and circle == OFFICE:
            # no other office has a row of it
            count_closed(self.con, self.catalogue, rules)
            return
        kept = kept_populations(self.catalogue, rules)
        parts = in_order(kept.populations, frozenset(rule.population for rule in rules))
        tables = {name for part in parts for name in part.reads if name in kept.tables}
        self.ground.show(circle, side, tables)
        if mixed and not self.ground.keep_mixed(circle, tables):
            count_closed(self.con, kept, rules)
            return
        broken = build_populations(self.con, kept, rules, self.progress)
        failures = evaluate(self.con, kept, rules, EVERYTHING, broken, self.progress)
        self.ground.drop(part.name for part in parts)
        self.failed.update(one.rule_id for one in failures)

    def _results(self, side: str) -> Path:
        return self.folder / f"touched-{side}.duckdb"

    def _keep(self, side: str) -> None:
        """Keep the results of one side in a database of their own, and begin anew."""
        self.con.execute(f"ATTACH {literal(str(self._results(side)))} AS kept")
        for table in RESULT_TABLES:
            self.con.execute(f"CREATE TABLE kept.{table} AS FROM {table}")
            self.con.execute(f"DELETE FROM {table}")
        self.con.execute("DETACH kept")

    def merge(self, con: duckdb.DuckDBPyConnection, base: Path) -> list[str]:
        """Put the results of rules together; return those whose run before does not hold what it should.

        Args:
            con: where they are put.
            base: the results of the run before.
        """
        rules = [
            rule.id
            for circle in CIRCLES
            for rule in self.plan.by_circle.get(circle.name, ())
            if rule.id not in self.failed
        ]
        replaced = [
            (rule, office) for rule in rules if rule in self.plan.owned for office in self.ground.offices
        ]
        parts = {BASE: base} | {side: self._results(side) for side in SIDES}
        return put_together(con, parts, rules, MERGED, replaced)
