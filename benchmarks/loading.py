"""Loading one delivery of contributions into an empty store, beside DuckDB's bare typed read of its file."""

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.contributions import write_csv
from benchmarks.measure import Figures, alternate
from ndaudit import audit
from ndaudit.beginning import begin, shipped
from ndaudit.store import connect, literal, quoted
from ndaudit.tables import read_tables
from ndaudit.workbench import open_workbench


def _deliver(folder: Path, rows: int) -> Path:
    folder.mkdir(parents=True)
    path = folder / "contribution.csv"
    write_csv(path, rows)
    con = connect()
    totals = con.execute(
        "SELECT sum(wage), sum(base), sum(employer_amount), sum(insured_amount)"
        f" FROM read_csv({literal(str(path))})"
    ).fetchall()[0]
    con.close()
    names = ("wage", "base", "employer_amount", "insured_amount")
    promised = ", ".join(f'{name} = "{total:.2f}"' for name, total in zip(names, totals, strict=True))
    (folder / "manifest.toml").write_text(
        'office = "1110"\nperiod = "2025-12"\nexported_at = 2026-01-12T18:00:00\nexported_by = "b"\n'
        'software = "b"\n[[files]]\ntable = "contribution"\nmode = "full"\n'
        f'name = "{path.name}"\nrows = {rows}\n'
        f'sha256 = "{hashlib.sha256(path.read_bytes()).hexdigest()}"\ntotals = {{ {promised} }}\n',
        "utf-8",
    )
    return path


def ours(folder: Path, delivery: Path) -> None:
    """Load the delivery into a new workbench."""
    with TemporaryDirectory(dir=folder) as target:
        begin(Path(target) / "nd", "en")
        audit.load(open_workbench(Path(target) / "nd", {}, folder), [delivery])


def bare(folder: Path, path: Path) -> None:
    """Read the file into a table of the right types, with DuckDB alone."""
    table = read_tables(shipped("expectations") / "tables")["contribution"]
    types = {column.name: column.sql_type for column in table.columns}
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
        path = _deliver(folder / "delivery", rows)
        sides = {
            "ndaudit load": (ours, (folder, path.parent)),
            "DuckDB bare typed read": (bare, (folder, path)),
        }
        return alternate(sides, runs)
