"""SECURITY.md: every test it names is there."""

import re

import pytest
from conftest import REPOSITORY

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


def test_paths_and_commands_of_the_page_are_there() -> None:
    for path in re.findall(r"`(ndaudit/[\w/]+\.py|expectations/[\w/.]+|requirements\.txt)`", PAGE):
        assert (REPOSITORY / path).exists(), path
