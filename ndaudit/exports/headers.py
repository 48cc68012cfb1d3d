"""Which delivered header stands for which column of the dictionary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ndaudit.errors import RefusedError
from ndaudit.tables import Table
from ndaudit.text import header_key, single_spaced

TITLE_ROWS = 20
"""How far down a sheet the header is looked for."""


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


def header_row(rows: Sequence[Sequence[str]], table: Table) -> int | None:
    """Return the index of the first row most of whose cells name columns, or None."""
    for index, row in enumerate(rows[:TITLE_ROWS]):
        filled = [cell for cell in row if cell.strip()]
        if filled and recognised(filled, table) * 2 > len(filled):
            return index
    return None


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
    missing = [c for c in table.columns if not c.optional and c.name not in positions]
    if missing:
        raise RefusedError(
            "exports.missing_column",
            file=file,
            table=table.name,
            column=", ".join(f"{c.name} ({c.title.mn})" for c in missing),
        )
    return HeaderMatch(positions, tuple(unknown))
