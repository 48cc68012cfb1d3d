"""The ledger: append-only, and every change to it is found."""

import hashlib
import json
import platform
from multiprocessing import get_context
from pathlib import Path

import pytest

from ndaudit import ledger
from ndaudit.errors import MachineError
from ndaudit.workbench import Workbench


@pytest.fixture
def workbench(tmp_path: Path) -> Workbench:
    bench = Workbench(tmp_path)
    for number in range(3):
        ledger.append(bench, "load", batch=f"1110-{number}", reason="шалтгаан")
    return bench


def _file(workbench: Workbench) -> Path:
    return workbench.data / ledger.LEDGER


def test_entries_follow_each_other(workbench: Workbench) -> None:
    entries = ledger.read(workbench)
    assert [entry.seq for entry in entries] == [1, 2, 3]
    assert entries[0].previous == ledger.NOTHING
    assert [entry.previous for entry in entries[1:]] == [entry.hash for entry in entries[:2]]
    assert entries[2].details == {"batch": "1110-2", "reason": "шалтгаан"}
    assert ledger.verify_chain(workbench) is None


def test_only_the_owner_reads_it(workbench: Workbench) -> None:
    assert _file(workbench).stat().st_mode & 0o777 == 0o600
    assert workbench.data.stat().st_mode & 0o777 == 0o700


def test_changed_byte_is_found(workbench: Workbench) -> None:
    _file(workbench).write_text(_file(workbench).read_text("utf-8").replace("1110-1", "1110-9"), "utf-8")
    assert ledger.verify_chain(workbench) == ledger.ChainFault(2, "hash")


def test_each_changed_byte_is_found(workbench: Workbench) -> None:
    whole = _file(workbench).read_bytes()
    for place in range(len(whole)):
        _file(workbench).write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        fault = ledger.verify_chain(workbench)
        assert fault is not None, whole[place - 20 : place + 1]
        assert fault.line == whole[:place].count(b"\n") + 1


def test_removed_line_is_found(workbench: Workbench) -> None:
    lines = _file(workbench).read_text("utf-8").splitlines(keepends=True)
    _file(workbench).write_text(lines[0] + lines[2], "utf-8")
    assert ledger.verify_chain(workbench) == ledger.ChainFault(2, "sequence")


def test_cut_end_is_found_by_a_printed_head(workbench: Workbench) -> None:
    head = ledger.read(workbench)[-1].hash
    lines = _file(workbench).read_text("utf-8").splitlines(keepends=True)
    _file(workbench).write_text("".join(lines[:2]), "utf-8")
    (workbench.data / ledger.HEAD).unlink()
    assert ledger.verify_chain(workbench) is None
    assert ledger.verify_chain(workbench, head) == ledger.ChainFault(2, "head")


def test_rewritten_chain_is_found_by_a_printed_head(workbench: Workbench) -> None:
    head = ledger.read(workbench)[-1].hash
    _file(workbench).unlink()
    for number in range(3):
        ledger.append(workbench, "load", batch=f"other-{number}")
    assert ledger.verify_chain(workbench, head) == ledger.ChainFault(3, "head")


def test_line_cut_off_by_a_crash_is_written_over(workbench: Workbench) -> None:
    with _file(workbench).open("a", encoding="utf-8") as handle:
        handle.write('{"seq": 4, "at"')
    assert len(ledger.read(workbench)) == 3
    ledger.append(workbench, "check")
    assert [json.loads(line)["seq"] for line in _file(workbench).read_text("utf-8").splitlines()] == [
        1,
        2,
        3,
        4,
    ]
    assert ledger.verify_chain(workbench) is None


def _append_many(root: str) -> None:
    for _ in range(10):
        ledger.append(Workbench(Path(root)), "load")


def test_two_writers_lose_nothing(tmp_path: Path) -> None:
    context = get_context("spawn")
    writers = [context.Process(target=_append_many, args=(str(tmp_path),)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(ledger.read(Workbench(tmp_path))) == 20
    assert ledger.verify_chain(Workbench(tmp_path)) is None


def test_place_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(MachineError):
        ledger.append(Workbench(tmp_path), "load")


def test_an_entry_names_machine_and_versions(workbench: Workbench) -> None:
    entry = ledger.read(workbench)[0]
    assert entry.host == platform.node()
    assert set(entry.versions) == {"ndaudit", "python", "duckdb"}
    assert all(entry.versions.values())


@pytest.mark.parametrize("key", ["host", "versions"])
def test_machine_and_versions_are_part_of_the_hash(workbench: Workbench, key: str) -> None:
    first, *rest = _file(workbench).read_text("utf-8").splitlines(keepends=True)
    told = json.loads(first)
    told[key] = "elsewhere" if key == "host" else {"ndaudit": "9"}
    _file(workbench).write_text(json.dumps(told, ensure_ascii=False) + "\n" + "".join(rest), "utf-8")
    assert ledger.verify_chain(workbench) == ledger.ChainFault(1, "hash")


def test_a_ledger_of_before_machines_were_kept_still_holds(tmp_path: Path) -> None:
    body = {"seq": 1, "at": "2026-01-12T00:00:00+00:00", "user": "bat", "event": "load", "details": {},
            "previous": ledger.NOTHING}  # fmt: skip
    told = json.dumps(body, ensure_ascii=False, sort_keys=True)
    whole = body | {"hash": hashlib.sha256(told.encode()).hexdigest()}
    bench = Workbench(tmp_path)
    bench.data.mkdir()
    _file(bench).write_text(json.dumps(whole) + "\n", "utf-8")
    assert ledger.verify_chain(bench) is None
    ledger.append(bench, "check")
    assert ledger.verify_chain(bench) is None


def test_a_cut_end_is_found_by_the_head_kept_beside_it(workbench: Workbench) -> None:
    lines = _file(workbench).read_text("utf-8").splitlines(keepends=True)
    _file(workbench).write_text("".join(lines[:2]), "utf-8")
    assert ledger.verify_chain(workbench) == ledger.ChainFault(2, "head")
    _file(workbench).unlink()
    assert ledger.verify_chain(workbench) == ledger.ChainFault(0, "head")


def test_a_head_older_than_the_last_entry_is_no_fault(workbench: Workbench) -> None:
    """As a process killed between the two leaves them."""
    first = ledger.read(workbench)[0].hash
    (workbench.data / ledger.HEAD).write_text(first + "\n", "ascii")
    assert ledger.verify_chain(workbench) is None
