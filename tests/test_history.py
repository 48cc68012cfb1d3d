"""What became of the store, from ledger and files; a dropped snapshot comes back from its deliveries."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from deliveries import PERSON, deliver, person

from ndaudit import history, ledger
from ndaudit.catalogue import Catalogue
from ndaudit.errors import RefusedError, UsageError
from ndaudit.intake import load
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
