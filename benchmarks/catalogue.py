"""The whole catalogue beside plain SQL for the same rules, on a country made by `benchmarks.multiplied`.

    python -m benchmarks.multiplied STORE.duckdb 3 COUNTRY.duckdb
    python -m benchmarks.catalogue COUNTRY.duckdb RUNS

The floor keeps the same intermediate populations (some written differently, in `benchmarks/by_hand/`) and
asks each population once: one query counts the exceptions of all its rules. It writes no finding, no evidence
and no undetermined item, and counts nothing by office. Both sides must count the same exceptions.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from benchmarks.measure import Figures, alternate
from benchmarks.pensions import catalogue
from ndaudit.catalogue import Catalogue
from ndaudit.deciding import scope_sql
from ndaudit.evaluation import build_populations, closed_offices, create_results, delivered_tables, evaluate
from ndaudit.memory import make_room
from ndaudit.populations import in_order
from ndaudit.scope import EVERYTHING
from ndaudit.store import RECORDS, connect, declare_world, literal, quoted

BY_HAND = Path(__file__).parent / "by_hand"
MEMORY = "8GB"


def world(database: Path, ours: Catalogue, spill: Path, memory: str = MEMORY) -> duckdb.DuckDBPyConnection:
    """Return a connection in which rules can be decided over the country."""
    con = connect(memory_limit=memory, spill=spill)
    con.execute(f"ATTACH {literal(str(database))} AS snapshot (READ_ONLY)")
    for name in (*ours.tables, *RECORDS):
        con.execute(f"CREATE VIEW {quoted(name)} AS SELECT * FROM snapshot.{quoted(name)}")
    declare_world(con, ours.law, ours.thresholds)
    return con


def check(database: Path, out: Path, memory: str = MEMORY) -> None:
    """Decide every rule as `ndaudit check` does and write the exceptions of each into `out`.

    Raises:
        RuntimeError: a rule could not be run.
    """
    ours = catalogue()
    con = world(database, ours, out.parent / "spill", memory)
    create_results(con)
    parts = make_room(con, memory, out.parent / "spill")
    broken = build_populations(con, ours, ours.rules.values(), parts=parts)
    failures = evaluate(con, ours, ours.rules.values(), EVERYTHING, broken)
    rows = con.execute(
        "SELECT rule_id, sum(exceptions) FROM rule_result GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    con.close()
    if failures:
        raise RuntimeError(str(failures))
    found = {name: int(exceptions) for name, exceptions in rows}
    out.write_text(json.dumps({name: found.get(name, 0) for name in ours.rules}), "utf-8")


def _keep(con: duckdb.DuckDBPyConnection, ours: Catalogue) -> None:
    wanted = frozenset(rule.population for rule in ours.rules.values())
    for population in in_order(ours.populations, wanted):
        own = BY_HAND / f"{population.name}.sql"
        sql = own.read_text("utf-8") if own.is_file() else population.sql
        kind = "TEMP TABLE" if population.materialise else "TEMP VIEW"
        con.execute(f"CREATE {kind} {quoted(population.name)} AS {sql}")


def count_by_hand(database: Path, out: Path) -> None:
    """Count the exceptions of every rule with one query a population and write them into `out`."""
    ours = catalogue()
    con = world(database, ours, out.parent / "spill")
    _keep(con, ours)
    found: dict[str, int] = {}
    delivered = delivered_tables(con)
    for name in sorted({rule.population for rule in ours.rules.values()}):
        rules = [rule for rule in ours.rules.values() if rule.population == name]
        population = ours.populations[name]
        asked = []
        for rule in rules:
            closed = closed_offices(delivered, ours.needed_by(rule)) if population.office else []
            where = scope_sql(rule, population, EVERYTHING, closed)
            asked.append(f"({where}) AND NOT ({rule.requirement}) AS {quoted(rule.id)}")
        counted = ", ".join(f"count(*) FILTER (WHERE {quoted(rule.id)})" for rule in rules)
        [counts] = con.execute(
            f"SELECT {counted} FROM (SELECT {', '.join(asked)} FROM {quoted(name)})"
        ).fetchall()
        found |= dict(zip((rule.id for rule in rules), counts, strict=True))
    con.close()
    out.write_text(json.dumps({name: found[name] for name in ours.rules}), "utf-8")


def measure(database: Path, runs: int) -> dict[str, Figures]:
    """Return the medians of the check and of the floor.

    Raises:
        RuntimeError: the two count different exceptions.
    """
    with TemporaryDirectory() as folder:
        ours, floor = Path(folder) / "ours.json", Path(folder) / "floor.json"
        figures = alternate(
            {
                "ndaudit: every rule, findings with evidence, counts per office": (check, (database, ours)),
                "DuckDB: the exceptions of every rule counted, nothing written": (
                    count_by_hand,
                    (database, floor),
                ),
            },
            runs,
        )
        one, other = (json.loads(path.read_text("utf-8")) for path in (ours, floor))
    if one != other:
        raise RuntimeError(str({name: (one[name], other[name]) for name in one if one[name] != other[name]}))
    return figures


if __name__ == "__main__":
    for side, side_figures in measure(Path(sys.argv[1]), int(sys.argv[2])).items():
        sys.stdout.write(f"{side}: {side_figures}\n")
