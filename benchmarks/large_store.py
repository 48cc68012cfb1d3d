"""A delivery of 1 % new rows onto a large store, beside the same delivery into an empty one."""

import statistics
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.contributions import MONEY, contribution_sql
from benchmarks.loading import NAME, ours, write_manifest
from benchmarks.measure import Figures, once
from ndaudit import audit
from ndaudit.beginning import begin, shipped
from ndaudit.offices import read_offices
from ndaudit.snapshots import open_draft, point_to, seal, store_lock
from ndaudit.store import connect, literal
from ndaudit.tables import read_tables
from ndaudit.workbench import Workbench, open_workbench

OFFICE = "1110"
_CODES = sorted(read_offices(shipped("expectations") / "offices.toml"))
_PLACE = _CODES.index(OFFICE)


def _base_sql(rows: int) -> str:
    codes = ", ".join(map(literal, _CODES))
    office = f"list_extract([{codes}], 1 + person_id % {len(_CODES)})"
    return (
        f"SELECT * REPLACE ({office} AS office_code), {office} AS delivered_by,"
        f" {office} || '-2025-12-0' AS batch_id, {literal(NAME)} AS source_file,"
        f" contribution_id + 1 AS source_row FROM ({contribution_sql(rows)})"
    )


def build(root: Path, rows: int) -> None:
    """Make a workbench whose store holds `rows` contributions, one batch of every office."""
    begin(root, "en")
    workbench = open_workbench(root, {}, root)
    tables = read_tables(workbench.expectations / "tables")
    with store_lock(workbench), open_draft(workbench, tables, workbench.store, None) as draft:
        draft.con.execute(f"INSERT INTO contribution BY NAME {_base_sql(rows)}")
        draft.con.execute(
            "INSERT INTO batch BY NAME SELECT DISTINCT batch_id, delivered_by AS office_code,"
            " DATE '2025-12-01' AS period, TIMESTAMP '2025-12-28 18:00:00' AS exported_at,"
            " batch_id AS content_hash FROM contribution"
        )
        draft.con.execute(
            "INSERT INTO delivered_file BY NAME SELECT batch_id, office_code, 'contribution' AS table_name,"
            f" {literal(NAME)} AS source_file, 'full' AS mode FROM batch"
        )
        point_to(workbench, seal(workbench, draft, tables), draft.appended)


def deliver(folder: Path, rows: int, month: str, first: int) -> Path:
    """Write one month's export of one office: every hundredth row corrects one it delivered before.

    Args:
        first: number of the first new contribution.
    """
    folder.mkdir(parents=True)
    person = f"(contribution_id // 40 * {len(_CODES)} + {_PLACE})"
    corrected = f"(contribution_id // 100 * {len(_CODES)} + {_PLACE}) * 120"
    number = f"CASE contribution_id % 100 WHEN 0 THEN {corrected} ELSE {first} + contribution_id END"
    changed = (
        f"{number} AS contribution_id, {person} AS person_id,"
        f" DATE '{month}-01' AS period, '{OFFICE}' AS office_code"
    )
    con = connect()
    con.execute(f"CREATE TABLE export AS SELECT * REPLACE ({changed}) FROM ({contribution_sql(rows)})")
    con.execute(f"COPY export TO {literal(str(folder / NAME))} (HEADER)")
    sums = ", ".join(f"sum({name})::VARCHAR" for name in MONEY)
    [totals] = con.execute(f"SELECT {sums} FROM export").fetchall()
    con.close()
    write_manifest(folder / NAME, rows, dict(zip(MONEY, totals, strict=True)), month, "period")
    return folder


def load(root: Path, delivery: Path) -> None:
    """Load a delivery into the workbench."""
    workbench: Workbench = open_workbench(root, {}, root)
    audit.load(workbench, [delivery])


def measure(rows: int, runs: int) -> dict[str, Figures]:
    """Return the medians of loading `runs` months, 1 % of `rows` each, one upon the other."""
    taken: dict[str, list[tuple[float, float, float]]] = {"onto the store": [], "into an empty store": []}
    part = rows // 100
    with TemporaryDirectory() as place:
        folder = Path(place)
        once(build, folder / "nd", rows)
        for run in range(runs):
            delivery = deliver(folder / f"delivery-{run}", part, f"2026-{run + 1:02}", rows + run * part)
            taken["onto the store"].append(once(load, folder / "nd", delivery))
            taken["into an empty store"].append(once(ours, folder, delivery))
    return {
        name: Figures(*(statistics.median(column) for column in zip(*found, strict=True)))
        for name, found in taken.items()
    }
