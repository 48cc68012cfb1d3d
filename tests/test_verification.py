"""`verify`: a run that stands, and every way in which it may not."""

from pathlib import Path

import pytest
from deliveries import PERSON, deliver, person

from ndaudit import audit, ledger
from ndaudit.beginning import begin
from ndaudit.errors import RefusedError
from ndaudit.findings import Run, current_run
from ndaudit.periods import read_period
from ndaudit.scope import Scope
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
