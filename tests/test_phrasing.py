"""Evidence as people write it."""

import pytest
from conftest import REPOSITORY

from ndaudit.phrasing import code_words, phrase, phrases
from ndaudit.tables import read_tables
from ndaudit.wording import Language

WORDS = code_words(read_tables(REPOSITORY / "expectations" / "tables").values())


@pytest.mark.parametrize(
    ("column", "value", "mn", "en"),
    [
        ("amount", None, "—", "—"),
        ("amount", "1234567.00", "1\u202f234\u202f567", "1\u202f234\u202f567"),
        ("amount", "-500.50", "−500.5", "−500.5"),
        ("rate", "0.585000", "0.585", "0.585"),
        ("rate", "12.000000", "12", "12"),
        ("effective_from", "2024-05-01", "2024.05.01", "2024-05-01"),
        ("entered_at", "2024-05-01 10:15:00", "2024.05.01 10:15", "2024-05-01 10:15"),
        ("stamped", "false", "үгүй", "no"),
        ("sex", "F", "эм", "F"),
        ("papers_lacking", "si_book", "нийгмийн даатгалын дэвтэр", "si book"),
        ("rights", "enter;approve", "оруулах, батлах", "enter, approve"),
        ("rights", "enter;unheard", "enter;unheard", "enter;unheard"),
        ("side", "bank_line", "банкны файл", "bank file"),
        ("book_no", "a;b", "a;b", "a;b"),
        ("person_id", "1234567", "1234567", "1234567"),
        ("number", "<b>{x}</b>", "<b>{x}</b>", "<b>{x}</b>"),
    ],
)
def test_a_value_in_both_languages(column: str, value: str | None, mn: str, en: str) -> None:
    assert phrase(column, value, WORDS, "mn") == mn
    assert phrase(column, value, WORDS, "en") == en


@pytest.mark.parametrize("lang", ["mn", "en"])
def test_every_column_of_evidence_is_kept(lang: Language) -> None:
    assert phrases({"a": "1", "b": None}, WORDS, lang) == {"a": "1", "b": "—"}
