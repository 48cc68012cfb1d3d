"""Deliveries without manifest: loaded only when somebody says why, for whom and for when."""

import os
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from deliveries import PERSON, REPORT, deliver, person, report

from ndaudit import ledger
from ndaudit.catalogue import Catalogue
from ndaudit.errors import DeclarationError, RefusedError, UsageError
from ndaudit.intake import LoadSummary, Unmanifested, load
from ndaudit.intake.custody import look_at
from ndaudit.intake.unmanifested import read_kept
from ndaudit.store import connect, current_snapshot
from ndaudit.workbench import Workbench

Loader = Callable[..., LoadSummary]
SAID = Unmanifested("хуучин программ «НД»", "1110", "2025-12", datetime(2026, 1, 12, 18))


@pytest.fixture
def workbench(tmp_path: Path) -> Workbench:
    (tmp_path / "bench").mkdir()
    return Workbench(tmp_path / "bench")


@pytest.fixture
def loaded(workbench: Workbench, catalogue: Catalogue) -> Loader:
    return lambda path, said=SAID, **more: load(
        workbench, catalogue.tables, [path], unmanifested=said, **more
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in" / "тайлан").mkdir(parents=True)
    (tmp_path / "in" / "Даатгуулагч_1.csv").write_text(PERSON + person(1), "utf-8")
    (tmp_path / "in" / "тайлан" / "x.csv").write_text(REPORT + report("А", "2025-12"), "utf-8")
    (tmp_path / "in" / "тайлбар.docx").write_text("x", "utf-8")
    return tmp_path / "in"


def rows(workbench: Workbench, query: str) -> list[tuple[Any, ...]]:
    with connect(current_snapshot(workbench.store).path, read_only=True) as con:
        return con.execute(query).fetchall()


def test_tables_are_recognised_and_the_reason_is_kept(
    workbench: Workbench, loaded: Loader, folder: Path
) -> None:
    [summary] = loaded(folder).batches
    assert [(f.source_file, f.table, f.rows_in) for f in summary.files] == [
        ("Даатгуулагч_1.csv", "person", 1),
        ("тайлан/x.csv", "employer_report", 1),
    ]
    assert summary.unlisted == ("тайлбар.docx",)
    assert rows(workbench, "SELECT office_code, period, exported_at, no_manifest FROM batch") == [
        ("1110", date(2025, 12, 1), datetime(2026, 1, 12, 18), SAID.reason)
    ]
    assert rows(workbench, "SELECT table_name, mode FROM delivered_file ORDER BY 1") == [
        ("employer_report", "period"),
        ("person", "full"),
    ]
    assert ledger.read(workbench)[0].details["no_manifest"] == {summary.batch_id: SAID.reason}
    assert sorted(path.name for path in folder.iterdir()) == ["Даатгуулагч_1.csv", "тайлан", "тайлбар.docx"]


def test_kept_delivery_is_the_same_batch(
    workbench: Workbench, loaded: Loader, folder: Path, catalogue: Catalogue
) -> None:
    [summary] = loaded(folder).batches
    kept = workbench.deliveries / "1110" / summary.batch_id
    again = read_kept(kept, catalogue.tables)
    assert (look_at(again).id, again.no_manifest) == (summary.batch_id, SAID.reason)
    assert [batch.already_loaded for batch in loaded(folder).batches] == [True]


def test_day_of_export_is_that_of_the_newest_file(workbench: Workbench, loaded: Loader, folder: Path) -> None:
    for n, path in enumerate(sorted(folder.rglob("*.csv"))):
        os.utime(path, (1_768_212_000 + n, 1_768_212_000 + n))
    loaded(folder, Unmanifested("шалтгаан", "1110", "2025-12"))
    assert rows(workbench, "SELECT exported_at FROM batch") == [(datetime(2026, 1, 12, 18, 0, 1),)]


def test_dry_run_touches_nothing(workbench: Workbench, loaded: Loader, folder: Path) -> None:
    assert loaded(folder, dry_run=True).snapshot is None
    assert list(workbench.root.iterdir()) == []


def test_without_the_option_it_is_refused(loaded: Loader, folder: Path) -> None:
    with pytest.raises(RefusedError, match="--no-manifest"):
        loaded(folder, None)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (Unmanifested(" ", "1110", "2025-12"), UsageError),
        (Unmanifested("ш", "1110", "2025-Q1"), DeclarationError),
        (Unmanifested("ш", "1110", "2025-13"), UsageError),
        (Unmanifested("ш", "../1", "2025-12"), DeclarationError),
    ],
)
def test_what_is_said_must_make_sense(
    loaded: Loader, folder: Path, said: Unmanifested, error: type[Exception]
) -> None:
    with pytest.raises(error):
        loaded(folder, said)


def test_folder_that_has_a_manifest(loaded: Loader, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        loaded(deliver(tmp_path / "in", {"person.csv": PERSON}).parent / "in")
    assert error.value.sentence == "intake.has_manifest"


def test_no_folder(loaded: Loader, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        loaded(tmp_path / "nothing")


def test_nothing_to_read(loaded: Loader, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(RefusedError) as error:
        loaded(tmp_path / "in")
    assert error.value.sentence == "intake.nothing_to_read"


def test_file_nobody_can_tell(loaded: Loader, folder: Path) -> None:
    (folder / "y.csv").write_text("Регистр,Овог\n", "utf-8")
    with pytest.raises(RefusedError, match=r"y\.csv.*person"):
        loaded(folder)


def test_link_that_leads_out(loaded: Loader, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text(PERSON, "utf-8")
    (folder / "person.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(RefusedError) as error:
        loaded(folder)
    assert error.value.sentence == "intake.bad_name"


def test_an_office_cannot_say_so_itself(loaded: Loader, folder: Path) -> None:
    (folder / "unmanifested.toml").write_text('no_manifest = "x"\noffice = "65"\n', "utf-8")
    with pytest.raises(RefusedError) as error:
        loaded(folder, None)
    assert error.value.sentence == "intake.no_manifest"


def test_office_that_does_not_exist(
    loaded: Loader, workbench: Workbench, folder: Path, tmp_path: Path
) -> None:
    workbench.expectations.mkdir()
    offices = '[1110]\nname = { mn = "Баянзүрх", en = "Bayanzurkh" }\nkind = "district"\n'
    (workbench.expectations / "offices.toml").write_text(offices, "utf-8")
    assert loaded(folder, dry_run=True).batches[0].office_code == "1110"
    for said in (Unmanifested("ш", "65", "2025-12"), None):
        came = folder if said else deliver(tmp_path / "65", {"person.csv": PERSON}, office="65")
        with pytest.raises(DeclarationError) as error:
            loaded(came, said)
        assert error.value.values["came"] == "65"
        assert error.value.values["where"].startswith(f"{came.name}/")
