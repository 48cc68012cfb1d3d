"""Small deliveries for tests: files from literals, and the manifest that describes them."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

PERSON = (
    "person_id,register_no,surname,given_name,birth_date,sex,book_no,office_code,subdistrict,deceased_on\n"
)
REPORT = "employer_no,period,office_code,headcount,total_wage,total_due,total_paid,submitted_on,paid_on\n"


def person(number: int, birth: str = "1960-05-01", register_no: str = "УЮ60050111") -> str:
    """One line of person.csv."""
    return f"{number},{register_no},Бат,Дорж,{birth},M,Б{number},1110,1-р хороо,\n"


def report(employer: str, period: str, wage: str = "100.00") -> str:
    """One line of employer_report.csv."""
    return f"{employer},{period},1110,1,{wage},20.00,20.00,2025-01-05,2025-01-06\n"


def deliver(
    folder: Path,
    files: Mapping[str, str | bytes],
    *,
    office: str = "1110",
    period: str = "2025-12",
    exported_at: datetime = datetime(2026, 1, 12, 18),
    tables: Mapping[str, str] | None = None,
    promised: Mapping[str, Mapping[str, Any]] | None = None,
    rows: Mapping[str, int] | None = None,
    modes: Mapping[str, str] | None = None,
) -> Path:
    """Write a batch folder whose manifest is true, but for what `promised` says otherwise; return it."""
    folder.mkdir(parents=True)
    lines = [
        f'office = "{office}"',
        f'period = "{period}"',
        f"exported_at = {exported_at.isoformat()}",
        'exported_by = "Т1"',
        'software = "НД-багц"',
    ]
    for name, content in files.items():
        body = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(body)
        told: dict[str, Any] = {
            "name": name,
            "table": (tables or {}).get(name, Path(name).stem),
            "rows": (rows or {}).get(name, max(0, body.count(b"\n") - 1)),
            "sha256": hashlib.sha256(body).hexdigest(),
        }
        if modes and name in modes:
            told["mode"] = modes[name]
        told |= (promised or {}).get(name, {})
        lines += ["[[files]]", *(f"{key} = {_toml(value)}" for key, value in told.items())]
    (folder / "manifest.toml").write_text("\n".join(lines), "utf-8")
    return folder


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(part)}" for key, part in value.items()) + " }"
    return f'"{value}"' if isinstance(value, str | Decimal) else str(value)
