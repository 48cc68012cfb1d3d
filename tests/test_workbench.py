"""Which workbench a command acts on, and its settings."""

from decimal import Decimal
from pathlib import Path

import pytest

from ndaudit.beginning import begin
from ndaudit.errors import DeclarationError, RefusedError, UsageError
from ndaudit.workbench import open_workbench


def test_the_nearest_folder_upwards_is_found(tmp_path: Path) -> None:
    (tmp_path / "ndaudit.toml").write_text('lang = "en"\n[thresholds]\npassword_days = 60\n', "utf-8")
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    workbench = open_workbench(None, {}, inner)
    assert workbench.root == tmp_path.resolve()
    assert workbench.settings.lang == "en"
    assert workbench.settings.thresholds == {"password_days": Decimal(60)}


def test_the_environment_comes_before_the_current_folder(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "ndaudit.toml").write_text("", "utf-8")
    found = open_workbench(None, {"NDAUDIT_WORKBENCH": str(tmp_path / "one")}, tmp_path / "two")
    assert found.root == (tmp_path / "one").resolve()


def test_no_workbench_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="-C DIR"):
        open_workbench(tmp_path, {}, tmp_path)


@pytest.mark.parametrize("line", ['lagn = "mn"', 'lang = "ru"', "keep_snapshots = 0", "keep_snapshots = 1.5"])
def test_a_wrong_setting_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "ndaudit.toml").write_text(line, "utf-8")
    with pytest.raises(DeclarationError, match=r"ndaudit\.toml"):
        open_workbench(tmp_path, {}, tmp_path)


def test_a_new_workbench_holds_what_the_package_ships(tmp_path: Path) -> None:
    workbench = begin(tmp_path / "new", "en")
    assert (workbench.expectations / "tables" / "person.toml").is_file()
    assert workbench.settings.lang == "en"
    assert workbench.data.stat().st_mode & 0o077 == 0


def test_a_folder_in_use_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x", "utf-8")
    with pytest.raises(RefusedError, match=tmp_path.name):
        begin(tmp_path, "mn")
