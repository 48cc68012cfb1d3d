"""From findings back to the bytes that came: every finding has its rows, every row its place in a file."""

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from dbf import dbf
from deliveries import PERSON, deliver, person

from ndaudit import audit
from ndaudit.beginning import begin
from ndaudit.catalogue import Catalogue
from ndaudit.errors import RefusedError
from ndaudit.reading import Reading, open_reading
from ndaudit.synthetic import make_deliveries
from ndaudit.tracing import Origins, SourceRow, finding_of, originals, trace

EACH = int(os.environ.get("NDAUDIT_TRACED", "1"))
"""So many findings of every rule are traced."""


@pytest.fixture(scope="module")
def origins(catalogue: Catalogue) -> Origins:
    return Origins(catalogue, list(catalogue.rules.values()))


def test_the_key_of_every_rule_comes_from_a_delivered_table(catalogue: Catalogue, origins: Origins) -> None:
    without = {
        rule.id
        for rule in catalogue.rules.values()
        if not any(origins.of(rule.population, key) for key in catalogue.populations[rule.population].key)
    }
    assert without == set()


def test_origins_go_through_joins_unions_and_other_populations(origins: Origins) -> None:
    assert origins.of("signature", "id") == {
        "determination": ["determination_id"],
        "pension_book": ["book_no"],
    }
    assert origins.of("signature", "role") == {}
    assert origins.of("lawful_amount", "determination_id") == {"determination": ["determination_id"]}
    assert origins.of("paid_month", "person_id") == {"payment": ["person_id"]}


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reading]:
    folder = tmp_path_factory.mktemp("traced")
    make_deliveries(folder / "in", ["65"], 150, Decimal("0.1"), 2)
    workbench = begin(folder / "nd", "mn")
    audit.load(workbench, [folder / "in"])
    audit.check(workbench)
    with open_reading(workbench) as reading:
        yield reading


def names_its_key(row: SourceRow, body: bytes, key: tuple[str, ...]) -> bool:
    text = body.decode("utf-8")
    # days and times may be written in other ways in the file
    return all(str(row.values[c]) in text for c in key if isinstance(row.values[c], int | str))


def test_every_finding_has_the_rows_its_item_names(synthetic: Reading, origins: Origins) -> None:
    """An item that lacks something has the rows that ask for it; the bytes of each row hold its key."""
    findings = synthetic.frame(
        "SELECT * FROM run.finding QUALIFY row_number() OVER"
        " (PARTITION BY rule_id ORDER BY finding_id) <= $each ORDER BY rule_id, finding_id",
        each=EACH,
    ).to_dicts()
    rules = {finding["rule_id"] for finding in findings}
    assert len(rules) > 90
    looked_at: dict[tuple[str, str, int], SourceRow] = {}
    for finding in findings:
        traced = trace(synthetic, finding, origins)
        of_item = [row for row in traced.rows if row.relation == "item"]
        assert of_item, finding["rule_id"]
        assert len({row.place for row in traced.rows}) == len(traced.rows)
        looked_at |= {row.place: row for row in [*of_item[:3], *traced.rows[-2:]]}
    for place, original in originals(synthetic, looked_at.values()).items():
        row = looked_at[place]
        assert names_its_key(row, original.body, synthetic.catalogue.tables[row.table].key), row


def test_a_finding_about_a_person_has_that_persons_rows_only(synthetic: Reading, origins: Origins) -> None:
    found = synthetic.frame("SELECT * FROM run.finding WHERE rule_id LIKE 'DET-%' ORDER BY ALL").to_dicts()
    for finding in found[:10]:
        traced = trace(synthetic, finding, origins)
        people = {str(row.values["person_id"]) for row in traced.rows if row.relation == "person"}
        assert people <= {finding["person"]}


def test_there_is_no_such_finding(synthetic: Reading) -> None:
    with pytest.raises(RefusedError, match="алга"):
        finding_of(synthetic, "0000000000000000")


LINES = [person(n) for n in (1, 2, 3)]
LINES[1] = person(2, register_no="УЮ99999999")
QUOTED = LINES[1].replace("Бат,", '"Ба""т\nт",').replace("1-р хороо", '"1-р, хороо"')
CELLS = [line.strip().split(",") for line in [PERSON, *LINES]]


def _workbook(path: Path) -> bytes:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "Даатгуулагчид")
        for n, cells in enumerate(CELLS, start=2):
            sheet.write_row(n, 0, cells)
    return path.read_bytes()


def _parquet(path: Path) -> bytes:
    pl.DataFrame(CELLS[1:], schema=CELLS[0], orient="row").write_parquet(path)
    return path.read_bytes()


def _csv(lines: list[str], end: str = "\n") -> str:
    return "".join([PERSON, *lines]).replace("\n", end)


FILES = {
    "plain": ("person.csv", lambda _: _csv(LINES).encode(), LINES[1].encode()),
    "marked": ("person.csv", lambda _: b"\xef\xbb\xbf" + _csv(LINES).encode(), LINES[1].encode()),
    "cp1251": (
        "person.csv",
        lambda _: _csv(LINES).replace("Ү", "Y").replace("ү", "у").replace("ө", "о").encode("cp1251"),
        LINES[1].encode("cp1251"),
    ),
    "utf-16": (
        "person.csv",
        lambda _: _csv(LINES).encode("utf-16"),
        LINES[1].encode("utf-16-le"),
    ),
    "windows line ends": (
        "person.csv",
        lambda _: _csv(LINES, "\r\n").encode(),
        LINES[1].replace("\n", "\r\n").encode(),
    ),
    "blank lines": (
        "person.csv",
        lambda _: _csv([LINES[0], "\n", *LINES[1:]]).encode(),
        LINES[1].encode(),
    ),
    "a broken line before": (
        "person.csv",
        lambda _: _csv([LINES[0], "1,2\n", *LINES[1:]]).encode(),
        LINES[1].encode(),
    ),
    "quotes over two lines": (
        "person.csv",
        lambda _: _csv([LINES[0], QUOTED, LINES[2]]).encode(),
        QUOTED.encode(),
    ),
    "no end at the end": (
        "person.csv",
        lambda _: _csv([LINES[0], LINES[1]]).rstrip("\n").encode(),
        LINES[1].rstrip("\n").encode(),
    ),
    "xlsx": ("person.xlsx", _workbook, LINES[1].encode()),
    "parquet": ("person.parquet", _parquet, LINES[1].encode()),
    "dbf": (
        "person.dbf",
        lambda _: dbf([(name[:10].upper(), "C", 20) for name in CELLS[0]], CELLS[1:]),
        b" " + b"".join(cell.encode("cp1251").ljust(20) for cell in CELLS[2]),
    ),
}


OFFICES = ("1101", "1104", "1107", "1110", "1113", "1116", "1119", "1122", "1125", "21", "65", "83")


@pytest.fixture(scope="module")
def spelt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Reading, dict[str, bytes]]]:
    """One delivery of three people in every spelling, each of another office."""
    folder = tmp_path_factory.mktemp("spelt")
    workbench = begin(folder / "nd", "mn")
    bodies, deliveries = {}, []
    for office, (kind, (name, write, _)) in zip(OFFICES, FILES.items(), strict=True):
        bodies[kind] = write(folder / f"{office}{name}")
        files = {name: bodies[kind]}
        told = {"tables": {name: "person"}, "rows": {name: 3}}
        deliveries.append(deliver(folder / "in" / office, files, office=office, **told))
    audit.load(workbench, deliveries, accept_mismatch="туршилт")
    run = audit.check(workbench, rules="PER-0*")
    with open_reading(workbench, run) as reading:
        yield reading, bodies


@pytest.mark.parametrize("kind", FILES)
def test_the_bytes_of_a_row_are_those_that_came(spelt: tuple[Reading, dict[str, bytes]], kind: str) -> None:
    reading, bodies = spelt
    office, expected = OFFICES[list(FILES).index(kind)], FILES[kind][2]
    finding = {"rule_id": "PER-08", "item_key": "2", "office_code": office, "person": "2"}
    [row] = [row for row in trace(reading, finding).rows if row.delivered_by == office]
    original = originals(reading, [row])[row.place]
    assert original.body == expected
    if original.at is None:
        assert original.form == "written_out"
    else:
        assert original.form == "bytes"
        assert bodies[kind][original.at : original.at + len(expected)] == expected


def test_a_row_that_is_no_longer_there_is_told(spelt: tuple[Reading, dict[str, bytes]]) -> None:
    reading, _ = spelt
    [kept] = (reading.workbench.deliveries / OFFICES[0]).rglob("person.csv")
    finding = {"rule_id": "PER-08", "item_key": "2", "office_code": OFFICES[0], "person": "2"}
    rows = [row for row in trace(reading, finding).rows if row.delivered_by == OFFICES[0]]
    kept.chmod(0o600)
    kept.write_text(_csv(LINES[:1]), "utf-8")
    with pytest.raises(RefusedError, match="өөр болжээ"):
        originals(reading, rows)
