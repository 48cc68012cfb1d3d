"""Pseudonyms and the key they hang on."""

import re
import stat
from pathlib import Path

import pytest

from ndaudit.catalogue import Catalogue
from ndaudit.errors import MachineError
from ndaudit.masking import ITEM_KEY, Masker, key_path, read_key, rotate_key
from ndaudit.masks import personal_columns

KEY = bytes(range(32))


def test_key_file_named_by_the_environment_comes_first() -> None:
    assert key_path({"NDAUDIT_KEY_FILE": "/safe/key"}) == Path("/safe/key")


def test_key_lies_in_the_home_folder_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/auditor")
    assert key_path({}) == Path("/home/auditor/.config/ndaudit/key")


def test_a_new_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "config" / "key"
    first = read_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (len(first), read_key(path)) == (32, first)
    assert [entry.name for entry in path.parent.iterdir()] == ["key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    read_key(path)
    path.chmod(mode)
    with pytest.raises(MachineError, match="chmod 600"):
        read_key(path)


@pytest.mark.parametrize("text", ["", "not hexadecimal", "00ff", "00" * 33, "түлхүүр"])
def test_a_file_without_a_key_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key"
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    with pytest.raises(MachineError, match="түлхүүр алга"):
        read_key(path)


def test_a_place_that_cannot_be_written_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MachineError) as caught:
        read_key(tmp_path / "file" / "key")
    assert "\n" not in str(caught.value)


def test_one_text_has_one_pseudonym_for_one_key_and_purpose() -> None:
    masked = Masker(KEY, ITEM_KEY).mask("УБ90010112")
    assert masked == Masker(KEY, ITEM_KEY).mask("УБ90010112")
    assert re.fullmatch(r"[A-Z2-7]{10}", masked)


def test_another_key_purpose_or_text_gives_another_pseudonym() -> None:
    masked = {
        Masker(KEY, ITEM_KEY).mask("1"),
        Masker(KEY, ITEM_KEY).mask("2"),
        Masker(KEY, "person").mask("1"),
        Masker(bytes(32), ITEM_KEY).mask("1"),
    }
    assert len(masked) == 4


def test_a_new_key_gives_other_pseudonyms_and_the_old_one_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "key"
    before = read_key(path)
    old = rotate_key(path)
    after = read_key(path)
    assert after != before == read_key(old)
    assert Masker(after, ITEM_KEY).mask("1") != Masker(before, ITEM_KEY).mask("1")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(old.stat().st_mode) == 0o600
    assert rotate_key(path) != old


NOBODYS = {
    "employer_no": "hidden as an item where it is shown",
    "determination_id": "counted by the office, known to its software only",
    "list_no": "a list of many people",
    "hire_order_no": "an order of the employer, about many people",
    "release_order_no": "an order of the employer, about many people",
}
"""Numbers that name nobody, and why."""


def test_numbers_of_papers_shown_as_evidence_are_hidden(catalogue: Catalogue) -> None:
    shown = {column for rule in catalogue.rules.values() for column in rule.evidence}
    numbers = {
        column.name
        for table in catalogue.tables.values()
        for column in table.columns
        if column.name in shown and column.type == "text" and re.search(r"_(no|id)$|^number$", column.name)
    }
    hidden = personal_columns(catalogue.tables.values())
    assert {"certificate_no", "notice_no", "number", "child_id"} <= numbers
    assert {name for name in numbers if hidden[name] is None} == set(NOBODYS)
