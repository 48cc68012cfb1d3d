"""What became of the store, from ledger and files; a dropped snapshot comes back from its deliveries."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from deliveries import PERSON, REPORT, deliver, person, report

from ndaudit import history, ledger
from ndaudit.catalogue import Catalogue
from ndaudit.errors import RefusedError, UsageError
from ndaudit.intake import Unmanifested, load
from ndaudit.snapshots import content_hashes
from ndaudit.store import connect, current_snapshot
from ndaudit.tables import PROVENANCE
from ndaudit.workbench import Settings, Workbench


@pytest.fixture
def workbench(tmp_path: Path, catalogue: Catalogue) -> Workbench:
    """Three snapshots, the last of which alone is kept: person 1, then 1 changed and 2, then office 65."""
    (tmp_path / "nd").mkdir()
    workbench = Workbench(tmp_path / "nd", Settings(keep_snapshots=1))
    first = deliver(tmp_path / "a", {"person.csv": PERSON + person(1)}, exported_at=datetime(2026, 1, 1))
    text = PERSON + person(1, "1961-05-01") + person(2)
    told = {"person.csv": {"rows": 5}}
    second = deliver(tmp_path / "b", {"person.csv": text}, exported_at=datetime(2026, 2, 1), promised=told)
    third = deliver(tmp_path / "c", {"person.csv": PERSON + person(3)}, office="65")
    load(workbench, catalogue.tables, [first])
    load(workbench, catalogue.tables, [second], accept_mismatch="бичгээр тайлбарласан")
    load(workbench, catalogue.tables, [third])
    return workbench


def test_every_snapshot_with_its_batches(workbench: Workbench) -> None:
    first, second, third = history.snapshots(workbench)
    assert [s.state for s in (first, second, third)] == ["dropped", "dropped", "current"]
    assert [s.base for s in (first, second, third)] == [None, first.id, second.id]
    assert [s.accept_mismatch for s in (first, second, third)] == [None, "бичгээр тайлбарласан", None]
    [batch] = second.batches
    assert (batch.office_code, batch.period, batch.exported_at) == ("1110", "2025-12", "2026-02-01 00:00:00")
    assert batch.changes == {"person": {"appeared": 1, "changed": 1, "went": 0}}
    assert third.by == ledger.account()


def test_dropped_snapshot_comes_back(workbench: Workbench, catalogue: Catalogue) -> None:
    second = history.snapshots(workbench)[1]
    before = current_snapshot(workbench.store)
    rebuilt = history.rebuild(workbench, catalogue.tables, second.id)
    assert rebuilt.compared in {"sha256", "content"}
    with connect(workbench.store / f"{second.id}.duckdb", read_only=True) as con:
        found = con.execute("SELECT person_id, year(birth_date) FROM person ORDER BY 1").fetchall()
        reasons = con.execute("SELECT accepted_mismatch FROM batch ORDER BY exported_at").fetchall()
    assert found == [(1, 1961), (2, 1960)]
    assert reasons == [(None,), ("бичгээр тайлбарласан",)]
    assert current_snapshot(workbench.store) == before
    assert history.snapshots(workbench)[1].state == "kept"
    assert ledger.read(workbench)[-1].details["compared"] == rebuilt.compared
    with pytest.raises(RefusedError) as refusal:
        history.rebuild(workbench, catalogue.tables, second.id)
    assert refusal.value.sentence == "history.kept"


def _map(workbench: Workbench, header: str) -> None:
    """Let the office name one column in its own way, and one code, as an old system spelt it."""
    folder = workbench.data / "mappings"
    folder.mkdir(parents=True, exist_ok=True)
    text = f'table = "person"\noffice = "1110"\n[headers]\n"{header}" = "birth_date"\n'
    text += '[codes.sex]\n"хүүхэн" = "F"\n'
    (folder / "a.toml").write_text(text, "utf-8")


def _dropped(workbench: Workbench, catalogue: Catalogue, folder: Path) -> history.SnapshotHistory:
    """Load another office, which drops the only snapshot there was; return what is known of that one."""
    load(workbench, catalogue.tables, [deliver(folder, {"person.csv": PERSON + person(3)}, office="65")])
    first = history.snapshots(workbench)[0]
    assert first.state == "dropped"
    return first


def _persons(workbench: Workbench, snapshot: str) -> list[tuple[Any, ...]]:
    with connect(workbench.store / f"{snapshot}.duckdb", read_only=True) as con:
        return con.execute("SELECT person_id, birth_date, sex, source_row FROM person ORDER BY 1").fetchall()


OWN = (
    PERSON.replace("birth_date", "Гарсан өдөр")
    + person(1).replace(",M,", ",Хүүхэн,")
    + "2\n"
    + person(4, "?")
)


@pytest.mark.parametrize("edited", [True, False])
def test_snapshot_read_with_a_mapping_comes_back_the_same(
    tmp_path: Path, catalogue: Catalogue, edited: bool
) -> None:
    (tmp_path / "nd").mkdir()
    workbench = Workbench(tmp_path / "nd", Settings(keep_snapshots=1))
    _map(workbench, "Гарсан өдөр")
    load(workbench, catalogue.tables, [deliver(tmp_path / "a", {"person.csv": OWN})])
    if edited:
        _map(workbench, "Мэндэлсэн")
    else:
        (workbench.data / "mappings" / "a.toml").unlink()
    first = _dropped(workbench, catalogue, tmp_path / "b")
    history.rebuild(workbench, catalogue.tables, first.id)
    assert _persons(workbench, first.id) == [(1, date(1960, 5, 1), "F", 1), (4, None, "M", 3)]
    with connect(workbench.store / f"{first.id}.duckdb", read_only=True) as con:
        assert content_hashes(con, catalogue.tables) == first.content


def test_snapshot_of_a_delivery_without_manifest_comes_back_the_same(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    (tmp_path / "nd").mkdir()
    workbench = Workbench(tmp_path / "nd", Settings(keep_snapshots=1))
    _map(workbench, "Гарсан өдөр")
    (tmp_path / "a" / "дотор").mkdir(parents=True)
    (tmp_path / "a" / "дотор" / "Даатгуулагч 1.csv").write_text(OWN, "utf-8")
    (tmp_path / "a" / "x.csv").write_text(REPORT + report("А", "2025-12", "x"), "utf-8")
    said = Unmanifested("хуучин «НД» программ", "1110", "2025-12", datetime(2026, 1, 12, 18))
    load(workbench, catalogue.tables, [tmp_path / "a"], unmanifested=said)
    first = _dropped(workbench, catalogue, tmp_path / "b")
    assert first.batches[0].no_manifest == said.reason
    history.rebuild(workbench, catalogue.tables, first.id)
    assert _persons(workbench, first.id) == [(1, date(1960, 5, 1), "F", 1), (4, None, "M", 3)]
    with connect(workbench.store / f"{first.id}.duckdb", read_only=True) as con:
        assert content_hashes(con, catalogue.tables) == first.content
        assert con.execute("SELECT no_manifest, exported_at FROM batch").fetchall() == [
            (said.reason, said.exported_at)
        ]
        assert con.execute("SELECT raw_text FROM rejected_value ORDER BY 1").fetchall() == [("?",), ("x",)]
    assert (workbench.deliveries / "1110" / first.batches[0].batch_id / "unmanifested.toml").is_file()


def test_rebuilt_snapshot_that_differs_is_not_kept(workbench: Workbench, catalogue: Catalogue) -> None:
    second = history.snapshots(workbench)[1]
    table = catalogue.tables["person"]
    gained = replace(
        next(c for c in table.columns if c.optional and c.type == "text"), name="nickname", aliases=()
    )
    changed = {**catalogue.tables, "person": replace(table, columns=(*table.columns, gained))}
    with pytest.raises(RefusedError) as refusal:
        history.rebuild(workbench, changed, second.id)
    assert refusal.value.sentence == "history.differs"
    assert "person" in refusal.value.within("en")
    assert not (workbench.store / f"{second.id}.duckdb").exists()
    assert "nickname" not in PROVENANCE


def test_delivery_that_was_changed_is_named(workbench: Workbench, catalogue: Catalogue) -> None:
    second = history.snapshots(workbench)[1]
    kept = workbench.deliveries / "1110" / second.batches[0].batch_id / "person.csv"
    kept.chmod(0o600)
    kept.write_bytes(kept.read_bytes() + b"\n")
    with pytest.raises(RefusedError) as refusal:
        history.rebuild(workbench, catalogue.tables, second.id)
    assert refusal.value.sentence == "history.delivery_changed"
    assert second.batches[0].batch_id in refusal.value.within("mn")


def test_unknown_and_current_snapshots(workbench: Workbench, catalogue: Catalogue) -> None:
    with pytest.raises(UsageError):
        history.rebuild(workbench, catalogue.tables, "20200101T000000-abcdef")
    with pytest.raises(RefusedError) as refusal:
        history.rebuild(workbench, catalogue.tables, current_snapshot(workbench.store).id)
    assert refusal.value.sentence == "history.current"


def test_nothing_loaded(tmp_path: Path) -> None:
    assert history.snapshots(Workbench(tmp_path)) == []
