"""Small deliveries for tests: one office, the rows given, a true manifest."""

import csv
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

PERSON_COLUMNS = (
    "person_id,register_no,civil_id,surname,given_name,birth_date,sex,book_no,office_code,subdistrict,"
    "household_no,deceased_on"
).split(",")
PERSONS = (
    (
        "1",
        "УБ70010111",
        "110000000001",
        "Бат",
        "Дорж",
        "1970-01-01",
        "M",
        "НД1",
        "1110",
        "1-р хороо",
        "Ө1",
        "",
    ),
    (
        "2",
        "УБ7001012",
        "110000000002",
        "Бат",
        "Цэцэг",
        "1970-01-01",
        "F",
        "НД2",
        "1110",
        "1-р хороо",
        "Ө1",
        "",
    ),
    (
        "3",
        "УБ80020311",
        "110000000003",
        "=cmd()",
        "Сүх",
        "1980-02-03",
        "M",
        "НД3",
        "1110",
        "2-р хороо",
        "Ө2",
        "",
    ),
)


def write_delivery(
    folder: Path,
    tables: Mapping[str, tuple[Sequence[str], Sequence[Sequence[str]]]],
    *,
    office: str = "1110",
    period: str = "2025-12",
    exported_at: str = "2026-01-12T18:00:00",
) -> Path:
    """Write one batch folder: a CSV file per table and its manifest; return the folder."""
    batch = folder / office / period
    batch.mkdir(parents=True)
    manifest = [f'office = "{office}"', f'period = "{period}"', f"exported_at = {exported_at}"]
    manifest += ['exported_by = "1110-T1"', 'software = "test"']
    for table, (columns, rows) in tables.items():
        path = batch / f"{table}.csv"
        with path.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows([columns, *rows])
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        manifest += ["[[files]]", f'name = "{path.name}"', f'table = "{table}"', 'mode = "full"']
        manifest += [f"rows = {len(rows)}", f'sha256 = "{digest}"']
    (batch / "manifest.toml").write_text("\n".join(manifest) + "\n", "utf-8")
    return batch


def write_persons(folder: Path) -> Path:
    """Write a delivery of three persons; the register number of the second is a digit short."""
    return write_delivery(folder, {"person": (PERSON_COLUMNS, PERSONS)})
