"""Mappings an office edits: its headers and codes are read; what contradicts the dictionary is refused."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from deliveries import PERSON, deliver, person

from ndaudit import ledger
from ndaudit.catalogue import Catalogue
from ndaudit.errors import DeclarationError
from ndaudit.exports.headers import Layout
from ndaudit.intake import LoadSummary, load
from ndaudit.intake.mapping import read_mappings
from ndaudit.intake.unmanifested import read_kept
from ndaudit.store import connect, current_snapshot
from ndaudit.workbench import Workbench

Writer = Callable[..., None]
CONTRIBUTION = (
    "contribution_id,person_id,employer_no,office_code,period,insured_type,wage,employer_amount,"
    "insured_amount,reported_on,paid_on,entered_by,entered_at\n"
)


@pytest.fixture
def workbench(tmp_path: Path) -> Workbench:
    (tmp_path / "bench").mkdir()
    return Workbench(tmp_path / "bench")


@pytest.fixture
def mapping(workbench: Workbench) -> Writer:
    def write(text: str, name: str = "a.toml") -> None:
        folder = workbench.data / "mappings"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")

    return write


@pytest.fixture
def loaded(workbench: Workbench, catalogue: Catalogue) -> Callable[..., LoadSummary]:
    return lambda *paths, **options: load(workbench, catalogue.tables, paths, **options)


def rows(workbench: Workbench, query: str) -> list[tuple[Any, ...]]:
    with connect(current_snapshot(workbench.store).path, read_only=True) as con:
        return con.execute(query).fetchall()


def contribution(number: int, insured_type: str) -> str:
    return f"{number},1,А1,1110,2025-12,{insured_type},1,1,1,2026-01-05,,И1,2026-01-05 10:00:00\n"


def test_headers_of_an_office(
    workbench: Workbench, mapping: Writer, loaded: Callable[..., LoadSummary], tmp_path: Path
) -> None:
    mapping('table = "person"\noffice = "1110"\n[headers]\n"Өдөр  ТӨРСӨН" = "birth_date"\n')
    batch = deliver(tmp_path / "in", {"person.csv": PERSON.replace("birth_date", "өдөр төрсөн") + person(1)})
    [summary] = loaded(batch).batches
    assert summary.files[0].rows_loaded == 1
    assert ledger.read(workbench)[0].details["mappings"] == {summary.batch_id: ["a.toml"]}
    other = deliver(tmp_path / "65", {"person.csv": PERSON.replace("birth_date", "өдөр төрсөн")}, office="65")
    with pytest.raises(Exception, match="birth_date"):
        loaded(other)


def test_old_and_new_codes(
    workbench: Workbench, mapping: Writer, loaded: Callable[..., LoadSummary], tmp_path: Path
) -> None:
    mapping(
        'table = "contribution"\n[codes.insured_type]\n"10101" = "01"\n"10901" = "90"\n"22" = "25"\n'
        '"ажилтан" = "02"\n'
    )
    old = ["10101", "10901", "22", "25", "ажилтан", "хавсран ажиллагч", "99999"]
    text = CONTRIBUTION + "".join(contribution(n, code) for n, code in enumerate(old))
    loaded(deliver(tmp_path / "in", {"contribution.csv": text}))
    assert rows(workbench, "SELECT insured_type FROM contribution ORDER BY contribution_id") == [
        ("01",), ("90",), ("25",), ("25",), ("02",), ("40",), ("99999",)
    ]  # fmt: skip


def test_code_column_the_dictionary_has_no_words_for(
    workbench: Workbench, mapping: Writer, loaded: Callable[..., LoadSummary], tmp_path: Path
) -> None:
    mapping('table = "person"\n[codes.office_code]\n"БЗД" = "1110"\n')
    text = PERSON + person(1).replace("1110", "БЗД") + person(2)
    loaded(deliver(tmp_path / "in", {"person.csv": text}))
    assert rows(workbench, "SELECT DISTINCT office_code FROM person") == [("1110",)]


def test_a_corrected_mapping_loads_the_delivery_again(
    workbench: Workbench, mapping: Writer, loaded: Callable[..., LoadSummary], tmp_path: Path
) -> None:
    batch = deliver(tmp_path / "in", {"contribution.csv": CONTRIBUTION + contribution(1, "10101")})
    loaded(batch)
    mapping('table = "contribution"\n[codes.insured_type]\n"10101" = "01"\n')
    assert loaded(batch).snapshot is not None
    assert rows(workbench, "SELECT insured_type FROM contribution") == [("01",)]
    assert loaded(batch).snapshot is None


def test_kept_delivery_is_read_with_the_mapping_of_then(
    workbench: Workbench,
    mapping: Writer,
    loaded: Callable[..., LoadSummary],
    catalogue: Catalogue,
    tmp_path: Path,
) -> None:
    mapping('table = "person"\n[headers]\n"Өдөр" = "birth_date"\n')
    [summary] = loaded(deliver(tmp_path / "in", {"person.csv": PERSON.replace("birth_date", "Өдөр")})).batches
    mapping('table = "person"\n')
    [file] = read_kept(workbench.deliveries / "1110" / summary.batch_id, catalogue.tables).files
    assert "Өдөр" in file.table.column("birth_date").headers


def test_sheet_and_row_of_the_office_go_before_those_of_all(
    workbench: Workbench, mapping: Writer, catalogue: Catalogue
) -> None:
    mapping('table = "person"\noffice = "65"\nsheet = "Өөр"\n', "0.toml")
    mapping('table = "person"\nsheet = "Бүгд"\nheader_row = 4\n', "1.toml")
    found = read_mappings(workbench.data / "mappings", catalogue.tables)
    assert found.of(catalogue.tables["person"], "65")[1] == Layout("Өөр", 4)
    assert found.of(catalogue.tables["person"], "1110")[1] == Layout("Бүгд", 4)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('table = "persons"', "employer_report"),
        ('table = "person"\n[headers]\n"Өдөр" = "birthday"', "birth_date"),
        ('table = "person"\n[headers]\n"Регистр" = "surname"', "register_no"),
        ('table = "person"\n[headers]\n"Өдөр" = 5', "Өдөр"),
        ('table = "person"\n[codes.sexx]\n"1" = "M"', "sex"),
        ('table = "person"\n[codes.birth_date]\n"1" = "2020-01-01"', "sex"),
        ('table = "person"\n[codes.sex]\n"1" = "X"', "M, F"),
        ('table = "person"\n[codes]\nsex = "M"', "table"),
        ('table = "person"\nheader_row = 0', "header_row"),
        ('table = "person"\nheaders_row = 1', "header_row"),
        ('[headers]\n"Өдөр" = "birth_date"', "table"),
        ("table = ", "TOML"),
    ],
)
def test_wrong_mapping_names_file_and_what_is_allowed(
    workbench: Workbench, mapping: Writer, catalogue: Catalogue, text: str, named: str
) -> None:
    mapping(text)
    with pytest.raises(DeclarationError) as error:
        read_mappings(workbench.data / "mappings", catalogue.tables)
    assert "a.toml" in str(error.value)
    assert named in str(error.value)


def test_two_mappings_that_contradict_each_other(
    workbench: Workbench,
    mapping: Writer,
    loaded: Callable[..., LoadSummary],
    tmp_path: Path,
) -> None:
    mapping('table = "person"\n[headers]\n"Өдөр" = "birth_date"\n', "a.toml")
    mapping('table = "person"\n[headers]\n"Өдөр" = "deceased_on"\n', "b.toml")
    with pytest.raises(DeclarationError, match="Өдөр"):
        loaded(deliver(tmp_path / "in", {"person.csv": PERSON}, exported_at=datetime(2026, 1, 1)))
