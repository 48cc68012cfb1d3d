"""НД-1 and НД-2: what they hold, that they load back, and that no name in them can become an instruction."""

import html
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from conftest import REPOSITORY
from deliveries import deliver
from fontTools.ttLib import TTFont

from ndaudit import audit, ledger
from ndaudit.beginning import begin
from ndaudit.errors import RefusedError, UsageError
from ndaudit.forms.filling import register_data, sheet_data
from ndaudit.forms.issuing import issue
from ndaudit.forms.printing import FOLDER, FONTS
from ndaudit.forms.rows import recommendation_sheets, register_entries
from ndaudit.offices import read_offices
from ndaudit.periods import read_period
from ndaudit.reading import open_snapshot
from ndaudit.store import connect, current_snapshot
from ndaudit.tables import read_tables
from ndaudit.wording import sentences
from ndaudit.workbench import Workbench

HOSTILE = '#import "x": y ]#panic() =cmd()'
TABLES = read_tables(REPOSITORY / "expectations" / "tables")
OFFICES = read_offices(REPOSITORY / "expectations" / "offices.toml")
ENTRY: dict[str, Any] = {
    "register_year": 2026,
    "office_code": "65",
    "listed_under": "employer",
    "listed_name": "«Тэмүүлэл» ХХК",
    "person_id": 7,
    "surname_name": "Бат Өнөр",
    "birth_date": "1971-09-18",
    "sex": "F",
    "register_no": "АБ71091804",
    "book_no": "НД01",
    "children": 0,
    "work_condition": "normal",
    "window_from": "2020-01",
    "window_wage": "139902000",
    "service_months": 319,
    "service_months_before_1995": 0,
    "service_months_after_1995": 319,
    "eligible_on": "2026-09-18",
    "papers": "complete",
}
SHEET = {
    "office_code": "65",
    "sheet_year": 2025,
    "sheet_no": "002",
    "person_id": 7,
    "issued_on": "2025-11-20",
    "bring_by": "2026-07-03",
}
LINE = {
    "office_code": "65",
    "sheet_year": 2025,
    "sheet_no": "002",
    "line": 1,
    "defective_paper": "labour_book",
    "paper_to_add": "archive_orders",
}
PERSON = {"person_id": 7, "surname": "Бат", "given_name": "Өнөр"}


def csv_of(table: str, *rows: dict[str, Any]) -> str:
    names = [column.name for column in TABLES[table].columns]
    quoted = ([f'"{str(row.get(name, "")).replace(chr(34), chr(34) * 2)}"' for name in names] for row in rows)
    return "\n".join([",".join(names), *(",".join(cells) for cells in quoted)]) + "\n"


@pytest.fixture
def workbench(tmp_path: Path) -> Workbench:
    made = begin(tmp_path / "nd", "mn")
    other = ENTRY | {"listed_under": "subdistrict", "listed_name": "1-р баг", "person_id": 8}
    incomplete = {"surname_name": HOSTILE, "papers": "incomplete", "missing_papers": "хөдөлмөрийн дэвтэр"}
    files = {
        "register_entry.csv": csv_of("register_entry", ENTRY, other | incomplete),
        "recommendation.csv": csv_of("recommendation", SHEET),
        "recommendation_item.csv": csv_of("recommendation_item", LINE),
        "person.csv": csv_of("person", PERSON),
    }
    audit.load(made, [deliver(tmp_path / "in", files, office="65")])
    return made


def test_the_fifteen_cells_of_a_register_line(workbench: Workbench) -> None:
    with open_snapshot(workbench) as (_, con):
        rows = register_entries(con, "65", 2026)
    data = register_data(TABLES["register_entry"], OFFICES["65"], rows, "mn")
    assert [(part["name"], len(part["rows"])) for part in data["registers"]] == [
        ("«Тэмүүлэл» ХХК", 1),
        ("1-р баг", 1),
    ]
    assert data["registers"][0]["rows"][0] == [
        "1",
        "Бат Өнөр",
        "1971.09.18",
        "эм",
        "АБ71091804",
        "НД01",
        "0",
        "хэвийн",
        "139\u202f902\u202f000",
        "319",
        "0",
        "319",
        "2026.09.18",
        "бүрэн",
        "",
    ]
    assert data["registers"][1]["rows"][0][13] == "хөдөлмөрийн дэвтэр"
    assert (len(data["heads"]), data["copies"]) == (14, 2)


def test_a_sheet_names_the_person_the_day_and_the_papers(workbench: Workbench) -> None:
    with open_snapshot(workbench) as (_, con):
        sheets = recommendation_sheets(con, "65", read_period("2025-11"))
    [sheet] = sheet_data(TABLES["recommendation_item"], OFFICES["65"], sheets, "mn")["sheets"]
    assert (sheet["surname"], sheet["given_name"], sheet["number"]) == ("Бат", "Өнөр", "002")
    assert sheet["bring_by"] == {"year": "2026", "month": "07", "day": "03"}
    assert sheet["lines"] == [["хөдөлмөрийн дэвтэр", "тушаал, шийдвэрийн лавлагаа"]]


@pytest.mark.parametrize(("form", "period", "people"), [("nd1", "2026", 2), ("nd2", "2025", 1)])
def test_a_form_is_written_whole_private_and_told_to_the_ledger(
    workbench: Workbench, form: str, period: str, people: int
) -> None:
    issued = issue(workbench, form, "65", read_period(period), "mn")
    assert issued.count == people
    pdf = issued.pdf.read_bytes()
    assert pdf.startswith(b"%PDF-1.7")
    assert re.search(rb"pdfaid:part>2<.*pdfaid:conformance>B<", pdf, re.DOTALL)
    assert {path.stat().st_mode & 0o777 for path in (issued.pdf, issued.xlsx)} == {0o600}
    assert issued.pdf.parent == workbench.data / "forms" / "65"
    last = ledger.read(workbench)[-1]
    assert (last.event, last.details["count"]) == ("form", people)
    assert "Өнөр" not in str(last.details)


def test_the_register_workbook_loads_back_as_a_delivery(workbench: Workbench, tmp_path: Path) -> None:
    issued = issue(workbench, "nd1", "65", read_period("2026"), "mn")
    again = begin(tmp_path / "again", "mn")
    files = {"register_entry.xlsx": issued.xlsx.read_bytes()}
    rows_promised = {"register_entry.xlsx": 2}
    audit.load(again, [deliver(tmp_path / "back", files, office="65", rows=rows_promised)])

    def rows(one: Workbench) -> list[tuple[Any, ...]]:
        con = connect(current_snapshot(one.store).path, read_only=True)
        try:
            return con.execute(
                "SELECT * EXCLUDE (delivered_by, batch_id, source_file, source_row) FROM register_entry"
                " ORDER BY person_id"
            ).fetchall()
        finally:
            con.close()

    assert rows(again) == rows(workbench)


def test_hostile_text_stays_text_in_the_workbook(workbench: Workbench) -> None:
    issued = issue(workbench, "nd1", "65", read_period("2026"), "mn")
    with zipfile.ZipFile(issued.xlsx) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    assert HOSTILE in html.unescape(parts["xl/sharedStrings.xml"])
    assert not [name for name, text in parts.items() if "<f>" in text or "hyperlink" in text]


def test_what_is_not_there_is_said(workbench: Workbench) -> None:
    with pytest.raises(RefusedError, match="2026"):
        issue(workbench, "nd1", "65", read_period("2031"), "mn")
    with pytest.raises(RefusedError):
        issue(workbench, "nd2", "65", read_period("2019"), "mn")
    with pytest.raises(UsageError):
        issue(workbench, "nd3", "65", read_period("2026"), "mn")
    with pytest.raises(UsageError):
        issue(workbench, "nd1", "../65", read_period("2026"), "mn")


@pytest.mark.parametrize("face", ["Inter-Regular.ttf", "Inter-SemiBold.ttf"])
def test_the_shipped_fonts_have_every_letter_the_forms_use(face: str) -> None:
    letters = TTFont(FONTS / face).getBestCmap()
    written = "".join(path.read_text("utf-8") for path in FOLDER.glob("*.typ"))
    written += "".join(text.mn for text in sentences("forms").values())
    wanted = {letter for letter in written + "ӨөҮүЁё₮№«»\u202f" if not letter.isspace() or letter == "\u202f"}
    assert {letter for letter in wanted if ord(letter) not in letters} == set()
