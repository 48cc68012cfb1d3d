"""Official forms as PDF: a register of many people, and many recommendation sheets."""

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import alternate
from benchmarks.paper_forms import BARS, entry, sheet
from benchmarks.section import Aim, Section
from benchmarks.sizes import ROOT, Sizes
from ndaudit.forms.filling import register_data, sheet_data
from ndaudit.forms.printing import write_pdf
from ndaudit.offices import read_offices
from ndaudit.tables import read_tables

EXPECTATIONS = ROOT / "expectations"


def register(path: Path, people: int) -> None:
    """Fill and print a register."""
    table = read_tables(EXPECTATIONS / "tables")["register_entry"]
    office = read_offices(EXPECTATIONS / "offices.toml")["65"]
    write_pdf(path, "nd1", register_data(table, office, map(entry, range(people)), "mn"))


def recommendations(path: Path, count: int) -> None:
    """Fill and print recommendation sheets."""
    table = read_tables(EXPECTATIONS / "tables")["recommendation_item"]
    office = read_offices(EXPECTATIONS / "offices.toml")["65"]
    write_pdf(path, "nd2", sheet_data(table, office, [sheet(number) for number in range(count)], "mn"))


def measured(sizes: Sizes) -> list[Section]:
    """Return the table."""
    works = {"nd1": f"НД-1 of {sizes.people:,} people", "nd2": f"НД-2, {sizes.sheets:,} sheets"}
    with TemporaryDirectory() as folder:
        paths = {form: Path(folder) / f"{form}.pdf" for form in works}
        figures = alternate(
            {
                works["nd1"]: (register, (paths["nd1"], sizes.people)),
                works["nd2"]: (recommendations, (paths["nd2"], sizes.sheets)),
            },
            sizes.runs,
        )
        large = {works[form]: path.stat().st_size / 1e6 for form, path in paths.items()}
    rows = tuple(
        (name, f"{one.cpu:.2f}", f"{one.wall:.2f}", f"{one.peak:.2f}", f"{large[name]:.1f}")
        for name, one in figures.items()
    )
    aims = tuple(
        Aim(
            f"{name} as PDF",
            f"≤ {BARS[form]:.0f} s",
            f"{figures[name].wall:.2f} s",
            figures[name].wall <= BARS[form],
        )
        for form, name in works.items()
    )
    head = ("form", "CPU s", "wall s", "peak GB", "PDF, MB")
    return [Section("Official forms as PDF", head, rows, (), aims)]
