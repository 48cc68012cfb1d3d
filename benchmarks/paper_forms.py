"""Official forms as PDF: a register (НД-1) of 2,000 people in two copies, and 10,000 sheets (НД-2).

`python -m benchmarks.paper_forms [PEOPLE SHEETS]` prints wall and processor seconds of each, with what the
template takes told apart from what the template costs. The people are invented; every cell is filled, no two
names are alike, and one person in five lacks something, so that lines of several heights occur.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from ndaudit.forms.filling import register_data, sheet_data
from ndaudit.forms.printing import write_pdf
from ndaudit.offices import read_offices
from ndaudit.tables import read_tables

PEOPLE, SHEETS = 2_000, 10_000
BARS = {"nd1": 2.0, "nd2": 60.0}
_EXPECTATIONS = Path(__file__).parent.parent / "expectations"
_SURNAMES = ("Бат", "Ганбаатар", "Дорж", "Нямдорж", "Өлзийхутаг", "Цэрэндулам")
_NAMES = ("Болормаа", "Мөнхбат", "Оюунчимэг", "Энхтүвшин", "Үүрийнтуяа")
_PAPERS = (
    ("labour_book", "archive_orders"),
    ("si_book", "office_archive_reference"),
    ("other", "other"),
)


def _name(number: int) -> tuple[str, str]:
    return _SURNAMES[number % len(_SURNAMES)], f"{_NAMES[number % len(_NAMES)]} {number}"


def entry(number: int) -> dict[str, Any]:
    """Return one line of a register."""
    lacking = number % 5 == 0
    return {
        "register_year": 2026,
        "listed_under": "employer",
        "listed_name": "«Тэмүүлэл» ХХК",
        "surname_name": " ".join(_name(number)),
        "birth_date": date(1971, 1 + number % 12, 1 + number % 28),
        "sex": "F" if number % 2 else "M",
        "register_no": f"УБ71{number:06}",
        "book_no": f"{number:08}",
        "children": number % 5,
        "work_condition": "normal",
        "window_wage": Decimal(60_000_000 + 1_234 * number),
        "service_months": 240 + number % 200,
        "service_months_before_1995": number % 60,
        "service_months_after_1995": 240 + number % 140,
        "eligible_on": date(2026, 1 + number % 12, 1 + number % 28),
        "papers": "incomplete" if lacking else "complete",
        "missing_papers": "1993–1995 оны хөдөлмөрийн дэвтэр, архивын лавлагаа" if lacking else None,
    }


def sheet(number: int) -> dict[str, Any]:
    """Return one recommendation sheet with up to three lines."""
    surname, given_name = _name(number)
    lines = [{"defective_paper": shown, "paper_to_add": added} for shown, added in _PAPERS[: 1 + number % 3]]
    return {
        "sheet_no": f"{number:05}",
        "issued_on": date(2025, 1 + number % 12, 1 + number % 28),
        "bring_by": date(2026, 1 + number % 12, 1 + number % 28),
        "surname": surname,
        "given_name": given_name,
        "lines": lines,
    }


def _timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    made = work()
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
    return made, wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(people: int = PEOPLE, sheets: int = SHEETS) -> dict[str, Mapping[str, float]]:
    """Return, by form: `fill_cpu`, `print_cpu`, `wall` (both) in seconds, `megabytes` of the PDF."""
    tables = read_tables(_EXPECTATIONS / "tables")
    office = read_offices(_EXPECTATIONS / "offices.toml")["65"]
    register, item = tables["register_entry"], tables["recommendation_item"]
    makers: dict[str, Callable[[], dict[str, Any]]] = {
        "nd1": lambda: register_data(register, office, map(entry, range(people)), "mn"),
        "nd2": lambda: sheet_data(item, office, [sheet(number) for number in range(sheets)], "mn"),
    }
    found: dict[str, Mapping[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for form, make in makers.items():
            path = Path(folder) / f"{form}.pdf"
            data, fill_wall, fill_cpu = _timed(make)
            _, print_wall, print_cpu = _timed(partial(write_pdf, path, form, data))
            found[form] = {
                "fill_cpu": fill_cpu,
                "print_cpu": print_cpu,
                "wall": fill_wall + print_wall,
                "megabytes": path.stat().st_size / 1e6,
            }
    return found


def main() -> None:
    """Print what each form costs beside its bar."""
    asked = [int(word) for word in sys.argv[1:3]] or [PEOPLE, SHEETS]
    for form, costs in measure(*asked).items():
        told = "  ".join(f"{name} {value:.2f}" for name, value in costs.items())
        print(f"{form}  {told}  bar {BARS[form]:.0f} s")


if __name__ == "__main__":
    main()
