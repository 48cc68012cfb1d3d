"""Lines of a CSV file one by one: which are broken, which are blank, and when there are too many."""

from pathlib import Path

import pytest
from deliveries import PERSON, person

from ndaudit.errors import RefusedError
from ndaudit.exports import lines as module
from ndaudit.exports.lines import Lines


def lines(folder: Path, text: str | bytes, columns: int = 3, delimiter: str = ",") -> Lines:
    path = folder / "x.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return Lines(path, delimiter, columns)


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        (b"1,2,3\n", False),
        (b"1,2,3\r\n", False),
        (b"\r\n", False),
        (b"1,2\n", True),
        (b"1,2,3,4\n", True),
        (b'1,"2,3",4\n', False),
        (b'1,"2""3",4\n', False),
        (b'1,2"x,3\n', False),
        (b'1,"2"x,3\n', True),
        (b"1,\xd0\xff,3\n", True),
        ("1,Өнөр,3\n".encode(), False),
    ],
)
def test_broken(tmp_path: Path, line: bytes, broken: bool) -> None:
    assert lines(tmp_path, b"").broken(line) is broken


@pytest.mark.parametrize(
    ("text", "blank"),
    [
        ("a,b,c\n1,2,3\n", []),
        ("a,b,c\n\n1,2,3\r\n\r\n\n4,5,6\n\n", [1, 3, 4, 6]),
        ('a,b,c\n1,"x\n\ny",3\n\n4,5,6\n', [2]),
        ('a,b,c\n1,"x,"\n\n', [2]),
        ('a,b,c\n1,"a\n","b\n\n",\n\n', [2]),
        ('a,b,c\n1,x"y,3\n\n', [2]),
        ('a,b,c\n1,"""x\n\n""",3\n\n', [2]),
    ],
)
def test_blank_rows_are_counted_as_a_spreadsheet_does(tmp_path: Path, text: str, blank: list[int]) -> None:
    assert list(lines(tmp_path, text).blank_rows()) == blank


def test_other_delimiters(tmp_path: Path) -> None:
    assert list(lines(tmp_path, 'a|b\n"x|\n\n"|2\n\n', 2, "|").blank_rows()) == [2]


def test_millions_of_broken_lines_are_refused_before_they_are_read(tmp_path: Path) -> None:
    good = [person(n) for n in range(1, 11)]
    found = lines(tmp_path, PERSON + "".join(good) + "1,too,few\n" * 30_000 + person(12), 10)
    with pytest.raises(RefusedError) as refusal:
        found.refuse_broken("person.csv")
    assert refusal.value.sentence == "exports.too_many_broken"
    assert refusal.value.values == {"file": "person.csv", "broken": 30_000, "rows": 30_011, "first": 11}


def test_a_few_broken_lines_are_not_refused(tmp_path: Path) -> None:
    found = lines(tmp_path, PERSON + "1,too,few\n" * module.BROKEN_LIMIT + person(1), 10)
    found.refuse_broken("person.csv")


def test_lines_within_a_quoted_text_are_not_broken(tmp_path: Path) -> None:
    text = PERSON + person(1).replace("Дорж", '"' + "мөр\n" * 40_000 + '"')
    lines(tmp_path, text, 10).refuse_broken("person.csv")
