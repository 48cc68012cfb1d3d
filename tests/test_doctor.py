"""The health of the store: what is named, what is swept, and what a running load keeps from being swept."""

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest
from conftest import REPOSITORY
from deliveries import PERSON, deliver, person

from ndaudit.catalogue import Catalogue
from ndaudit.doctor import HASHED_BYTES, examine
from ndaudit.intake import load
from ndaudit.snapshots import DRAFT, store_lock
from ndaudit.store import POINTER, current_snapshot
from ndaudit.workbench import Workbench


@pytest.fixture
def workbench(tmp_path: Path, catalogue: Catalogue) -> Workbench:
    (tmp_path / "nd").mkdir()
    (tmp_path / "nd" / "expectations").symlink_to(REPOSITORY / "expectations")
    workbench = Workbench(tmp_path / "nd")
    text = PERSON + person(1)
    batch = deliver(tmp_path / "in", {"person.csv": text}, exported_at=datetime(2026, 1, 1))
    load(workbench, catalogue.tables, [batch])
    return workbench


def told(workbench: Workbench, **options: bool) -> Mapping[str, bool]:
    found = examine(workbench, **options)
    assert all("\n" not in text for item in found for text in map(str, item.values.values()))
    return {item.sentence: item.good for item in found if item.sentence.startswith("doctor.")}


def test_leftovers_are_named_and_swept_only_when_asked(workbench: Workbench) -> None:
    draft = workbench.store / f"{DRAFT}killed"
    draft.mkdir()
    (draft / "x.duckdb.wal").write_text("half")
    sealed = workbench.store / "99990101T000000-abcdef.duckdb"
    sealed.write_text("sealed by a load that was killed before anything pointed to it")
    run = workbench.private_folder(workbench.runs) / ".20260101T000000-abcdef.part"
    run.mkdir()
    os.utime(run, (0, 0))
    assert told(workbench)["doctor.left_over"] is False
    assert draft.exists()
    assert told(workbench, sweep=True)["doctor.swept"] is True
    assert [path for path in (draft, sealed, run) if path.exists()] == []
    assert "doctor.left_over" not in told(workbench)
    assert current_snapshot(workbench.store).path.is_file()


def test_nothing_is_swept_beside_a_load(workbench: Workbench) -> None:
    draft = workbench.store / f"{DRAFT}running"
    draft.mkdir()
    with store_lock(workbench):
        assert told(workbench, sweep=True)["doctor.load_running"] is True
    assert draft.exists()


def test_run_that_may_still_be_written_is_left_alone(workbench: Workbench) -> None:
    run = workbench.private_folder(workbench.runs) / ".20260101T000000-abcdef.part"
    run.mkdir()
    assert told(workbench, sweep=True)["doctor.maybe_running"] is False
    assert run.exists()


def test_changed_byte_in_the_snapshot_is_named(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(workbench)["doctor.snapshot"] is True
    path = current_snapshot(workbench.store).path
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert told(workbench)["doctor.snapshot_changed"] is False
    monkeypatch.setattr("ndaudit.doctor.HASHED_BYTES", 1)
    assert HASHED_BYTES > 1
    assert told(workbench)["doctor.snapshot_unhashed"] is True
    assert told(workbench, thorough=True)["doctor.snapshot_changed"] is False


def test_snapshot_gone_or_pointer_broken(workbench: Workbench) -> None:
    current_snapshot(workbench.store).path.unlink()
    assert told(workbench)["doctor.snapshot_gone"] is False
    (workbench.store / POINTER).write_text("{")
    assert told(workbench)["doctor.pointer_broken"] is False
