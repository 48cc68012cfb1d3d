"""A check that follows the change: what no delivery touched is carried over from the run before.

The rules are decided over the touched circles twice, in the snapshot of the run before and in the new one:
what the former gives is taken out of the results of the run before, what the latter gives is put in. Rules
that look across circles, or are declared otherwise than before, are decided over everything.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ndaudit.catalogue import Catalogue
from ndaudit.evaluation import (
    RESULT_TABLES,
    build_populations,
    closed_offices,
    create_results,
    evaluate,
)
from ndaudit.increment.circles import CIRCLES, FAMILY, Circle
from ndaudit.increment.merging import MERGED, NOT_THERE
from ndaudit.increment.plan import Plan, make_plan, signature
from ndaudit.increment.touching import AFTER, BEFORE, TOUCHED, Touch, touched_offices
from ndaudit.populations import in_order
from ndaudit.rules import Rule
from ndaudit.scope import EVERYTHING
from ndaudit.store import Snapshot, connect, create_tables, declare_world, literal, quoted

Progress = Callable[[str], None]


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


@dataclass(frozen=True)
class Change:
    """What was decided anew.

    Attributes:
        run: the run that was carried on.
        offices: the offices touched.
        in_full: the rules to be decided over everything.
    """

    run: str
    offices: tuple[str, ...]
    in_full: tuple[str, ...]

    @property
    def record(self) -> dict[str, Any]:
        """What `run.json` says of it."""
        return {"run": self.run, "offices": list(self.offices), "in_full": list(self.in_full)}

    @classmethod
    def read(cls, raw: Mapping[str, Any] | None) -> "Change | None":
        """Return what `run.json` says; None for a run that carried none on."""
        return cls(raw["run"], tuple(raw["offices"]), tuple(raw["in_full"])) if raw else None


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
    for circle in CIRCLES:
        rules = plan.by_circle[circle.name]
        broken = work.decide_touched(circle, rules)
        kept = [rule.id for rule in rules if rule.id not in broken]
        in_full |= broken | set(work.merge(con, circle, kept))
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
        con = self._connect()
        try:
            offices = touched_offices(con, self.catalogue.tables)
            for circle in CIRCLES:
                con.execute(f"ATTACH {literal(str(self._touched(circle)))} AS {TOUCHED}")
                Touch(con, circle, self.catalogue.tables).find(offices)
                con.execute(f"DETACH {TOUCHED}")
            loose = Touch(con, FAMILY, self.catalogue.tables).loose_columns()
            same = [rule for rule in self.catalogue.rules.values() if self._is_same(con, rule)]
        finally:
            con.close()
        shape = connect()
        try:
            create_tables(shape, self.catalogue.tables.values())
            declare_world(shape, self.catalogue.law, self.catalogue.thresholds)
            for one in in_order(self.catalogue.populations, frozenset(rule.population for rule in same)):
                shape.execute(f"CREATE VIEW {quoted(one.name)} AS {one.sql}")
            plan = make_plan(shape, self.catalogue, same, loose)
        finally:
            shape.close()
        others = [rule for rule in self.catalogue.rules.values() if rule not in same]
        return Plan(plan.by_circle, (*plan.in_full, *others)), offices

    def _is_same(self, con: duckdb.DuckDBPyConnection, rule: Rule) -> bool:
        """Tell whether a rule stands as it stood, for offices that had delivered what it needs."""
        then = self.base.catalogue.rules.get(rule.id)
        if then is None or rule.id in self.base.failed:
            return False
        if signature(self.base.catalogue, then) != signature(self.catalogue, rule):
            return False
        needed = self.catalogue.needed_by(rule)
        before, after = (closed_offices(con, needed, where=f"{side}.") for side in (BEFORE, AFTER))
        return before == after

    def _touched(self, circle: Circle) -> Path:
        return self.folder / f"touched-{circle.name}.duckdb"

    def _results(self, circle: Circle, side: str) -> Path:
        return self.folder / f"{circle.name}-{side}.duckdb"

    def decide_touched(self, circle: Circle, rules: Sequence[Rule]) -> set[str]:
        """Decide rules over the touched circles of both snapshots into databases; return what failed."""
        failed: set[str] = set()
        for side in (BEFORE, AFTER):
            con = self._connect()
            try:
                con.execute(f"ATTACH {literal(str(self._touched(circle)))} AS {TOUCHED} (READ_ONLY)")
                Touch(con, circle, self.catalogue.tables).attach(side)
                declare_world(con, self.catalogue.law, self.catalogue.thresholds)
                create_results(con)
                broken = build_populations(con, self.catalogue, rules, self.progress)
                failed |= {
                    one.rule_id
                    for one in evaluate(con, self.catalogue, rules, EVERYTHING, broken, self.progress)
                }
                con.execute(f"ATTACH {literal(str(self._results(circle, side)))} AS kept")
                for table in RESULT_TABLES:
                    con.execute(f"CREATE TABLE kept.{table} AS SELECT * FROM {table}")
            finally:
                con.close()
        return failed

    def merge(self, con: duckdb.DuckDBPyConnection, circle: Circle, rules: Sequence[str]) -> list[str]:
        """Put the results of rules together; return those whose run before does not hold what it should.

        A finding of the touched circles that the run before lacks would mean that it was made otherwise.
        """
        parts = {"base": self.base.results} | {side: self._results(circle, side) for side in (BEFORE, AFTER)}
        for name, path in parts.items():
            con.execute(f"ATTACH {literal(str(path))} AS {name} (READ_ONLY)")
        try:
            con.execute("CREATE TEMP TABLE carried AS SELECT unnest(?::VARCHAR[]) AS rule_id", [list(rules)])
            odd = [name for (name,) in con.execute(NOT_THERE).fetchall()]
            con.execute("DELETE FROM carried WHERE list_contains(?::VARCHAR[], rule_id)", [odd])
            for statement in MERGED:
                con.execute(statement)
            con.execute("DROP TABLE carried")
        finally:
            for name in parts:
                con.execute(f"DETACH {name}")
        return odd
