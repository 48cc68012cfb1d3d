"""Formats of old systems: XLS, DBF, several sheets, title rows, code pages, and files made to do harm."""

import io
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
import xlsxwriter
import xlwt
from dbf import Field, dbf
from deliveries import PERSON, REPORT, person, report

from ndaudit.catalogue import Catalogue
from ndaudit.errors import RefusedError
from ndaudit.exports.headers import Layout
from ndaudit.exports.reading import FileOutcome, read_export
from ndaudit.exports.recognising import table_of
from ndaudit.exports.rows import Provenance
from ndaudit.exports.suggesting import suggest
from ndaudit.store import connect, create_tables

ORIGIN = Provenance("1110", "b1", "file")
HEADER = PERSON.strip().split(",")
MAY = date(1960, 5, 1)
Reader = Callable[..., FileOutcome]


@pytest.fixture
def con(catalogue: Catalogue) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect() as con:
        create_tables(con, catalogue.tables.values())
        yield con


@pytest.fixture
def read(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, tmp_path: Path) -> Reader:
    def reader(name: str, content: bytes | None = None, table: str = "person", **layout: Any) -> FileOutcome:
        if content is not None:
            (tmp_path / name).write_bytes(content)
        return read_export(con, tmp_path / name, catalogue.tables[table], ORIGIN, tmp_path, Layout(**layout))

    return reader


def cells(number: int, given: str = "Дорж", birth: Any = MAY) -> list[Any]:
    return [number, "УЮ60050111", "Бат", given, birth, "эр", f"Б{number}", 1110, "1-р хороо", None]


def xlsx(path: Path, sheets: dict[str, list[list[Any]]]) -> None:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for n, row in enumerate(rows):
                sheet.write_row(n, 0, row)


def xls(path: Path, sheets: dict[str, list[list[Any]]]) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    dated = xlwt.XFStyle()
    dated.num_format_str = "yyyy-mm-dd"
    plain = xlwt.XFStyle()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for n, row in enumerate(rows):
            for m, cell in enumerate(row):
                sheet.write(n, m, cell, dated if isinstance(cell, date) else plain)
    book.save(str(path))


def persons(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    return con.execute(
        "SELECT source_row, person_id, given_name, birth_date FROM person ORDER BY source_row"
    ).fetchall()


@pytest.mark.parametrize(("write", "suffix"), [(xls, "xls"), (xlsx, "xlsx")])
def test_old_and_new_workbooks(
    con: duckdb.DuckDBPyConnection, read: Reader, tmp_path: Path, write: Any, suffix: str
) -> None:
    rows = [HEADER, cells(1, "Өнөр"), cells(2, "Єнєржїк", "01.05.1960"), cells(3, birth="?")]
    write(tmp_path / f"person.{suffix}", {"Хүснэгт": rows, "Хоосон": []})
    found = read(f"person.{suffix}")
    assert (found.format, found.rows_in, found.values_rejected, found.values_normalised) == (suffix, 3, 1, 3)
    assert persons(con) == [(1, 1, "Өнөр", MAY), (2, 2, "Өнөржүк", MAY), (3, 3, "Дорж", None)]


@pytest.mark.parametrize(("write", "real"), [(xls, "xls"), (xlsx, "xlsx")])
def test_workbook_under_the_other_name(read: Reader, tmp_path: Path, write: Any, real: str) -> None:
    other = tmp_path / ("person.xlsx" if real == "xls" else "person.xls")
    write(tmp_path / f"made.{real}", {"A": [HEADER, cells(1)]})
    (tmp_path / f"made.{real}").rename(other)
    assert read(other.name).rows_loaded == 1


@pytest.mark.parametrize(
    "content", [b"<html><table></table></html>", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 80]
)
def test_xls_that_is_none(read: Reader, content: bytes) -> None:
    with pytest.raises(RefusedError) as refusal:
        read("person.xls", content)
    assert refusal.value.sentence == "exports.unreadable"


def test_xls_whose_blocks_go_round_in_a_circle(read: Reader, tmp_path: Path) -> None:
    xls(tmp_path / "person.xls", {"A": [HEADER, cells(1)]})
    body = bytearray((tmp_path / "person.xls").read_bytes())
    [names] = struct.unpack_from("<L", body, 48)
    [blocks] = struct.unpack_from("<L", body, 76)
    # the block that holds the names of the streams is followed by itself
    struct.pack_into("<L", body, 512 * (blocks + 1) + 4 * names, names)
    with pytest.raises(RefusedError) as refusal:
        read("person.xls", bytes(body))
    assert refusal.value.sentence == "exports.deadly"


def test_xlsx_that_promises_more_texts_than_memory_holds(read: Reader, tmp_path: Path) -> None:
    xlsx(tmp_path / "person.xlsx", {"A": [HEADER, cells(1)]})
    with zipfile.ZipFile(tmp_path / "person.xlsx") as book:
        texts = book.read("xl/sharedStrings.xml")
    _archive(
        tmp_path / "person.xlsx", "xl/sharedStrings.xml", re.sub(rb'nt="\d+"', b'nt="4294967295"', texts)
    )
    with pytest.raises(RefusedError) as refusal:
        read("person.xlsx")
    assert refusal.value.sentence == "exports.deadly"


def test_title_spelt_like_a_header_does_not_win(
    con: duckdb.DuckDBPyConnection, read: Reader, tmp_path: Path
) -> None:
    titles = [["Регистрийн дугаар"], [], ["Даатгуулагч", "Нэр"]]
    xlsx(tmp_path / "person.xlsx", {"НД-1": [*titles, HEADER, cells(1)]})
    assert read("person.xlsx").rows_in == 1
    assert persons(con) == [(1, 1, "Дорж", MAY)]


def test_sheets_of_one_table_are_read_together_in_any_order_of_columns(
    con: duckdb.DuckDBPyConnection, read: Reader, tmp_path: Path
) -> None:
    turned = [[*HEADER[::-1], "тайлбар"], [*cells(2, "Сараа")[::-1], "юу"]]
    sheets = {"Тайлбар": [["Заавар", "Нэр"]], "1-р": [HEADER, cells(1)], "2-р": turned}
    xlsx(tmp_path / "person.xlsx", sheets)
    assert read("person.xlsx").unknown_columns == ("тайлбар",)
    assert persons(con) == [(1, 1, "Дорж", MAY), (2, 2, "Сараа", MAY)]


def test_sheet_and_row_a_mapping_names(con: duckdb.DuckDBPyConnection, read: Reader, tmp_path: Path) -> None:
    sheets = {"Хуучин": [HEADER, cells(1)], "Шинэ": [HEADER, cells(8), HEADER, cells(2)]}
    xlsx(tmp_path / "person.xlsx", sheets)
    assert read("person.xlsx", sheet="Шинэ", header_row=3).rows_in == 1
    assert persons(con) == [(1, 2, "Дорж", MAY)]


def test_sheet_that_is_not_there(read: Reader, tmp_path: Path) -> None:
    xlsx(tmp_path / "person.xlsx", {"Хуучин": [HEADER, cells(1)]})
    with pytest.raises(RefusedError, match=r"«Шинэ».*Хуучин"):
        read("person.xlsx", sheet="Шинэ")


def test_workbook_without_a_needed_column_says_which(read: Reader, tmp_path: Path) -> None:
    xlsx(tmp_path / "person.xlsx", {"A": [HEADER[:4], cells(1)[:4]], "B": [["x"]]})
    with pytest.raises(RefusedError, match="birth_date"):
        read("person.xlsx")


def _with_errors_xlsx(path: Path) -> None:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        for n, row in enumerate([["Маягт"], [], HEADER, cells(1), [], cells(3)]):
            sheet.write_row(n, 0, row)
        sheet.write_formula(5, 4, "=1/0", None, "#DIV/0!")
        sheet.write_formula(5, 3, "=NA()", None, "#N/A")
        sheet.write_formula(6, 8, "=B99", None, "#REF!")
        sheet.write_formula(3, 11, "=1/0", None, "#DIV/0!")


def _with_errors_xls(path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("A")
    for n, row in enumerate([["Маягт"], [], HEADER, cells(1, birth="1960-05-01"), [], cells(3, birth=None)]):
        for m, cell in enumerate(row):
            if (n, m) not in {(5, 3), (5, 4)}:
                sheet.write(n, m, cell)
    sheet.row(5).set_cell_error(4, 0x07)
    sheet.row(5).set_cell_error(3, 0x2A)
    sheet.row(6).set_cell_error(8, 0x17)
    book.save(str(path))


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_cells_with_errors_are_told_and_stay_empty(
    con: duckdb.DuckDBPyConnection, read: Reader, tmp_path: Path, kind: str
) -> None:
    {"xlsx": _with_errors_xlsx, "xls": _with_errors_xls}[kind](tmp_path / f"person.{kind}")
    found = read(f"person.{kind}")
    assert (found.rows_in, found.rows_loaded, found.values_rejected) == (3, 3, 3)
    assert persons(con) == [(1, 1, "Дорж", MAY), (3, 3, None, None), (4, None, None, None)]
    assert con.execute(
        "SELECT source_row, table_name, column_name, raw_text, reason FROM rejected_value ORDER BY ALL"
    ).fetchall() == [
        (3, "person", "birth_date", "#DIV/0!", "error_cell"),
        (3, "person", "given_name", "#N/A", "error_cell"),
        (4, "person", "subdistrict", "#REF!", "error_cell"),
    ]


def test_cells_with_errors_in_sheets_read_together(
    con: duckdb.DuckDBPyConnection, read: Reader, tmp_path: Path
) -> None:
    with xlsxwriter.Workbook(tmp_path / "person.xlsx", {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, header, row in (("1", HEADER, cells(1)), ("2", HEADER[::-1], cells(2)[::-1])):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 1, header)
            sheet.write_row(1, 1, row)
        sheet.write_formula(1, 1 + HEADER[::-1].index("birth_date"), "=X", None, "#NAME?")
    assert read("person.xlsx").values_rejected == 1
    assert persons(con) == [(1, 1, "Дорж", MAY), (2, 2, "Дорж", None)]
    assert con.execute("SELECT source_row, column_name, raw_text FROM rejected_value").fetchall() == [
        (2, "birth_date", "#NAME?")
    ]


FIELDS: list[Field] = [
    ("PERSON_ID", "N", 8), ("REGISTER_N", "C", 10), ("SURNAME", "C", 20), ("GIVEN_NAME", "C", 20),
    ("BIRTH_DATE", "D", 8), ("SEX", "C", 4), ("BOOK_NO", "C", 8), ("OFFICE_COD", "C", 4),
    ("SUBDISTRIC", "C", 12), ("DECEASED_O", "D", 8),
]  # fmt: skip
RECORD = ["       1", "УЮ60050111", "Бат", "Єнєржїк", "19600501", "эр", "Б1", "1110", "1-р хороо", ""]


def test_dbf_with_names_cut_off_and_deleted_records(con: duckdb.DuckDBPyConnection, read: Reader) -> None:
    second = ["       2", *RECORD[1:3], "Д?рэ?", "1960ХХХХ", *RECORD[5:]]
    found = read("person.dbf", dbf(FIELDS, [RECORD, RECORD, second], deleted=[1]))
    assert (found.format, found.rows_in, found.values_rejected) == ("dbf cp1251", 2, 1)
    assert (found.values_normalised, found.values_uncertain) == (3, 1)
    assert persons(con) == [(1, 1, "Өнөржүк", MAY), (2, 2, "Д?рэ?", None)]
    assert con.execute("SELECT column_name, raw_text FROM rejected_value").fetchall() == [
        ("birth_date", "1960ХХХХ")
    ]


@pytest.mark.parametrize(
    ("driver", "encoding"),
    [(0xC9, "cp1251"), (0x65, "cp866"), (0x26, "cp866"), (0x00, "cp1251"), (0x57, "cp1251")],
)
def test_dbf_honours_its_code_page(
    con: duckdb.DuckDBPyConnection, read: Reader, driver: int, encoding: str
) -> None:
    record = [*RECORD[:3], "Дорж", *RECORD[4:]]
    assert (
        read("person.dbf", dbf(FIELDS, [record], driver=driver, encoding=encoding)).format
        == f"dbf {encoding}"
    )
    assert persons(con) == [(1, 1, "Дорж", MAY)]


def test_dbf_kinds_of_fields(con: duckdb.DuckDBPyConnection, read: Reader) -> None:
    fields: list[Field] = [
        ("EMPLOYER_N", "C", 8), ("PERIOD", "C", 7), ("OFFICE_COD", "C", 4), ("HEADCOUNT", "I", 4),
        ("TOTAL_WAGE", "Y", 8), ("TOTAL_DUE", "N", 12), ("TOTAL_PAID", "F", 12), ("SUBMITTED_", "T", 8),
        ("PAID_ON", "D", 8),
    ]  # fmt: skip
    moment = struct.pack("<LL", date(2026, 1, 5).toordinal() + 1721425, 0)
    record = ["А1", "2025-12", "1110", struct.pack("<i", 7), struct.pack("<q", 1_002_500), "********",
              "20.50", moment, "00000000"]  # fmt: skip
    found = read("employer_report.dbf", dbf(fields, [record]), "employer_report")
    assert (found.rows_in, found.values_rejected) == (1, 1)
    assert con.execute(
        "SELECT headcount, total_wage, total_due, total_paid, submitted_on, paid_on FROM employer_report"
    ).fetchall() == [(7, Decimal("100.25"), None, Decimal("20.50"), date(2026, 1, 5), None)]


def _cut(body: bytes) -> bytes:
    return body[:-40]


def _other_length(body: bytes) -> bytes:
    return body[:10] + b"\0\0" + body[12:]


def _no_head(body: bytes) -> bytes:
    return body[:20]


def _unknown_kind(body: bytes) -> bytes:
    return body[:43] + b"?" + body[44:]


@pytest.mark.parametrize("harm", [_cut, _other_length, _no_head, _unknown_kind])
def test_broken_dbf(read: Reader, harm: Callable[[bytes], bytes]) -> None:
    with pytest.raises(RefusedError):
        read("person.dbf", harm(dbf(FIELDS, [RECORD])))


def test_utf_16_with_tabs_and_quotes(con: duckdb.DuckDBPyConnection, read: Reader) -> None:
    text = (
        (PERSON + person(1).replace("Дорж", '"До""рж,\nӨ"'))
        .replace(",", "\t")
        .replace('До""рж\t', 'До""рж\t')
    )
    found = read("person.txt", text.encode("utf-16"))
    assert (found.format, found.rows_in) == ("csv utf-16", 1)
    assert persons(con) == [(1, 1, 'До"рж\t\nӨ', MAY)]


def test_tsv(read: Reader) -> None:
    assert read("person.tsv", (PERSON + person(1)).replace(",", "\t").encode()).rows_loaded == 1


@pytest.mark.parametrize(
    ("given", "unsure"),
    [("Д?рж", 1), ("?нөр", 1), ("Г?нд?", 1), ("Дорж?", 0), ("? Дорж", 0), ("John?s", 0), ("Дорж", 0)],
)
def test_letters_lost_to_the_code_page_are_counted_and_kept(
    con: duckdb.DuckDBPyConnection, read: Reader, given: str, unsure: int
) -> None:
    text = (PERSON + person(1).replace("Дорж", given)).replace("ө", "є")
    assert read("person.csv", text.encode("cp1251")).values_uncertain == unsure
    assert [name for _, _, name, _ in persons(con)] == [given]


def _archive(path: Path, name: str, content: bytes) -> None:
    """Write a workbook with one entry replaced."""
    made = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, content if entry.filename == name else old.read(entry.filename))
    path.write_bytes(made.getvalue())


SHEET = "xl/worksheets/sheet1.xml"


def test_zip_bomb(read: Reader, tmp_path: Path) -> None:
    xlsx(tmp_path / "person.xlsx", {"A": [HEADER]})
    _archive(tmp_path / "person.xlsx", SHEET, b" " * (80 << 20))
    with pytest.raises(RefusedError) as refusal:
        read("person.xlsx")
    assert refusal.value.sentence == "exports.too_dense"


def test_entry_that_lies_about_its_size(read: Reader, tmp_path: Path) -> None:
    xlsx(tmp_path / "person.xlsx", {"A": [HEADER]})
    _archive(tmp_path / "person.xlsx", SHEET, b"<worksheet>" + b" " * 100_000)
    content = (tmp_path / "person.xlsx").read_bytes()
    real = struct.pack("<L", 100_011)
    assert real in content
    with pytest.raises(RefusedError) as refusal:
        read("person.xlsx", content.replace(real, struct.pack("<L", 500)))
    assert refusal.value.sentence == "exports.unreadable"


def test_cell_far_out(read: Reader, tmp_path: Path) -> None:
    xlsx(tmp_path / "person.xlsx", {"A": [HEADER]})
    far = (
        b'<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    _archive(tmp_path / "person.xlsx", SHEET, far)
    with pytest.raises(RefusedError) as refusal:
        read("person.xlsx")
    assert refusal.value.sentence == "exports.too_wide"


@pytest.mark.parametrize(
    ("name", "table"),
    [("person.csv", "person"), ("Даатгуулагч_2.csv", "person"),
     ("person (1).csv", "person"),
     ("EMPLOYER_REPORT 2025-12.csv", "employer_report"),
     ("x.csv", "employer_report")],
)  # fmt: skip
def test_table_of_a_file(catalogue: Catalogue, tmp_path: Path, name: str, table: str) -> None:
    (tmp_path / name).write_text(REPORT + report("А", "2025-12"), "utf-8")
    assert table_of(tmp_path / name, name, catalogue.tables).name == table


@pytest.mark.parametrize("kind", ["xlsx", "xls", "dbf", "parquet"])
def test_table_told_by_the_header_of_any_format(catalogue: Catalogue, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"x.{kind}"
    if kind == "dbf":
        path.write_bytes(dbf(FIELDS, [RECORD]))
    elif kind == "parquet":
        pl.DataFrame({name: [] for name in HEADER}).write_parquet(path)
    else:
        {"xlsx": xlsx, "xls": xls}[kind](path, {"A": [["Гарчиг"], HEADER, cells(1)]})
    assert table_of(path, path.name, catalogue.tables).name == "person"


def test_table_nobody_can_tell(catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("Регистр,Овог\n", "utf-8")
    with pytest.raises(RefusedError, match="person"):
        table_of(tmp_path / "x.csv", "x.csv", catalogue.tables)


def test_table_that_may_be_two(catalogue: Catalogue, tmp_path: Path) -> None:
    twins = {
        "one": catalogue.tables["person"],
        "two": catalogue.tables["person"],
        "office": catalogue.tables["office"],
    }
    (tmp_path / "x.csv").write_text(PERSON, "utf-8")
    with pytest.raises(RefusedError, match="one, two"):
        table_of(tmp_path / "x.csv", "x.csv", twins)


def test_suggestion(catalogue: Catalogue, tmp_path: Path) -> None:
    text = PERSON.replace("birth_date", "Огноо төрсөн").replace("surname", "Эцгийн нэр")
    (tmp_path / "x.csv").write_text(text.replace("sex,", "тайлбар,"), "utf-8")
    found = suggest(tmp_path / "x.csv", catalogue.tables)
    assert found.table.name == "person"
    assert {g.header: g.column.name if g.column else None for g in found.guesses} == {
        "Эцгийн нэр": "surname",
        "Огноо төрсөн": "birth_date",
        "тайлбар": None,
    }
    assert [column.name for column in found.missing] == ["sex"]
