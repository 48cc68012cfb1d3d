"""Modes of files: the owner's alone, or the group's where one shares the workbench."""

import grp
import os
import stat
from pathlib import Path

import pytest
from conftest import REPOSITORY
from deliveries import PERSON, deliver, person

from ndaudit import ledger
from ndaudit.catalogue import Catalogue
from ndaudit.durable import write_durably
from ndaudit.file_modes import mend_modes, wrong_modes
from ndaudit.intake import load
from ndaudit.reviews.log import open_log
from ndaudit.workbench import Settings, Workbench

GROUP = grp.getgrgid(os.getgid()).gr_name


@pytest.fixture
def careless() -> None:
    os.umask(0o022)


def loaded(root: Path, catalogue: Catalogue, group: str | None) -> Workbench:
    root.mkdir()
    (root / "expectations").symlink_to(REPOSITORY / "expectations")
    workbench = Workbench(root, Settings(group=group))
    load(workbench, catalogue.tables, [deliver(root.parent / "in", {"person.csv": PERSON + person(1)})])
    workbench.private_folder(workbench.runs)
    write_durably(workbench.runs / "current.json", "{}")
    with open_log(workbench):
        pass
    ledger.append(workbench, "check")
    return workbench


def modes(workbench: Workbench) -> set[tuple[bool, int]]:
    paths = (workbench.data, *workbench.data.rglob("*"))
    return {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in paths}


@pytest.mark.usefixtures("careless")
def test_without_a_group_files_are_the_owners(tmp_path: Path, catalogue: Catalogue) -> None:
    workbench = loaded(tmp_path / "nd", catalogue, None)
    assert modes(workbench) == {(True, 0o700), (False, 0o600), (False, 0o400)}
    assert wrong_modes(workbench) == []


@pytest.mark.usefixtures("careless")
def test_a_group_shares_what_is_written(tmp_path: Path, catalogue: Catalogue) -> None:
    workbench = loaded(tmp_path / "nd", catalogue, GROUP)
    assert modes(workbench) == {(True, 0o2770), (False, 0o660), (False, 0o440)}
    assert wrong_modes(workbench) == []


def test_a_group_named_later_is_mended_in(tmp_path: Path, catalogue: Catalogue) -> None:
    alone = loaded(tmp_path / "nd", catalogue, None)
    (alone.root / "roles.toml").touch(0o600)
    shared = Workbench(alone.root, Settings(group=GROUP))
    assert (shared.data, 0o2770) in wrong_modes(shared)
    mend_modes(shared)
    assert wrong_modes(shared) == []
    assert modes(shared) == {(True, 0o2770), (False, 0o660), (False, 0o440)}
    # who may do what is read by the group, and changed by nobody in it
    assert stat.S_IMODE((alone.root / "roles.toml").stat().st_mode) == 0o640


def test_a_file_opened_to_all_is_named_and_mended(tmp_path: Path, catalogue: Catalogue) -> None:
    workbench = loaded(tmp_path / "nd", catalogue, None)
    path = workbench.data / ledger.LEDGER
    path.chmod(0o644)
    assert wrong_modes(workbench) == [(path, 0o600)]
    mend_modes(workbench)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
