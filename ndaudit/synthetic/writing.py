"""Frames → delivered files in the forms offices use, and the manifest that vouches for them."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from ndaudit.synthetic.plan import Frames, OfficePlan
from ndaudit.tables import Table

EXPORTED = datetime(2026, 1, 12, 18, 0)
SPREADSHEET_ROWS = 20_000
"""Longest table written as a workbook: longer ones no office would open."""

SPREADSHEETS = ("staff", "register", "pension_file", "child", "voice_message")
MONGOLIAN = (
    "employment",
    "user_account",
    "pension_book",
    "employer_report",
    "recommendation",
    "wage_statement",
    "payment",
)
COLUMNAR = ("document", "determination", "benefit", "register_entry", "determination_wage", "bank_line")
POLARS: Mapping[str, Any] = {
    "text": pl.String,
    "code": pl.String,
    "integer": pl.Int64,
    "date": pl.Date,
    "period": pl.Date,
    "timestamp": pl.Datetime("us"),
    "flag": pl.Boolean,
}


def form_of(plan: OfficePlan, table: str, rows: int) -> str:
    """Return in which form the office delivers a table: csv, mongolian, xlsx or parquet."""
    if table == "contribution":
        return ("csv", "parquet", "mongolian")[plan.number % 3]
    if table in SPREADSHEETS and rows <= SPREADSHEET_ROWS:
        return "xlsx"
    if table in COLUMNAR:
        return "parquet" if (plan.number + len(table)) % 3 else "csv"
    if table in MONGOLIAN:
        return "mongolian" if (plan.number + len(table)) % 4 else "csv"
    return "csv"


def _typed(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return exactly the contract's columns, in its order and types; a column the frame lacks is empty."""
    columns = []
    for column in table.columns:
        source = pl.col(column.name) if column.name in frame.columns else pl.lit(None)
        whole = frame.schema.get(column.name, pl.Null).is_integer()
        decimal = pl.Decimal(18, 2) if column.type == "money" else pl.Decimal(9, 6)
        kind = POLARS.get(column.type) or (pl.Int64 if whole else decimal)
        columns.append(source.cast(kind).alias(column.name))
    return frame.select(columns).head(frame.height)


def _totals(frame: pl.DataFrame, table: Table) -> dict[str, str]:
    money = [column.name for column in table.columns if column.type == "money"]
    sums = frame.select(pl.col(money).sum()).row(0) if money and frame.height else [0] * len(money)
    return {name: f"{Decimal(value or 0):.2f}" for name, value in zip(money, sums, strict=True)}


def _plain_decimals(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return rates and odd sums as the shortest decimal text, as offices write them."""
    odd = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Decimal)]
    text = pl.col(odd).cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
    return frame.with_columns(text) if odd else frame


def _words(frame: pl.DataFrame) -> pl.DataFrame:
    flags = [name for name, kind in frame.schema.items() if kind == pl.Boolean]
    if not flags:
        return frame
    return frame.with_columns(
        pl.when(pl.col(name)).then(pl.lit("тийм")).when(~pl.col(name)).then(pl.lit("үгүй")).alias(name)
        for name in flags
    )


def _write_csv(frame: pl.DataFrame, table: Table, path: Path) -> None:
    flags = [name for name, kind in frame.schema.items() if kind == pl.Boolean]
    plain = _plain_decimals(frame, table)
    plain.with_columns(pl.col(flags).cast(pl.Int8) if flags else []).write_csv(
        path, datetime_format="%Y-%m-%d %H:%M:%S"
    )


def _write_mongolian(frame: pl.DataFrame, table: Table, path: Path) -> None:
    headed = _words(_plain_decimals(frame, table)).rename(
        {column.name: column.title.mn for column in table.columns}
    )
    headed.write_csv(path, separator=";", date_format="%Y.%m.%d", datetime_format="%Y-%m-%d %H:%M:%S")


def _write_xlsx(frame: pl.DataFrame, table: Table, path: Path, office: str) -> None:
    """Write a workbook as an office prints it: two merged title rows above the Mongolian header."""
    book = xlsxwriter.Workbook(
        path, {"constant_memory": True, "default_date_format": "yyyy-mm-dd", "strings_to_formulas": False}
    )
    # Else the clock would be in the file, and the same seed would not give the same bytes.
    book.set_properties({"created": EXPORTED})
    sheet = book.add_worksheet()
    stamp = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    heading = book.add_format({"bold": True, "align": "center"})
    width = len(table.columns) - 1
    for row, text in enumerate((office, f"{table.title.mn}, 2025 оны 12 дугаар сар")):
        sheet.merge_range(row, 0, row, width, text, heading)
    sheet.write_row(2, 0, [column.title.mn for column in table.columns], heading)
    stamps = {index for index, kind in enumerate(frame.dtypes) if isinstance(kind, pl.Datetime)}
    for number, values in enumerate(_words(_plain_decimals(frame, table)).iter_rows(), 3):
        for column, value in enumerate(values):
            if value is None:
                continue
            if column in stamps:
                sheet.write_datetime(number, column, value, stamp)
            elif isinstance(value, str):
                sheet.write_string(number, column, value)
            else:
                sheet.write(number, column, value)
    book.close()


def _write(frame: pl.DataFrame, table: Table, folder: Path, form: str, office: str) -> str:
    name = f"{table.name}.{ {'csv': 'csv', 'mongolian': 'csv', 'xlsx': 'xlsx', 'parquet': 'parquet'}[form] }"
    path = folder / name
    if form == "parquet":
        frame.write_parquet(path, compression="zstd", compression_level=1, statistics=False)
    elif form == "xlsx":
        _write_xlsx(frame, table, path, office)
    else:
        (_write_mongolian if form == "mongolian" else _write_csv)(frame, table, path)
    return name


def manifest_entry(name: str, table: str, rows: int, digest: str, totals: Mapping[str, str]) -> str:
    """Return what a manifest promises of a file that holds a whole table."""
    lines = [
        "[[files]]",
        f'name = "{name}"',
        f'table = "{table}"',
        'mode = "full"',
        f"rows = {rows}",
        f'sha256 = "{digest}"',
    ]
    if totals:
        inner = ", ".join(f'{column} = "{total}"' for column, total in totals.items())
        lines.append(f"totals = {{ {inner} }}")
    return "\n".join(lines)


def write_delivery(
    plan: OfficePlan, frames: Frames, tables: Mapping[str, Table], folder: Path, office: str
) -> dict[str, int]:
    """Write every table of the contract and the manifest into `folder`; return rows per table."""
    folder.mkdir(parents=True, exist_ok=True)
    head = [
        f'office = "{plan.code}"',
        'period = "2025-12"',
        f"exported_at = {EXPORTED.isoformat()}",
        f'exported_by = "{plan.code}-T1"',
        'software = "НД-багц 4.2.1"',
    ]
    parts, rows = ["\n".join(head)], {}
    for table in tables.values():
        frame = _typed(frames.get(table.name, pl.DataFrame()), table)
        name = _write(frame, table, folder, form_of(plan, table.name, frame.height), office)
        with (folder / name).open("rb") as handle:
            digest = hashlib.file_digest(handle, "sha256").hexdigest()
        parts.append(manifest_entry(name, table.name, frame.height, digest, _totals(frame, table)))
        rows[table.name] = frame.height
    (folder / "manifest.toml").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return rows
