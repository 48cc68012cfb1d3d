"""What the forms hold, read from the registers and recommendation sheets an office delivered."""

from collections.abc import Mapping
from typing import Any

import duckdb

from ndaudit.periods import Period

Row = Mapping[str, Any]


def _rows(con: duckdb.DuckDBPyConnection, sql: str, params: list[Any]) -> list[dict[str, Any]]:
    cursor = con.execute(sql, params)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def years(con: duckdb.DuckDBPyConnection, office: str) -> list[int]:
    """Return the years an office has registers for."""
    found = con.execute(
        "SELECT DISTINCT register_year FROM snapshot.register_entry"
        " WHERE delivered_by = ? AND register_year IS NOT NULL ORDER BY 1",
        [office],
    ).fetchall()
    return [year for (year,) in found]


def register_entries(con: duckdb.DuckDBPyConnection, office: str, year: int) -> list[dict[str, Any]]:
    """Return the entries of an office's registers of a year: by employer or subdistrict, then by name."""
    return _rows(
        con,
        "SELECT * EXCLUDE (batch_id, source_file, source_row, delivered_by) FROM snapshot.register_entry"
        " WHERE delivered_by = ? AND register_year = ?"
        " ORDER BY listed_under, listed_name, surname_name, person_id",
        [office, year],
    )


def recommendation_sheets(
    con: duckdb.DuckDBPyConnection, office: str, period: Period
) -> list[dict[str, Any]]:
    """Return the sheets an office wrote in a period, each with the person's name and its lines."""
    sheets = _rows(
        con,
        "SELECT s.*, p.surname, p.given_name FROM snapshot.recommendation s LEFT JOIN ("
        " SELECT person_id, min(surname) AS surname, min(given_name) AS given_name FROM snapshot.person"
        " GROUP BY person_id) p ON p.person_id = s.person_id"
        " WHERE s.delivered_by = ? AND s.issued_on >= ? AND s.issued_on < ?"
        " ORDER BY s.sheet_year, s.sheet_no",
        [office, period.first, period.end],
    )
    lines = _rows(
        con,
        "SELECT * EXCLUDE (batch_id, source_file, source_row, delivered_by) FROM snapshot.recommendation_item"
        " WHERE delivered_by = ? ORDER BY sheet_year, sheet_no, line",
        [office],
    )
    own: dict[tuple[Any, Any], list[dict[str, Any]]] = {}
    for line in lines:
        own.setdefault((line["sheet_year"], line["sheet_no"]), []).append(line)
    return [sheet | {"lines": own.get((sheet["sheet_year"], sheet["sheet_no"]), [])} for sheet in sheets]
