"""The rehearsal of reports: it imports what notebooks name of ours, and nothing else."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from ndaudit.reporting.rehearsal import rehearse
from ndaudit.reporting.shell import keeping_shell


class _Asked(ModuleType):
    """A module that knows what was asked of it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.names: list[str] = []

    def __getattr__(self, name: str) -> str:
        if name.startswith("__"):
            raise AttributeError(name)
        self.names.append(name)
        return name


@pytest.fixture
def ours(monkeypatch: pytest.MonkeyPatch) -> _Asked:
    module = _Asked("ndaudit.only_here")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


@pytest.fixture
def foreign(monkeypatch: pytest.MonkeyPatch) -> _Asked:
    module = _Asked("only_there")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


def _notebook(folder: Path, *sources: str) -> Path:
    path = folder / "told.ipynb"
    nbformat.write(new_notebook(cells=list(map(new_code_cell, sources))), path)
    return path


def test_imports_ours_without_running_the_rest(tmp_path: Path, ours: _Asked, foreign: _Asked) -> None:
    of_ours, of_others = "from ndaudit.only_here import {}", "from only_there import {}"
    source = "\n".join((of_ours.format("first"), of_others.format("second"), of_ours.format("third")))
    rehearse([_notebook(tmp_path, source, of_others.format("fourth"))])
    assert ours.names == ["first", "third"]
    assert foreign.names == []


def test_leaves_a_notebook_only_ipython_reads(tmp_path: Path, ours: _Asked) -> None:
    rehearse([_notebook(tmp_path, "%matplotlib inline\nfrom ndaudit.only_here import first")])
    assert ours.names == []


def test_a_notebook_that_is_none_stops_nothing(tmp_path: Path, ours: _Asked) -> None:
    broken = tmp_path / "broken.ipynb"
    broken.write_text("{", "utf-8")
    rehearse([broken, _notebook(tmp_path, "from ndaudit.only_here import first")])
    assert ours.names == ["first"]


def test_the_server_builds_no_grammar_of_addresses() -> None:
    asked = "import sys, ndaudit.reporting.preload; print([name in sys.modules for name in sys.argv[1:]])"
    command = [sys.executable, "-c", asked, "jsonschema", "rfc3987_syntax"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[True, False]"


def test_another_environment_lends_no_libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    (tmp_path / "other" / "lib" / version / "site-packages").mkdir(parents=True)
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "other"))
    with keeping_shell(tmp_path / "kept"):
        assert [place for place in sys.path if str(tmp_path) in place] == []
