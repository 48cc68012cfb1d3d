"""Which values that can never lawfully be empty are missing, by `expectations/completeness.toml`."""

from pathlib import Path

import polars as pl

from ndaudit.analyses.shares import fraction
from ndaudit.declarations import read_declaration
from ndaudit.errors import DeclarationError
from ndaudit.reading import Reading
from ndaudit.scope import Scope
from ndaudit.store import literal, quoted
from ndaudit.tables import Table

_SCHEMA = {"table_name": pl.String, "column_name": pl.String, "rows": pl.Int64, "missing": pl.Int64}


def read_required(path: Path, tables: dict[str, Table]) -> dict[str, tuple[str, ...]]:
    """Return the columns never lawfully empty, by table.

    Raises:
        DeclarationError: a table or column is not in the data dictionary.
    """
    declared = read_declaration(path)
    required: dict[str, tuple[str, ...]] = {}
    for name in declared.names():
        if name not in tables:
            raise DeclarationError(
                "declarations.unknown_key", where=path.name, key=name, allowed=", ".join(tables)
            )
        known = [column.name for column in tables[name].columns]
        required[name] = declared.strings(name)
        for column in required[name]:
            if column not in known:
                raise DeclarationError(
                    "declarations.not_allowed",
                    where=path.name,
                    key=name,
                    came=column,
                    allowed=", ".join(known),
                )
    return required


def missing_values(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return one row per required column of each table that holds rows, the worst share first.

    Columns: table_name, column_name, rows, missing, share (of rows, exact fraction).
    """
    required = read_required(
        reading.run.folder / "expectations" / "completeness.toml", dict(reading.catalogue.tables)
    )
    where = f"WHERE delivered_by = {literal(scope.office)}" if scope.office else ""
    selects = []
    for table, columns in required.items():
        counts = ", ".join(f"count(*) - count({quoted(column)})" for column in columns)
        pairs = ", ".join(literal(column) for column in columns)
        selects.append(
            f"SELECT {literal(table)} AS table_name, unnest([{pairs}]) AS column_name,"
            f" count(*) AS rows, unnest([{counts}]) AS missing FROM snapshot.{quoted(table)} {where}"
        )
    found = reading.frame(" UNION ALL ".join(selects)) if selects else pl.DataFrame(schema=_SCHEMA)
    return (
        found.filter(pl.col("rows") > 0)
        .with_columns(share=fraction("missing", "rows"))
        .sort("share", "missing", "table_name", "column_name", descending=[True, True, False, False])
    )


def by_table(missing: pl.DataFrame) -> pl.DataFrame:
    """Return `missing_values` summed per table, the worst share first.

    Columns: table_name, rows, values (required ones), missing, share (of the required values).
    """
    return (
        missing.group_by("table_name")
        .agg(pl.col("rows").first(), pl.col("rows").sum().alias("values"), pl.col("missing").sum())
        .with_columns(share=fraction("missing", "values"))
        .sort("share", "table_name", descending=[True, False])
    )
