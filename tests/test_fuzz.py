"""Whatever comes is read, or refused in one line: no parser answers with a traceback, none hangs.

Three hundred inputs a parser here; `NDAUDIT_FUZZ=100000` draws a hundred thousand.
"""

import json
import os
import shutil
import signal
import tarfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from types import FrameType
from typing import Any

import nbformat
import polars as pl
import pytest
import xlsxwriter
from conftest import REPOSITORY
from dbf import dbf
from deliveries import PERSON, deliver, person
from fuzzing import mutated, spoilt, values
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ndaudit import ledger
from ndaudit.backup import restoring
from ndaudit.catalogue import Catalogue
from ndaudit.clauses import read_clauses
from ndaudit.errors import NdauditError
from ndaudit.exports import workbooks
from ndaudit.exports.dbase import read_dbf
from ndaudit.exports.delimited import open_delimited
from ndaudit.exports.headers import header_row, match_headers
from ndaudit.exports.values import from_text, trimmed
from ndaudit.intake.manifest import read_manifest
from ndaudit.intake.mapping import read_mappings
from ndaudit.law import read_law, read_thresholds
from ndaudit.monitor.schedule import read_schedule
from ndaudit.offices import read_offices
from ndaudit.periods import read_period
from ndaudit.populations import read_populations
from ndaudit.reporting.parameters import check_parameters, declared_parameters, read_notebook
from ndaudit.reviews.decisions import states
from ndaudit.reviews.exchange import read_entries
from ndaudit.reviews.log import DecisionLog, digest
from ndaudit.reviews.worklists import Line, read_worklist, write_worklist
from ndaudit.roles import ROLES_FILE, read_roles
from ndaudit.rules import read_rule
from ndaudit.sampling.drawing import Hit
from ndaudit.sampling.frame import Item
from ndaudit.sampling.paper import COLUMNS as PAPER
from ndaudit.sampling.paper import read_cells
from ndaudit.store import connect
from ndaudit.tables import read_tables
from ndaudit.tracing.lines import rows_of_csv
from ndaudit.wording import say
from ndaudit.workbench import Workbench, open_workbench

FUZZ = int(os.environ.get("NDAUDIT_FUZZ", "300"))
TOGETHER = 50
"""So many inputs of one seed: to draw a seed takes longer than to read most inputs."""
SECONDS = 20
"""No input may take longer."""
EXPECTATIONS = REPOSITORY / "expectations"
SEEDS = st.integers(0, 2**48)
DRAWN = settings(
    max_examples=max(1, FUZZ // TOGETHER),
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
Counts = dict[str, int]


class HangError(Exception):
    """An input took too long."""


def _give_up(signum: int, frame: FrameType | None) -> None:
    raise HangError


@contextmanager
def _watched() -> Iterator[None]:
    before = signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def judge(parse: Callable[[], Any], counts: Counts) -> None:
    """Count what an input came to; anything but acceptance or an error of ours goes through."""
    told = ""
    with _watched():
        try:
            parse()
        except NdauditError as error:
            told = error.within("mn") + error.within("en")
    assert "\n" not in told
    what = "refused" if told else "read"
    counts[what] = counts.get(what, 0) + 1


def fuzz(each: Callable[[int], Callable[[], Any]]) -> Counts:
    """Judge `FUZZ` inputs, each made from a number of its own; return how many were read and refused."""
    counts: Counts = {}

    @DRAWN
    @given(SEEDS)
    def run(seed: int) -> None:
        for n in range(TOGETHER):
            judge(each(seed * TOGETHER + n), counts)

    start = time.monotonic()
    run()
    told = f"{sum(counts.values())} inputs {counts} {time.monotonic() - start:.0f} s"
    if path := os.environ.get("NDAUDIT_FUZZ_NOTES"):
        name = os.environ.get("PYTEST_CURRENT_TEST", "").partition("::")[2].partition(" ")[0]
        with Path(path).open("a", encoding="utf-8") as notes:
            notes.write(f"{name}: {told}\n")
    return counts


Reader = Callable[[Path], Any]


def _rule_place(folder: Path) -> Path:
    return folder / "PER-01.toml"


def _tree(read: Callable[[Path], Any], name: str) -> tuple[Reader, str]:
    """Return a reader of a folder with one file of that name."""
    return lambda path: read(path.parent), name


def _settings_file(path: Path) -> Any:
    return open_workbench(path.parent, {}, path.parent)


def _roles(path: Path) -> Any:
    path.chmod(0o600)
    return read_roles(Workbench(path.parent))


def _populations(path: Path) -> Any:
    return [population.reads for population in read_populations(path.parent).values()]


def _example(folder: str, least: int = 0) -> str:
    """Return the shipped declaration of middling length."""
    texts = sorted((path.read_text("utf-8") for path in (EXPECTATIONS / folder).rglob("*.*")), key=len)
    return texts[len(texts) // 2 + least]


def _some(name: str) -> str:
    """Return the first entries of a long declaration."""
    return (EXPECTATIONS / name).read_text("utf-8")[:2000].rpartition("\n[")[0]


MAPPING = """table = "person"
office = "1110"
sheet = "Даатгуулагч"
header_row = 3
[headers]
"Регистр" = "register_no"
[codes.sex]
"эр" = "M"
"""
ROLES = """[[account]]
name = "bold"
role = "auditor"
offices = ["1110"]
"""
SETTINGS = """lang = "mn"
group = "audit"
keep_snapshots = 3
memory_limit = "4GB"
risen_age_basis = "birth_year"
[thresholds]
plausible_age_years = 105
"""


def _texts() -> Mapping[str, tuple[str, str, Callable[[Catalogue], Reader]]]:
    """Return name, a good text, and how it is read, by what it is."""
    law = (EXPECTATIONS / "law" / "minimum_pension_full.toml").read_text("utf-8")
    table = (EXPECTATIONS / "law" / "sick_rate.toml").read_text("utf-8")
    rule = (EXPECTATIONS / "rules" / "PER" / "PER-01.toml").read_text("utf-8")
    return {
        "rule": ("PER-01.toml", rule, lambda _: read_rule),
        "population": ("item.sql", _example("populations"), lambda _: _populations),
        "law": ("value.toml", law, lambda _: lambda path: read_law(path.parent)),
        "law table": ("value.toml", table, lambda _: lambda path: read_law(path.parent)),
        "thresholds": (
            "thresholds.toml",
            _some("thresholds.toml"),
            lambda _: lambda path: read_thresholds(path, {}),
        ),
        "table": ("person.toml", _example("tables"), lambda _: lambda path: read_tables(path.parent)),
        "offices": (
            "offices.toml",
            _some("offices.toml"),
            lambda _: read_offices,
        ),
        "clauses": (
            "clauses.toml",
            _some("clauses.toml"),
            lambda _: read_clauses,
        ),
        "schedule": (
            "schedule.toml",
            (EXPECTATIONS / "schedule.toml").read_text("utf-8"),
            lambda _: read_schedule,
        ),
        "mapping": ("m.toml", MAPPING, lambda c: lambda path: read_mappings(path.parent, c.tables)),
        "roles": (ROLES_FILE, ROLES, lambda _: _roles),
        "settings": ("ndaudit.toml", SETTINGS, lambda _: _settings_file),
    }


@pytest.mark.parametrize("kind", _texts())
def test_declarations(tmp_path: Path, catalogue: Catalogue, kind: str) -> None:
    name, good, reader = _texts()[kind]
    read, path = reader(catalogue), tmp_path / name
    if kind == "roles":
        (tmp_path / "expectations").symlink_to(EXPECTATIONS)
    path.write_text(good, "utf-8")
    read(path)

    def each(seed: int) -> Callable[[], Any]:
        path.write_bytes(mutated(good, seed).encode("utf-8", "replace"))
        return lambda: read(path)

    assert fuzz(each)["refused"]


def test_manifests(tmp_path: Path, catalogue: Catalogue) -> None:
    folder = deliver(tmp_path / "in", {"person.csv": PERSON + person(1)}).resolve()
    path = folder / "manifest.toml"
    good = path.read_text("utf-8") + '\ntotals = { }\nmode = "full"\n'
    path.write_text(good, "utf-8")
    read_manifest(folder, catalogue.tables)

    def each(seed: int) -> Callable[[], Any]:
        path.write_bytes(mutated(good, seed).encode("utf-8", "replace"))
        return lambda: read_manifest(folder, catalogue.tables)

    assert fuzz(each)["refused"]


def test_periods() -> None:
    assert fuzz(lambda seed: lambda: read_period(mutated("2026-05", seed)))["refused"]


def test_values_of_every_type(catalogue: Catalogue) -> None:
    """A value is read or it is NULL: no text makes the reading of a whole file fail."""
    columns = {}
    for table in catalogue.tables.values():
        for column in table.columns:
            columns.setdefault((column.type, column.normalise, bool(column.code_words)), column)
    con = connect()
    read = ", ".join(f"{from_text(column, 't')} AS c{n}" for n, column in enumerate(columns.values()))
    try:
        for start in range(0, FUZZ, 20_000):
            size = min(20_000, FUZZ - start)
            con.register("cells", pl.DataFrame({"raw": values(start, size)}).to_arrow())
            rows = con.execute(f"SELECT {read} FROM (SELECT {trimmed('raw')} AS t FROM cells)").fetchall()
            assert len(rows) == size
    finally:
        con.close()


LINES = PERSON + "".join(person(n) for n in range(1, 6)) + '6,УЮ60050111,"Ба""т\nт",Дорж,,M,,1110,,\n'


def test_csv_files_line_by_line(tmp_path: Path, catalogue: Catalogue) -> None:
    """The lines DuckDB cannot tell apart, and those an evidence folder takes the bytes from."""
    path, table = tmp_path / "person.csv", catalogue.tables["person"]

    def each(seed: int) -> Callable[[], Any]:
        encoding = ("utf-8", "cp1251", "utf-16")[seed % 3]
        path.write_bytes(spoilt(LINES.encode(encoding, "replace"), seed))

        def read() -> None:
            opened = open_delimited(path, table, path.name, tmp_path)
            opened.lines.blank_rows()
            _, found = rows_of_csv(path, table, opened.spelling.encoding, {1, 2, 3, 6})
            body = path.read_bytes()
            assert all(body[at : at + len(row)] == row for row, at in found.values())

        return read

    assert fuzz(each)["read"]


def test_dbf_files(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "person.dbf"
    fields = [("PERSON_ID", "N", 8), ("SURNAME", "C", 10), ("BIRTH_DATE", "D", 8), ("SIGNED", "L", 1)]
    good = dbf(fields, [[str(n), "Бат", "19600501", "T"] for n in range(3)])

    def each(seed: int) -> Callable[[], Any]:
        path.write_bytes(spoilt(good, seed))
        return lambda: read_dbf(path, catalogue.tables["person"], path.name)

    assert fuzz(each)["refused"]


def test_headers(catalogue: Catalogue) -> None:
    table = catalogue.tables["person"]
    heads = PERSON.strip()

    def each(seed: int) -> Callable[[], Any]:
        cells = tuple(mutated(heads, seed).split(","))
        return lambda: (match_headers(cells, table, "a.xlsx"), header_row([cells], table))

    assert fuzz(each)["refused"]


def _book(path: Path, rows: list[list[str]]) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for n, row in enumerate(rows):
            for m, cell in enumerate(row):
                sheet.write_string(n, m, cell[:32_000])


@pytest.fixture
def alive(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read without the process that is there to die of a workbook: it takes half a second each."""
    monkeypatch.setattr(workbooks, "refuse_deadly", lambda path, file, size: None)


def test_worklists_that_come_back(tmp_path: Path, alive: None) -> None:
    (tmp_path / "nd").mkdir()
    lines = [Line("f1", "PER-01", "1", "…", None)]
    path = write_worklist(Workbench(tmp_path / "nd"), "1110", "r1", lines, "mn")
    good = path.read_bytes()

    def each(seed: int) -> Callable[[], Any]:
        path.write_bytes(spoilt(good, seed))
        return lambda: read_worklist(path)

    assert fuzz(each)["refused"]


def test_working_papers_that_come_back(tmp_path: Path, alive: None) -> None:
    path = tmp_path / "paper.xlsx"
    heads = [say(f"sampling.column_{name}", "mn") for name in PAPER]
    cells = ["1", "i1", "", "", "100.50", ""]
    line = "\x1f".join((cells * 2)[: len(PAPER)])
    hits = [Hit(Item("i1", Decimal(100)))]

    def each(seed: int) -> Callable[[], Any]:
        _book(path, [heads, mutated(line, seed).split("\x1f")])
        return lambda: read_cells(path, hits)

    assert fuzz(each)


def test_decisions_of_another_machine(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    entry = {
        "seq": 1,
        "at": "2026-01-12",
        "user": "a",
        "kind": "assign",
        "finding_id": "f",
        "body": {"to": "b"},
    }
    good = json.dumps(entry | {"previous": "0" * 64, "hash": "1" * 64}) + "\n"
    logs: list[DecisionLog] = []
    folder = tmp_path / "nd"

    def each(seed: int) -> Callable[[], Any]:
        if seed % TOGETHER == 0:
            # a log that grows without end would be read anew for each input
            while logs:
                logs.pop().close()
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            logs.append(DecisionLog(Workbench(folder)))
        # every other one has the right hashes: who sends it can reckon them as well as we
        text = mutated(good, seed) if seed % 2 else forged(entry, seed)
        path.write_bytes(text.encode("utf-8", "replace"))

        def read() -> None:
            if read_entries(logs[0], path).added:
                states(logs[0])

        return read

    try:
        assert fuzz(each)["refused"]
    finally:
        logs[0].close()


def forged(entry: Mapping[str, Any], seed: int) -> str:
    """Return an entry with a wrong value in it, under hashes that fit."""
    wrong = [None, 1, [], {}, "x", {"to": None}, {"recovered": "x", "act_no": 1}, {"kind": "lawful"}]
    kinds = ["assign", "propose", "confirm", "return", "answer", "correct", "retest", "x"]
    made = {**entry, "kind": kinds[seed // 2 % 8], "finding_id": f"f{seed}"}
    made[list(made)[seed // 16 % len(made)]] = wrong[seed // 128 % 8]
    body = json.dumps(made["body"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    names = ("seq", "at", "user", "kind", "finding_id")
    fields = [*(made[name] for name in names), body, "0" * 64]
    return json.dumps(made | {"previous": "0" * 64, "hash": digest(fields)}) + "\n"


def test_ledgers(tmp_path: Path) -> None:
    workbench = Workbench(tmp_path)
    for n in range(3):
        ledger.append(workbench, "load", snapshot=str(n))
    path = workbench.data / ledger.LEDGER
    good = path.read_bytes()

    def each(seed: int) -> Callable[[], Any]:
        path.write_bytes(spoilt(good, seed))
        return lambda: (ledger.verify_chain(workbench), ledger.head(workbench), ledger.read(workbench))

    assert fuzz(each)["refused"]


def test_parameters_of_notebooks(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    cell = 'office = ""\nperiod: str = "2026"\nrate = 0.5\n'

    def each(seed: int) -> Callable[[], Any]:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(mutated(cell, seed))])
        notebook.cells[0].metadata["tags"] = ["parameters"]
        text = json.dumps(notebook)
        path.write_text(mutated(text, seed) if seed % 4 == 0 else text, "utf-8", errors="replace")

        def read() -> None:
            declared = declared_parameters(read_notebook(path), path.name)
            check_parameters(declared, {"office": mutated("65", seed)}, path.name)

        return read

    assert fuzz(each)["refused"]


def test_backups(tmp_path: Path) -> None:
    path, target = tmp_path / "b.tar", tmp_path / "in"
    with tarfile.open(path, "w") as tar:
        for name in ("ndaudit.toml", "data/ledger.jsonl", "expectations/law/a.toml"):
            member = tarfile.TarInfo(name)
            tar.addfile(member)
    good = path.read_bytes()

    def each(seed: int) -> Callable[[], Any]:
        path.write_bytes(spoilt(good, seed))

        def read() -> None:
            restoring.restore(path, target)

        return read

    counts = fuzz(each)
    assert counts.get("read", 0) == 0
    assert not target.exists()
    assert sorted(found.name for found in tmp_path.iterdir()) == ["b.tar"]
