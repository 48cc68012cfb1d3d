"""НД-1 and НД-2: what they hold, that they load back, and that no name in them can become an instruction."""

import html
import json
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import typst
from conftest import REPOSITORY
from deliveries import deliver
from fontTools.ttLib import TTFont
from run_world import Past, make_workbench, write_run

from ndaudit import audit, ledger
from ndaudit.analyses import prospective
from ndaudit.beginning import begin
from ndaudit.catalogue import Catalogue
from ndaudit.errors import RefusedError, UsageError
from ndaudit.forms import issuing
from ndaudit.forms.drafts import draft_sheets, named_rights
from ndaudit.forms.filling import register_data, right_cells, several_lines, sheet_data
from ndaudit.forms.issuing import issue
from ndaudit.forms.printing import FOLDER, FONTS
from ndaudit.forms.rows import recommendation_sheets, register_entries
from ndaudit.offices import read_offices
from ndaudit.periods import read_period
from ndaudit.reading import open_reading, open_snapshot
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
CELLS = [
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
"""The fifteen cells of `ENTRY`, as НД-1 writes them."""


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
    assert data["registers"][0]["rows"][0] == CELLS
    assert data["registers"][1]["rows"][0][13] == "хөдөлмөрийн дэвтэр"
    assert (len(data["heads"]), data["copies"]) == (14, 2)


def _register(*cells: dict[int, str]) -> dict[str, Any]:
    """Return a register of lines that differ from an ordinary one in these cells."""
    ordinary = dict(enumerate(CELLS)) | {1: "Бат"}
    rows = [list((ordinary | changed).values()) for changed in cells]
    data = register_data(TABLES["register_entry"], OFFICES["65"], [], "mn")
    named = {"office": "Дүүрэг", "name": "Хороо", "year": "2026", "rows": rows}
    return data | {"registers": [named | {"several": [several_lines(row) for row in rows]}]}


def _drawn(data: dict[str, Any]) -> list[bytes]:
    pages = typst.compile(
        FOLDER / "nd1.typ",
        root=FOLDER,
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]),
        format="svg",
        sys_inputs={"data": json.dumps(data)},
    )
    return pages if isinstance(pages, list) else [pages]


def test_only_what_a_line_can_be_broken_in_is_measured() -> None:
    papers = "1993–1995 оны хөдөлмөрийн дэвтэр, архивын лавлагаа"
    data = _register(
        {1: "Ганбаатар Мөнхбат"}, {13: papers}, {7: "газар-доорх"}, {13: "А.Б.В2\nГ"}, {4: "АБ" * 20}
    )
    [register] = data["registers"]
    assert register["several"] == [[1], [13], [7], [13], []]
    every = [list(range(15))] * len(register["rows"])
    assert _drawn(data) == _drawn(data | {"registers": [register | {"several": every}]})


def test_what_is_taller_than_a_page_goes_on_overleaf() -> None:
    short, long = (_register({13: "лавлагаа " * words}) for words in (5, 500))
    # two copies of each
    assert (len(_drawn(short)), len(_drawn(long)) > 4) == (2, True)


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


@pytest.fixture
def checked(catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    """A workbench with a run, in which three rights are to come, as if recomputed."""
    made = make_workbench(
        tmp_path, catalogue, {"person": [PERSON | {"delivered_by": "65", "office_code": "65"}]}
    )
    write_run(made, Past("r1", 1, [], []))
    (made.runs / "current.json").write_text('{"run_id": "r1"}', "utf-8")
    monkeypatch.setattr(prospective, "rights", lambda *_: COMING)
    return made


COMING = (
    pl.DataFrame(
        [
            # papers to be there by 20 April: in the month asked for
            {
                "person_id": 7,
                "right_on": date(2026, 7, 20),
                "sheet_due": date(2026, 4, 20),
                "unproven_months": 12,
            },
            # the day is over
            {
                "person_id": 8,
                "right_on": date(2026, 5, 10),
                "sheet_due": date(2026, 2, 10),
                "unpaid_months": 3,
            },
            # due only a month later
            {
                "person_id": 9,
                "right_on": date(2026, 8, 1),
                "sheet_due": date(2026, 5, 1),
                "unproven_months": 1,
            },
            # lacks something, but has a sheet
            {"person_id": 10, "right_on": date(2026, 7, 1), "sheet_due": date(2026, 4, 1), "unpaid_months": 1}
            | {"sheet_on": date(2026, 1, 5)},
            # lacks nothing
            {"person_id": 11, "right_on": date(2026, 7, 2), "sheet_due": date(2026, 4, 2)},
            {"person_id": 12, "right_on": date(2026, 7, 3), "sheet_due": date(2026, 4, 3)}
            | {"missing_papers": "төрсний гэрчилгээ"},
        ],
        schema={
            "person_id": pl.Int64,
            "right_on": pl.Date,
            "sheet_due": pl.Date,
            "sheet_on": pl.Date,
            "unproven_months": pl.Int64,
            "unpaid_months": pl.Int64,
            "missing_papers": pl.String,
        },
    )
    .with_columns(
        pl.col("unproven_months", "unpaid_months").fill_null(0),
        office_code=pl.lit("65"),
        condition=pl.lit("general"),
        months_at_right=pl.lit(300, pl.Int64),
        best_from=pl.lit(date(2016, 1, 1)),
        best_to=pl.lit(date(2020, 12, 1)),
        pension=pl.lit(None, pl.Decimal(18, 2)),
    )
    .with_columns(
        is_lacking=(pl.col("unproven_months") > 0)
        | (pl.col("unpaid_months") > 0)
        | pl.col("missing_papers").is_not_null()
    )
)


def test_drafts_are_for_those_who_lack_something_and_have_no_sheet(checked: Workbench) -> None:
    with open_reading(checked) as reading:
        sheets = draft_sheets(reading, "65", read_period("2026-04"))
    told = [(sheet["person_id"], sheet["sheet_no"], sheet["bring_by"]) for sheet in sheets]
    assert told == [
        (8, "Т-001", None),
        (12, "Т-002", date(2026, 4, 3)),
        (7, "Т-003", date(2026, 4, 20)),
    ]
    papers = [
        [(line["defective_paper"], line["paper_to_add"]) for line in sheet["lines"]] for sheet in sheets
    ]
    assert papers == [
        [("si_book", "office_archive_reference")],
        [("other", "other")],
        [("labour_book", "archive_service")],
    ]
    data = sheet_data(TABLES["recommendation_item"], OFFICES["65"], sheets, "mn")["sheets"]
    assert [(sheet["number"], sheet["draft"]) for sheet in data] == [("", "Төсөл")] * 3
    assert data[1]["lines"] == [["", "төрсний гэрчилгээ"]]
    assert (data[2]["surname"], data[2]["given_name"]) == ("Бат", "Өнөр")


def test_drafts_are_issued_and_load_back_filled_in(checked: Workbench, tmp_path: Path) -> None:
    issued = issue(checked, "nd2_drafts", "65", read_period("2026-04"), "mn")
    assert issued.count == 3
    assert ledger.read(checked)[-1].details["form"] == "nd2_drafts"
    again = begin(tmp_path / "again", "mn")
    content = issued.xlsx.read_bytes()
    names = ("recommendation.xlsx", "recommendation_item.xlsx")
    audit.load(
        again,
        [
            deliver(
                tmp_path / "back", dict.fromkeys(names, content), office="65", rows=dict.fromkeys(names, 3)
            )
        ],
    )
    con = connect(current_snapshot(again.store).path, read_only=True)
    try:
        joined = con.execute(
            "SELECT s.person_id, i.paper_to_add FROM recommendation s JOIN recommendation_item i"
            " USING (office_code, sheet_year, sheet_no) ORDER BY 1"
        ).fetchall()
    finally:
        con.close()
    assert joined == [(7, "archive_service"), (8, "office_archive_reference"), (12, "other")]


def test_nobody_to_advise_is_said(checked: Workbench) -> None:
    with pytest.raises(RefusedError, match="2026-01"):
        issue(checked, "nd2_drafts", "65", read_period("2026-01"), "mn")
    with pytest.raises(RefusedError, match="2031"):
        issue(checked, "rights", "65", read_period("2031"), "mn")


def test_the_office_copy_names_people_privately_and_the_ledger_counts_them(checked: Workbench) -> None:
    issued = issue(checked, "rights", "65", read_period("2026-07"), "mn")
    assert issued.count == 4
    with open_reading(checked) as reading:
        rows = named_rights(reading, "65", read_period("2026-07")).to_dicts()
    cells = right_cells(1, next(row for row in rows if row["person_id"] == 7))
    assert cells[:4] == ["1", "Бат Өнөр", "", "2026.07.20"]
    assert cells[6:9] == ["1995 оноос өмнөх 12 сарыг нотлоогүй", "2026.04.20", "2016.01–2020.12"]
    assert {path.stat().st_mode & 0o777 for path in (issued.pdf, issued.xlsx)} == {0o600}
    last = ledger.read(checked)[-1]
    assert (last.event, last.details["form"], last.details["office"], last.details["count"]) == (
        "form",
        "rights",
        "65",
        4,
    )
    assert last.user
    assert "Өнөр" not in str(last.details)
    with zipfile.ZipFile(issued.xlsx) as book:
        assert "Бат Өнөр" in book.read("xl/sharedStrings.xml").decode("utf-8")


def test_a_form_whose_pdf_is_there_is_whole(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The PDF comes last: a form cut short before it is not taken for one that was made."""

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(issuing, "write_pdf", cut)
    with pytest.raises(KeyboardInterrupt):
        issue(workbench, "nd1", "65", read_period("2026"), "mn")
    folder = workbench.data / "forms" / "65"
    assert [path.suffix for path in folder.iterdir()] == [".xlsx"]
    assert ledger.read(workbench)[-1].event == "form"


def test_the_sheets_workbook_holds_the_lines_too(workbench: Workbench, tmp_path: Path) -> None:
    issued = issue(workbench, "nd2", "65", read_period("2025"), "mn")
    again = begin(tmp_path / "again", "mn")
    names = ("recommendation.xlsx", "recommendation_item.xlsx")
    content = issued.xlsx.read_bytes()
    folder = deliver(
        tmp_path / "back", dict.fromkeys(names, content), office="65", rows=dict.fromkeys(names, 1)
    )
    audit.load(again, [folder])
    con = connect(current_snapshot(again.store).path, read_only=True)
    try:
        sheets = con.execute("SELECT sheet_no, bring_by FROM recommendation").fetchall()
        lines = con.execute("SELECT line, paper_to_add FROM recommendation_item").fetchall()
    finally:
        con.close()
    assert sheets == [("002", date(2026, 7, 3))]
    assert lines == [(1, "archive_orders")]
