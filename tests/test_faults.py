"""What goes wrong while deliveries are loaded: kills, a full disk, loaders and readers at once.

`NDAUDIT_KILLS` sets how many moments a loader is killed at, `NDAUDIT_LOADS` how many loads readers watch.
"""

import os
import random
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from conftest import REPOSITORY
from deliveries import PERSON, deliver, person
from killing import warm

from ndaudit import ledger
from ndaudit.errors import MachineError
from ndaudit.snapshots import DRAFT, file_hash
from ndaudit.store import connect, current_snapshot
from ndaudit.workbench import Workbench

KILLS = int(os.environ.get("NDAUDIT_KILLS", "5"))
LOADS = int(os.environ.get("NDAUDIT_LOADS", "5"))
READERS = 3
ROWS = 2_000
EXPORTED = datetime(2026, 1, 1)


def make_workbench(folder: Path) -> Path:
    folder.mkdir(parents=True)
    shutil.copytree(REPOSITORY / "expectations", folder / "expectations")
    (folder / "ndaudit.toml").write_text('lang = "en"\n', "utf-8")
    return folder


def make_delivery(folder: Path, number: int, office: str = "1110", rows: int = ROWS) -> Path:
    """The whole list of persons of one office; person ids tell which delivery they came with."""
    text = PERSON + "".join(person(number * 1_000_000 + n) for n in range(rows))
    return deliver(folder, {"person.csv": text}, office=office, exported_at=EXPORTED + timedelta(days=number))


def loader(bench: Path, delivery: Path, most: int | None = None) -> subprocess.Popen[str]:
    """Start a load; no file it writes may become larger than `most` bytes."""
    command = [sys.executable, "-m", "ndaudit", "load", str(delivery), "-C", str(bench), "--lang", "en"]
    if most is not None:
        command = ["prlimit", f"--fsize={most}", *command]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def persons(store: Path) -> dict[str, list[tuple[int, int, int]]]:
    """Deliveries, rows and distinct persons by office in the current snapshot."""
    with connect(current_snapshot(store).path, read_only=True) as con:
        rows = con.execute(
            "SELECT delivered_by, person_id // 1000000, count(*), count(DISTINCT person_id) FROM person"
            " GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    found: dict[str, list[tuple[int, int, int]]] = {}
    for office, *figures in rows:
        found.setdefault(office, []).append(tuple(figures))
    return found


def test_killed_loaders_lose_nothing(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    bench = make_workbench(tmp_path / "nd")
    store = bench / "data" / "store"
    chance = random.Random(20261122)  # noqa: S311 - moments, not secrets
    state, number, killed, begun = 0, 0, 0, 0
    with warm(tmp_path / "told") as loads:

        def command(delivery: Path) -> list[str]:
            return ["load", str(delivery), "-C", str(bench), "--lang", "en"]

        loads.run(*command(make_delivery(tmp_path / "0", 0)))
        number += 1
        whole = loads.timed(*command(make_delivery(tmp_path / "1", 1)))
        state = 1
        while killed < KILLS:
            number += 1
            assert number <= 4 * KILLS + 4, "loads end before they can be killed"
            delivery, drafts = make_delivery(tmp_path / str(number), number), set(store.glob(f"{DRAFT}*"))
            if loads.run(*command(delivery), kill_after=chance.uniform(0.0, 1.0) * whole):
                killed += 1
                begun += not drafts.issuperset(store.glob(f"{DRAFT}*"))
            snapshot = current_snapshot(store)
            assert file_hash(snapshot.path) == snapshot.sha256
            [(found, rows, distinct)] = persons(store)["1110"]
            assert found in {state, number}
            assert rows == distinct == ROWS
            if found == state and number % 2:
                whole = loads.timed(*command(delivery))
                assert persons(store) == {"1110": [(number, ROWS, ROWS)]}
                assert list(store.glob(f"{DRAFT}*")) == []
                found = number
            state = found
        loads.run(*command(make_delivery(tmp_path / "last", number + 1)))
    assert persons(store) == {"1110": [(number + 1, ROWS, ROWS)]}
    record_property("kills", killed)
    record_property("with a snapshot half made", begun)


def test_full_disk_is_one_line_and_loses_nothing(tmp_path: Path, small_disk: Path) -> None:
    bench = make_workbench(small_disk / "nd")
    store = bench / "data" / "store"
    loader(bench, make_delivery(tmp_path / "0", 0)).communicate()
    before = current_snapshot(store)
    room = shutil.disk_usage(small_disk).free
    delivery = make_delivery(tmp_path / "1", 1, rows=100_000)
    base, came = before.path.stat().st_size, (delivery / "person.csv").stat().st_size
    # no room for the copy of the snapshot, for that of the delivery, for what DuckDB adds
    for free in (base // 2, base + came // 2, base + came + 300_000):
        ballast = small_disk / "ballast"
        ballast.write_bytes(b"x" * (room - free))
        process = loader(bench, delivery)
        _, err = process.communicate()
        ballast.unlink()
        assert process.returncode == 4, err
        assert len(err.strip().splitlines()) == 1, err
        assert "disk is full" in err
        assert current_snapshot(store) == before
        assert file_hash(before.path) == before.sha256
        assert list(store.glob(f"{DRAFT}*")) == []
    assert persons(store) == {"1110": [(0, ROWS, ROWS)]}


@pytest.mark.parametrize("what", ["snapshot", "delivery", "draft"])
def test_file_that_cannot_grow_is_one_line_and_loses_nothing(tmp_path: Path, what: str) -> None:
    """A limit on the size of a file fails like a full disk does, and needs no disk of its own."""
    bench = make_workbench(tmp_path / "nd")
    store = bench / "data" / "store"
    loader(bench, make_delivery(tmp_path / "0", 0)).communicate()
    before = current_snapshot(store)
    size = before.path.stat().st_size
    parts = {
        f"person_{n}.csv": PERSON + "".join(person(1_000_000 + n * 9_000 + m) for m in range(9_000))
        for n in range(9)
    }
    whole = {"person.csv": "".join(parts.values())}
    delivery = deliver(
        tmp_path / "1",
        whole if what == "delivery" else parts,
        tables=dict.fromkeys(parts, "person"),
        exported_at=EXPORTED + timedelta(days=1),
    )
    process = loader(bench, delivery, size - 1 if what == "snapshot" else size + 100_000)
    _, err = process.communicate()
    assert process.returncode == 4, err
    assert len(err.strip().splitlines()) == 1, err
    assert "File too large" in err
    assert current_snapshot(store) == before
    assert file_hash(before.path) == before.sha256
    assert list(store.glob(f"{DRAFT}*")) == []
    assert persons(store) == {"1110": [(0, ROWS, ROWS)]}


def test_ledger_that_cannot_grow_keeps_its_chain(tmp_path: Path) -> None:
    workbench = Workbench(make_workbench(tmp_path / "nd"))
    head = ledger.append(workbench, "load", snapshot="a")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = (workbench.data / ledger.LEDGER).stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20, limits[1]))
    try:
        with pytest.raises(MachineError) as fault:
            ledger.append(workbench, "load", snapshot="b")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "\n" not in fault.value.within("mn")
    assert ledger.read(workbench) == [head]
    again = ledger.append(workbench, "load", snapshot="c")
    assert ledger.read(workbench) == [head, again]
    assert ledger.verify_chain(workbench) is None


def test_two_loaders_at_once_load_one_after_the_other(tmp_path: Path) -> None:
    bench = make_workbench(tmp_path / "nd")
    running = [loader(bench, make_delivery(tmp_path / office, 1, office)) for office in ("65", "1110")]
    for process in running:
        out, err = process.communicate()
        assert process.returncode == 0, out + err
    assert persons(bench / "data" / "store") == {"1110": [(1, ROWS, ROWS)], "65": [(1, ROWS, ROWS)]}


def watch(store: str, over: Event, pipe: "os.PathLike[str]") -> None:
    """Open what is current again and again, and note how often, and whatever was not as it must be."""
    opened, wrong, latest = 0, "", -1
    while not wrong and not (over.is_set() and opened):
        found = persons(Path(store))
        [(number, rows, distinct)] = found["1110"]
        if not (rows == distinct == ROWS and number >= latest):
            wrong = str(found)
        latest = number
        opened += 1
        time.sleep(0.05)
    Path(pipe).write_text(f"{opened} {wrong}".strip(), "utf-8")


def test_readers_beside_loads_see_whole_snapshots(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    bench = make_workbench(tmp_path / "nd")
    store = bench / "data" / "store"
    loader(bench, make_delivery(tmp_path / "0", 0)).communicate()
    context = get_context("spawn")
    over = context.Event()
    notes = [tmp_path / f"reader{n}" for n in range(READERS)]
    readers = [context.Process(target=watch, args=(str(store), over, note)) for note in notes]
    for reader in readers:
        reader.start()
    try:
        for number in range(1, LOADS + 1):
            process = loader(bench, make_delivery(tmp_path / str(number), number))
            out, err = process.communicate()
            assert process.returncode == 0, out + err
    finally:
        over.set()
        for reader in readers:
            reader.join(60)
    assert [reader.exitcode for reader in readers] == [0] * READERS
    assert all(note.read_text("utf-8").isdigit() for note in notes)
    assert persons(store) == {"1110": [(LOADS, ROWS, ROWS)]}
    record_property("loads", LOADS)
    record_property("times read", sum(int(note.read_text("utf-8")) for note in notes))
