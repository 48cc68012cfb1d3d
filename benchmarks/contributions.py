"""Contributions made for measuring: rows in the shape of the data contract, some of them wrong."""

from collections.abc import Mapping
from pathlib import Path

from ndaudit.store import connect, literal, quoted
from ndaudit.text import SUBSTITUTED, SUBSTITUTES

MONEY = ("wage", "base", "employer_amount", "insured_amount")
_DAYS = ("period", "reported_on", "paid_on")
_SUBSTITUTED = str.maketrans(SUBSTITUTED, SUBSTITUTES)

ROWS_SQL = """
SELECT i AS contribution_id, i // 120 AS person_id, lpad(CAST(i // 4000 AS VARCHAR), 9, '0') AS employer_no,
    '1110' AS office_code, CAST(DATE '2016-01-01' + to_months(CAST(i % 120 AS INTEGER)) AS DATE) AS period,
    CASE WHEN i % 997 = 0 THEN '99' ELSE '01' END AS insured_type,
    CASE WHEN i % 1009 = 0 THEN -1 ELSE 400000 + hash(i) % 2000000 END AS wage_units,
    CASE WHEN i % 1013 = 0 THEN 40 ELSE 21 END AS worked_days
FROM range({rows}) r(i)
"""
CONTRIBUTION_SQL = """
SELECT contribution_id, person_id, employer_no, office_code, period, insured_type,
    CAST(wage_units AS DECIMAL(18,2)) AS wage, CAST(wage_units AS DECIMAL(18,2)) AS base, worked_days,
    CAST(wage_units * 125 // 1000 AS DECIMAL(18,2)) AS employer_amount,
    CAST(wage_units * 115 // 1000 AS DECIMAL(18,2)) AS insured_amount,
    CAST(period + INTERVAL 33 DAY AS DATE) AS reported_on, CAST(period + INTERVAL 34 DAY AS DATE) AS paid_on,
    '1110-I1' AS entered_by, CAST(period + INTERVAL 33 DAY + INTERVAL 11 HOUR AS TIMESTAMP) AS entered_at
FROM ({rows_sql})
"""


def contribution_sql(rows: int) -> str:
    """Return the SELECT of `rows` contributions."""
    return CONTRIBUTION_SQL.format(rows_sql=ROWS_SQL.format(rows=rows))


def write_csv(path: Path, rows: int) -> None:
    """Write `rows` contributions as a canonical CSV file."""
    _copy(contribution_sql(rows), path, ",")


def write_mixed_csv(path: Path, rows: int) -> None:
    """Write the same rows with four spellings of dates, three of numbers, and semicolons."""
    replaced = ", ".join(
        [
            *(f"{_mixed_day(name)} AS {name}" for name in _DAYS),
            *(f"{_mixed(name)} AS {name}" for name in MONEY),
        ]
    )
    _copy(f"SELECT * REPLACE ({replaced}) FROM ({contribution_sql(rows)})", path, ";")


def write_cp1251_csv(path: Path, rows: int, headers: Mapping[str, str]) -> None:
    """Write the same rows as an old system does: Mongolian headers, Cyrillic texts, one byte a letter."""
    whole = path.with_suffix(".utf8")
    names = ", ".join(f"{name} AS {quoted(header)}" for name, header in headers.items())
    clerk = "SELECT * REPLACE ('1110-Мөнхтуяа' AS entered_by)"
    _copy(f"SELECT {names} FROM ({clerk} FROM ({contribution_sql(rows)}))", whole, ",")
    with whole.open(encoding="utf-8", newline="") as source, path.open("wb") as target:
        while piece := source.read(1 << 22):
            target.write(piece.translate(_SUBSTITUTED).encode("cp1251"))
    whole.unlink()


def _mixed_day(name: str) -> str:
    forms = ("%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%d.%m.%Y")
    cases = " ".join(f"WHEN {n} THEN strftime({name}, '{form}')" for n, form in enumerate(forms))
    return f"CASE contribution_id % 4 {cases} END"


def _mixed(name: str) -> str:
    grouped = f"format('{{:,}}', CAST({name} AS BIGINT)) || '.00'"
    spaced = f"replace({grouped}, ',', ' ')"
    return f"CASE contribution_id % 3 WHEN 0 THEN {grouped} WHEN 1 THEN {spaced} ELSE {name}::VARCHAR END"


def _copy(sql: str, path: Path, delimiter: str) -> None:
    con = connect()
    try:
        con.execute(f"COPY ({sql}) TO {literal(str(path))} (HEADER, DELIMITER '{delimiter}')")
    finally:
        con.close()


def write_table(path: Path, rows: int) -> None:
    """Write `rows` contributions into the table `contribution` of a new DuckDB file."""
    con = connect(path)
    try:
        con.execute(
            "CREATE TABLE contribution AS SELECT *, '1110' AS delivered_by, 'b' AS batch_id,"
            " 'contribution.csv' AS source_file, contribution_id AS source_row"
            f" FROM ({contribution_sql(rows)})"
        )
    finally:
        con.close()
