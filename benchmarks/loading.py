"""Loading one delivery of contributions into an empty store, beside DuckDB's bare typed read of its file.

The floor is always the bare read of the canonical file, which holds the same rows: no reader of its own
takes mixed dates or CP1251.
"""

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.contributions import MONEY, write_cp1251_csv, write_csv, write_mixed_csv
from benchmarks.measure import Figures, alternate
from ndaudit import audit
from ndaudit.beginning import begin, shipped
from ndaudit.store import connect, literal, quoted
from ndaudit.tables import Table, read_tables
from ndaudit.workbench import open_workbench

NAME = "contribution.csv"


def contribution_table() -> Table:
    """Return the table as the shipped data dictionary has it."""
    return read_tables(shipped("expectations") / "tables")["contribution"]


def write_manifest(path: Path, rows: int, totals: dict[str, str], period: str, mode: str) -> None:
    """Promise a file beside it, as an office does."""
    promised = ", ".join(f'{name} = "{total}"' for name, total in totals.items())
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    path.with_name("manifest.toml").write_text(
        f'office = "1110"\nperiod = "{period}"\nexported_at = {period}-28T18:00:00\nexported_by = "b"\n'
        f'software = "b"\n[[files]]\ntable = "contribution"\nmode = "{mode}"\nname = "{path.name}"\n'
        f'rows = {rows}\nsha256 = "{digest}"\ntotals = {{ {promised} }}\n',
        "utf-8",
    )


def _totals(path: Path) -> dict[str, str]:
    con = connect()
    sums = ", ".join(f"sum({name})" for name in MONEY)
    [found] = con.execute(f"SELECT {sums} FROM read_csv({literal(str(path))})").fetchall()
    con.close()
    return {name: f"{total:.2f}" for name, total in zip(MONEY, found, strict=True)}


def _deliver(folder: Path, rows: int) -> dict[str, Path]:
    """Write the same rows in three spellings, each a delivery of its own; return their files."""
    files = {name: folder / name / NAME for name in ("canonical", "mixed", "cp1251")}
    for path in files.values():
        path.parent.mkdir(parents=True)
    write_csv(files["canonical"], rows)
    write_mixed_csv(files["mixed"], rows)
    titles = {column.name: column.title.mn for column in contribution_table().columns}
    write_cp1251_csv(files["cp1251"], rows, titles)
    totals = _totals(files["canonical"])
    for path in files.values():
        write_manifest(path, rows, totals, "2025-12", "full")
    return files


def ours(folder: Path, delivery: Path) -> None:
    """Load the delivery into a new workbench."""
    with TemporaryDirectory(dir=folder) as target:
        begin(Path(target) / "nd", "en")
        audit.load(open_workbench(Path(target) / "nd", {}, folder), [delivery])


def bare(folder: Path, path: Path) -> None:
    """Read the file into a table of the right types, with DuckDB alone."""
    types = {column.name: column.sql_type for column in contribution_table().columns}
    columns = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in types.items())
    with TemporaryDirectory(dir=folder) as target:
        con = connect(Path(target) / "bare.duckdb")
        con.execute(
            f"CREATE TABLE {quoted('contribution')} AS SELECT * FROM read_csv({literal(str(path))},"
            f" auto_detect=false, header=true, delim=',', columns={{{columns}}})"
        )
        con.close()


def measure(rows: int, runs: int) -> dict[str, Figures]:
    """Return the medians of each side over one file of `rows` contributions."""
    with TemporaryDirectory() as root:
        folder = Path(root)
        files = _deliver(folder, rows)
        sides = {
            "ndaudit load, canonical": (ours, (folder, files["canonical"].parent)),
            "DuckDB bare typed read, canonical": (bare, (folder, files["canonical"])),
            "ndaudit load, mixed dates and separators": (ours, (folder, files["mixed"].parent)),
            "ndaudit load, CP1251": (ours, (folder, files["cp1251"].parent)),
        }
        return alternate(sides, runs)
