"""SECURITY.md: every test it names is there."""

import re

import pytest
from conftest import REPOSITORY

from benchmarks.faults.table import faults

PAGE = (REPOSITORY / "SECURITY.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(?:(test_\w+\.py)(?:::)?)?(test_\w+)?`", PAGE)) - {("", "")})
TESTS = {path.name: path.read_text("utf-8") for path in sorted((REPOSITORY / "tests").glob("test_*.py"))}


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_what_the_page_names_is_there(file: str, test: str) -> None:
    assert not file or file in TESTS
    if test:
        where = [TESTS[file]] if file else list(TESTS.values())
        assert any(f"def {test}(" in text for text in where), test


def test_the_page_names_many() -> None:
    assert len(NAMED) > 40


def test_the_table_of_faults_is_what_the_benchmark_runs() -> None:
    found = faults()
    assert len(found) == 20
    settings = set()
    for fault in found:
        for test in fault.tests:
            file, _, name = test.removeprefix("tests/").partition("::")
            assert f"def {name}(" in TESTS[file], test
        settings |= fault.full.keys()
    read = set(re.findall(r'environ\.get\("(NDAUDIT_\w+)", "\d+"\)', "\n".join(TESTS.values())))
    assert settings <= read


def test_paths_and_commands_of_the_page_are_there() -> None:
    for path in re.findall(r"`(ndaudit/[\w/]+\.py|expectations/[\w/.]+|requirements\.txt)`", PAGE):
        assert (REPOSITORY / path).exists(), path
