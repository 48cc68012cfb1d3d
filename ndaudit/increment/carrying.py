"""A check that follows the change: what no delivery touched is carried over from the run before.

The rules are decided over the touched circles twice, in the snapshot of the run before and in the new one:
what the former gives is taken out of the results of the run before, what the latter gives is put in. What
touched offices had by themselves is taken out by their code. Rules that look across circles, or are declared
otherwise than before, are decided over everything.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from ndaudit.catalogue import Catalogue
from ndaudit.evaluation import (
    RESULT_TABLES,
    Delivered,
    Failure,
    build_populations,
    closed_offices,
    count_closed,
    create_results,
    delivered_tables,
    evaluate,
)
from ndaudit.increment.change import Change
from ndaudit.increment.circles import CIRCLES, FAMILY, FIRM, OFFICE, Circle
from ndaudit.increment.merging import BASE, CARRIED, MERGED, put_together
from ndaudit.increment.plan import Plan, kept_populations, make_plan, signature
from ndaudit.increment.standing import standing_populations
from ndaudit.increment.touching import (
    AFTER,
    BEFORE,
    BESIDE,
    SIDES,
    TOUCHED,
    Loose,
    Touch,
    loose_columns,
    share_of_rows,
    touched_offices,
)
from ndaudit.populations import Population, in_order
from ndaudit.rules import Rule
from ndaudit.scope import EVERYTHING
from ndaudit.store import Snapshot, connect, create_tables, declare_world, literal, quoted

Progress = Callable[[str], None]
MOST = 0.5
"""Circles that hold more than this part of the rows are not worth deciding twice, before and after."""


@dataclass(frozen=True)
class Base:
    """The run that is carried on.

    Attributes:
        run: its id.
        failed: the rules it could not run.
        results: its database.
        catalogue: the declarations it kept.
        snapshot: what it decided over, still on disk.
    """

    run: str
    failed: frozenset[str]
    results: Path
    catalogue: Catalogue
    snapshot: Snapshot


def carry(
    con: duckdb.DuckDBPyConnection,
    base: Base,
    catalogue: Catalogue,
    snapshot: Snapshot,
    folder: Path,
    memory_limit: str,
    progress: Progress,
) -> Change:
    """Fill the result tables of `con` with what a check of `snapshot` gives for all rules but those returned.

    Args:
        con: a connection whose result tables are empty.
        folder: where what is needed on the way is kept.
        progress: told the name of each population and rule as it is done.

    Returns:
        what was touched, and the rules that are still to be decided, over everything.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    work = _Work(base, catalogue, snapshot, folder, memory_limit, progress)
    plan, offices = work.plan()
    in_full = {rule.id for rule in plan.in_full}
    work.carry_over(con, [rule.id for rule in plan.untouched])
    for circle in CIRCLES:
        if rules := plan.by_circle.get(circle.name):
            broken = work.decide_touched(circle, plan, offices)
            kept = [rule.id for rule in rules if rule.id not in broken]
            replaced = [(rule, office) for rule in kept if rule in plan.owned for office in offices]
            in_full |= broken | set(work.merge(con, circle, kept, replaced))
    return Change(base.run, tuple(offices), tuple(sorted(in_full)))


@dataclass(frozen=True)
class _Work:
    """What deciding the touched circles needs all along."""

    base: Base
    catalogue: Catalogue
    snapshot: Snapshot
    folder: Path
    memory_limit: str
    progress: Progress

    def _connect(self) -> duckdb.DuckDBPyConnection:
        """Return a connection that sees both snapshots, of before and after."""
        con = connect(memory_limit=self.memory_limit, spill=self.folder / "spill")
        for name, one in ((BEFORE, self.base.snapshot), (AFTER, self.snapshot)):
            con.execute(f"ATTACH {literal(str(one.path))} AS {name} (READ_ONLY)")
        return con

    def plan(self) -> tuple[Plan, list[str]]:
        """Return how each rule is decided, and which offices were touched; note the circles."""
        tables, rules = self.catalogue.tables, list(self.catalogue.rules.values())
        con = self._connect()
        try:
            offices = touched_offices(con, tables)
            then, now = (delivered_tables(con, f"{side}.") for side in SIDES)
            same = [rule for rule in rules if self._is_same(rule, then, now)]
            others = tuple(rule for rule in rules if rule not in same)
            if not offices or not same:
                return Plan({}, others, untouched=tuple(same)), offices
            if share_of_rows(con, tables, offices) > MOST:
                return Plan({}, tuple(rules)), offices
            loose = loose_columns(con, FAMILY, tables) | loose_columns(con, FIRM, tables)
            wide = {circle.name for circle in CIRCLES if self._find(con, circle, offices, loose) > MOST}
        finally:
            con.close()
        plan = self._planned(same, loose).without(wide)
        return replace(plan, in_full=(*plan.in_full, *others)), offices

    def _find(
        self, con: duckdb.DuckDBPyConnection, circle: Circle, offices: Sequence[str], loose: Loose
    ) -> float:
        """Note the touched circles of one kind; return which part of the persons they hold."""
        touch = Touch(con, circle, self.catalogue.tables, loose)
        con.execute(f"ATTACH {literal(str(self._touched(circle)))} AS {TOUCHED}")
        if circle.beside:
            con.execute(f"ATTACH {literal(str(self._touched(circle.beside)))} AS {BESIDE} (READ_ONLY)")
        try:
            touch.find(offices)
            people = circle.beside or circle
            touch = replace(touch, circle=people)
            return touch.share_of("person", "person", "person_id") if "person" in people.kinds else 0.0
        finally:
            con.execute(f"DETACH {TOUCHED}")
            if circle.beside:
                con.execute(f"DETACH {BESIDE}")

    def _planned(self, rules: Sequence[Rule], loose: Loose) -> Plan:
        """Return how rules are decided, read off the SQL of their populations."""
        shape = connect()
        try:
            create_tables(shape, self.catalogue.tables.values())
            declare_world(shape, self.catalogue.law, self.catalogue.thresholds)
            return make_plan(shape, self.catalogue, rules, loose, self._standing)
        finally:
            shape.close()

    def _standing(self, populations: Sequence[Population]) -> frozenset[str]:
        if not populations:
            return frozenset()
        sides = {BEFORE: self.base.snapshot, AFTER: self.snapshot}
        return standing_populations(self.catalogue, populations, sides, self.folder, self.memory_limit)

    def _is_same(self, rule: Rule, before: Delivered, after: Delivered) -> bool:
        """Tell whether a rule stands as it stood, for offices that had delivered what it needs."""
        then = self.base.catalogue.rules.get(rule.id)
        if then is None or rule.id in self.base.failed:
            return False
        catalogue = self.catalogue
        # the declarations of a run whose hash is the same are not read again
        if self.base.catalogue is not catalogue and (
            signature(self.base.catalogue, then) != signature(catalogue, rule)
        ):
            return False
        needed = catalogue.needed_by(rule)
        return closed_offices(before, needed) == closed_offices(after, needed)

    def _touched(self, circle: Circle) -> Path:
        return self.folder / f"touched-{circle.name}.duckdb"

    def _results(self, circle: Circle, side: str) -> Path:
        return self.folder / f"{circle.name}-{side}.duckdb"

    def decide_touched(self, circle: Circle, plan: Plan, offices: Sequence[str]) -> set[str]:
        """Decide the rules of a circle over what was touched into databases; return what failed.

        Of a rule whose items carry the office that delivered them nothing needs to be decided as it was
        before, but in circles that other offices have a row of: what the touched offices had is replaced.
        """
        rules = [self._inside(rule, circle, plan) for rule in plan.by_circle[circle.name]]
        owned = [rule for rule in rules if rule.id in plan.owned]
        others = [rule for rule in rules if rule.id not in plan.owned]
        failed: set[str] = set()
        self._create_results(circle)
        for side, chosen, apart in ((BEFORE, others, ()), (BEFORE, owned, offices), (AFTER, rules, ())):
            if chosen:
                failed |= self._decide(circle, side, chosen, plan, apart)
        return failed

    def _inside(self, rule: Rule, circle: Circle, plan: Plan) -> Rule:
        """Return a rule for items of touched circles only, where rows of others stand beside them."""
        if rule.id not in plan.named:
            return rule
        [kind] = circle.kinds
        column = quoted(plan.named[rule.id])
        touched = f"{column} IN (SELECT number FROM {TOUCHED}.{circle.name}_{kind})"
        return replace(rule, applies_when=f"({rule.applies_when or 'TRUE'}) AND {touched}")

    def _decide(
        self, circle: Circle, side: str, rules: Sequence[Rule], plan: Plan, apart: Sequence[str]
    ) -> set[str]:
        """Decide rules over the touched circles of one snapshot; return what failed.

        What several rules or populations read is kept here: of a few circles it is small, and what DuckDB
        needs to understand a view is not.

        Args:
            apart: offices without which a circle is to have rows too.
        """
        kept = kept_populations(self.catalogue, rules)
        parts = in_order(kept.populations, frozenset(rule.population for rule in rules))
        tables = {name: kept.tables[name] for part in parts for name in part.reads if name in kept.tables}
        if apart and circle == OFFICE:
            # no other office has a row of it
            tables = {}
        con = self._connect()
        try:
            con.execute(f"ATTACH {literal(str(self._touched(circle)))} AS {TOUCHED} (READ_ONLY)")
            touch = Touch(con, circle, tables, plan.loose, whole=plan.whole)
            touch.attach(side)
            declare_world(con, kept.law, kept.thresholds)
            create_results(con)
            if apart and not touch.keep_mixed(apart):
                count_closed(con, kept, rules)
                failures: list[Failure] = []
            else:
                broken = build_populations(con, kept, rules, self.progress)
                failures = evaluate(con, kept, rules, EVERYTHING, broken, self.progress)
            con.execute(f"ATTACH {literal(str(self._results(circle, side)))} AS kept")
            for table in RESULT_TABLES:
                con.execute(f"INSERT INTO kept.{table} SELECT * FROM {table}")
        finally:
            con.close()
        return {one.rule_id for one in failures}

    def _create_results(self, circle: Circle) -> None:
        for side in SIDES:
            con = connect(self._results(circle, side))
            try:
                create_results(con)
            finally:
                con.close()

    def carry_over(self, con: duckdb.DuckDBPyConnection, rules: Sequence[str]) -> None:
        """Take the results of rules of which nothing was touched from the run before, as they stand."""
        if rules:
            put_together(con, {BASE: self.base.results}, rules, CARRIED)

    def merge(
        self,
        con: duckdb.DuckDBPyConnection,
        circle: Circle,
        rules: Sequence[str],
        replaced: Sequence[tuple[str, str]],
    ) -> list[str]:
        """Put the results of rules together; return those whose run before does not hold what it should.

        Args:
            replaced: rules and offices of which everything was decided anew.
        """
        parts = {BASE: self.base.results} | {side: self._results(circle, side) for side in SIDES}
        return put_together(con, parts, rules, MERGED, replaced)
