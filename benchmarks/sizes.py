"""How large and how often: every knob of `make bench`, from the environment."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.multiplied import make_country, multiply
from ndaudit.store import current_snapshot
from ndaudit.tables import read_tables

ROOT = Path(__file__).parent.parent


def _whole(name: str, usual: int) -> int:
    return int(os.environ.get(f"NDAUDIT_BENCH_{name}", usual))


@dataclass(frozen=True)
class Sizes:
    """The sizes of one pass.

    Attributes:
        rows: contributions of one delivery; runs: of each side, the median counts.
        persons: people of the synthetic world, some 190 contributions each.
        copies: how many times over that world stands in each country, smallest country first.
        countries: files of countries made before, in place of copies.
        pensions: pensions recomputed; people, sheets: on the forms; findings: on the review screen.
        reports: how many of the thirty reports the slow engine makes; the rest is scaled.
        bench_persons: people of the workbench that reports and first cells are measured on.
        folder: where what several sections read is kept during the pass.
    """

    rows: int
    runs: int
    persons: int
    copies: tuple[int, ...]
    countries: tuple[Path, ...]
    pensions: int
    people: int
    sheets: int
    findings: int
    reports: int
    bench_persons: int
    folder: Path

    @classmethod
    def asked(cls, folder: Path) -> "Sizes":
        """Return the sizes the environment asks for."""
        told = os.environ.get("NDAUDIT_BENCH_COPIES", "3,9")
        given = os.environ.get("NDAUDIT_BENCH_COUNTRIES", "")
        return cls(
            rows=_whole("ROWS", 10_000_000),
            runs=_whole("RUNS", 5),
            persons=_whole("PERSONS", 17_000),
            copies=tuple(int(part) for part in told.split(",")),
            countries=tuple(Path(part) for part in given.split(":") if part),
            pensions=_whole("PENSIONS", 20_000),
            people=_whole("PEOPLE", 2_000),
            sheets=_whole("SHEETS", 10_000),
            findings=_whole("FINDINGS", 1_000_000),
            reports=_whole("STOCK", 12),
            bench_persons=_whole("WORKBENCH_PERSONS", 15_000),
            folder=folder,
        )

    def every_country(self) -> tuple[Path, ...]:
        """Return the files of all countries, smallest first; what is not there yet is made."""
        return self.countries or tuple(self._country(copies) for copies in self.copies)

    def _country(self, copies: int) -> Path:
        path, place = self.folder / f"country-{copies}.duckdb", self.folder / "world"
        if path.is_file():
            return path
        if not (place / "made").is_file():
            place.mkdir()
            made = make_country(place, self.persons, copies)
            (place / "made").touch()
        else:
            tables = list(read_tables(ROOT / "expectations" / "tables").values())
            made = place / "country.duckdb"
            multiply(current_snapshot(place / "nd" / "data" / "store").path, copies, made, tables)
        return made.rename(path)

    def workbench(self) -> Path:
        """Return a workbench of every office that has been checked; it is made when not there yet."""
        named = os.environ.get("NDAUDIT_BENCH_WORKBENCH")
        path = Path(named) if named else self.folder / "bench"
        if (path / "data" / "runs" / "current.json").is_file():
            return path
        made, bench = self.folder / "in", ("-C", str(path))
        for command in (
            ("init", str(path)),
            ("synth", "--offices", "all", "--persons", str(self.bench_persons), "--out", str(made), *bench),
            ("load", str(made), *bench),
            ("check", "--no-docs", *bench),
        ):
            subprocess.run([sys.executable, "-m", "ndaudit", *command], check=True, stdout=subprocess.DEVNULL)
        return path
