"""Reports from a delivery to the page: whole or not at all, safe, drawn without network, two languages."""

import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import papermill
import pytest
from chromium import CHROMIUM, NEEDS_CHROMIUM
from conftest import REPOSITORY
from fontTools.ttLib import TTFont
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from page_links import broken_links, links_of

from benchmarks.pdf_text import pdf_texts
from ndaudit import audit
from ndaudit.beginning import begin
from ndaudit.commit import commit_of
from ndaudit.errors import DeclarationError, RefusedError, UsageError
from ndaudit.findings import read_run
from ndaudit.forms.printing import FONTS, compile_pdf
from ndaudit.reporting import Published, assets, publish_notebooks
from ndaudit.reporting.blocks import CHART, TABLE, render
from ndaudit.reporting.drafts import drafting, sweep_drafts
from ndaudit.reporting.exporter import embedded, to_html, whole_links
from ndaudit.reporting.facts import PACKAGES, law_hash
from ndaudit.reporting.paper import TEMPLATE as PAPER
from ndaudit.reporting.paper import content_of
from ndaudit.reporting.parameters import check_parameters, declared_parameters, read_notebook
from ndaudit.reporting.publishing import record_of
from ndaudit.reporting.runner import run_tasks
from ndaudit.reporting.task import Task
from ndaudit.workbench import Workbench

RELIABILITY, MONITORING = "01_data_reliability", "03_order_163_monitoring"
PARAMETERS = 'office = ""\nperiod = ""\nlang = "mn"\nworkbench = ""'
PDFTOTEXT = shutil.which("pdftotext")
PERSONS = (
    "person_id,register_no,surname,given_name,birth_date,sex,book_no,office_code,subdistrict,deceased_on\n"
    "1,УБ70010111,Бат,Дорж,1970-01-01,M,НД1,1110,1-р хороо,\n"
    "2,УБ7001012,=cmd(),Цэцэг,1970-01-01,F,НД2,1110,1-р хороо,\n"
    "3,УБ80020311,Ган,</script>,1980-02-03,M,НД3,1110,2-р хороо,\n"
)
"""The second person's register number is too short: one exception, so that charts have something to draw."""
SECRETS = ("УБ70010111", "УБ7001012", "УБ80020311", "Дорж", "Цэцэг", "110000000001", "НД1")


def deliver(folder: Path, office: str) -> None:
    folder.mkdir(parents=True)
    (folder / "person.csv").write_text(PERSONS, "utf-8")
    manifest = (
        f'office = "{office}"\nperiod = "2025-12"\nexported_at = 2026-01-12T18:00:00\n'
        'exported_by = "T1"\nsoftware = "test"\n[[files]]\nname = "person.csv"\ntable = "person"\n'
        f'mode = "full"\nrows = 3\nsha256 = "{sha256(PERSONS.encode()).hexdigest()}"\n'
    )
    (folder / "manifest.toml").write_text(manifest, "utf-8")


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    folder = tmp_path_factory.mktemp("reports")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NDAUDIT_KEY_FILE", str(folder / "key"))
        made = begin(folder / "workbench", "mn")
        for office in ("1110", "65"):
            deliver(folder / "in" / office, office)
        audit.load(made, [folder / "in"])
        audit.check(made)
        yield made


@pytest.fixture(scope="module")
def published(workbench: Workbench) -> dict[tuple[str, str | None, str], Published]:
    found = [
        item
        for lang in ("mn", "en")
        for item in publish_notebooks(workbench, [RELIABILITY, MONITORING], lang=lang, jobs=2)
    ]
    return {(item.name, item.office, item.lang): item for item in found}


def page_of(item: Published) -> Path:
    assert item.failure is None
    assert item.path is not None
    return item.path


def test_each_notebook_is_published_for_whom_it_is_meant(
    workbench: Workbench, published: dict[tuple[str, str | None, str], Published]
) -> None:
    expected = {(RELIABILITY, "1110"), (RELIABILITY, "65"), (MONITORING, None)}
    assert {(name, office) for name, office, _ in published} == expected
    page = page_of(published[MONITORING, None, "mn"])
    assert page == workbench.reports / "2025-12" / "country" / f"{MONITORING}.mn.html"
    endings = {path.name.removeprefix(f"{MONITORING}.mn.") for path in page.parent.glob(f"{MONITORING}.mn.*")}
    assert endings == {"html", "ipynb", "pdf", "xlsx", "run.json"}
    assert not list(workbench.reports.glob(".draft-*"))


class Links(HTMLParser):
    """Collects every address a page would ask for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.lang: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.lang = found.get("lang") or self.lang
        wanted = ("src", "href", "data", "srcset", "action", "poster")
        self.asked += [value for name in wanted if (value := found.get(name)) and value[0] != "#"]


def test_a_page_asks_nobody_for_anything(
    published: dict[tuple[str, str | None, str], Published],
) -> None:
    for (_, _, lang), item in published.items():
        page = page_of(item)
        html = page.read_text("utf-8")
        links = Links()
        links.feed(html)
        assert set(links.asked) == {f"assets/{name}" for name in assets.names().values()}
        assert all((page.parent / asked).is_file() for asked in links.asked)
        assert links.lang == lang
        assert "default-src 'none'" in html
        style = (page.parent / "assets" / assets.names()["style"]).read_text("utf-8")
        assert {url[:5] for url in re.findall(r'url\("?([^)"]+)', style)} == {"data:"}


def test_every_number_that_can_be_asked_about_leads_on(
    published: dict[tuple[str, str | None, str], Published],
) -> None:
    assert broken_links(page_of(item) for item in published.values()) == []
    for lang in ("mn", "en"):
        page = page_of(published[RELIABILITY, "1110", lang])
        text, asked = page.read_text("utf-8"), links_of(page)
        # a register number too short and a sex digit nobody can read: rules with findings, areas, figures
        assert {"#findings-PER-01", "#rule-PER-01", "#area-PER", "#table-missing_values"} <= asked
        card = text.partition('<article class="card" id="rule-PER-01"')[2].partition("</article>")[0]
        assert card.count('<tr id="finding-') == 1
        assert "ndaudit findings --rule PER-01 --office 1110" in text
        assert {"#rule-PER-01", "#clause-2.1"} <= links_of(page_of(published[MONITORING, None, lang]))


def test_a_link_without_a_place_is_left_as_text() -> None:
    page = '<p id="here"><a href="#here">1</a> <a href="#gone">2</a></p>'
    assert whole_links(page) == '<p id="here"><a href="#here">1</a> 2</p>'


def test_what_pages_share_lies_on_the_disk_once(
    workbench: Workbench, published: dict[tuple[str, str | None, str], Published]
) -> None:
    stored = workbench.reports / "assets"
    homes = {page_of(item).parent / "assets" for item in published.values()}
    assert len(homes) == 3
    for name in assets.names().values():
        assert {(home / name).stat().st_ino for home in homes} == {(stored / name).stat().st_ino}


def test_a_page_that_stands_alone_asks_for_no_file_at_all(workbench: Workbench) -> None:
    [alone] = publish_notebooks(workbench, [RELIABILITY], office="65", period="2026-Q2", standalone=True)
    html = page_of(alone).read_text("utf-8")
    links = Links()
    links.feed(html)
    assert links.asked == []
    assert not (page_of(alone).parent / "assets").exists()
    style = html[html.index("<style>") : html.index("</style>")]
    assert {url[:5] for url in re.findall(r'url\("?([^)"]+)', style)} == {"data:"}


def test_the_contents_lead_to_every_heading(
    published: dict[tuple[str, str | None, str], Published],
) -> None:
    html = page_of(published[RELIABILITY, "1110", "en"]).read_text("utf-8")
    places = re.findall(r'<li><a href="#([^"]+)">', html)
    assert len(places) >= 6
    assert places == re.findall(r'<h2 id="(part-[^"]+)">', html)
    assert html.index('class="figures"') < html.index('class="contents') < html.index('id="part-1"')


def test_the_paper_is_an_archive_file_with_our_letters_only(
    published: dict[tuple[str, str | None, str], Published],
) -> None:
    for lang in ("mn", "en"):
        pdf = page_of(published[MONITORING, None, lang]).with_suffix(".pdf").read_bytes()
        assert pdf.startswith(b"%PDF-1.7")
        assert re.search(rb"pdfaid:part>2<.*pdfaid:conformance>B<", pdf, re.DOTALL)


def test_the_paper_holds_the_tables_and_charts_of_the_page(
    published: dict[tuple[str, str | None, str], Published],
) -> None:
    page = page_of(published[MONITORING, None, "mn"])
    pieces = content_of(nbformat.read(page.with_suffix(".ipynb"), as_version=4), "mn")
    kinds = [piece["kind"] for piece in pieces]
    assert kinds[0] == "part"
    assert set(pieces[0]) >= {"cover", "lead", "figures"}
    assert pieces[0]["cover"]["title"] == "163 дугаар тушаалын хэрэгжилт"
    tables = [piece["title"] for piece in pieces if piece["kind"] == "table"]
    assert len(tables) == len(record_of(page)["tables"])
    bars = next(piece for piece in pieces if piece["kind"] == "chart")
    assert "<path" in bars["svg"]
    assert "Овог" not in bars["svg"]
    assert kinds.count("heading") == page.read_text("utf-8").count('<h2 id="part-')
    assert "Every clause" not in str(pieces)
    assert [next(iter(piece)) for piece in pieces[-2:]] == ["kind", "kind"]
    assert "signatures" in pieces[-2]
    assert "evidence" in pieces[-1]


@pytest.mark.parametrize("face", ["Inter-Regular.ttf", "Inter-SemiBold.ttf"])
def test_the_letters_of_the_paper_are_in_its_fonts(
    published: dict[tuple[str, str | None, str], Published], face: str
) -> None:
    letters = TTFont(FONTS / face).getBestCmap()
    wanted = set("ӨөҮүЁё₮№«»“”’–—−▲▼\u202f\u00a0")
    for lang in ("mn", "en"):
        book = nbformat.read(page_of(published[MONITORING, None, lang]).with_suffix(".ipynb"), as_version=4)
        told = [piece for piece in content_of(book, lang) if piece["kind"] not in {"chart", "gallery"}]
        wanted |= set(json.dumps(told, ensure_ascii=False))
    assert {letter for letter in wanted if ord(letter) not in letters and letter.isprintable()} == set()


@pytest.mark.skipif(PDFTOTEXT is None and "CI" not in os.environ, reason="pdftotext is not installed")
def test_the_text_of_the_paper_can_be_read_out_of_it(
    published: dict[tuple[str, str | None, str], Published],
) -> None:
    pdf = page_of(published[MONITORING, None, "mn"]).with_suffix(".pdf")
    done = subprocess.run([str(PDFTOTEXT), str(pdf), "-"], capture_output=True, check=True)
    text = done.stdout.decode("utf-8")
    for told in ("163 дугаар тушаалын хэрэгжилт", "₮", "Өгөгдлийн огноо", "Үүнээс ноцтой", "үзүүлэлт"):
        assert told in text
    fonts = subprocess.run(["pdffonts", str(pdf)], capture_output=True, check=True).stdout.decode("utf-8")
    lines = fonts.splitlines()[2:]
    assert {re.sub(r"^[A-Z]+\+", "", line.split()[0]) for line in lines} <= {
        "Inter-Regular",
        "Inter-SemiBold",
    }
    assert {line.split()[-5] for line in lines} == {"yes"}, "a font is not embedded"


def test_hostile_text_stays_text_on_paper() -> None:
    hostile = '#import "x": y ]#panic() $a$ </svg><script>'
    heads = [{"text": hostile, "unit": hostile, "kind": "text", "number": False, "quiet": False}]
    table = {"name": "t", "title": hostile, "empty": "", "heads": heads}
    rows = [{"cells": [hostile], "values": [hostile], "note": None}]
    bar = {"label": hostile, "value": 1.0, "reference": None, "written": hostile, "country": hostile}
    words = {"title": hostile, "text": hostile, "note": hostile, "kind": "bars", "data": {"bars": [bar]}}
    outputs = [
        nbformat.v4.new_output("display_data", {TABLE: table | {"rows": rows}}),
        nbformat.v4.new_output("display_data", {CHART: words}),
    ]
    book = new_notebook(cells=[new_code_cell("", outputs=outputs), new_markdown_cell(hostile)])
    [shown, chart, _] = content_of(book, "mn")
    assert shown["rows"][0]["cells"] == [hostile]
    assert "<script>" not in chart["svg"]
    data = {"lang": "mn", "title": hostile, "office": hostile, "pieces": content_of(book, "mn")}
    assert compile_pdf(PAPER, json.dumps(data), tags=True).startswith(b"%PDF")


def test_an_unknown_engine_is_refused(workbench: Workbench) -> None:
    with pytest.raises(UsageError, match="nbclient"):
        publish_notebooks(workbench, [RELIABILITY], engine="other")


def test_a_report_that_holds_too_much_is_stopped(workbench: Workbench, tmp_path: Path) -> None:
    path = notebook_with(workbench, "greedy", "len(bytes(3 * 1024**3))")
    task = Task(path, workbench.root, "", "", "en", "ndaudit", tmp_path, {}, {}, memory=2 * 1024**3)
    [ended] = run_tasks([task], jobs=1)
    assert ended.failure is not None
    assert "MemoryError" in ended.failure


def test_an_abandoned_draft_is_swept_and_a_living_one_is_not(tmp_path: Path) -> None:
    made = begin(tmp_path / "new", "mn")
    abandoned = made.reports / ".draft-abandoned"
    (abandoned / "0").mkdir(parents=True)
    with drafting(made) as living:
        sweep_drafts(made)
        assert living.is_dir()
    sweep_drafts(made)
    assert list(made.reports.glob(".draft-*")) == []


def test_a_page_begins_with_its_conclusion_in_its_language(
    published: dict[tuple[str, str | None, str], Published],
) -> None:
    english = page_of(published[MONITORING, None, "en"]).read_text("utf-8")
    mongolian = page_of(published[MONITORING, None, "mn"]).read_text("utf-8")
    assert english.index("How Order 163 is carried out") < english.index('class="figures"')
    assert "163 дугаар тушаалын хэрэгжилт" in mongolian
    assert "Every clause as an indicator" in english
    assert "Every clause as an indicator" not in mongolian
    assert 'class="input"' not in mongolian
    assert "open_page" not in mongolian


def test_no_person_can_be_found_in_what_is_published(
    published: dict[tuple[str, str | None, str], Published],
) -> None:
    for item in published.values():
        for path in page_of(item).parent.rglob("*"):
            if path.suffix == ".xlsx":
                with zipfile.ZipFile(path) as book:
                    text = "".join(book.read(name).decode("utf-8") for name in book.namelist())
            elif path.suffix == ".pdf":
                text = "\n".join(pdf_texts(path.read_bytes()))
            elif path.is_file():
                text = path.read_text("utf-8")
            else:
                continue
            assert [secret for secret in SECRETS if secret in text] == [], path.name


def test_the_record_says_what_the_report_was_made_from(
    workbench: Workbench, published: dict[tuple[str, str | None, str], Published]
) -> None:
    page = page_of(published[RELIABILITY, "1110", "mn"])
    record = record_of(page)
    run = json.loads((workbench.runs / record["run_id"] / "run.json").read_text("utf-8"))
    for key in ("snapshot", "snapshot_sha256", "catalogue_hash"):
        assert record[key] == run[key]
    assert record["parameters"]["office"] == "1110"
    assert record["tables"]["deliveries"] == 1
    for name, digest in record["files"].items():
        assert sha256((page.parent / name).read_bytes()).hexdigest() == digest
    executed = nbformat.read(page.with_suffix(".ipynb"), as_version=4)
    told = dict(executed.metadata.ndaudit)
    assert told["law_hash"] == law_hash(read_run(workbench, record["run_id"]))
    assert {name: record[name] for name in told} == told
    assert set(told) >= {
        *("run_id", "snapshot", "snapshot_sha256", "catalogue_hash", "law_hash", "commit", "ledger_head"),
        *("user", "version", "versions", "notebook", "parameters", "engine", "started_at", "finished_at"),
    }
    assert set(told["versions"]) == {"python", *PACKAGES}
    assert told["started_at"] < told["finished_at"]
    shown = page.read_text("utf-8")
    for key in ("run_id", "snapshot", "snapshot_sha256", "catalogue_hash", "law_hash"):
        assert record[key] in shown
    assert run["ledger_head"] in shown


def test_the_law_hash_follows_the_law_and_own_values(workbench: Workbench, tmp_path: Path) -> None:
    run = read_run(workbench, json.loads((workbench.runs / "current.json").read_text("utf-8"))["run_id"])
    copied = replace(run, folder=tmp_path)
    shutil.copytree(run.folder / "expectations" / "law", tmp_path / "expectations" / "law")
    assert law_hash(copied) == law_hash(run)
    own = tmp_path / "data" / "law" / "own.toml"
    own.parent.mkdir(parents=True)
    own.write_text("# ours", "utf-8")
    assert law_hash(copied) != law_hash(run)


def test_files_are_for_their_owner_only(
    workbench: Workbench,
    published: dict[tuple[str, str | None, str], Published],
) -> None:
    page = page_of(published[RELIABILITY, "65", "mn"])
    assert {oct(path.stat().st_mode & 0o777) for path in page.parent.rglob("*") if path.is_file()} == {
        "0o600"
    }
    folders = [page.parent, page.parent / "assets", workbench.reports / "assets"]
    assert {oct(folder.stat().st_mode & 0o777) for folder in folders} == {"0o700"}


def test_published_again_goes_beside_and_replaces_nothing(
    workbench: Workbench, published: dict[tuple[str, str | None, str], Published]
) -> None:
    first = page_of(published[RELIABILITY, "65", "mn"])
    before = first.read_bytes()
    [again] = publish_notebooks(workbench, [RELIABILITY], office="65")
    assert page_of(again) == first.parent / "r2" / first.name
    assert first.read_bytes() == before


def chromium(page: Path, folder: Path) -> str:
    assert CHROMIUM
    flags = (
        "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
        " --disable-component-update --disable-sync --proxy-server=127.0.0.1:9 --virtual-time-budget=8000"
    )
    command = [CHROMIUM, *flags.split(), f"--user-data-dir={folder}", "--dump-dom", page.as_uri()]
    done = subprocess.run(command, capture_output=True, timeout=120, check=True)
    return done.stdout.decode("utf-8")


@pytest.mark.browser
@NEEDS_CHROMIUM
@pytest.mark.parametrize(("name", "office"), [(RELIABILITY, "1110"), (MONITORING, None)])
def test_charts_are_drawn_with_the_network_cut(
    published: dict[tuple[str, str | None, str], Published], tmp_path: Path, name: str, office: str | None
) -> None:
    page = page_of(published[name, office, "mn"])
    wanted = page.read_text("utf-8").count('class="plot"')
    drawn = chromium(page, tmp_path)
    assert wanted
    assert f'data-drawn="{wanted}"' in drawn
    assert drawn.count('class="point"') + drawn.count('class="points"') > 0, "a chart without a mark"


def notebook_with(workbench: Workbench, name: str, *cells: str) -> Path:
    told = {"tags": ["parameters"]}
    book = new_notebook(cells=[new_code_cell(PARAMETERS, metadata=told), *map(new_code_cell, cells)])
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = workbench.notebooks / f"{name}.ipynb"
    nbformat.write(book, path)
    return path


def test_a_failing_notebook_publishes_nothing_and_says_why(workbench: Workbench) -> None:
    notebook_with(workbench, "broken", "'shown'", "1 / 0", "'never run'")
    broken, good = publish_notebooks(workbench, ["broken", RELIABILITY], office="1110", period="2026-Q1")
    assert broken.path is None
    assert broken.failure == "№3 нүдэнд зогссон: ZeroDivisionError: division by zero"
    assert page_of(good).is_file()
    names = {path.name for path in (workbench.reports / "2026-Q1" / "1110").iterdir()}
    assert not [name for name in names if name.startswith("broken")]


def test_a_process_that_dies_is_reported(workbench: Workbench) -> None:
    notebook_with(workbench, "dying", "import os", "os._exit(9)")
    [dead] = publish_notebooks(workbench, ["dying"], office="1110", lang="en")
    assert (dead.path, dead.failure) == (None, "the process of the notebook ended with code 9")


def test_a_report_that_takes_too_long_is_stopped(workbench: Workbench, tmp_path: Path) -> None:
    path = notebook_with(workbench, "slow", "import time", "time.sleep(600)")
    task = Task(path, workbench.root, "", "", "en", "ndaudit", tmp_path, {}, {})
    [ended] = run_tasks([task], jobs=1, timeout=3)
    assert ended.failure == "stopped: not done within 3 seconds"


@pytest.mark.parametrize(
    ("names", "named", "match"),
    [
        (["99_nothing"], {}, "01_data_reliability"),
        ([RELIABILITY], {"office": "9999"}, "1110"),
        ([RELIABILITY], {"period": "2025-13"}, "2025-13"),
    ],
)
def test_wrong_use_is_refused_before_anything_runs(
    workbench: Workbench, names: list[str], named: dict[str, str], match: str
) -> None:
    before = sorted(workbench.reports.rglob("*"))
    with pytest.raises(UsageError, match=match):
        publish_notebooks(workbench, names, **named)  # type: ignore[arg-type]
    assert sorted(workbench.reports.rglob("*")) == before


def test_nothing_checked_yet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError):
        publish_notebooks(begin(tmp_path / "new", "mn"), [RELIABILITY])


@pytest.mark.parametrize(
    ("given", "match"), [({"offise": "65"}, "office, period, lang, workbench"), ({"office": 65}, "str")]
)
def test_parameters_are_checked_by_name_and_type(given: dict[str, object], match: str) -> None:
    book = new_notebook(cells=[new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})])
    declared = declared_parameters(book, "a.ipynb")
    check_parameters(declared, {"office": "65"}, "a.ipynb")
    with pytest.raises(UsageError, match=match):
        check_parameters(declared, given, "a.ipynb")


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "office = input()",
        "a, b = 1, 2",
        "office =",
        "office = {[]: 1}",
        "office = " + "-" * 1000 + "1",
        "office = " + "-" * 9000 + "1",
        "office = " + "not " * 3000 + "1",
    ],
    ids=[
        "statement",
        "call",
        "two names",
        "no value",
        "no key",
        "many signs",
        "signs without end",
        "words without end",
    ],
)
def test_a_parameters_cell_holds_only_parameters(source: str) -> None:
    book = new_notebook(cells=[new_code_cell(source, metadata={"tags": ["parameters"]})])
    with pytest.raises(DeclarationError, match=r"a\.ipynb"):
        declared_parameters(book, "a.ipynb")


def test_figures_lead_to_tables_the_notebooks_show() -> None:
    reporting = REPOSITORY / "ndaudit" / "reporting"
    sources = [path.read_text("utf-8") for path in reporting.glob("*openings.py")]
    asked = {name for source in sources for name in re.findall(r'link="(\w+)"', source)}
    books = "".join(path.read_text("utf-8") for path in (REPOSITORY / "notebooks").glob("*.ipynb"))
    assert {"missing_values", "indicators"} <= asked
    assert {name for name in asked if f'.table(\\"{name}\\"' not in books} == set()


def test_another_format_or_cells_nobody_can_tell_apart_are_no_notebook(tmp_path: Path) -> None:
    book = json.loads(nbformat.writes(new_notebook(cells=[new_code_cell(PARAMETERS), new_code_cell("1")])))
    path = tmp_path / "a.ipynb"
    same = [{**cell, "id": "same"} for cell in book["cells"]]
    none = [{name: value for name, value in cell.items() if name != "id"} for cell in book["cells"]]
    for wrong in ({"cells": same}, {"cells": none}, {"nbformat": 3}, {"nbformat": 9}):
        path.write_text(json.dumps({**book, **wrong}), "utf-8")
        with pytest.raises(DeclarationError, match=r"a\.ipynb"):
            read_notebook(path)


def test_hostile_text_stays_text() -> None:
    hostile = "</script><script>alert(1)</script>{{ 7*7 }}"
    assert "<" not in embedded({"name": hostile})
    assert json.loads(embedded({"name": hostile})) == {"name": hostile}
    heads = [{"text": hostile, "unit": None, "kind": "text", "number": False, "right": False, "quiet": False}]
    rows = [{"cells": [hostile], "values": [hostile], "note": None, "links": [None]}]
    shown = render("table", {"name": "t", "title": hostile, "empty": "", "heads": heads, "rows": rows})
    assert "<script>" not in shown
    assert "{{ 7*7 }}" in shown


def test_a_chart_without_its_data_is_not_published() -> None:
    output = nbformat.v4.new_output("display_data", {CHART: {"title": "t"}, "text/plain": "t"})
    with pytest.raises(RefusedError):
        to_html(new_notebook(cells=[new_code_cell("", outputs=[output])]), "en")


def test_only_prose_of_the_language_is_told() -> None:
    cells = [new_markdown_cell("хоёр", metadata={"tags": ["mn"]}), new_markdown_cell("two", metadata={})]
    html = to_html(new_notebook(cells=cells), "en")
    assert "two" in html
    assert "хоёр" not in html


CELLS = (
    "print('told')",
    "from IPython.display import HTML, display\ndisplay(HTML('<b>shown</b>'))\n41 + 1",
    "{'a': [1, 2]}",
    "None",
    "from ndaudit.reporting.blocks import Block",
    "Block('<i>x</i>', 'x', (('application/vnd.a+json', {'c': 1}),))",
)


def test_our_engine_shows_what_nbclient_shows(workbench: Workbench, tmp_path: Path) -> None:
    path = notebook_with(workbench, "engines", *CELLS)
    outputs = {}
    for engine in ("ndaudit", "nbclient"):
        out = tmp_path / f"{engine}.ipynb"
        made = papermill.execute_notebook(
            str(path), str(out), parameters={"office": "65"}, engine_name=engine, progress_bar=False
        )
        code = [cell for cell in made.cells if cell.cell_type == "code"]
        outputs[engine] = [(cell.execution_count, cell.source, cell.outputs) for cell in code]
    assert outputs["ndaudit"] == outputs["nbclient"]


def test_commit_of_a_checkout(tmp_path: Path) -> None:
    git = tmp_path / ".git"
    git.mkdir()
    (git / "HEAD").write_text("ref: refs/heads/main\n", "utf-8")
    assert commit_of(tmp_path) is None
    (git / "packed-refs").write_text("# pack\nabc123 refs/heads/main\n", "utf-8")
    assert commit_of(tmp_path / "inside") == "abc123"
