"""Strict reading: an error names the file, the key and what is allowed."""

from pathlib import Path

import pytest

from ndaudit.declarations import read_declaration
from ndaudit.errors import DeclarationError
from ndaudit.rules import read_rule

RULE = """
id = "PER-99"
title = { mn = "а", en = "a" }
severity = "W"
population = "person"
requirement = "TRUE"
evidence = ["person_id"]
criterion = [{ act = "order_163", clause = "2.1" }]
condition = { mn = "а", en = "a" }
[[cases]]
name = "one"
expect = "met"
given = {}
"""


def written(folder: Path, text: str, name: str = "PER-99.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_a_rule_is_read(tmp_path: Path) -> None:
    rule = read_rule(written(tmp_path, RULE))
    assert (rule.id, rule.severity, rule.evidence) == ("PER-99", "W", ("person_id",))
    assert rule.cases[0].expect == "met"


def test_a_misspelt_key_is_named_with_the_allowed_ones(tmp_path: Path) -> None:
    path = written(tmp_path, RULE.replace("requirement", "requirment"))
    with pytest.raises(DeclarationError) as caught:
        read_rule(path)
    assert caught.value.sentence == "declarations.missing_key"
    assert caught.value.values == {"where": "PER-99.toml", "key": "requirement", "there": "requirment"}


def test_an_additional_key_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, 'requirmnt = "x"\n' + RULE)
    with pytest.raises(DeclarationError) as caught:
        read_rule(path)
    assert caught.value.values["key"] == "requirmnt"
    assert "requirement" in caught.value.values["allowed"]
    assert "PER-99.toml" in caught.value.within("en")


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('severity = "W"', 'severity = "X"', "declarations.not_allowed"),
        ('severity = "W"', "severity = 1", "declarations.wrong_kind"),
        ('expect = "met"', 'expect = "fine"', "declarations.not_allowed"),
        ('evidence = ["person_id"]', "evidence = [1]", "declarations.wrong_kind"),
        ('{ mn = "а", en = "a" }\nseverity', '{ mn = "а" }\nseverity', "declarations.missing_key"),
        ('id = "PER-99"', 'id = "PER-98"', "declarations.name_differs"),
        ('id = "PER-99"', 'id = "PER-99', "declarations.not_toml"),
    ],
)
def test_a_wrong_value_is_refused(tmp_path: Path, before: str, after: str, sentence: str) -> None:
    assert before in RULE
    with pytest.raises(DeclarationError) as caught:
        read_rule(written(tmp_path, RULE.replace(before, after)))
    assert caught.value.sentence == sentence
    assert "PER-99.toml" in str(caught.value)


def test_true_is_no_number(tmp_path: Path) -> None:
    declared = read_declaration(written(tmp_path, "copies = true"))
    with pytest.raises(DeclarationError):
        declared.take("copies", int)
