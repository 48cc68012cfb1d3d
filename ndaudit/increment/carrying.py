"""A check that follows the change: what no delivery touched is carried over from the run before.

The rules are decided over the touched circles twice, in the snapshot of the run before and in the new one:
what the former gives is taken out of the results of the run before, what the latter gives is put in. What
touched offices had by themselves is taken out by their code. Rules that read nothing any delivery changed are
carried over as they stand; those that look across circles, or are declared otherwise than before, are decided
over everything.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from ndaudit.catalogue import Catalogue
from ndaudit.evaluation import Delivered, closed_offices, delivered_tables
from ndaudit.increment.change import Change
from ndaudit.increment.circles import FAMILY, FIRM
from ndaudit.increment.deciding import Passes
from ndaudit.increment.ground import Ground
from ndaudit.increment.keeping import Standing, planned
from ndaudit.increment.merging import BASE, CARRIED, put_together
from ndaudit.increment.plan import Plan, signature
from ndaudit.increment.standing import standing_populations
from ndaudit.increment.touching import (
    AFTER,
    BEFORE,
    BESIDE,
    FRESH,
    SIDES,
    TOUCHED,
    Loose,
    Touch,
    changed_names,
    loose_columns,
    share_of_rows,
    touched_offices,
)
from ndaudit.populations import Population
from ndaudit.rules import Rule
from ndaudit.store import Snapshot, connect, create_tables, declare_world, literal

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
        plan: the file in which the plan of the last check that carried one on is kept.
    """

    run: str
    failed: frozenset[str]
    results: Path
    catalogue: Catalogue
    snapshot: Snapshot
    plan: Path


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
    work = _Work(base, catalogue, snapshot, folder, memory_limit)
    both = work.connect()
    try:
        plan, ground = work.plan(both)
        in_full = {rule.id for rule in plan.in_full}
        put_together(con, {BASE: base.results}, [rule.id for rule in plan.untouched], CARRIED)
        if any(plan.by_circle.values()):
            passes = Passes(both, catalogue, plan, ground, folder, progress)
            in_full |= passes.decide() | set(passes.merge(con, base.results))
    finally:
        both.close()
    return Change(base.run, tuple(ground.offices), tuple(sorted(in_full)))


@dataclass(frozen=True)
class _Work:
    """What planning needs all along."""

    base: Base
    catalogue: Catalogue
    snapshot: Snapshot
    folder: Path
    memory_limit: str

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Return a connection that sees both snapshots, of before and after."""
        con = connect(memory_limit=self.memory_limit, spill=self.folder / "spill")
        for name, one in ((BEFORE, self.base.snapshot), (AFTER, self.snapshot)):
            con.execute(f"ATTACH {literal(str(one.path))} AS {name} (READ_ONLY)")
        for name in (TOUCHED, BESIDE, FRESH):
            con.execute(f"ATTACH ':memory:' AS {name}")
        return con

    def plan(self, con: duckdb.DuckDBPyConnection) -> tuple[Plan, Ground]:
        """Return how each rule is decided, and the rows it is decided over; note the circles."""
        tables, rules = self.catalogue.tables, list(self.catalogue.rules.values())
        offices = touched_offices(con, tables)
        ground = Ground(con, tables, offices, Touch(con, FAMILY, tables, where=f"{BESIDE}."))
        then, now = (delivered_tables(con, f"{side}.") for side in SIDES)
        same = [rule for rule in rules if self._is_same(rule, then, now)]
        others = tuple(rule for rule in rules if rule not in same)
        if not offices or not same:
            return Plan({}, others, untouched=tuple(same)), ground
        changed = changed_names(con)
        untouched = tuple(rule for rule in same if not self.catalogue.reads([rule.population]) & changed)
        if share_of_rows(con, tables, offices) > MOST:
            return Plan(
                {}, tuple(rule for rule in rules if rule not in untouched), untouched=untouched
            ), ground
        loose = loose_columns(con, FAMILY, tables) | loose_columns(con, FIRM, tables)
        left = [rule for rule in same if rule not in untouched]
        ground.show_whole(AFTER)
        declare_world(con, self.catalogue.law, self.catalogue.thresholds)
        plan = self._planned(ground, left, loose, changed)
        ground = replace(
            ground,
            people=replace(ground.people, loose=loose, same=frozenset(tables) - changed),
            columns=plan.columns,
            whole=plan.whole,
        )
        ground, wide = self._touched(ground, plan)
        plan = plan.without(wide)
        return replace(plan, in_full=(*plan.in_full, *others), untouched=untouched), ground

    def _touched(self, ground: Ground, plan: Plan) -> tuple[Ground, set[str]]:
        """Note the touched circles some rule asks for; return them, and which kinds hold most people."""
        people, wide = ground.people, set[str]()
        if plan.by_circle.get(FAMILY.name) or plan.by_circle.get(FIRM.name):
            people.find(ground.offices)
            if people.share_of("person", "person", "person_id") > MOST:
                return ground, {FAMILY.name, FIRM.name}
        if plan.by_circle.get(FIRM.name):
            firms = replace(people, circle=FIRM, where=f"{TOUCHED}.")
            firms.find(ground.offices)
            around = replace(firms, circle=FAMILY)
            if around.share_of("person", "person", "person_id") > MOST:
                wide.add(FIRM.name)
            fresh = around.beyond(people, f"{FRESH}.")
            ground = replace(ground, firms=firms, fresh=None if fresh.is_empty else fresh)
        return ground, wide

    def _planned(self, ground: Ground, rules: Sequence[Rule], loose: Loose, changed: frozenset[str]) -> Plan:
        """Return how rules are decided, read off the SQL of their populations."""

        def standing(populations: Sequence[Population]) -> frozenset[str]:
            return standing_populations(ground, self.catalogue, populations, changed)

        def make(ask: Standing) -> Plan:
            # reading SQL takes what is heavy to import, and a plan that was kept needs none of it
            from ndaudit.increment.planning import make_plan

            shape = connect()
            try:
                create_tables(shape, self.catalogue.tables.values())
                declare_world(shape, self.catalogue.law, self.catalogue.thresholds)
                return make_plan(shape, self.catalogue, rules, loose, ask)
            finally:
                shape.close()

        return planned(self.base.plan, self.catalogue, rules, loose, standing, make)

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
