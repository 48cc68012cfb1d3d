"""`verify`: a run that stands, and every way in which it may not."""

import shutil
from pathlib import Path

import pytest
from deliveries import PERSON, deliver, person

from ndaudit import audit, ledger
from ndaudit.beginning import begin
from ndaudit.errors import RefusedError
from ndaudit.findings import Run, current_run
from ndaudit.periods import read_period
from ndaudit.scope import Scope
from ndaudit.snapshots import file_hash
from ndaudit.store import connect
from ndaudit.verification import verify
from ndaudit.workbench import Workbench


@pytest.fixture
def checked(tmp_path: Path) -> tuple[Workbench, Run]:
    """A workbench with two people, one of them with a false register number, loaded and checked."""
    workbench = begin(tmp_path / "nd", "mn")
    lines = PERSON + person(1) + person(2, register_no="УЮ99999999")
    audit.load(workbench, [deliver(tmp_path / "in", {"person.csv": lines})])
    return workbench, audit.check(workbench, rules="PER-*")


def test_a_run_that_stands(checked: tuple[Workbench, Run]) -> None:
    workbench, run = checked
    found = verify(workbench, run.id)
    assert (found.compared, found.declarations, found.differing, found.chain) == ("sha256", True, {}, None)
    assert found.stands
    assert not list(workbench.runs.glob(".verify*"))


def test_a_run_of_one_office_and_period_is_made_again_as_it_was(checked: tuple[Workbench, Run]) -> None:
    workbench, _ = checked
    run = audit.check(workbench, rules="PER-*", scope=Scope("1110", read_period("2025-12")))
    assert verify(workbench, run.id).stands


def test_a_finding_taken_away_is_named(checked: tuple[Workbench, Run]) -> None:
    workbench, run = checked
    con = connect(run.database)
    [[rule]] = con.execute("SELECT min(rule_id) FROM finding").fetchall()
    con.execute("DELETE FROM finding WHERE rule_id = ?", [rule])
    con.close()
    found = verify(workbench, run.id)
    assert list(found.differing) == [rule]
    assert not found.stands


def test_a_kept_rule_that_was_changed_is_seen(checked: tuple[Workbench, Run]) -> None:
    workbench, run = checked
    path = run.folder / "expectations" / "rules" / "PER" / "PER-01.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace('severity = "C"', 'severity = "W"'), "utf-8")
    found = verify(workbench, run.id)
    assert not found.declarations
    assert not found.stands


def test_one_byte_of_the_snapshot_is_seen(checked: tuple[Workbench, Run]) -> None:
    workbench, run = checked
    path = workbench.store / f"{run.snapshot}.duckdb"
    path.chmod(0o600)
    with path.open("ab") as handle:
        handle.write(b"\0")
    assert verify(workbench, run.id).compared == "changed"


@pytest.mark.parametrize("place", [0, 5000, 100_000, -5000])
def test_one_byte_anywhere_in_the_snapshot_is_seen(checked: tuple[Workbench, Run], place: int) -> None:
    """In the header, where the engine would refuse the file, as among the rows."""
    workbench, run = checked
    path = workbench.store / f"{run.snapshot}.duckdb"
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 0x5A
    path.write_bytes(data)
    found = verify(workbench, run.id)
    assert found.compared == "changed"
    assert not found.stands


def test_a_damaged_file_of_findings_is_told_in_one_line(checked: tuple[Workbench, Run]) -> None:
    workbench, run = checked
    data = bytearray(run.database.read_bytes())
    data[5000] ^= 0x5A
    run.database.write_bytes(data)
    with pytest.raises(RefusedError):
        verify(workbench, run.id)


@pytest.mark.parametrize("kept", [0, 1])
def test_a_ledger_that_lost_its_end_is_seen(checked: tuple[Workbench, Run], kept: int) -> None:
    workbench, run = checked
    path = workbench.data / ledger.LEDGER
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:kept]))
    found = verify(workbench, run.id)
    assert found.chain == ledger.ChainFault(kept, "head")
    assert not found.stands


def test_an_unreadable_line_of_the_ledger_is_named(checked: tuple[Workbench, Run]) -> None:
    workbench, run = checked
    path = workbench.data / ledger.LEDGER
    path.write_bytes(path.read_bytes().replace(b"{", b"(", 1))
    assert verify(workbench, run.id).chain == ledger.ChainFault(1, "unreadable")


def test_a_dropped_snapshot_is_made_again(checked: tuple[Workbench, Run], tmp_path: Path) -> None:
    workbench, run = checked
    audit.load(workbench, [deliver(tmp_path / "later", {"person.csv": PERSON + person(3)}, period="2026-01")])
    (workbench.store / f"{run.snapshot}.duckdb").unlink()
    found = verify(workbench, run.id)
    assert found.compared in {"sha256", "content"}
    assert found.differing == {}


def test_a_ledger_cut_off_after_the_run_is_seen(checked: tuple[Workbench, Run]) -> None:
    workbench, run = checked
    path = workbench.data / ledger.LEDGER
    path.write_bytes(b"")
    found = verify(workbench, run.id)
    assert found.chain is not None
    assert found.chain.what == "head"


def test_without_a_full_run_there_is_nothing_to_verify(checked: tuple[Workbench, Run]) -> None:
    workbench, _ = checked
    with pytest.raises(RefusedError):
        verify(workbench)
    with pytest.raises(RefusedError):
        verify(workbench, "20200101T000000-abcdef")
    with pytest.raises(RefusedError):
        current_run(workbench)


def as_if_made_again(workbench: Workbench, run: Run, change: str = "") -> None:
    """Put another file in the place of a snapshot and note it as made again from its deliveries."""
    path = workbench.store / f"{run.snapshot}.duckdb"
    path.chmod(0o600)
    con = connect(path)
    con.execute("CREATE TABLE passing AS SELECT 1 AS one")
    con.execute("DROP TABLE passing")
    if change:
        con.execute(change)
    con.execute("CHECKPOINT")
    con.close()
    assert file_hash(path) != run.snapshot_sha256
    ledger.append(workbench, "rebuild", snapshot=run.snapshot, sha256=file_hash(path), compared="content")


def test_a_snapshot_made_again_is_recognised_by_its_content(checked: tuple[Workbench, Run]) -> None:
    workbench, run = checked
    as_if_made_again(workbench, run)
    found = verify(workbench, run.id)
    assert (found.compared, found.differing) == ("content", {})
    assert found.stands


def test_a_snapshot_said_to_be_made_again_must_hold_the_same(checked: tuple[Workbench, Run]) -> None:
    workbench, run = checked
    as_if_made_again(workbench, run, "UPDATE person SET given_name = 'Сүх' WHERE person_id = 1")
    found = verify(workbench, run.id)
    assert found.compared == "changed"
    assert not found.stands


def test_what_is_declared_today_does_not_matter(checked: tuple[Workbench, Run], tmp_path: Path) -> None:
    """Everything comes from the copy the run keeps, even to make a dropped snapshot again."""
    workbench, run = checked
    audit.load(workbench, [deliver(tmp_path / "later", {"person.csv": PERSON + person(3)}, period="2026-01")])
    (workbench.store / f"{run.snapshot}.duckdb").unlink()
    shutil.rmtree(workbench.expectations)
    found = verify(workbench, run.id)
    assert found.differing == {}
    assert found.stands
