"""Backup and restore: the same numbers in an empty folder, and nothing of a hostile file."""

import gzip
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from deliveries import PERSON, deliver, person

from ndaudit import audit, ledger
from ndaudit.backup import back_up, restore
from ndaudit.beginning import begin
from ndaudit.cli import main
from ndaudit.errors import NdauditError, RefusedError, UsageError
from ndaudit.findings import Run
from ndaudit.reviews.decisions import Decision, State, propose
from ndaudit.reviews.log import open_log
from ndaudit.roles import ROLES_FILE
from ndaudit.verification import verify
from ndaudit.workbench import Workbench, open_workbench


@dataclass(frozen=True)
class World:
    """A workbench of two loads and a check, with a decision, and the file it was backed up to."""

    workbench: Workbench
    run: Run
    backup: Path


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("backup")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NDAUDIT_KEY_FILE", str(folder / "key"))
        workbench = begin(folder / "nd", "mn")
        for number, office in enumerate(("1110", "65")):
            lines = PERSON + person(number * 10 + 1) + person(number * 10 + 2, register_no="УЮ99999999")
            audit.load(workbench, [deliver(folder / office, {"person.csv": lines}, office=office)])
        run = audit.check(workbench, rules="PER-0*")
        with open_log(workbench) as log:
            propose(log, [State("f1")], Decision("lawful", "бичиг баримт үзсэн"))
        (workbench.root / "build").mkdir()
        (workbench.root / "build" / "not_ours.txt").write_text("x", "utf-8")
        path = folder / "nd.tar"
        back_up(workbench, path)
        yield World(workbench, run, path)


def restored(world: World, folder: Path, path: Path | None = None) -> Workbench:
    restore(path or world.backup, folder)
    return open_workbench(folder, {}, folder)


def test_a_restored_workbench_gives_the_same_numbers(world: World, tmp_path: Path) -> None:
    workbench = restored(world, tmp_path / "empty")
    assert not (workbench.root / "build").exists()
    found = verify(workbench, world.run.id)
    assert (found.differing, found.chain, found.declarations) == ({}, None, True)
    assert found.compared in ("sha256", "content")
    assert found.stands
    with open_log(workbench) as log, open_log(world.workbench) as before:
        assert list(log.all()) == list(before.all())
        assert log.fault() is None
    came, now = ledger.read(world.workbench), ledger.read(workbench)
    assert now[: len(now) - 2] == came[: len(now) - 2]
    assert [entry.event for entry in now[-3:]] == ["backup", "restore", "rebuild"]


def test_a_restored_workbench_can_be_worked_with(world: World, tmp_path: Path) -> None:
    workbench = restored(world, tmp_path / "empty")
    lines = PERSON + person(31)
    audit.load(workbench, [deliver(tmp_path / "in", {"person.csv": lines}, period="2026-01")])
    run = audit.check(workbench, rules="PER-01")
    assert verify(workbench, run.id).stands


def test_nobody_else_can_read_it(world: World, tmp_path: Path) -> None:
    assert world.backup.stat().st_mode & 0o777 == 0o600
    workbench = restored(world, tmp_path / "empty")
    modes = {path.stat().st_mode & 0o077 for path in [workbench.root, *workbench.root.rglob("*")]}
    assert modes == {0}
    assert all(path.stat().st_mode & 0o222 == 0 for path in workbench.deliveries.rglob("*.csv"))


def test_snapshots_may_come_along(world: World, tmp_path: Path) -> None:
    made = back_up(world.workbench, tmp_path / "whole.tgz", with_store=True)
    assert made.with_store
    found = restore(made.path, tmp_path / "empty")
    assert found.rebuilt is None
    workbench = open_workbench(found.root, {}, found.root)
    assert verify(workbench, world.run.id).compared == "sha256"


def test_the_key_comes_along_only_when_asked_for(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tarfile.open(world.backup) as tar:
        assert "key" not in tar.getnames()
    made = back_up(world.workbench, tmp_path / "with_key.tar", with_key=True)
    elsewhere = tmp_path / "machine" / "key"
    before = Path(os.environ["NDAUDIT_KEY_FILE"]).read_bytes()
    monkeypatch.setenv("NDAUDIT_KEY_FILE", str(elsewhere))
    assert restore(made.path, tmp_path / "a").key == "written"
    assert elsewhere.read_bytes() == before
    assert elsewhere.stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "a" / "key").exists()
    elsewhere.write_text("11" * 32 + "\n", "utf-8")
    assert restore(made.path, tmp_path / "b").key == "there"
    assert elsewhere.read_text("utf-8") == "11" * 32 + "\n"


def test_what_is_backed_up_is_in_the_ledger_first(world: World) -> None:
    [entry] = [entry for entry in ledger.read(world.workbench) if entry.details.get("file") == "nd.tar"]
    assert (entry.event, entry.details["with_key"], entry.details["with_store"]) == ("backup", False, False)


def test_only_an_administrator_makes_one(world: World, tmp_path: Path) -> None:
    workbench = begin(tmp_path / "nd", "mn")
    path = workbench.root / ROLES_FILE
    path.write_text(path.read_text("utf-8").replace('"administrator"', '"auditor"'), "utf-8")
    with pytest.raises(RefusedError, match="нөөцлөх эрхгүй"):
        back_up(workbench, tmp_path / "b.tar")
    assert not (tmp_path / "b.tar").exists()


def test_what_would_be_overwritten_or_swallow_itself_is_refused(world: World, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="аль хэдийн"):
        back_up(world.workbench, world.backup)
    with pytest.raises(UsageError, match="дотор"):
        back_up(world.workbench, world.workbench.data / "b.tar")
    with pytest.raises(UsageError, match="хавтас алга"):
        back_up(world.workbench, tmp_path / "no" / "b.tar")
    with pytest.raises(UsageError, match="хоосон"):
        restore(world.backup, world.workbench.root)
    with pytest.raises(UsageError, match="файл алга"):
        restore(tmp_path / "no.tar", tmp_path / "x")


def _again(source: Path, target: Path, change: Callable[[tarfile.TarInfo, bytes], bytes | None]) -> Path:
    """Write a backup once more, with members changed or (None) left out."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old:
            held = old.extractfile(member)
            body = change(member, held.read() if held else b"")
            if body is not None:
                member.size = len(body)
                new.addfile(member, io.BytesIO(body))
    return target


def test_one_byte_changed_is_named(world: World, tmp_path: Path) -> None:
    def change(member: tarfile.TarInfo, body: bytes) -> bytes:
        return body.replace(b"1960-05-01", b"1960-05-02", 1) if member.name.endswith("person.csv") else body

    path = _again(world.backup, tmp_path / "changed.tar", change)
    with pytest.raises(RefusedError, match=r"person\.csv"):
        restore(path, tmp_path / "x")
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("gone", ["SHA256SUMS", "ndaudit.toml", "data/ledger.jsonl"])
def test_what_is_missing_is_told(world: World, tmp_path: Path, gone: str) -> None:
    path = _again(world.backup, tmp_path / "less.tar", lambda m, body: None if m.name == gone else body)
    with pytest.raises(RefusedError):
        restore(path, tmp_path / "x")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.999])
def test_a_file_that_was_cut_off_is_refused(world: World, tmp_path: Path, share: float) -> None:
    body = world.backup.read_bytes()
    (tmp_path / "cut.tar").write_bytes(body[: int(len(body.rstrip(b"\0")) * share)])
    with pytest.raises(RefusedError):
        restore(tmp_path / "cut.tar", tmp_path / "x")
    assert [path.name for path in tmp_path.iterdir()] == ["cut.tar"]


def _hostile(kind: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo("data/x")
    match kind:
        case "outside":
            member.name = "data/../../outside"
        case "absolute":
            member.name = "/outside"
        case "windows":
            member.name = "data\\..\\..\\outside"
        case "elsewhere":
            member.name = "outside"
        case "newline":
            member.name = "data/a\nb"
        case "symlink":
            member.type, member.linkname = tarfile.SYMTYPE, "../../outside"
        case "hard link":
            member.type, member.linkname = tarfile.LNKTYPE, "ndaudit.toml"
        case "device":
            member.type = tarfile.CHRTYPE
        case "pipe":
            member.type = tarfile.FIFOTYPE
        case "twice":
            member.name = "ndaudit.toml"
        case "below a file":
            member.name = "ndaudit.toml/x"
        case _:
            member.size = 1 << 60
    return member


HOSTILE = (
    "outside",
    "absolute",
    "windows",
    "elsewhere",
    "newline",
    "symlink",
    "hard link",
    "device",
    "pipe",
    "twice",
    "below a file",
    "bomb",
)


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_members_write_nothing(world: World, tmp_path: Path, kind: str) -> None:
    place = tmp_path / "in"
    place.mkdir()
    with tarfile.open(world.backup) as old:
        settings = old.extractfile("ndaudit.toml")
        body = settings.read() if settings else b""
    with (place / "b.tar").open("wb") as out:
        tar = tarfile.open(fileobj=out, mode="w")  # noqa: SIM115 - it must not be closed well
        first = tarfile.TarInfo("ndaudit.toml")
        first.size = len(body)
        tar.addfile(first, io.BytesIO(body))
        out.write(_hostile(kind).tobuf())
    with pytest.raises(NdauditError) as refusal:
        restore(place / "b.tar", place / "x")
    assert refusal.value.exit_code == 3
    assert [path.name for path in place.iterdir()] == ["b.tar"]
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_description_without_end_is_not_taken_into_memory(tmp_path: Path) -> None:
    """A few kilobytes that unpack to a name of a gigabyte."""
    head = tarfile.TarInfo("././@PaxHeader")
    head.type, head.size = tarfile.XHDTYPE, 1 << 30
    path = tmp_path / "b.tgz"
    with gzip.open(path, "wb") as out:
        out.write(head.tobuf())
        for _ in range(64):
            out.write(b"\0" * (1 << 20))
    with pytest.raises(RefusedError):
        restore(path, tmp_path / "x")


def test_the_two_commands(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made, root = tmp_path / "b.tgz", world.workbench.root
    ran = [
        ["backup", str(made), "--with-key", "--lang", "en", "-C", str(root)],
        ["restore", str(made), str(tmp_path / "again"), "--json"],
        ["restore", str(made), str(tmp_path / "again"), "--lang", "en"],
        ["restore", str(root / "ndaudit.toml"), str(tmp_path / "x"), "--lang", "en"],
    ]
    told = []
    for command, code in zip(ran, (0, 0, 2, 3), strict=True):
        with pytest.raises(SystemExit) as left:
            main(command)
        assert left.value.code == code
        told.append(capsys.readouterr())
    assert "WARNING" in told[0].out
    assert json.loads(told[1].out)["root"] == str(tmp_path / "again")
    assert [len(one.err.strip().splitlines()) for one in told[2:]] == [1, 1]
