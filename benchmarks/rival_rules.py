"""Twenty row rules by ourselves, by hand, by stock Great Expectations and by other validators.

    python -m benchmarks.rival_rules make      makes the environments (needs a package index once)

Each validator runs from its released package in an environment of its own. Imports stand outside the
measurement on every side.
"""

import json
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.contributions import write_table
from benchmarks.measure import Figures, medians, once
from benchmarks.rival_gx import stock
from benchmarks.row_rules import by_hand, ours
from ndaudit.store import connect, literal

FOLDER = Path(__file__).parent / "rivals"
PLACE = Path(__file__).parent.parent / "build" / "rivals"
OURS = "ndaudit: every key, evidence, counts per office"
BY_HAND = "DuckDB by hand: keys only"
GX = "Great Expectations, stock: at most 20 keys a rule"
INSTALL = "its environment is not there: python -m benchmarks.rival_rules make"


@dataclass(frozen=True)
class Rival:
    """One validator.

    Attributes:
        package: what is installed; `beside` goes with it.
        returns: what it gives for a failing row.
        keys: it names every failing row.
        lacks: what it could not state, or not return.
    """

    package: str
    returns: str
    keys: bool
    lacks: tuple[str, ...] = ()
    beside: tuple[str, ...] = ("polars",)

    @property
    def side(self) -> str:
        """How the results call it."""
        name, _, version = self.package.partition("==")
        return f"{name.partition('[')[0]} {version}: {self.returns}"


RIVALS = {
    "dataframely": Rival("dataframely==3.1.2", "every key, a flag for each rule", keys=True),
    "pandera": Rival("pandera[polars]==0.35.0", "every key", keys=True),
    "pointblank": Rival("pointblank==1.1.1", "every failing row", keys=True),
    "cuallee": Rival(
        "cuallee==0.15.4", "counts, 15 rules", keys=False,
        lacks=("keys are not returned", "cannot state the five rules that compare two columns, on polars"),
    ),
    "soda": Rival(
        "soda-duckdb==4.28.0", "counts, 20 rules in one query", keys=False,
        lacks=("keys of failing rows are not returned without its cloud",), beside=(),
    ),
    "duckguard": Rival(
        "duckguard==3.2.0", "counts, 20 rules", keys=False,
        lacks=("keys are not returned; of ranges and sets at most ten failing values, no row is named",),
        beside=(),
    ),
}  # fmt: skip
_SIDES = {rival.side: rival for rival in RIVALS.values()}


def lacks(side: str) -> tuple[str, ...]:
    """Return what a side could not state or return."""
    if side == GX:
        return ("keys beyond 20 a rule are not returned on SQL",)
    return _SIDES[side].lacks if side in _SIDES else ()


def returns_keys(side: str) -> bool:
    """Return whether a side is a validator that names every failing row."""
    return side in _SIDES and _SIDES[side].keys


def make_environments() -> None:
    """Install each rival into an environment of its own."""
    for name, rival in RIVALS.items():
        venv.create(PLACE / name, with_pip=True, clear=True)
        python = PLACE / name / "bin" / "python"
        wanted = [rival.package, *rival.beside]
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted], check=True
        )


def _rival(name: str, table: Path) -> tuple[float, float, float]:
    """Run one rival in its own interpreter; return CPU seconds, wall seconds and peak GB."""
    command = [str(PLACE / name / "bin" / "python"), str(FOLDER / f"in_{name}.py"), str(table)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=FOLDER).stdout
    figures = json.loads(said.splitlines()[-1])
    return figures["cpu"], figures["wall"], figures["peak"]


def measure(rows: int, runs: int) -> tuple[dict[str, Figures], dict[str, str]]:
    """Return the medians by side, sides alternating, and why others could not run."""
    taken: dict[str, list[tuple[float, float, float]]] = {}
    failed: dict[str, str] = {}
    with TemporaryDirectory() as folder:
        database, table = Path(folder) / "contribution.duckdb", Path(folder) / "contribution.parquet"
        write_table(database, rows)
        con = connect(database, read_only=True)
        con.execute(f"COPY contribution TO {literal(str(table))}")
        con.close()
        for _ in range(runs):
            for side, work in ((OURS, ours), (BY_HAND, by_hand), (GX, stock)):
                taken.setdefault(side, []).append(once(work, database))
            for name, rival in RIVALS.items():
                if not (PLACE / name / "bin" / "python").exists():
                    failed[rival.side] = INSTALL
                    continue
                try:
                    taken.setdefault(rival.side, []).append(_rival(name, table))
                except subprocess.CalledProcessError as error:
                    failed[rival.side] = (error.stderr.strip().splitlines() or [str(error.returncode)])[-1]
    whole = {side: found for side, found in taken.items() if side not in failed}
    return medians(whole), failed


if __name__ == "__main__":
    if sys.argv[1:] == ["make"]:
        make_environments()
    else:
        sys.exit("python -m benchmarks.rival_rules make; the measurement: python -m benchmarks row_rules")
