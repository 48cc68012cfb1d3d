"""`check --incremental` beside a full check, on a country of `benchmarks.multiplied` and a delivery after it.

    python -m benchmarks.incremental COUNTRY.duckdb [one] [month] [whole] [all]

`one`: the office of middling size delivers its newest month once more, one wage in a hundred corrected.
`month`: it delivers a month that was not there before: a contribution for each row of the newest month, a
payment for each payment of it.
`whole`: it delivers all it has once more, what one person in a hundred earned and was paid corrected.
`all`: every office delivers a month that was not there before.

The second snapshot is made as the loader would make it: the batch is recorded, rows it replaces are gone, its
rows stand in a run behind the others. Both checks must find the same, line by line. The incremental check is
run twice: the first time it has to read off the SQL how each rule can be decided, then that plan is kept.
"""

import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from benchmarks.measure import once
from ndaudit.beginning import begin
from ndaudit.catalogue import read_catalogue
from ndaudit.checking import decide
from ndaudit.evaluation import RESULT_TABLES
from ndaudit.findings import Run, read_run
from ndaudit.increment.keeping import PLAN
from ndaudit.increment.touching import AFTER, share_of_rows
from ndaudit.scope import EVERYTHING
from ndaudit.store import Snapshot, connect, literal
from ndaudit.workbench import Workbench, open_workbench

FIRST, SECOND = "first", "second"
MONTHLY = ("contribution", "payment")
_CORRECTED = {"contribution": ["wage"], "payment": ["amount"]}
_OFFICE = """
SELECT delivered_by FROM (SELECT delivered_by, count(*) AS n FROM contribution GROUP BY ALL)
ORDER BY n, delivered_by LIMIT 1 OFFSET (SELECT count(DISTINCT delivered_by) // 2 FROM contribution)
"""
_RECORD = """
INSERT INTO batch BY NAME
SELECT * REPLACE ('2-' || office_code AS batch_id, exported_at + to_days($days) AS exported_at)
FROM batch WHERE office_code IN (SELECT unnest($offices::VARCHAR[]))
QUALIFY row_number() OVER (PARTITION BY office_code ORDER BY exported_at DESC, batch_id) = 1
"""
_RECORD_FILE = """
INSERT INTO delivered_file BY NAME
SELECT DISTINCT ON (office_code) * REPLACE ('2-' || office_code AS batch_id, 'period' AS mode)
FROM delivered_file
WHERE table_name = $table AND office_code IN (SELECT unnest($offices::VARCHAR[])) AND batch_id NOT LIKE '2-%'
"""


@dataclass(frozen=True)
class Delivery:
    """What the second snapshot holds more than the first.

    Attributes:
        again: the month was delivered before; else it is the month after the newest one.
        whole: every row of the tables is delivered again.
    """

    offices: tuple[str, ...]
    again: bool
    tables: tuple[str, ...] = MONTHLY
    whole: bool = False

    def carry_out(self, con: duckdb.DuckDBPyConnection) -> int:
        """Write it into the current database; return how many rows it brought."""
        named = {"offices": list(self.offices)}
        con.execute(_RECORD, named | {"days": 3 if self.again else 31})
        brought = 0
        for table in self.tables:
            con.execute(_RECORD_FILE, named | {"table": table})
            con.execute(f"CREATE OR REPLACE TEMP TABLE came AS {self._rows(table)}", named)
            if self.again:
                months = "" if self.whole else " AND period IN (SELECT period FROM came)"
                con.execute(
                    f"DELETE FROM {table} WHERE delivered_by IN (SELECT delivered_by FROM came){months}"
                )
            brought += con.execute(f"INSERT INTO {table} FROM came").fetchall()[0][0]
        return brought

    def _rows(self, table: str) -> str:
        said = ["'2-' || delivered_by AS batch_id"]
        if self.whole:
            corrected = _CORRECTED.get(table, [])
            said += [f"CASE WHEN person_id % 100 = 7 THEN {c} + 10 ELSE {c} END AS {c}" for c in corrected]
            rows = f"SELECT * REPLACE ({', '.join(said)}) FROM {table}"
            return f"{rows} WHERE delivered_by IN (SELECT unnest($offices::VARCHAR[]))"
        if self.again and table == "contribution":
            said.append("CASE WHEN contribution_id % 100 = 7 THEN wage + 10000 ELSE wage END AS wage")
        if not self.again:
            said.append("add_month(period) AS period")
            said.append(
                "contribution_id + 900000000000000 AS contribution_id, reported_on + 31 AS reported_on,"
                " paid_on + 31 AS paid_on"
                if table == "contribution"
                else "'2-' || payment_id AS payment_id, paid_on + 31 AS paid_on"
            )
        return (
            f"SELECT * REPLACE ({', '.join(said)}) FROM {table}"
            " WHERE delivered_by IN (SELECT unnest($offices::VARCHAR[]))"
            f" AND period = (SELECT max(period) FROM {table}"
            " WHERE period <= (SELECT max(exported_at) FROM batch))"
            " ORDER BY person_id, period"
        )


def _snapshot(workbench: Workbench, name: str) -> Snapshot:
    return Snapshot(name, workbench.store / f"{name}.duckdb", "", {})


def _check(folder: Path, name: str, carried: str | None, kept: Path) -> None:
    """Decide every rule over a snapshot and write down the id of the run."""
    workbench = open_workbench(folder, {}, folder)
    catalogue = read_catalogue(workbench)
    base = read_run(workbench, carried) if carried else None
    snapshot = _snapshot(workbench, name)
    run = decide(workbench, catalogue, snapshot, catalogue.rules.values(), EVERYTHING, None, base)
    if run.failures:
        raise RuntimeError(str(run.failures))
    kept.write_text(run.id, "utf-8")


def _measured(folder: Path, name: str, carried: str | None, what: str) -> str:
    kept = folder / "run"
    cpu, wall, peak = once(_check, folder, name, carried, kept)
    sys.stdout.write(f"{what}: CPU {cpu:.1f} s, wall {wall:.1f} s, {peak:.2f} GB\n")
    sys.stdout.flush()
    return kept.read_text("utf-8")


def _differing(workbench: Workbench, one: str, other: str) -> tuple[int, int]:
    """Return the lines of findings, and how many lines of all results only one of two runs holds."""
    con = connect()
    try:
        for side, run in (("one", one), ("other", other)):
            con.execute(f"ATTACH {literal(str(read_run(workbench, run).database))} AS {side} (READ_ONLY)")
        [[findings]] = con.execute("SELECT count(*) FROM one.finding").fetchall()
        odd = 0
        for table in RESULT_TABLES:
            [[count]] = con.execute(
                f"SELECT count(*) FROM ((FROM one.{table} EXCEPT ALL FROM other.{table}) UNION ALL"
                f" (FROM other.{table} EXCEPT ALL FROM one.{table}))"
            ).fetchall()
            odd += count
        return findings, odd
    finally:
        con.close()


def _delivered(workbench: Workbench, which: str) -> str:
    """Make the second snapshot; say what was delivered."""
    path = _snapshot(workbench, SECOND).path
    shutil.copyfile(_snapshot(workbench, FIRST).path, path)
    con = connect(path)
    try:
        con.execute("CREATE TEMP MACRO add_month(day) AS CAST(day + INTERVAL 1 MONTH AS DATE)")
        asked = _OFFICE if which != "all" else "SELECT DISTINCT delivered_by FROM contribution ORDER BY ALL"
        offices = tuple(code for (code,) in con.execute(asked).fetchall())
        delivery = Delivery(offices, again=which in ("one", "whole"))
        if which == "whole":
            delivery = replace(delivery, tables=tuple(read_catalogue(workbench).tables), whole=True)
        brought = delivery.carry_out(con)
        [[rows]] = con.execute("SELECT count(*) FROM contribution").fetchall()
        con.execute("CHECKPOINT")
    finally:
        con.close()
    return f"{which}: {len(offices)} offices deliver {brought:,} rows; {rows:,} contributions in the country"


def _tell_change(workbench: Workbench, run: Run) -> None:
    """Say how much was touched, and which rules were decided over everything."""
    if run.change is None:
        raise RuntimeError("no run was carried on")
    tables = read_catalogue(workbench).tables
    con = connect()
    try:
        con.execute(f"ATTACH {literal(str(_snapshot(workbench, SECOND).path))} AS {AFTER} (READ_ONLY)")
        share = share_of_rows(con, tables, run.change.offices)
    finally:
        con.close()
    sys.stdout.write(
        f"offices touched: {len(run.change.offices)}, with {share:.1%} of all rows; decided in full:"
        f" {len(run.change.in_full)} of {len(run.totals)} rules ({', '.join(run.change.in_full)})\n"
    )


def measure(country: Path, cases: list[str]) -> None:
    """Print the figures of both kinds of check after each delivery.

    Raises:
        RuntimeError: the two found different things.
    """
    with TemporaryDirectory() as folder:
        workbench = begin(Path(folder) / "nd", "en")
        workbench.store.mkdir(parents=True, exist_ok=True)
        _snapshot(workbench, FIRST).path.symlink_to(country.resolve())
        first = _measured(workbench.root, FIRST, None, "full check before the delivery")
        for which in cases:
            sys.stdout.write(_delivered(workbench, which) + "\n")
            (workbench.runs / PLAN).unlink(missing_ok=True)
            _measured(workbench.root, SECOND, first, "check --incremental, the first")
            followed = _measured(workbench.root, SECOND, first, "check --incremental")
            full = _measured(workbench.root, SECOND, None, "full check")
            _tell_change(workbench, read_run(workbench, followed))
            findings, odd = _differing(workbench, followed, full)
            sys.stdout.write(f"{findings:,} findings, {odd} lines of results differ\n")
            if odd:
                raise RuntimeError(f"{which}: {odd} lines of results differ")


if __name__ == "__main__":
    measure(Path(sys.argv[1]), sys.argv[2:] or ["one", "month", "whole", "all"])
