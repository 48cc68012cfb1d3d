"""The search of published bytes finds people in whatever they are wrapped, and finds none in our reports."""

import base64
import gzip
import html
import io
import json
import os
import stat
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
import xlsxwriter
from conftest import REPOSITORY
from deliveries import deliver
from run_world import make_workbench

from ndaudit import audit, ledger
from ndaudit.beginning import begin
from ndaudit.catalogue import Catalogue
from ndaudit.file_modes import wrong_modes
from ndaudit.findings import current_run
from ndaudit.forms.printing import compile_pdf
from ndaudit.reporting.publishing import publish_notebooks
from ndaudit.reviews.decisions import Decision, State, propose
from ndaudit.reviews.log import open_log
from ndaudit.snapshots import file_hash
from ndaudit.store import connect, current_snapshot
from ndaudit.tables import read_tables
from ndaudit.workbench import Workbench

sys.path.insert(0, str(REPOSITORY))

from benchmarks.byte_search import Secrets, hits, search, secrets_of, vocabulary

PEOPLE = [
    {"person_id": 1110000047, "register_no": "УБ70010111", "civil_id": "110065000001",
     "surname": "Дамдинсүрэн", "given_name": "Оюунгэрэл", "book_no": "НД0065000001"},
    {"person_id": 7, "register_no": "УБ7001012", "civil_id": "110065000002", "surname": "Бат",
     "given_name": "Туяа", "book_no": "НД3"},
]  # fmt: skip
PERSONS = (
    "person_id,register_no,civil_id,surname,given_name,birth_date,sex,book_no,office_code,subdistrict,deceased_on\n"
    "1110000047,УБ70010111,110065000001,Дамдинсүрэн,Оюунгэрэл,1970-01-01,M,НД0065000001,1110,1-р хороо,\n"
    "1110000048,УБ7001012,110065000002,Бат,Туяа,1970-01-01,F,НД0065000002,1110,1-р хороо,\n"
    "1110000049,УБ80020311,110065000003,Ган,Сүх,1980-99-03,M,НД0065000003,1110,2-р хороо,\n"
)
"""A lawful person, one with a false register number, and one whose day of birth cannot be read."""


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Secrets:
    made = make_workbench(tmp_path_factory.mktemp("searched"), catalogue, {"person": PEOPLE})
    return sought(made, made.store / "s1.duckdb")


def sought(workbench: Workbench, snapshot: Path) -> Secrets:
    con = connect(snapshot, read_only=True)
    found = secrets_of(con, read_tables(workbench.expectations / "tables").values(), vocabulary())
    con.close()
    return found


def _zipped(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", text)
    return out.getvalue()


def _book(text: str) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write_string(3, 3, text)
    return out.getvalue()


def _page(text: str) -> bytes:
    folder = Path(__file__).parent
    template = folder / "_page.typ"
    template.write_text(
        '#set text(font: "Inter")\n#sys.inputs.data\n#table(columns: 2, [a], sys.inputs.data)'
    )
    try:
        return compile_pdf(template, text, tags=False)
    finally:
        template.unlink()


WRAPPED: dict[str, Callable[[str], bytes]] = {
    "plain": lambda text: f"<td>{text}</td>".encode(),
    "html": lambda text: "".join(f"&#{ord(letter)};" for letter in text).encode(),
    "html_named": lambda text: html.escape(f'"{text}"').encode(),
    "json": lambda text: json.dumps({"a": text}).encode(),
    "json_in_json": lambda text: json.dumps({"a": json.dumps({"b": text})}).encode(),
    "percent": lambda text: f"?q={quote(text)}".encode(),
    "base64": lambda text: b'"' + base64.b64encode(text.encode()) + b'"',
    "base64_url": lambda text: base64.urlsafe_b64encode(f"<<?>> {text}".encode()).rstrip(b"="),
    "base64_long": lambda text: base64.b64encode(("filling " * 500 + text).encode()),
    "utf16": lambda text: f"a {text} b".encode("utf-16"),
    "zip": _zipped,
    "zip_in_base64": lambda text: b"data:," + base64.b64encode(_zipped(text)),
    "gzip": lambda text: gzip.compress(text.encode()),
    "xlsx": _book,
    "pdf": _page,
    "in_a_word": lambda text: f"person_{text}".encode(),
}


def found_in(folder: Path, data: bytes, secrets: Secrets) -> set[str]:
    folder.mkdir(exist_ok=True)
    (folder / "published").write_bytes(data)
    return {hit.kind for hit in search([folder], secrets)[0]}


@pytest.mark.parametrize("wrapping", WRAPPED)
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("УБ70010111", "register_no"),
        ("1110000047", "person"),
        ("110065000001", "civil_id"),
        ("НД0065000001", "book"),
        ("Дамдинсүрэн Оюунгэрэл", "name"),
    ],
)
def test_whatever_it_is_wrapped_in_is_found(
    tmp_path: Path, secrets: Secrets, wrapping: str, text: str, kind: str
) -> None:
    assert kind in found_in(tmp_path / "out", WRAPPED[wrapping](text), secrets)


@pytest.mark.parametrize(
    "text", ["Оюунгэрэл", "Дамдинсүрэнгийн өргөдөл", "Туяа Бат", "Бат-Туяа", "Б. Туяа", "БАТ ТУЯА"]
)
def test_names_are_found_however_they_are_written(tmp_path: Path, secrets: Secrets, text: str) -> None:
    assert found_in(tmp_path / "out", text.encode(), secrets) == {"name"}


def test_numbers_of_a_chart_are_read(tmp_path: Path, secrets: Secrets) -> None:
    packed = base64.b64encode(np.array([5, 1110000047], dtype="i8").tobytes()).decode()
    for order in ({"dtype": "i8", "bdata": packed}, {"bdata": packed, "dtype": "i8"}):
        assert found_in(tmp_path / "out", json.dumps({"x": order}).encode(), secrets) == {"person"}


@pytest.mark.parametrize("text", ["7 хүн", "2026 оны 1110", "Туяа", "Бат", "1110000049", "УБ70010112"])
def test_counts_words_and_strangers_are_nobody(tmp_path: Path, secrets: Secrets, text: str) -> None:
    assert found_in(tmp_path / "out", text.encode(), secrets) == set()


def test_what_is_too_short_to_search_is_counted(secrets: Secrets) -> None:
    assert secrets.left_out == {"person": 1, "book": 1}


def test_words_of_the_package_are_no_names() -> None:
    secrets = Secrets(vocabulary=frozenset({"баатар"}))
    secrets.add_name(("баатар",))
    assert list(hits("баатарын", secrets)) == []


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """A workbench that did its whole main job under a careless umask."""
    folder = tmp_path_factory.mktemp("published")
    careless = os.umask(0o022)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NDAUDIT_KEY_FILE", str(folder / "key"))
        workbench = begin(folder / "nd", "mn")
        audit.load(workbench, [deliver(folder / "in", {"person.csv": PERSONS})])
        audit.check(workbench)
        audit.show(workbench, "mn")
        with open_log(workbench) as log:
            propose(log, [State("f1")], Decision("lawful", "Шүүхийн шийдвэртэй"))
        names = ["01_data_reliability", "03_order_163_monitoring"]
        assert all(one.path for one in publish_notebooks(workbench, names, office="1110", jobs=2))
        yield workbench
    os.umask(careless)


def test_nobody_is_named_in_what_is_published(published: Workbench) -> None:
    secrets = sought(published, current_snapshot(published.store).path)
    assert secrets.sought["register_no"] == secrets.sought["civil_id"] == 3
    endings = {path.suffix for path in published.reports.rglob("*")}
    assert endings >= {".html", ".xlsx", ".ipynb", ".json", ".pdf"}
    found, _, _ = search([published.reports], secrets)
    assert found == []


def test_files_are_open_to_their_owner_only(published: Workbench) -> None:
    modes = Counter(
        (path.is_dir(), stat.S_IMODE(path.stat().st_mode))
        for folder in (published.data, published.reports)
        for path in (folder, *folder.rglob("*"))
    )
    # 0400: deliveries and snapshots, which nobody writes again
    assert set(modes) == {(True, 0o700), (False, 0o600), (False, 0o400)}
    snapshot = current_snapshot(published.store).path
    assert stat.S_IMODE(snapshot.stat().st_mode) == 0o400
    assert wrong_modes(published) == []


def test_the_ledger_tells_the_whole_main_job(published: Workbench) -> None:
    entries = ledger.read(published)
    assert [entry.event for entry in entries] == ["load", "check", "publish", "publish"]
    load, check, first, _ = entries
    assert check.details["snapshot_sha256"] == load.details["sha256"]
    run = current_run(published)
    assert check.details["sha256"] == {"findings.duckdb": file_hash(run.database)}
    page = published.root / first.details["page"]
    assert first.details["sha256"][page.name] == file_hash(page)
    assert first.details["decisions_head"]
