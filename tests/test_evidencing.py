"""The evidence of a finding: an outsider checks it with sha256sum, and one byte changed is seen."""

import csv
import hashlib
import json
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from deliveries import PERSON, deliver, person

from ndaudit import audit, ledger
from ndaudit.beginning import begin
from ndaudit.cli import main
from ndaudit.errors import RefusedError, UsageError
from ndaudit.evidencing import Made, make_evidence
from ndaudit.evidencing.folder import evidence_files
from ndaudit.reading import Reading, open_reading
from ndaudit.reviews.decisions import Decision, State, propose
from ndaudit.reviews.log import open_log
from ndaudit.roles import ROLES_FILE
from ndaudit.tracing import finding_of
from ndaudit.workbench import Workbench


@dataclass(frozen=True)
class World:
    """A workbench with one finding about person 2, and two decisions, one of them about it."""

    workbench: Workbench
    reading: Reading
    finding: str
    made: Made


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("evidence")
    workbench = begin(folder / "nd", "mn")
    lines = PERSON + person(1) + person(2, register_no="УЮ99999999") + person(3)
    audit.load(workbench, [deliver(folder / "in", {"person.csv": lines})])
    run = audit.check(workbench, rules="PER-0*")
    with open_reading(workbench, run) as reading:
        [finding] = reading.frame("SELECT finding_id FROM run.finding WHERE item_key = '2' LIMIT 1").rows()
        with open_log(workbench) as log:
            propose(log, [State("another")], Decision("lawful", "нууц үлдэх ёстой шалтгаан"))
            propose(log, [State(finding[0])], Decision("official_error", "регистр буруу"))
        yield World(workbench, reading, finding[0], make_evidence(reading, finding[0]))


def sha256sum(folder: Path, sums: str = "SHA256SUMS") -> subprocess.CompletedProcess[str]:
    command = ["sha256sum", "--check", "--strict", sums]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_sha256sum_alone_checks_everything(world: World) -> None:
    made = world.made
    assert made.path.is_relative_to(world.workbench.data)
    assert sha256sum(made.path).returncode == 0
    assert sha256sum(made.path / "ledger", "CHAIN.SHA256SUMS").returncode == 0
    assert sha256sum(made.path / "decisions", "CHAIN.SHA256SUMS").returncode == 0
    listed = {line[66:] for line in (made.path / "SHA256SUMS").read_text("utf-8").splitlines()}
    there = {path.relative_to(made.path).as_posix() for path in made.path.rglob("*") if path.is_file()}
    assert there == listed | {"SHA256SUMS"}


def test_one_byte_changed_is_seen_wherever_it_is(world: World) -> None:
    made = world.made
    for path in sorted(path for path in made.path.rglob("*") if path.is_file() and path.stat().st_size):
        before = path.read_bytes()
        if path.name == "SHA256SUMS":
            continue
        path.write_bytes(bytes([before[0] ^ 1]) + before[1:])
        assert sha256sum(made.path).returncode == 1, path
        path.write_bytes(before)
    assert sha256sum(made.path).returncode == 0


def test_the_rows_are_the_bytes_of_the_delivery(world: World) -> None:
    made = world.made
    with (made.path / "rows" / "index.csv").open(encoding="utf-8", newline="") as handle:
        [row] = [row for row in csv.DictReader(handle) if row["table"] == "person"]
    kept = world.workbench.deliveries / "1110" / row["batch_id"] / row["source_file"]
    body = kept.read_bytes()
    assert row["source_file_sha256"] == hashlib.sha256(body).hexdigest()
    at, size = int(row["begins_at_byte"]), int(row["bytes"])
    assert body[at : at + size] == person(2, register_no="УЮ99999999").encode()
    assert hashlib.sha256(body[at : at + size]).hexdigest() == row["row_sha256"]
    held = made.path / "rows" / row["batch_id"] / f"{row['source_file']}.rows"
    assert held.read_bytes() == body[at : at + size]
    manifest = made.path / "manifests" / row["batch_id"] / "manifest.toml"
    assert row["source_file_sha256"] in manifest.read_text("utf-8")


def test_each_entry_of_the_chain_names_the_one_before(world: World) -> None:
    made = world.made
    bodies = sorted((made.path / "ledger").glob("entry-*.json"))
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in bodies]
    entries = [json.loads(path.read_text("utf-8")) for path in bodies]
    assert [entry["previous"] for entry in entries[1:]] == hashes[:-1]
    assert entries[0]["event"] == "load"
    told = {entry.hash for entry in ledger.read(world.workbench)}
    assert set(hashes) <= told


def test_decisions_about_others_stay_out_of_it(world: World) -> None:
    files, _, _ = evidence_files(world.reading, finding_of(world.reading, world.finding))
    assert [name for name in files if name.startswith("decisions/entry")] == ["decisions/entry-000002.json"]
    assert files["decisions/links.csv"].decode().splitlines()[2].endswith(",yes")
    assert not any("нууц үлдэх" in body.decode("utf-8", "replace") for body in files.values())


def test_rule_law_and_sql_are_those_of_the_run(world: World) -> None:
    finding = finding_of(world.reading, world.finding)
    files, _, _ = evidence_files(world.reading, finding)
    rule = world.reading.catalogue.rules[finding["rule_id"]]
    name = f"declarations/expectations/rules/{rule.area}/{rule.id}.toml"
    assert files[name] == (world.reading.run.folder / name.partition("/")[2]).read_bytes()
    assert rule.requirement in files["decision.sql"].decode()
    for lang in ("mn", "en"):
        assert rule.title.within(lang) in files[f"rule.{lang}.md"].decode()  # type: ignore[arg-type]
        assert "sha256sum -c SHA256SUMS" in files[f"README.{lang}.md"].decode()
    assert json.loads(files["finding.json"])["item_key"] == "2"


def test_the_same_state_gives_the_same_zip(world: World, tmp_path: Path) -> None:
    finding = finding_of(world.reading, world.finding)
    first, again = (evidence_files(world.reading, finding) for _ in range(2))
    assert first == again
    made = make_evidence(world.reading, world.finding, as_zip=True)
    with zipfile.ZipFile(made.path) as archive:
        assert archive.testzip() is None
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist() == sorted(archive.namelist())
        archive.extractall(tmp_path)
    assert sha256sum(tmp_path / made.path.stem).returncode == 0


def test_the_making_is_in_the_ledger(world: World) -> None:
    sums = hashlib.sha256((world.made.path / "SHA256SUMS").read_bytes()).hexdigest()
    noted = [entry.details for entry in ledger.read(world.workbench) if entry.event == "evidence"]
    assert (
        (noted[0]["sums_sha256"], noted[0]["leaves_data"]) == (sums, False) == (world.made.sums_sha256, False)
    )


def test_nobody_else_can_open_it(world: World, tmp_path: Path) -> None:
    outside = make_evidence(world.reading, world.finding, out=tmp_path, asked=True, reason="шүүх").path
    for top in (world.made.path, outside):
        assert {path.stat().st_mode & 0o077 for path in [top, *top.rglob("*")]} == {0}


def test_it_leaves_data_only_when_asked_with_a_reason_and_the_right(world: World, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--unmask"):
        make_evidence(world.reading, world.finding, out=tmp_path)
    with pytest.raises(UsageError):
        make_evidence(world.reading, world.finding, out=tmp_path, asked=True)
    assert list(tmp_path.iterdir()) == []
    make_evidence(world.reading, world.finding, out=tmp_path, asked=True, reason="шүүхийн шаардлага")
    events = [(entry.event, entry.details.get("reason")) for entry in ledger.read(world.workbench)[-2:]]
    assert events == [("unmask", "шүүхийн шаардлага"), ("evidence", None)]


@pytest.mark.parametrize(("role", "offices"), [("analyst", ""), ("auditor", '"65"')])
def test_others_do_not_get_it(world: World, role: str, offices: str) -> None:
    path = world.workbench.root / ROLES_FILE
    before = path.read_text("utf-8")
    account = json.dumps(ledger.account())
    path.write_text(f'[[account]]\nname = {account}\nrole = "{role}"\noffices = [{offices}]\n', "utf-8")
    try:
        with pytest.raises(RefusedError):
            make_evidence(world.reading, world.finding)
    finally:
        path.write_text(before, "utf-8")


def test_the_command(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    run = world.reading.run.id
    command = ["evidence", world.finding, "--run", run, "--zip", "--json", "-C", str(world.workbench.root)]
    with pytest.raises(SystemExit) as left:
        main(command)
    assert left.value.code == 0
    told = json.loads(capsys.readouterr().out)
    assert (world.workbench.root / told["path"]).is_file()
    with pytest.raises(SystemExit) as left:
        main(["evidence", "nothing", "--run", run, "--lang", "en", "-C", str(world.workbench.root)])
    assert left.value.code == 3
    assert "no finding “nothing”" in capsys.readouterr().err
