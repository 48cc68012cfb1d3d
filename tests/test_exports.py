"""One delivered file: headers, spellings, encodings, rejects, whatever its format."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
import xlsxwriter
from deliveries import PERSON, REPORT, person, report

from ndaudit.catalogue import Catalogue
from ndaudit.errors import RefusedError
from ndaudit.exports import delimited, reading
from ndaudit.exports.headers import match_headers
from ndaudit.exports.reading import FileOutcome, read_export
from ndaudit.exports.rows import Provenance
from ndaudit.exports.values import from_text, trimmed
from ndaudit.store import connect, create_tables, literal
from ndaudit.tables import Column
from ndaudit.wording import Text

ORIGIN = Provenance("1110", "b1", "file")
CONTRIBUTION = (
    "contribution_id,person_id,employer_no,office_code,period,insured_type,wage,base,worked_days,"
    "employer_amount,insured_amount,reported_on,paid_on,entered_by,entered_at\n"
)


@pytest.fixture
def con(catalogue: Catalogue) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect() as con:
        create_tables(con, catalogue.tables.values())
        yield con


Reader = Callable[..., FileOutcome]


@pytest.fixture
def read(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, tmp_path: Path) -> Reader:
    def reader(name: str, content: str | bytes | None, table: str) -> FileOutcome:
        if content is not None:
            (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return read_export(con, tmp_path / name, catalogue.tables[table], ORIGIN, tmp_path)

    return reader


def column(kind: str, **more: Any) -> Column:
    return Column(name="x", type=kind, title=Text("x", "x"), **more)


def read_text(con: duckdb.DuckDBPyConnection, column: Column, text: str) -> Any:
    inner = f"SELECT {trimmed(literal(text))} AS t"
    [[value]] = con.execute(f"SELECT {from_text(column, 't')} FROM ({inner})").fetchall()
    return value


@pytest.mark.parametrize(
    "text",
    ["1965-03-07", "1965.03.07", "1965/03/07", "07.03.1965", "7.3.1965", "1965-3-7", " 1965.03.07 ", "23808",
     "1965-03-07 00:00:00", "1965.03.07 00:00", "07.03.1965 0:00:00", "1965-03-07T00:00:00", "23808.0"],
)  # fmt: skip
def test_dates(con: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read_text(con, column("date"), text) == date(1965, 3, 7)


@pytest.mark.parametrize(
    "text",
    ["1965-02-30", "1965", "65-03-07", "1965-03-0x", "1965-03-1Z", "infinity", "1965-03-07 10:30:00",
     "31.02.1965", "07.03.65", "тодорхойгүй", "19650307", "0", "07/03/1965"],
)  # fmt: skip
def test_unreadable_dates(con: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read_text(con, column("date"), text) is None


@pytest.mark.parametrize("text", ["2025-12", "2025.12", "2025/12", "2025-12-01", "2025.12.31", "01.12.2025"])
def test_periods(con: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read_text(con, column("period"), text) == date(2025, 12, 1)


@pytest.mark.parametrize("text", ["2025-13", "2025", "12.2025"])
def test_unreadable_periods(con: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read_text(con, column("period"), text) is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [("1234567.5", "1234567.50"), ("1,234,567.50", "1234567.50"), ("1 234 567", "1234567"), ("-5", "-5"),
     ("1\u00a0234\u00a0567.00", "1234567"), (".5", "0.50"), ("1\u202f234", "1234"), ("0", "0"),
     ("1 234,50", "1234.50"), ("1\u00a0234\u00a0567,5", "1234567.50"), ("1234,50", "1234.50"),
     ("-1234,5", "-1234.50"), ("1 234.50", "1234.50"), ("+1,234", "1234"), ("1,234", "1234"),
     ("1e3", "1000"), ("5.0", "5")],
)  # fmt: skip
def test_money(con: duckdb.DuckDBPyConnection, text: str, meant: str) -> None:
    assert read_text(con, column("money"), text) == Decimal(meant)


@pytest.mark.parametrize(
    "text",
    ["1,5", "12,34", "1 23", "12x", "1.234.567", "NaN", "₮5", "--1", "1 234,567", "1,234 567", "1,234,50",
     "1.234,50", "1234,567", ",5", "5,", "1'234"],
)  # fmt: skip
def test_unreadable_money(con: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read_text(con, column("money"), text) is None


@pytest.mark.parametrize(("text", "meant"), [("7", 7), ("7.0", 7), ("1,000", 1000), ("+7", 7), ("007", 7)])
def test_integers(con: duckdb.DuckDBPyConnection, text: str, meant: int) -> None:
    assert read_text(con, column("integer"), text) == meant


@pytest.mark.parametrize("text", ["7.5", "x", "1e99", "99999999999999999999999"])
def test_unreadable_integers(con: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read_text(con, column("integer"), text) is None


@pytest.mark.parametrize(
    "text",
    ["2025-01-02 11:42:00", "2025.01.02 11:42:00", "02.01.2025 11:42", "2025-01-02T11:42:00.0", "45659.4875"],
)
def test_timestamps(con: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read_text(con, column("timestamp"), text) == datetime(2025, 1, 2, 11, 42)


@pytest.mark.parametrize("text", ["2025-01-02 11:42:00Z", "2025-01-02 25:00:00", "2025-01-02 11:42:00+09"])
def test_unreadable_timestamps(con: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read_text(con, column("timestamp"), text) is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [("1", True), ("Тийм", True), ("TRUE", True), ("+", True), ("0", False), ("үгүй", False), ("-", False),
     ("false", False), ("магадгүй", None), ("2", None)],
)  # fmt: skip
def test_flags(con: duckdb.DuckDBPyConnection, text: str, meant: bool | None) -> None:
    assert read_text(con, column("flag"), text) is meant


@pytest.mark.parametrize(("text", "meant"), [("F", "F"), ("Эм", "F"), ("f", "F"), ("хоёрдмол", "хоёрдмол")])
def test_codes_keep_what_they_do_not_know(con: duckdb.DuckDBPyConnection, text: str, meant: str) -> None:
    sex = column("code", codes=("M", "F"), code_words={"M": ("эр",), "F": ("эм",)})
    assert read_text(con, sex, text) == meant


def rejected_values(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    return con.execute(
        "SELECT source_row, column_name, raw_text, reason FROM rejected_value ORDER BY ALL"
    ).fetchall()


def test_unreadable_date_is_kept_counted_and_located(con: duckdb.DuckDBPyConnection, read: Reader) -> None:
    found = read("person.csv", PERSON + person(1) + person(2, birth="1960-13-01") + person(3), "person")
    assert (found.rows_in, found.rows_loaded, found.rows_rejected, found.values_rejected) == (3, 3, 0, 1)
    assert rejected_values(con) == [(2, "birth_date", "1960-13-01", "not_date")]
    assert con.execute("SELECT person_id, birth_date FROM person ORDER BY source_row").fetchall() == [
        (1, date(1960, 5, 1)),
        (2, None),
        (3, date(1960, 5, 1)),
    ]


def test_rows_after_broken_lines_keep_their_number(con: duckdb.DuckDBPyConnection, read: Reader) -> None:
    lines = [person(1), "2,too,few\n", "3,too,few\n", person(4), person(5, birth="?"), "6\n", person(7)]
    found = read("person.csv", PERSON + "".join(lines), "person")
    assert (found.rows_in, found.rows_loaded, found.rows_rejected) == (7, 4, 3)
    assert con.execute("SELECT person_id, source_row FROM person ORDER BY 1").fetchall() == [
        (1, 1),
        (4, 4),
        (5, 5),
        (7, 7),
    ]
    assert con.execute("SELECT source_row, raw_text, reason FROM rejected_row ORDER BY 1").fetchall() == [
        (2, "2,too,few", "missing_columns"),
        (3, "3,too,few", "missing_columns"),
        (6, "6", "missing_columns"),
    ]
    assert rejected_values(con) == [(5, "birth_date", "?", "not_date")]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_blank_lines_count_as_rows_do_in_a_spreadsheet(
    con: duckdb.DuckDBPyConnection, read: Reader, end: str
) -> None:
    lines = [person(1), "\n", "2,too,few\n", "\n", "\n", person(5, birth="?"), "\n", person(7), "8\n", "\n"]
    text = (PERSON + "".join(lines)).replace("\n", end)
    found = read("person.csv", text, "person")
    assert (found.rows_in, found.rows_loaded, found.rows_rejected) == (5, 3, 2)
    assert con.execute("SELECT person_id, source_row FROM person ORDER BY 1").fetchall() == [
        (1, 1),
        (5, 6),
        (7, 8),
    ]
    assert con.execute("SELECT source_row FROM rejected_row ORDER BY 1").fetchall() == [(3,), (9,)]
    assert rejected_values(con) == [(6, "birth_date", "?", "not_date")]


def test_blank_lines_without_any_broken_one(con: duckdb.DuckDBPyConnection, read: Reader) -> None:
    read("person.csv", PERSON + person(1).replace("Дорж", '"До\n\nрж"') + "\n\n" + person(4) + "\n", "person")
    assert con.execute("SELECT person_id, source_row FROM person ORDER BY 1").fetchall() == [(1, 1), (4, 4)]


def test_file_of_broken_lines_is_refused_with_their_number(read: Reader) -> None:
    with pytest.raises(RefusedError, match=r"25001.*25000.*2-р мөр"):
        read("person.csv", PERSON + person(1) + "2,too,few\n" * 25_000, "person")


def test_quotation_mark_that_swallows_rows_is_refused(read: Reader) -> None:
    swallowed = person(2).replace("Дорж", '"Дорж') + "".join(person(n) for n in range(3, 40))
    with pytest.raises(RefusedError, match="2-р мөр") as refusal:
        read("person.csv", PERSON + person(1) + swallowed, "person")
    assert refusal.value.sentence == "exports.unclosed"


def test_broken_row_of_a_few_lines_is_one_row(con: duckdb.DuckDBPyConnection, read: Reader) -> None:
    found = read("person.csv", PERSON + '1,"a\nb\nc",few\n' + person(2), "person")
    assert (found.rows_loaded, found.rows_rejected) == (1, 1)
    assert con.execute("SELECT person_id, source_row FROM person").fetchall() == [(2, 2)]
    assert con.execute("SELECT source_row, raw_text FROM rejected_row").fetchall() == [(1, '1,"a\nb\nc",few')]


def test_another_spelling_that_begins_late_is_found_beforehand(
    con: duckdb.DuckDBPyConnection, catalogue: Catalogue, tmp_path: Path
) -> None:
    late = [report("А", "2025-12" if n < 9_000 or n > 9_500 else "2025.12") for n in range(15_000)]
    (tmp_path / "x.csv").write_text(REPORT + "".join(late), "utf-8")
    table = catalogue.tables["employer_report"]
    opened = delimited.open_delimited(tmp_path / "x.csv", table, "x.csv", tmp_path)
    match = match_headers(opened.headers, table, "x.csv")
    types = delimited.column_types(con, opened, table, match, tmp_path)
    assert types[match.positions["period"]] == "VARCHAR"
    assert types[match.positions["paid_on"]] == "TIMESTAMP"


CANONICAL = [
    "1,10,А1,1110,2025-01-01,01,100.00,100.00,22,12.50,11.50,2025-02-03,2025-02-04,И1,2025-02-03 11:42:00",
    "2,10,,1110,2025-02-01,90,5.5,,,0,0,2025-02-03,,И1,2025-02-03 11:42:00",
]
ODD = [
    "3,9,А1,1110,2025.03,1,\"1,000\",100.00,22.5,x,11.50,03.02.2025,2025-02-30,И1,2025.02.03 11:42:00",
    "4,9,А1,1110,2025-03-01,01,100.00,100.00,22,12.50,11.50,2025-02-03 10:00:00,2025-02-1Z,И1,infinity",
]  # fmt: skip
READ = [
    (3, 9, "А1", date(2025, 3, 1), "01", Decimal(1000), None, None, date(2025, 2, 3), None, 3),
    (4, 9, "А1", date(2025, 3, 1), "01", Decimal(100), 22, Decimal("12.50"), None, None, 4),
]


@pytest.mark.parametrize("sampled", [True, False], ids=["known", "met on the way"])
def test_plain_and_careful_reading_agree(
    con: duckdb.DuckDBPyConnection, read: Reader, monkeypatch: pytest.MonkeyPatch, sampled: bool
) -> None:
    if not sampled:
        monkeypatch.setattr(delimited, "_sample", lambda path: (CONTRIBUTION + CANONICAL[0] + "\n").encode())
    found = read("contribution.csv", CONTRIBUTION + "\n".join(CANONICAL + ODD) + "\n", "contribution")
    assert (found.rows_in, found.rows_loaded, found.values_rejected) == (4, 4, 6)
    rows = con.execute(
        "SELECT contribution_id, person_id, employer_no, period, insured_type, wage, worked_days,"
        " employer_amount, reported_on, paid_on, source_row FROM contribution WHERE person_id = 9 ORDER BY 1"
    ).fetchall()
    assert rows == READ
    assert rejected_values(con) == [
        (3, "employer_amount", "x", "not_money"),
        (3, "paid_on", "2025-02-30", "not_date"),
        (3, "worked_days", "22.5", "not_integer"),
        (4, "entered_at", "infinity", "not_timestamp"),
        (4, "paid_on", "2025-02-1Z", "not_date"),
        (4, "reported_on", "2025-02-03 10:00:00", "not_date"),
    ]


def test_rows_are_stored_by_person_and_period(con: duckdb.DuckDBPyConnection, read: Reader) -> None:
    later = [line.replace(",10,", f",{number},", 1) for number in (12, 11) for line in CANONICAL[::-1]]
    read("contribution.csv", CONTRIBUTION + "\n".join(later) + "\n", "contribution")
    stored = con.execute("SELECT person_id, source_row FROM contribution ORDER BY rowid").fetchall()
    assert stored == [(11, 4), (11, 3), (12, 2), (12, 1)]


def test_missing_column_names_file_table_and_column(read: Reader) -> None:
    with pytest.raises(RefusedError, match=r"file: person .*birth_date"):
        read("person.csv", PERSON.replace("birth_date,", ""), "person")


def test_column_twice(read: Reader) -> None:
    with pytest.raises(RefusedError, match=r"«birth_date».*«Төрсөн огноо»"):
        read("person.csv", PERSON.replace("sex,", "Төрсөн огноо,sex,"), "person")


def test_unknown_columns_are_reported(read: Reader) -> None:
    text = "".join(f"{line},тэмдэглэл\n" for line in (PERSON + person(1)).splitlines())
    assert read("person.csv", text, "person").unknown_columns == ("тэмдэглэл",)


def test_header_only(read: Reader) -> None:
    assert read("person.csv", PERSON, "person").rows_in == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("", "exports.empty_file"), ("юу ч биш\n1\n", "exports.no_header")],
)
def test_nothing_to_read(read: Reader, content: str, sentence: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        read("person.csv", content, "person")
    assert refusal.value.sentence == sentence


def test_format_nobody_reads(read: Reader) -> None:
    with pytest.raises(RefusedError, match=r"\.parquet"):
        read("person.docx", "x", "person")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_ways_to_write_csv(
    con: duckdb.DuckDBPyConnection, read: Reader, delimiter: str, end: str, encoding: str
) -> None:
    text = (PERSON + person(1)).replace(",", delimiter).replace("\n", end)
    assert read("person.csv", text.encode(encoding), "person").rows_loaded == 1
    assert con.execute("SELECT surname, book_no FROM person").fetchall() == [("Бат", "Б1")]


def test_mixed_line_ends(con: duckdb.DuckDBPyConnection, read: Reader) -> None:
    found = read("person.csv", PERSON + person(1).replace("\n", "\r\n") + person(2), "person")
    assert found.rows_loaded == 2


def test_old_code_page_gets_its_letters_back(con: duckdb.DuckDBPyConnection, read: Reader) -> None:
    text = (PERSON + person(1)).replace("birth_date", "Тєрсєн огноо").replace("Дорж", "Єнєржїк")
    found = read("person.csv", text.encode("cp1251"), "person")
    assert (found.format, found.values_normalised) == ("csv cp1251", 5)
    assert con.execute("SELECT given_name, birth_date FROM person").fetchall() == [
        ("Өнөржүк", date(1960, 5, 1))
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_substitutes_an_old_system_left_behind_are_put_right(
    con: duckdb.DuckDBPyConnection, read: Reader, encoding: str
) -> None:
    text = (PERSON + person(1)).replace("birth_date", "Тєрсєн огноо").replace("Дорж", "Єнєржїк")
    found = read("person.csv", text.encode(encoding), "person")
    assert (found.format, found.values_normalised) == (f"csv {encoding.removesuffix('-sig')}", 5)
    assert con.execute("SELECT given_name, birth_date FROM person").fetchall() == [
        ("Өнөржүк", date(1960, 5, 1))
    ]


def test_broken_letters_stay_broken_beside_substitutes(con: duckdb.DuckDBPyConnection, read: Reader) -> None:
    broken = person(2).encode().replace("Дорж".encode(), b"\xd0\xff")
    good = person(1).replace("Дорж", "Єнєр").encode()
    found = read("person.csv", PERSON.encode() + good + broken, "person")
    assert (found.rows_loaded, found.rows_rejected, found.values_normalised) == (1, 1, 2)
    assert con.execute("SELECT given_name FROM person").fetchall() == [("Өнөр",)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1251"])
@pytest.mark.parametrize(("given", "unsure"), [("Д?рж", 1), ("Г?нд?", 1), ("Дорж?", 0), ("Дорж", 0)])
def test_lost_letters_are_counted_and_kept_in_any_encoding(
    con: duckdb.DuckDBPyConnection, read: Reader, encoding: str, given: str, unsure: int
) -> None:
    text = (PERSON + person(1)).replace("Дорж", given)
    assert read("person.csv", text.encode(encoding), "person").values_uncertain == unsure
    assert con.execute("SELECT given_name FROM person").fetchall() == [(given,)]


def test_parquet_letters(con: duckdb.DuckDBPyConnection, read: Reader, tmp_path: Path) -> None:
    rows = [line.strip().split(",") for line in (person(1), person(2), person(3))]
    rows[0][3], rows[1][3] = "Єнєржїк", "Д?рж"
    pl.DataFrame(rows, schema=PERSON.strip().split(","), orient="row").write_parquet(tmp_path / "p.parquet")
    found = read("p.parquet", None, "person")
    assert (found.values_normalised, found.values_uncertain) == (3, 1)
    assert con.execute("SELECT given_name FROM person ORDER BY source_row").fetchall() == [
        ("Өнөржүк",),
        ("Д?рж",),
        ("Дорж",),
    ]


def test_one_broken_letter_does_not_make_an_old_code_page(
    con: duckdb.DuckDBPyConnection, read: Reader
) -> None:
    broken = person(2).encode().replace("Дорж".encode(), b"\xd0\xff")
    found = read("person.csv", (PERSON + person(1)).encode() + broken + person(3).encode(), "person")
    assert (found.rows_in, found.rows_loaded, found.rows_rejected) == (3, 2, 1)
    assert con.execute("SELECT source_row, reason FROM rejected_row").fetchall() == [(2, "invalid_encoding")]
    assert con.execute("SELECT person_id, source_row FROM person ORDER BY 1").fetchall() == [(1, 1), (3, 3)]


def test_quoted_cells_may_hold_delimiters_and_line_ends(con: duckdb.DuckDBPyConnection, read: Reader) -> None:
    text = PERSON + person(1).replace("Дорж", '"До,\nрж"') + person(2)
    assert read("person.csv", text, "person").rows_loaded == 2
    assert con.execute("SELECT given_name FROM person WHERE person_id = 1").fetchall() == [("До,\nрж",)]


def test_surrounding_space_goes_and_look_alikes_are_counted(
    con: duckdb.DuckDBPyConnection, read: Reader
) -> None:
    text = PERSON + person(1, register_no=" YЮ60050111 ").replace("Дорж", " Дорж\u00a0") + person(2)
    assert read("person.csv", text, "person").values_normalised == 1
    assert con.execute("SELECT register_no, given_name FROM person WHERE person_id = 1").fetchall() == [
        ("УЮ60050111", "Дорж")
    ]


def _sheet(path: Path, rows: list[list[Any]], title_rows: int = 0) -> None:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        for n in range(title_rows):
            sheet.merge_range(n, 0, n, 5, f"Маягт НД-1, {n}")
        for n, row in enumerate(rows, start=title_rows):
            for m, cell in enumerate(row):
                sheet.write(n, m, cell)


def _person_cells(birth: Any) -> list[Any]:
    return [1, "УЮ60050111", "Бат", "Дорж", birth, "эр", 77, 1110, "1-р хороо", None]


@pytest.mark.parametrize("title_rows", [0, 3])
def test_workbook_with_title_rows(
    con: duckdb.DuckDBPyConnection, read: Reader, tmp_path: Path, title_rows: int
) -> None:
    rows = [PERSON.strip().split(","), _person_cells(date(1960, 5, 1)), [], _person_cells("01.05.1960")]
    _sheet(tmp_path / "person.xlsx", [*rows, _person_cells(22037), _person_cells("?")], title_rows)
    found = read("person.xlsx", None, "person")
    assert (found.rows_in, found.rows_loaded, found.values_rejected) == (4, 4, 1)
    assert rejected_values(con) == [(5, "birth_date", "?", "not_date")]
    may = date(1960, 5, 1)
    assert con.execute(
        "SELECT birth_date, sex, book_no, office_code, source_row FROM person ORDER BY source_row"
    ).fetchall() == [
        (may, "M", "77", "1110", 1),
        (may, "M", "77", "1110", 3),
        (may, "M", "77", "1110", 4),
        (None, "M", "77", "1110", 5),
    ]


def test_workbook_that_is_none(read: Reader) -> None:
    with pytest.raises(RefusedError) as refusal:
        read("person.xlsx", "just text", "person")
    assert refusal.value.sentence == "exports.unreadable"


def test_workbook_that_unpacks_beyond_measure(
    read: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ndaudit.exports.bombs.INFLATED_LIMIT", 1000)
    _sheet(tmp_path / "person.xlsx", [PERSON.strip().split(",")])
    with pytest.raises(RefusedError) as refusal:
        read("person.xlsx", None, "person")
    assert refusal.value.sentence == "exports.too_large"


def _report_frame(values: Mapping[str, Any]) -> pl.DataFrame:
    base = {
        "employer_no": 7, "period": date(2025, 12, 1), "office_code": "1110", "headcount": 2.0,
        "total_wage": 100.25, "total_due": 20, "total_paid": None, "submitted_on": datetime(2026, 1, 5),
        "paid_on": "2026.01.06",
    }  # fmt: skip
    return pl.DataFrame([base | dict(values)])


def test_parquet_with_types_of_its_own(con: duckdb.DuckDBPyConnection, read: Reader, tmp_path: Path) -> None:
    _report_frame({}).write_parquet(tmp_path / "employer_report.parquet")
    assert read("employer_report.parquet", None, "employer_report").values_rejected == 0
    assert con.execute("SELECT * EXCLUDE (delivered_by, batch_id) FROM employer_report").fetchall() == [
        (
            "7", date(2025, 12, 1), "1110", 2, Decimal("100.25"), Decimal(20), None,
            date(2026, 1, 5), date(2026, 1, 6), "file", 1,
        )
    ]  # fmt: skip


def test_parquet_values_that_cannot_be_read(
    con: duckdb.DuckDBPyConnection, read: Reader, tmp_path: Path
) -> None:
    odd = {"headcount": 2.5, "submitted_on": datetime(2026, 1, 5, 23), "total_wage": float("nan")}
    _report_frame(odd).write_parquet(tmp_path / "employer_report.parquet")
    assert read("employer_report.parquet", None, "employer_report").values_rejected == 2
    assert rejected_values(con) == [
        (1, "headcount", "2.5", "not_integer"),
        (1, "submitted_on", "2026-01-05 23:00:00", "not_date"),
    ]


def test_parquet_that_is_none(read: Reader) -> None:
    with pytest.raises(RefusedError) as refusal:
        read("person.parquet", "PAR1 but not really", "person")
    assert refusal.value.sentence == "exports.unreadable"
    assert "/" not in refusal.value.within("mn")


def test_many_odd_lines_are_read_with_the_whole_file(
    con: duckdb.DuckDBPyConnection, read: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "_sample", lambda path: REPORT.encode())
    monkeypatch.setattr(reading.broken_lines, "MANY", 1)
    lines = [report("А", "2025.12"), report("Б", "2025.11"), report("В", "2025-10"), "x\n"]
    found = read("employer_report.csv", REPORT + "".join(lines), "employer_report")
    assert (found.rows_in, found.rows_loaded, found.rows_rejected) == (4, 3, 1)
    assert con.execute("SELECT employer_no, source_row FROM employer_report ORDER BY 2").fetchall() == [
        ("А", 1),
        ("Б", 2),
        ("В", 3),
    ]
