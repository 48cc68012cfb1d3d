"""Which delivered header stands for which column of the dictionary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ndaudit.errors import RefusedError
from ndaudit.tables import Column, Table
from ndaudit.text import header_key, single_spaced

TITLE_ROWS = 20
"""How far down a sheet the header is looked for."""


@dataclass(frozen=True)
class Layout:
    """Where in its files an office keeps a table, where a mapping says so.

    Attributes:
        sheet: name of the workbook's sheet.
        header_row: the row of column names, 1 = first row of the sheet.
    """

    sheet: str | None = None
    header_row: int | None = None


@dataclass(frozen=True)
class HeaderMatch:
    """The reading of one header row.

    Attributes:
        positions: where each column of the table stands, by column name.
        unknown: headers that stand for no column, as written.
    """

    positions: Mapping[str, int]
    unknown: tuple[str, ...]


def known_headers(table: Table) -> dict[str, str]:
    """Return the column each acceptable header stands for, by `header_key`."""
    return {header_key(header): column.name for column in table.columns for header in column.headers}


def recognised(cells: Sequence[str], table: Table) -> int:
    """Return how many different columns of the table these cells name."""
    known = known_headers(table)
    return len({known[key] for key in map(header_key, cells) if key in known})


def lacks(cells: Sequence[str], table: Table) -> tuple[Column, ...]:
    """Return the columns the table must have and these cells do not name."""
    known = known_headers(table)
    named = {known.get(header_key(cell)) for cell in cells}
    return tuple(c for c in table.columns if not c.optional and c.name not in named)


def header_row(
    rows: Sequence[Sequence[str]], table: Table, declared: int | None = None
) -> tuple[int | None, int]:
    """Return the index of the row that names most columns (the first of equals), and how many it names.

    A title above the header may be spelt like one column; it never names two.

    Args:
        declared: the row a mapping names, 1 = first; no other is looked at.
    """
    counts = [recognised(row, table) for row in rows[:TITLE_ROWS]]
    if declared is not None:
        inside = declared <= len(counts)
        return (declared - 1, counts[declared - 1]) if inside and counts[declared - 1] else (None, 0)
    most = max(counts, default=0)
    return (counts.index(most), most) if most >= min(2, len(table.columns)) else (None, 0)


def identities(cells: Sequence[str], table: Table) -> list[str]:
    """Return what each header is known by among sheets of one table: its column, else itself, once each."""
    known = known_headers(table)
    found: list[str] = []
    for cell in cells:
        key = header_key(cell)
        identity = known.get(key, f"={key}")
        again = sum(one == identity or one.startswith(f"{identity}\0") for one in found)
        found.append(f"{identity}\0{again}" if again else identity)
    return found


def match_headers(headers: Sequence[str], table: Table, file: str) -> HeaderMatch:
    """Match a header row with the columns of a table.

    Raises:
        RefusedError: a column is missing, or stands there twice.
    """
    known = known_headers(table)
    positions: dict[str, int] = {}
    unknown: list[str] = []
    for position, header in enumerate(headers):
        column = known.get(header_key(header))
        if column is None:
            unknown.extend([single_spaced(header)] if header.strip() else [])
        elif column in positions:
            raise RefusedError(
                "exports.column_twice",
                file=file,
                table=table.name,
                column=column,
                one=single_spaced(headers[positions[column]]),
                other=single_spaced(header),
            )
        else:
            positions[column] = position
    missing = lacks(headers, table)
    if missing:
        raise RefusedError(
            "exports.missing_column",
            file=file,
            table=table.name,
            column=", ".join(f"{c.name} ({c.title.mn})" for c in missing),
        )
    return HeaderMatch(positions, tuple(unknown))
