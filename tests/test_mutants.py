"""Deliveries gone wrong in every way: refused in one line, or loaded with every row accounted for.

Fifty of them here, drawn with a fixed seed; `NDAUDIT_MUTANTS=1000` draws a thousand.
"""

import hashlib
import io
import os
import random
import re
import resource
import struct
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
import xlwt
from dbf import dbf
from deliveries import PERSON, REPORT, deliver, person, report

from ndaudit.catalogue import Catalogue
from ndaudit.errors import NdauditError
from ndaudit.intake import load
from ndaudit.workbench import Workbench

MUTANTS = int(os.environ.get("NDAUDIT_MUTANTS", "50"))
LINES = [person(n, birth="1960.05.01") for n in range(1, 40)]
CSV = PERSON + "".join(LINES)
CELLS = [line.strip().split(",") for line in [PERSON, *LINES]]
REPORTS = REPORT + "".join(report(f"А{n}", "2025-12") for n in range(5))
MEMORY, SECONDS = 2 << 20, 60
"""What reading one file may take, in KB and seconds."""
Chance = random.Random


def _xlsx(cells: list[list[str]]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for n, row in enumerate(cells):
            sheet.write_row(n, 0, row)
    return made.getvalue()


def _xls(cells: list[list[str]]) -> bytes:
    book, made = xlwt.Workbook(encoding="utf-8"), io.BytesIO()
    sheet = book.add_sheet("A")
    for n, row in enumerate(cells):
        for m, cell in enumerate(row):
            sheet.write(n, m, cell)
    book.save(made)
    return made.getvalue()


def _parquet(cells: list[list[str]]) -> bytes:
    made = io.BytesIO()
    pl.DataFrame(cells[1:], schema=cells[0], orient="row").write_parquet(made)
    return made.getvalue()


def _dbf(cells: list[list[str]]) -> bytes:
    return dbf([(name[:10].upper(), "C", 20) for name in cells[0]], cells[1:])


def _csv(cells: list[list[str]]) -> bytes:
    return "".join(",".join(row) + "\n" for row in cells).encode()


WRITERS: Mapping[str, Callable[[list[list[str]]], bytes]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "xls": _xls,
    "dbf": _dbf,
    "parquet": _parquet,
}


def _truncated(body: bytes, chance: Chance) -> bytes:
    return body[: chance.randrange(len(body))]


def _flipped(body: bytes, chance: Chance) -> bytes:
    spoilt = bytearray(body)
    for _ in range(chance.randint(1, 20)):
        spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
    return bytes(spoilt)


def _nul_bytes(body: bytes, chance: Chance) -> bytes:
    at = chance.randrange(len(body))
    return body[:at] + b"\0" * chance.randint(1, 50) + body[at:]


def _cut_out(body: bytes, chance: Chance) -> bytes:
    at = chance.randrange(len(body))
    return body[:at] + body[at + chance.randint(1, 200) :]


def _head_spoilt(body: bytes, chance: Chance) -> bytes:
    at = chance.randrange(min(64, len(body)))
    return body[:at] + bytes(chance.randrange(256) for _ in range(4)) + body[at + 4 :]


BYTES = (_truncated, _flipped, _nul_bytes, _cut_out, _head_spoilt)


def _wrong_encoding(chance: Chance) -> bytes:
    return CSV.encode(
        chance.choice(["cp866", "cp1251", "utf-16-le", "utf-16", "utf-32", "koi8-r"]), "replace"
    )


def _big_cell(chance: Chance) -> bytes:
    filling, times = chance.choice(
        [("Д", 5_000_000), ('"', 10_000_000), ("=cmd()", 1_600_000), ("Д\n", 20_000)]
    )
    return CSV.replace("Дорж", filling * times, 1).encode()


def _quotes(chance: Chance) -> bytes:
    at = chance.randrange(len(CSV))
    return (CSV[:at] + '"' * chance.randint(1, 3) + CSV[at:]).encode()


def _blank_lines(chance: Chance) -> bytes:
    return "".join(line + "\n" * chance.choice([0, 0, 1, 3]) for line in [PERSON, *LINES]).encode()


def _line_ends(chance: Chance) -> bytes:
    ends = chance.sample(["\n", "\r\n", "\r", "\r\r\n", "\n\r"], chance.randint(1, 3))
    return "".join(line.rstrip("\n") + chance.choice(ends) for line in [PERSON, *LINES]).encode()


def _lines_of_another_table(chance: Chance) -> bytes:
    return (CSV + REPORTS * chance.choice([1, 100, 10_000])).encode()


def _entry_replaced(name: str, content: Callable[[bytes], bytes]) -> bytes:
    """Return a workbook in which the content of one part is another."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_xlsx(CELLS))) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for entry in old.infolist():
            body = old.read(entry.filename)
            new.writestr(entry.filename, content(body) if entry.filename.endswith(name) else body)
    return made.getvalue()


def _bomb(chance: Chance) -> bytes:
    """Return a workbook that unpacks beyond measure, says it does not, or promises more than it holds."""
    match chance.randrange(5):
        case 0:
            return _entry_replaced("sheet1.xml", lambda _: b"\0" * (70 << 20))
        case 1:
            made = _entry_replaced("sheet1.xml", lambda _: b"\0" * (70 << 20))
            return made.replace(struct.pack("<L", 70 << 20), struct.pack("<L", 1000))
        case 2:
            promised = rb'ount="4294967295"'
            return _entry_replaced("sharedStrings.xml", lambda body: re.sub(rb'ount="\d+"', promised, body))
        case 3:
            return _entry_replaced(
                "sheet1.xml", lambda body: re.sub(rb'ref="[A-Z0-9:]+"', rb'ref="A1:XFD1048576"', body)
            )
        case _:
            return _entry_replaced("sheet1.xml", lambda body: body.replace(b'r="J40"', b'r="XFD1048576"'))


def _errors_and_formulas(chance: Chance) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        for n, row in enumerate(CELLS):
            sheet.write_row(n, 0, row)
        for _ in range(30):
            error = chance.choice(["#DIV/0!", "#N/A", "#REF!", "#VALUE!", "#NAME?", "2", ""])
            formula = chance.choice(["=1/0", "=cmd|' /C calc'!A0", "='[x.xlsx]A'!A1", "=A1"])
            sheet.write_formula(chance.randrange(1, 40), chance.randrange(10), formula, None, error)
    return made.getvalue()


def _shuffled(cells: list[list[str]], chance: Chance) -> list[list[str]]:
    order = chance.sample(range(len(cells[0])), len(cells[0]))
    return [[row[n] for n in order] for row in cells]


def _headers_twice(cells: list[list[str]], chance: Chance) -> list[list[str]]:
    spoilt = [list(row) for row in cells]
    spoilt[0][chance.randrange(10)] = chance.choice(cells[0])
    return spoilt


def _formulas(cells: list[list[str]], chance: Chance) -> list[list[str]]:
    spoilt = [list(row) for row in cells]
    for _ in range(20):
        nasty = chance.choice(["=cmd()", "=1+1", "@x", "'; DROP TABLE person; --", "\x01", "1e999", "-", "٣"])
        spoilt[chance.randrange(1, len(cells))][chance.randrange(10)] = nasty
    return spoilt


def _columns_gone(cells: list[list[str]], chance: Chance) -> list[list[str]]:
    keep = chance.randrange(1, 10)
    return [row[:keep] for row in cells]


def _ragged(cells: list[list[str]], chance: Chance) -> list[list[str]]:
    return [[*row, "x"] if chance.random() < 0.2 else row for row in cells]


TABLES = (_shuffled, _headers_twice, _formulas, _columns_gone)
CSVS = (_wrong_encoding, _big_cell, _quotes, _blank_lines, _line_ends, _lines_of_another_table)
BOOKS = (_bomb, _errors_and_formulas)


def _file(chance: Chance) -> tuple[str, bytes]:
    """Return a file with something wrong in it."""
    kind = chance.choice(list(WRITERS))
    match chance.randrange(9):
        case 0 | 1 | 2:
            return f"person.{kind}", chance.choice(BYTES)(WRITERS[kind](CELLS), chance)
        case 3 | 4:
            cells = chance.choice(TABLES)(CELLS, chance)
            if kind in {"parquet", "dbf"} and len(set(cells[0])) < len(cells[0]):
                kind = "xls"
            return f"person.{kind}", WRITERS[kind](cells)
        case 5:
            return "person.csv", chance.choice(CSVS)(chance)
        case 6:
            return "person.csv", _csv(_ragged(CELLS, chance))
        case 7:
            return "person.xlsx", chance.choice(BOOKS)(chance)
        case _:
            other = chance.choice(list(WRITERS))
            return f"person.{other}", WRITERS[kind](CELLS)


def _spoil_manifest(folder: Path, chance: Chance) -> None:
    """Let the manifest, or what it names, be wrong as well."""
    path = folder / "manifest.toml"
    text = path.read_text("utf-8")
    outside = folder.parent / "canary.csv"
    lie = chance.choice(["name", "rows", "sha256", "totals", "office", "link", "toml", "bytes"])
    if lie == "name":
        name = chance.choice(["../canary.csv", str(outside), "a/../../canary.csv", ".", "\\\\x", "x\\u0000y"])
        text = text.replace('name = "employer_report.csv"', f'name = "{name}"')
    elif lie == "rows":
        text = text.replace("rows = 5", f"rows = {chance.choice([-1, 4, 10**30, '5.0'])}")
    elif lie == "sha256":
        text = text.replace('sha256 = "', 'sha256 = "0', 1)
    elif lie == "totals":
        text += f'\ntotals = {{ total_wage = "{chance.choice(["1", "NaN", "x", "1e99", "-0"])}" }}'
    elif lie == "office":
        office = chance.choice(["../..", "", "1110\\n", "9999"])
        text = text.replace('office = "1110"', f'office = "{office}"')
    elif lie == "link":
        (folder / "employer_report.csv").unlink()
        (folder / "employer_report.csv").symlink_to(
            chance.choice([outside, folder, folder / "no", Path("/dev/zero")])
        )
    elif lie == "toml":
        text = text[: chance.randrange(len(text))]
    path.write_text(text, "utf-8")
    if lie == "bytes":
        path.write_bytes(_flipped(text.encode(), chance))


def _seen(folder: Path, but: Path) -> dict[str, str]:
    """Return the hash of every file that is not below `but`."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and not path.is_relative_to(but)
    }


def _peak() -> int:
    """Return the most memory this process, or one it started, ever held, in KB."""
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


@pytest.mark.parametrize("seed", range(MUTANTS))
def test_mutant(tmp_path: Path, catalogue: Catalogue, seed: int) -> None:
    chance = Chance(seed)
    (tmp_path / "canary.csv").write_text(REPORTS, "utf-8")
    name, body = _file(chance)
    files = {name: body, "employer_report.csv": REPORTS.encode()}
    folder = deliver(tmp_path / "in", files, rows={name: 39}, tables={name: "person"})
    if chance.random() < 0.25:
        _spoil_manifest(folder, chance)
    bench = Workbench(tmp_path / "bench")
    bench.root.mkdir()
    before = _seen(tmp_path, bench.root)
    reason = "хувирсан" if chance.random() < 0.7 else None
    start, most = time.monotonic(), max(MEMORY, _peak())
    try:
        files_read = load(bench, catalogue.tables, [folder], accept_mismatch=reason).batches[0].files
        refused = ""
    except NdauditError as error:
        files_read, refused = (), error.within("mn") + error.within("en")
    assert time.monotonic() - start < SECONDS
    assert _peak() <= most
    assert "\n" not in refused
    assert all(file.rows_in == file.rows_loaded + file.rows_rejected for file in files_read)
    assert bool(list(bench.store.glob("*.duckdb"))) == (not refused)
    assert _seen(tmp_path, bench.root) == before
