"""The short way of a plain file gives what the careful one gives: the same rows, rejects and row numbers."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ndaudit.catalogue import Catalogue
from ndaudit.exports import plain, reading
from ndaudit.exports.reading import FileOutcome, read_export
from ndaudit.exports.rows import Provenance
from ndaudit.store import connect, create_tables

ORIGIN = Provenance("1110", "b1", "file")
HEAD = (
    "contribution_id,person_id,employer_no,office_code,period,insured_type,wage,base,worked_days,"
    "employer_amount,insured_amount,reported_on,paid_on,entered_by,entered_at\n"
)
LINE = "{id},{person},{employer},1110,{period},{type},{wage},1,{days},1,1,{reported},,{clerk},{at}\n"
USUAL = {
    "person": "7",
    "employer": "000000001",
    "period": "2025-01-01",
    "type": "01",
    "wage": "660000.00",
    "days": "21",
    "reported": "2025-02-05",
    "clerk": "1110-I1",
    "at": "2025-02-05 11:00:00",
}


@pytest.fixture
def con(catalogue: Catalogue) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect() as con:
        create_tables(con, catalogue.tables.values())
        yield con


def line(number: int, **odd: str) -> str:
    return LINE.format(id=number, **(USUAL | odd))


ODD: dict[str, list[str]] = {
    "nothing odd": [line(1), line(2, person="3"), line(3)],
    "a fraction in a whole number": [line(1), line(2, days="20.5"), line(3, days="20.000")],
    "a shifted time zone": [line(1), line(2, reported="2025-02-04 16:00:00"), line(3)],
    "a month named by another day": [line(1), line(2, period="2025-03-17"), line(3, period="2025.04")],
    "a day beyond the calendar of offices": [line(1), line(2, reported="infinity"), line(3, at="0024-01-01")],
    "a time beyond it": [line(1), line(2, at="infinity"), line(3)],
    "space around a text": [line(1, clerk=" 1110-I2"), line(2, clerk="1110-I3\u00a0"), line(3, clerk="   ")],
    "an empty text in quotes": [line(1, clerk='""'), line(2, employer='""'), line(3)],
    "words for codes": [line(1, type="ажилтан"), line(2, type=" 22 "), line(3, type="99")],
    "space around values": [line(1, reported=" 2025-02-05 "), line(2, wage=" 1 "), line(3, days="\u00a021")],
    "an empty value in quotes": [line(1, reported='""'), line(2, wage='""'), line(3)],
    "values that cannot be read": [line(1, wage="зуу"), line(2, reported="2025-13-01"), line(3, days="?")],
    "broken lines between": [line(1), "2,too,few\n", line(3, days="1.5"), "\n", line(5, clerk=" x ")],
    "mixed spellings": [
        line(1, reported="2025.02.05", wage='"660,000.00"'),
        line(2, reported="05.02.2025", wage="660 000"),
        line(3, reported=" 2025/02/05", wage="660 000 ", period="2025/01"),
    ],
    "grouped by a space no key has": [line(1, wage="1\u00a0660\u2009000.50"), line(2, wage='"1,5"'), line(3)],
}
Way = Callable[..., bool]


def outcome(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, path: Path) -> tuple[Any, ...]:
    """Read a file into empty tables; return all that came of it."""
    for name in ("contribution", "rejected_row", "rejected_value"):
        con.execute(f"DELETE FROM {name}")
    found: FileOutcome = read_export(con, path, catalogue.tables["contribution"], ORIGIN, path.parent)
    rows = [
        con.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall()
        for name in ("contribution", "rejected_row", "rejected_value")
    ]
    described = con.execute("DESCRIBE contribution").fetchall()
    return replace(found), rows, described


@pytest.mark.parametrize("lines", ODD.values(), ids=ODD)
def test_every_way_gives_the_same(
    con: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    lines: list[str],
) -> None:
    path = tmp_path / "contribution.csv"
    path.write_text(HEAD + "".join(lines), "utf-8")
    decided = outcome(con, catalogue, path)
    monkeypatch.setattr(reading, "has_plain_texts", lambda *_: False)
    careful = outcome(con, catalogue, path)
    monkeypatch.setattr(reading, "has_plain_texts", lambda *_: True)
    presumed = outcome(con, catalogue, path)
    assert decided == careful == presumed
    assert careful[0].rows_in == sum(text != "\n" for text in lines)


@pytest.fixture
def unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the sample of a file be its first line: what is odd comes after it."""
    monkeypatch.setattr(reading, "has_plain_texts", lambda *_: True)
    monkeypatch.setattr(
        "ndaudit.exports.delimited._sample", lambda path: b"".join(path.read_bytes().splitlines(True)[:2])
    )


def test_oddities_behind_the_sample_are_kept_with_their_rows(
    con: duckdb.DuckDBPyConnection, catalogue: Catalogue, tmp_path: Path, unseen: None
) -> None:
    path = tmp_path / "contribution.csv"
    odd = [
        line(1),
        line(2, days="20.5"),
        line(3, clerk=" 1110-I2 "),
        line(4, type="ажилтан"),
        line(5, wage="зуу"),
    ]
    path.write_text(HEAD + "".join(odd), "utf-8")
    found, [rows, _, values], _ = outcome(con, catalogue, path)
    assert (found.rows_in, found.rows_loaded, found.values_rejected) == (5, 5, 2)
    named = [name for [name, *_] in con.execute("DESCRIBE contribution").fetchall()]
    kept = [dict(zip(named, row, strict=True)) for row in rows]
    assert [row["source_row"] for row in kept] == [1, 2, 3, 4, 5]
    assert [row["worked_days"] for row in kept] == [21, None, 21, 21, 21]
    assert [row["entered_by"] for row in kept] == ["1110-I1", "1110-I1", "1110-I2", "1110-I1", "1110-I1"]
    assert [row["insured_type"] for row in kept] == ["01"] * 5
    assert [value[2:6] for value in values] == [
        (2, "contribution", "worked_days", "20.5"),
        (5, "contribution", "wage", "зуу"),
    ]


@pytest.mark.parametrize("limit", [0, 1])
def test_too_many_texts_to_put_right_get_a_careful_reading(
    con: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    unseen: None,
    limit: int,
) -> None:
    monkeypatch.setattr(plain, "MANY", limit)
    path = tmp_path / "contribution.csv"
    path.write_text(HEAD + line(1) + line(2, clerk=" 1110-I2"), "utf-8")
    _, [rows, *_], _ = outcome(con, catalogue, path)
    assert con.execute("SELECT entered_by FROM contribution ORDER BY source_row").fetchall() == [
        ("1110-I1",),
        ("1110-I2",),
    ]
    assert len(rows) == 2
