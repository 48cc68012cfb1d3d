"""The deliveries a country's store could have been loaded from: one folder an office, a Parquet file a table.

python -m benchmarks.delivered COUNTRY.duckdb FOLDER
"""

import sys
from pathlib import Path

import duckdb

from benchmarks.sizes import ROOT
from ndaudit.snapshots import file_hash
from ndaudit.store import connect, literal, quoted
from ndaudit.synthetic.writing import manifest_entry
from ndaudit.tables import Table, read_tables

_BATCHES = """
SELECT office_code, strftime(max(period), '%Y-%m'), strftime(max(exported_at), '%Y-%m-%dT%H:%M:%S')
FROM batch GROUP BY office_code ORDER BY office_code
"""


def _entry(con: duckdb.DuckDBPyConnection, table: Table, office: str, folder: Path) -> str:
    """Write one table of one office; return what the manifest promises of it."""
    path = folder / f"{table.name}.parquet"
    columns = ", ".join(quoted(column.name) for column in table.columns)
    rows = f"SELECT {columns} FROM {quoted(table.name)} WHERE delivered_by = {literal(office)}"
    con.execute(f"COPY ({rows}) TO {literal(str(path))} (FORMAT parquet)")
    money = [column.name for column in table.columns if column.type == "money"]
    sums = "".join(f", CAST(coalesce(sum({quoted(name)}), 0) AS VARCHAR)" for name in money)
    [[count, *totals]] = con.execute(f"SELECT count(*){sums} FROM {literal(str(path))}").fetchall()
    digest = file_hash(path)
    return manifest_entry(path.name, table.name, count, digest, dict(zip(money, totals, strict=True)))


def write_deliveries(country: Path, folder: Path) -> Path:
    """Write what every office of a country's store delivered into folders of their own."""
    tables = read_tables(ROOT / "expectations" / "tables")
    con = connect(country, read_only=True)
    try:
        for office, period, exported in con.execute(_BATCHES).fetchall():
            named = con.execute(
                "SELECT DISTINCT table_name FROM delivered_file WHERE office_code = ? ORDER BY table_name",
                [office],
            ).fetchall()
            place = folder / office
            place.mkdir(parents=True)
            head = (
                f'office = "{office}"\nperiod = "{period}"\nexported_at = {exported}\n'
                'exported_by = "b"\nsoftware = "b"'
            )
            entries = [_entry(con, tables[name], office, place) for (name,) in named]
            (place / "manifest.toml").write_text("\n".join([head, *entries]) + "\n", "utf-8")
    finally:
        con.close()
    return folder


if __name__ == "__main__":
    write_deliveries(Path(sys.argv[1]), Path(sys.argv[2]))
