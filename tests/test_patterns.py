"""Regular expressions end in time, whatever they are given.

What rules and populations match is matched by DuckDB, whose engine (RE2) takes time in proportion to the
text. Python's own engine goes back and tries again: a repetition within a repetition can take it longer than
the world lasts. No pattern of ours has one, unless it never gives back what it took (`++`, `*+`).
"""

import ast
import re
import time
from collections.abc import Iterator
from re import _constants as constants
from re import _parser as parser
from typing import Any

import pytest
from conftest import REPOSITORY

from ndaudit.catalogue import Catalogue
from ndaudit.exports.lines import patterns
from ndaudit.exports.recognising import _PART
from ndaudit.exports.values import from_text
from ndaudit.store import connect

CALLS = {"compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
MEGABYTE = 1 << 20
SECONDS = 5


def written() -> Iterator[tuple[str, str | bytes]]:
    """Yield where each pattern of the package stands, and the pattern."""
    for path in sorted((REPOSITORY / "ndaudit").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                continue
            of_re = isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
            if of_re and node.func.attr in CALLS and isinstance(node.args[0], ast.Constant):
                yield f"{path.name}:{node.lineno}", node.args[0].value


WRITTEN = dict(written())


def nested(parsed: Any, within: bool = False) -> bool:
    """Return whether a pattern repeats without limit something that itself repeats without limit."""
    for kind, value in parsed:
        if kind in (constants.MAX_REPEAT, constants.MIN_REPEAT):
            _, most, body = value
            unlimited = most == constants.MAXREPEAT
            if (unlimited and within) or nested(body, within or unlimited):
                return True
        elif kind is constants.SUBPATTERN:
            if nested(value[3], within):
                return True
        elif kind is constants.BRANCH:
            if any(nested(part, within) for part in value[1]):
                return True
        elif kind in (constants.ASSERT, constants.ASSERT_NOT) and nested(value[1], within):
            return True
    return False


def test_the_check_knows_the_bad_from_the_good() -> None:
    assert nested(parser.parse(r"(a+)+$"))
    assert nested(parser.parse(r"([ .]*\d+[ )]*)+$"))
    assert nested(parser.parse(r"(?:(x|y*)z)*"))
    assert not nested(parser.parse(r"(?:a++)++$"))
    assert not nested(parser.parse(r"(?:[ab]{2}c)+d*"))


@pytest.mark.parametrize("where", WRITTEN)
def test_no_pattern_repeats_a_repetition(where: str) -> None:
    assert not nested(parser.parse(WRITTEN[where])), WRITTEN[where]


HOSTILE = ("1" * MEGABYTE, " " * MEGABYTE, "a" * MEGABYTE + "!", "1,111" * (MEGABYTE // 5), '"' * MEGABYTE)


@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_quotes_of_a_line_are_told_in_time(place: int) -> None:
    start = time.monotonic()
    for pattern in patterns(b","):
        pattern.fullmatch(HOSTILE[place].encode())
    assert time.monotonic() - start < SECONDS


def test_names_of_files_are_told_in_time() -> None:
    start = time.monotonic()
    assert _PART.search("person (2)")
    assert _PART.search("person part 1 - 2")
    assert not _PART.search("1" * 250 + "x")
    assert not _PART.search("part 1 " * 36 + "x")
    assert time.monotonic() - start < SECONDS


def of_declarations() -> set[str]:
    """Return every pattern that stands in a rule or a population."""
    texts = [path.read_text("utf-8") for path in sorted((REPOSITORY / "expectations").rglob("*.*"))]
    return {found for text in texts for found in re.findall(r"regexp_\w+\([^,]+, '([^']*)'", text)}


def test_patterns_of_rules_take_time_in_proportion_to_the_text() -> None:
    """Even a pattern that Python's engine would not end on within a lifetime."""
    asked = sorted({*of_declarations(), "^(a+)+$", "^(([a-z])+.)+[A-Z]([a-z])+$"})
    assert len(asked) > 2
    con = connect()
    try:
        con.execute("CREATE TABLE hostile (t VARCHAR)")
        con.executemany("INSERT INTO hostile VALUES (?)", [[text] for text in HOSTILE])
        for pattern in asked:
            start = time.monotonic()
            con.execute("SELECT count(*) FILTER (regexp_matches(t, ?)) FROM hostile", [pattern]).fetchall()
            assert time.monotonic() - start < SECONDS, pattern
    finally:
        con.close()


def test_values_of_exports_are_read_in_time(catalogue: Catalogue) -> None:
    columns = {c.type: c for table in catalogue.tables.values() for c in table.columns}
    con = connect()
    try:
        con.execute("CREATE TABLE hostile (t VARCHAR)")
        con.executemany("INSERT INTO hostile VALUES (?)", [[text] for text in HOSTILE])
        for column in columns.values():
            start = time.monotonic()
            con.execute(f"SELECT count({from_text(column, 't')}) FROM hostile").fetchall()
            assert time.monotonic() - start < SECONDS, column.type
    finally:
        con.close()


def test_no_declaration_is_matched_by_python() -> None:
    """Rules and populations are SQL: nothing of `expectations` is ever handed to `re`."""
    for path in sorted((REPOSITORY / "ndaudit").rglob("*.py")):
        text = path.read_text("utf-8")
        assert not re.search(r"\bre\.\w+\((rule|population|requirement|declared)\b", text), path.name
