"""What is the same for every office: made once for a snapshot, and again when what it rests on changed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from ndaudit.analyses.kept import kept
from ndaudit.catalogue import Catalogue
from ndaudit.findings import Run
from ndaudit.reading import Reading
from ndaudit.store import connect, kept_folder
from ndaudit.workbench import Workbench

FRAME = pl.DataFrame({"weight": [0.1, None], "name": ["Өнөр", None]})


class _Maker:
    """Makes the frame, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> pl.DataFrame:
        self.times += 1
        return FRAME


@pytest.fixture
def reading(tmp_path: Path, catalogue: Catalogue) -> Reading:
    (tmp_path / "data" / "store").mkdir(parents=True)
    (tmp_path / "data" / "store" / "s1.duckdb").touch()
    run = Run("r", tmp_path / "r", "s1", "sum", "", datetime(2026, 1, 13), True, (), ())
    with connect() as con:
        return Reading(con, Workbench(tmp_path), catalogue, run)


@pytest.fixture
def code(tmp_path: Path) -> Path:
    path = tmp_path / "maker.py"
    path.write_text("first", "utf-8")
    return path


def _files(reading: Reading) -> list[Path]:
    return sorted(kept_folder(reading.workbench.store / "s1.duckdb").glob("*.kept"))


def test_made_once_and_read_after_that(reading: Reading, code: Path) -> None:
    make = _Maker()
    for _ in range(2):
        assert kept(reading, "one", str(code), make).equals(FRAME)
    assert make.times == 1
    kept(reading, "other", str(code), make)
    assert (make.times, len(_files(reading))) == (2, 2)


def test_closed_to_others_as_the_snapshot_is(reading: Reading, code: Path) -> None:
    kept(reading, "one", str(code), _Maker())
    [path] = _files(reading)
    assert [entry.stat().st_mode & 0o777 for entry in (path, path.parent)] == [0o600, 0o700]
    assert path.parent.parent == reading.workbench.store


@pytest.mark.parametrize("what", ["snapshot", "content", "code"])
def test_made_again_when_what_it_rests_on_is_another(reading: Reading, code: Path, what: str) -> None:
    make = _Maker()
    kept(reading, "one", str(code), make)
    run = reading.run
    if what == "snapshot":
        (reading.workbench.store / "s2.duckdb").touch()
        run = replace(run, snapshot="s2")
    elif what == "content":
        run = replace(run, snapshot_sha256="another")
    else:
        code.write_text("second", "utf-8")
    kept(replace(reading, run=run), "one", str(code), make)
    assert make.times == 2


def _damage(reading: Reading) -> None:
    [path] = _files(reading)
    path.write_bytes(path.read_bytes()[:-9])


def _change_a_byte(reading: Reading) -> None:
    [path] = _files(reading)
    held = bytearray(path.read_bytes())
    held[len(held) // 2] ^= 1
    path.write_bytes(held)


def _forbid(reading: Reading) -> None:
    folder = kept_folder(reading.workbench.store / "s1.duckdb")
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    # a file stands where the folder would: nothing can be put there
    folder.touch()


def _lose(reading: Reading) -> None:
    (reading.workbench.store / "s1.duckdb").unlink()


@pytest.mark.parametrize("harm", [_damage, _change_a_byte, _forbid, _lose])
def test_made_again_where_it_cannot_be_read_or_kept(
    reading: Reading, code: Path, harm: Callable[[Reading], None]
) -> None:
    make = _Maker()
    kept(reading, "one", str(code), make)
    harm(reading)
    assert kept(reading, "one", str(code), make).equals(FRAME)
    assert make.times == 2
