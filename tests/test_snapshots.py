"""The writing side of the store: sealed, named by content, never written again."""

import json
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import duckdb
import pytest
from conftest import REPOSITORY
from deliveries import PERSON, REPORT, deliver, person, report

from ndaudit import memory
from ndaudit.catalogue import Catalogue
from ndaudit.errors import MachineError
from ndaudit.exports import aside
from ndaudit.intake import load
from ndaudit.snapshots import DRAFT, engine_faults, file_hash, snapshot_id
from ndaudit.store import POINTER, Snapshot, connect, current_snapshot, kept_folder
from ndaudit.tables import read_tables
from ndaudit.workbench import Settings, Workbench


def _persons(folder: Path, number: int, office: str = "1110") -> Path:
    text = PERSON + person(number)
    return deliver(folder, {"person.csv": text}, office=office, exported_at=datetime(2026, 1, number))


def test_pointer_names_hash_and_content(tmp_path: Path, catalogue: Catalogue) -> None:
    workbench = Workbench(tmp_path)
    load(workbench, catalogue.tables, [_persons(tmp_path / "in", 1)])
    snapshot = current_snapshot(workbench.store)
    assert snapshot.sha256 == file_hash(snapshot.path)
    assert snapshot.path.stat().st_mode & 0o777 == 0o400
    assert (workbench.store / POINTER).stat().st_mode & 0o777 == 0o600
    assert snapshot.content["person"].startswith("1:")
    assert snapshot.content["child"] == f"0:{'0' * 32}"
    assert [p.name for p in workbench.store.iterdir() if p.name.startswith(DRAFT)] == []


def test_content_is_the_same_however_rows_lie(tmp_path: Path, catalogue: Catalogue) -> None:
    ways = {"one by one": ["65", "1110"], "other way round": ["1110", "65"], "at once": ["*"]}
    for office, number in (("65", 1), ("1110", 2)):
        _persons(tmp_path / "in" / office, number, office)
    found = []
    for name, order in ways.items():
        workbench = Workbench(tmp_path / name)
        workbench.root.mkdir()
        for office in order:
            load(workbench, catalogue.tables, [tmp_path / "in" / office.replace("*", "")])
        found.append(current_snapshot(workbench.store).content)
    assert found[0] == found[1] == found[2]


def test_large_tables_are_filled_and_sorted_in_pieces(
    tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    for office, numbers in (("65", (9, 2, 4)), ("1110", (3, 8, 1)), ("1107", (7, 5, 6))):
        # one day cannot be read, one register number is put right
        odd, respelt, plain = numbers
        rows = person(odd, birth="хоосон") + person(respelt, register_no="ую60050111") + person(plain)
        deliver(tmp_path / "in" / office, {"person.csv": PERSON + rows}, office=office)
    found = {}
    for name in ("at once", "in pieces"):
        workbench = Workbench(tmp_path / name)
        workbench.root.mkdir()
        if name == "in pieces":
            monkeypatch.setattr(aside, "LARGE", 1)
            monkeypatch.setattr(memory, "PART_BYTES", 1000)
        load(workbench, catalogue.tables, [tmp_path / "in"])
        snapshot = current_snapshot(workbench.store)
        with connect(snapshot.path, read_only=True) as con:
            people = con.execute("SELECT person_id FROM person ORDER BY rowid").fetchall()
            schemas = con.execute(
                "SELECT count(*) FROM duckdb_schemas() WHERE NOT internal AND schema_name <> 'main'"
            ).fetchall()
        assert schemas == [(0,)]
        found[name] = (people, snapshot.content)
    assert found["at once"] == found["in pieces"]
    assert found["at once"][0] == [(number,) for number in range(1, 10)]
    assert found["at once"][1]["rejected_value"].startswith("3:")


def test_content_changes_with_a_value(tmp_path: Path, catalogue: Catalogue) -> None:
    found = []
    for number in (1, 2):
        workbench = Workbench(tmp_path / str(number))
        workbench.root.mkdir()
        load(workbench, catalogue.tables, [_persons(tmp_path / f"in{number}", number)])
        found.append(current_snapshot(workbench.store).content)
    assert found[0]["person"] != found[1]["person"]


def test_only_so_many_snapshots_are_kept(tmp_path: Path, catalogue: Catalogue) -> None:
    workbench = Workbench(tmp_path, Settings(keep_snapshots=2))
    made = []
    for number in (1, 2, 3):
        made.append(load(workbench, catalogue.tables, [_persons(tmp_path / f"in{number}", number)]).snapshot)
        # what was worked out from a snapshot goes when it goes
        kept_folder(workbench.store / f"{made[-1]}.duckdb").mkdir()
    kept = {path.stem for path in workbench.store.glob("*.duckdb")}
    assert made[2] in kept
    assert len(kept) == 2
    assert {path.stem for path in workbench.store.glob("*.kept")} == kept


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        (datetime(2026, 1, 5, 10, 0, 0, tzinfo=UTC), "20260105T100001"),
        (datetime(2026, 1, 5, 10, 0, 9, tzinfo=UTC), "20260105T100009"),
        (datetime(2025, 6, 1, tzinfo=UTC), "20260105T100001"),
    ],
    ids=["same second", "later", "clock set back"],
)
def test_ids_only_ever_ascend(now: datetime, moment: str) -> None:
    before = Snapshot("20260105T100000-ffffff", Path("x.duckdb"), "", {})
    assert snapshot_id(now, before).partition("-")[0] == moment


def test_left_over_drafts_are_swept(tmp_path: Path, catalogue: Catalogue) -> None:
    workbench = Workbench(tmp_path)
    left = workbench.private_folder(workbench.store) / f"{DRAFT}killed"
    left.mkdir()
    (left / "x.duckdb").write_text("half a snapshot")
    load(workbench, catalogue.tables, [_persons(tmp_path / "in", 1)])
    assert not left.exists()


def test_column_the_dictionary_gained(tmp_path: Path, catalogue: Catalogue) -> None:
    workbench = Workbench(tmp_path)
    old = {name: table for name, table in catalogue.tables.items() if name != "child"}
    load(workbench, old, [_persons(tmp_path / "in1", 1)])
    load(workbench, catalogue.tables, [_persons(tmp_path / "in2", 2)])
    with connect(current_snapshot(workbench.store).path, read_only=True) as con:
        assert con.execute("SELECT count(*) FROM child").fetchall() == [(0,)]


def test_runs_are_sorted_into_the_table(tmp_path: Path, catalogue: Catalogue) -> None:
    workbench = Workbench(tmp_path)
    many = PERSON + "".join(person(n) for n in range(100, 130))
    load(workbench, catalogue.tables, [deliver(tmp_path / "a", {"person.csv": many}, office="65")])
    load(workbench, catalogue.tables, [_persons(tmp_path / "b", 1)])
    assert json.loads((workbench.store / POINTER).read_text("utf-8"))["appended"] == {"person": 1}
    more = PERSON + "".join(person(n) for n in range(2, 10))
    load(workbench, catalogue.tables, [deliver(tmp_path / "c", {"person.csv": more}, office="42")])
    assert json.loads((workbench.store / POINTER).read_text("utf-8"))["appended"] == {}
    with connect(current_snapshot(workbench.store).path, read_only=True) as con:
        stored = [
            number for [number] in con.execute("SELECT person_id FROM person ORDER BY rowid").fetchall()
        ]
    assert stored == sorted(stored)
    assert len(stored) == 39


def _load_office(root: str, office: str) -> None:
    tables = read_tables(REPOSITORY / "expectations" / "tables")
    load(Workbench(Path(root)), tables, [Path(root) / "in" / office])


def test_two_loaders_at_once_both_arrive(tmp_path: Path) -> None:
    for number, office in enumerate(("65", "1110"), start=1):
        _persons(tmp_path / "in" / office, number, office)
    context = get_context("spawn")
    loaders = [context.Process(target=_load_office, args=(str(tmp_path), o)) for o in ("65", "1110")]
    for loader in loaders:
        loader.start()
    for loader in loaders:
        loader.join()
    assert [loader.exitcode for loader in loaders] == [0, 0]
    with connect(current_snapshot(tmp_path / "data" / "store").path, read_only=True) as con:
        assert con.execute("SELECT person_id FROM person ORDER BY 1").fetchall() == [(1,), (2,)]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (duckdb.IOException("Could not write file: No space left on device"), "machine.disk_full"),
        (duckdb.IOException("Cannot open file: Permission denied"), "machine.no_permission"),
        (duckdb.IOException("checksum"), "machine.fault"),
        (duckdb.OutOfMemoryException("failed to allocate"), "machine.no_memory"),
        (duckdb.OutOfMemoryException("max_temp_directory_size exceeded"), "machine.disk_full"),
    ],
)
def test_engine_faults_are_one_line(tmp_path: Path, error: Exception, sentence: str) -> None:
    with pytest.raises(MachineError) as fault, engine_faults(Workbench(tmp_path)):
        raise error
    assert fault.value.sentence == sentence
    assert "\n" not in fault.value.within("mn")


def test_group_gets_its_modes(tmp_path: Path, catalogue: Catalogue) -> None:
    workbench = Workbench(tmp_path, Settings(group="root"))
    text = REPORT + report("А", "2025-12")
    load(workbench, catalogue.tables, [deliver(tmp_path / "in", {"employer_report.csv": text})])
    assert workbench.store.stat().st_mode & 0o7777 == 0o2770
    assert current_snapshot(workbench.store).path.stat().st_mode & 0o777 == 0o440
