"""Recomputing pensions: right, service and amount of every award, from the months of the whole ledger."""

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.country import write_country
from benchmarks.measure import Figures, alternate
from ndaudit.beginning import shipped
from ndaudit.catalogue import Catalogue, read_catalogue
from ndaudit.evaluation import build_populations, create_results, evaluate
from ndaudit.scope import EVERYTHING
from ndaudit.store import RECORDS, connect, declare_world, literal, quoted
from ndaudit.workbench import Workbench

RULES = ("DET-06", "DET-08", "DET-09", "PRV-07")
"""What needs the whole recomputation: amount, right, service, years in a condition."""


def catalogue() -> Catalogue:
    """Return the shipped declarations."""
    return read_catalogue(Workbench(shipped("expectations").parent))


def recompute(database: Path) -> None:
    """Decide the rules of right and amount over the country, as `ndaudit check` does.

    Raises:
        RuntimeError: a rule could not be run.
    """
    ours = catalogue()
    rules = [ours.rules[name] for name in RULES]
    con = connect(spill=database.parent / "spill")
    con.execute(f"ATTACH {literal(str(database))} AS snapshot (READ_ONLY)")
    for name in (*ours.tables, *RECORDS):
        con.execute(f"CREATE VIEW {quoted(name)} AS SELECT * FROM snapshot.{quoted(name)}")
    declare_world(con, ours.law, ours.thresholds)
    create_results(con)
    broken = build_populations(con, ours, rules)
    failures = evaluate(con, ours, rules, EVERYTHING, broken)
    con.close()
    if failures:
        raise RuntimeError(str(failures))


def scan(database: Path) -> None:
    """Read the months of the whole ledger once and sum them by person: the least any recomputation reads."""
    con = connect()
    con.execute(f"ATTACH {literal(str(database))} AS snapshot (READ_ONLY)")
    con.execute(
        "CREATE TABLE total AS SELECT person_id, count(*) AS months, sum(wage) AS wage,"
        " max(paid_on) AS paid_on FROM snapshot.contribution GROUP BY person_id"
    )
    con.close()


def measure(pensions: int, runs: int) -> dict[str, Figures]:
    """Return the medians of recomputing `pensions` pensions, and of the bare scan."""
    with TemporaryDirectory() as folder:
        database = Path(folder) / "country.duckdb"
        write_country(database, catalogue().tables.values(), pensions)
        sides = {
            "ndaudit: right, service and amount of every pension": (recompute, (database,)),
            "DuckDB: one grouped scan of the same ledger": (scan, (database,)),
        }
        return alternate(sides, runs)
