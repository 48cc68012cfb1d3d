"""What the official forms are measured with: invented people, no two names alike, every cell filled.

One person in five lacks something, so that lines of several heights occur.
"""

from datetime import date
from decimal import Decimal
from typing import Any

BARS = {"nd1": 2.0, "nd2": 60.0}
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
