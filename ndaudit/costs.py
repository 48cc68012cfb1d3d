"""What each step of a check costs: only `check --explain` asks, and only then is anything measured."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from ndaudit.catalogue import Catalogue

Progress = Callable[[str, int, int], None]
_SCANS = ("TABLE_SCAN", "SEQ_SCAN")
_KEPT = ("CREATE_TABLE_AS", "BATCH_CREATE_TABLE_AS", "INSERT", "BATCH_INSERT")


@dataclass(frozen=True)
class StepCost:
    """What one step of a check cost: a kept population that was made, or a rule that was decided.

    A population that is not kept is worked out in every step that reads it, and counts there.

    Attributes:
        kind: population or rule.
        passes: how many times it read a delivered table or a kept population, or part of one.
        rows_read: rows of those passes.
        rows: items of the population, or of the rule's.
        read: how many times other steps read the kept population; 0 for a rule.
        cpu_seconds: of all threads.
        memory: bytes DuckDB held at most during one of its statements.
        spilled: bytes on disk at most, for what did not fit into memory.
    """

    name: str
    kind: str
    passes: int
    rows_read: int
    rows: int
    read: int
    cpu_seconds: float
    seconds: float
    memory: int
    spilled: int


@dataclass
class _Step:
    """Figures of the step under way."""

    cpu: float = field(default_factory=time.process_time)
    wall: float = field(default_factory=time.perf_counter)
    scanned: Counter[str] = field(default_factory=Counter)
    rows_read: int = 0
    kept: int = 0
    memory: int = 0
    spilled: int = 0


def _nodes(operator: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield operator
    for child in operator.get("children", ()):
        yield from _nodes(child)


class _Watched:
    """A connection whose statements are measured."""

    def __init__(self, con: duckdb.DuckDBPyConnection, meter: "Meter") -> None:
        self._con = con
        self._meter = meter

    def execute(self, statement: str, parameters: Any = None) -> duckdb.DuckDBPyConnection:
        """Run a statement."""
        self._meter.run_in(None)
        result = self._con.execute(statement, parameters)
        self._meter.run_in(self._con)
        return result


class Meter:
    """Progress of a check that also measures it: the check decides in the connection `watch` returns."""

    def __init__(self, progress: Progress | None = None) -> None:
        self._progress = progress
        self._unread: duckdb.DuckDBPyConnection | None = None
        self._step = _Step()
        self._done: list[tuple[str, float, float, _Step]] = []

    def watch(self, con: duckdb.DuckDBPyConnection) -> Any:
        """Return what stands in for the connection; its statements are measured from now on."""
        con.execute("SET enable_profiling = 'no_output'")
        con.execute("SET profiling_coverage = 'ALL'")
        self._step = _Step()
        return _Watched(con, self)

    def __call__(self, name: str, done: int, total: int) -> None:
        """Close the step of that name: what comes next belongs to the next one."""
        self.run_in(None)
        step = self._step
        self._done.append((name, time.process_time() - step.cpu, time.perf_counter() - step.wall, step))
        if self._progress:
            self._progress(name, done, total)
        self._step = _Step()

    def run_in(self, con: duckdb.DuckDBPyConnection | None) -> None:
        """Read the profile of the last statement, whole by now, and note the connection of the next one."""
        before, self._unread = self._unread, con
        if before is not None:
            self._add(json.loads(before.get_profiling_information("json")))

    def _add(self, profile: Mapping[str, Any]) -> None:
        step = self._step
        for node in (node for root in profile.get("operator", ()) for node in _nodes(root)):
            if node["type"] in _SCANS:
                step.scanned[node["extra_info"].get("Table", "").rpartition(".")[2].strip('"')] += 1
            elif node["type"] in _KEPT:
                step.kept += sum(child["intermediate_rows"] for child in node["children"])
        step.rows_read += profile.get("query", {}).get("total_rows_scanned", 0)
        system = profile.get("system", {})
        step.memory = max(step.memory, system.get("peak_buffer_memory", 0))
        step.spilled = max(step.spilled, system.get("peak_temp_dir_size", 0))

    def costs(self, catalogue: Catalogue, decided: Mapping[str, int]) -> list[StepCost]:
        """Return the steps, dearest first.

        Args:
            decided: items of each rule that was decided.
        """
        sources = {*catalogue.tables, *catalogue.populations}
        read: Counter[str] = sum((step.scanned for *_, step in self._done), Counter())
        found = []
        for name, cpu, wall, step in self._done:
            population = catalogue.populations.get(name)
            if population is not None and not population.materialise:
                continue
            found.append(
                StepCost(
                    name=name,
                    kind="rule" if population is None else "population",
                    passes=sum(times for table, times in step.scanned.items() if table in sources),
                    rows_read=step.rows_read,
                    rows=decided.get(name, 0) if population is None else step.kept,
                    read=0 if population is None else read[name],
                    cpu_seconds=round(cpu, 3),
                    seconds=round(wall, 3),
                    memory=step.memory,
                    spilled=step.spilled,
                )
            )
        return sorted(found, key=lambda cost: (-cost.cpu_seconds, cost.name))
