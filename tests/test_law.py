"""Dated parameters: what strict loading refuses, what holds on a day, and what the law files promise."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from ndaudit.catalogue import Catalogue
from ndaudit.errors import DeclarationError
from ndaudit.law import Parameter, read_law
from ndaudit.store import connect, declare_world

HEAD = 'title = { mn = "Хэмжээ", en = "Amount" }\nunit = "₮"\n'
TAIL = 'confidence = "official"\nreference = { act = "si_law" }\nchecked_on = 2026-11-22\n'
TABLE = 'columns = { kind = "text", rate = "decimal", months = "integer", day = "date" }\n'


def declare(folder: Path, text: str) -> dict[str, Parameter]:
    (folder / "amount.toml").write_text(text, "utf-8")
    return read_law(folder)


def value(start: str, what: str, more: str = "") -> str:
    return f"[[values]]\nfrom = {start}\n{what}\n{more}{TAIL}"


def test_a_value_holds_from_its_day_to_the_eve_of_the_next(tmp_path: Path) -> None:
    law = declare(tmp_path, HEAD + value("2008-01-01", "value = 10") + value("2018-01-01", 'value = "11.5"'))
    values = [law["amount"].on(day) for day in (date(2007, 12, 31), date(2017, 12, 31), date(2018, 1, 1))]
    assert [v and v.value for v in values] == [None, Decimal(10), Decimal("11.5")]


def test_a_last_value_may_end(tmp_path: Path) -> None:
    law = declare(tmp_path, HEAD + value("2020-04-01", "value = 2", "to = 2020-10-01\n"))
    assert [law["amount"].on(day) is None for day in (date(2020, 9, 30), date(2020, 10, 1))] == [False, True]


def test_known_from_its_adoption(tmp_path: Path) -> None:
    law = declare(tmp_path, HEAD + value("2018-02-15", "value = 243", "adopted_on = 2018-02-02\n"))
    assert law["amount"].values[0].known_on == date(2018, 2, 2)


@pytest.mark.parametrize(
    ("text", "sentence", "named"),
    [
        (HEAD + value("2020-01-01", "value = 0.45"), "declarations.wrong_kind", "value"),
        (HEAD + value("2020-01-01", 'value = "many"'), "declarations.wrong_kind", "value"),
        (HEAD + value("2020-01-01", "value = true"), "declarations.wrong_kind", "value"),
        (HEAD + value("2020-01-01", ""), "law.value_or_unknown", "1"),
        (HEAD + value("2020-01-01", "value = 1\nunknown = true"), "law.value_or_unknown", "1"),
        (HEAD + value("2020-01-01", "value = 1\nvalu = 2"), "declarations.unknown_key", "valu"),
        (HEAD + "uint = 1\n" + value("2020-01-01", "value = 1"), "declarations.unknown_key", "uint"),
        (
            HEAD + value("2020-01-01", "value = 1").replace("act =", "akt ="),
            "declarations.missing_key",
            "act",
        ),
        (
            HEAD + value("2020-01-01", "value = 1") + value("2020-01-01", "value = 2"),
            "law.order",
            "2020-01-01",
        ),
        (
            HEAD + value("2020-01-01", "value = 1") + value("2019-01-01", "value = 2"),
            "law.order",
            "2019-01-01",
        ),
        (
            HEAD + value("2020-01-01", "value = 1", "to = 2021-01-02\n") + value("2021-01-01", "value = 2"),
            "law.overlap",
            "2021-01-02",
        ),
        (
            HEAD + value("2020-01-01", "value = 1", "to = 2020-12-31\n") + value("2021-01-01", "value = 2"),
            "law.gap",
            "2020-12-31",
        ),
        (HEAD + value("2020-01-01", "value = 1", "to = 2020-01-01\n"), "law.overlap", "2020-01-01"),
        (HEAD + TABLE + value("2020-01-01", "value = 1"), "law.value_or_unknown", "1"),
        (HEAD + value("2020-01-01", "rows = [{ rate = 1 }]"), "law.value_or_unknown", "1"),
        (HEAD + TABLE + value("2020-01-01", "rows = [{ rate = 0.5 }]"), "declarations.wrong_kind", "rate"),
        (
            HEAD + TABLE + value("2020-01-01", 'rows = [{ months = "6" }]'),
            "declarations.wrong_kind",
            "months",
        ),
        (
            HEAD + TABLE + value("2020-01-01", "rows = [{ months = true }]"),
            "declarations.wrong_kind",
            "months",
        ),
        (HEAD + TABLE + value("2020-01-01", "rows = [{ kind = 1 }]"), "declarations.wrong_kind", "kind"),
        (
            HEAD + TABLE + value("2020-01-01", "rows = [{ day = 2020-01-01T00:00:00 }]"),
            "declarations.wrong_kind",
            "day",
        ),
        (HEAD + TABLE + value("2020-01-01", "rows = [{ rat = 1 }]"), "declarations.unknown_key", "rat"),
        (HEAD + TABLE + value("2020-01-01", "rows = [1]"), "declarations.wrong_kind", "rows"),
        (
            HEAD + 'columns = { rate = "float" }\n' + value("2020-01-01", "rows = [{ rate = 1 }]"),
            "declarations.not_allowed",
            "rate",
        ),
        (
            HEAD + value("2020-01-01", "value = 1").replace("official", "sure"),
            "declarations.not_allowed",
            "confidence",
        ),
    ],
)
def test_refused(tmp_path: Path, text: str, sentence: str, named: str) -> None:
    with pytest.raises(DeclarationError) as raised:
        declare(tmp_path, text)
    assert raised.value.sentence == sentence
    assert "amount.toml" in str(raised.value)
    assert named in str(raised.value)


@pytest.fixture(scope="module")
def con(catalogue: Catalogue) -> duckdb.DuckDBPyConnection:
    world = connect()
    world.execute("CREATE TABLE batch (office_code VARCHAR, exported_at TIMESTAMP)")
    world.execute("CREATE TABLE delivered_file (office_code VARCHAR, table_name VARCHAR)")
    declare_world(world, catalogue.law, catalogue.thresholds)
    return world


@pytest.mark.parametrize(
    ("name", "day", "expected"),
    [
        ("minimum_wage", "2002-12-31", None),
        ("minimum_wage", "2007-09-30", "69000"),
        ("minimum_wage", "2007-10-01", None),
        ("minimum_wage", "2011-04-04", "108000"),
        ("minimum_wage", "2011-04-05", "140400"),
        ("minimum_wage", "2026-01-01", None),
        ("wage_ceiling", "2013-08-31", "1404000"),
        ("wage_ceiling", "2013-09-01", "1920000"),
        ("voluntary_wage_ceiling", "2023-12-31", None),
        ("voluntary_wage_ceiling", "2025-04-01", "5544000"),
        ("minimum_pension_full", "2018-04-01", None),
        ("minimum_pension_full", "2019-02-01", "310000"),
        ("minimum_pension_proportional", "2024-04-01", "540000"),
        ("funeral_benefit", "2009-12-31", None),
        ("funeral_benefit", "2016-05-31", "620000"),
        ("reference_window_months", "2018-12-31", "60"),
        ("reference_window_months", "2019-12-31", "72"),
        ("reference_window_months", "2023-12-31", "84"),
        ("reference_window_months", "2024-01-01", "60"),
        ("military_reference_window_months", "2018-12-31", None),
        ("required_months_full", "2018-02-14", "240"),
        ("required_months_full", "2018-02-15", "243"),
        ("required_months_full", "2018-12-31", "243"),
        ("required_months_full", "2019-01-01", "246"),
        ("required_months_full", "2023-06-01", "258"),
        ("required_months_full", "2024-06-01", "261"),
        ("required_months_full", "2037-01-01", "300"),
        ("required_months_full", "2050-01-01", "300"),
        ("late_surcharge", "2020-01-09", None),
        ("invoice_days", "2015-01-01", None),
        ("sick_employer_days", "2023-12-31", "5"),
        ("sick_employer_days", "2024-01-01", None),
        ("child_service_months", "2018-02-14", None),
        ("child_service_months", "2018-02-15", "18"),
        ("herder_months_counted", "2016-12-31", None),
        ("notional_interest", "2009-06-30", "29.8"),
    ],
)
def test_param(con: duckdb.DuckDBPyConnection, name: str, day: str, expected: str | None) -> None:
    rows = con.execute(f"SELECT param('{name}', DATE '{day}')").fetchall()
    assert rows == [(None if expected is None else Decimal(expected),)]


def test_the_months_asked_rise_by_three_a_year_to_300(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        "SELECT valid_from, value FROM law_value"
        " WHERE name = 'required_months_full' AND valid_from >= DATE '2018-01-01'"
    ).fetchall()
    assert len(rows) == 20
    assert all(value == min(300, 240 + 3 * (start.year - 2017)) for start, value in rows)


def test_the_ceiling_is_ten_minimum_wages(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        "SELECT m.value, c.value FROM law_value m JOIN law_value c USING (valid_from)"
        " WHERE m.name = 'minimum_wage' AND c.name = 'wage_ceiling'"
    ).fetchall()
    assert len(rows) == 16
    assert all(ceiling is None if wage is None else ceiling == 10 * wage for wage, ceiling in rows)


@pytest.mark.parametrize(
    ("day", "insured_type", "payer", "expected"),
    [
        ("2007-12-31", "01", "any", None),
        ("2008-01-01", "01", "any", ("0.10", "0.11", "0.13")),
        ("2017-12-31", "02", "any", ("0.10", "0.11", "0.13")),
        ("2018-01-01", "14", "any", ("0.11", "0.12", "0.14")),
        ("2019-01-01", "25", "any", ("0.115", "0.125", "0.145")),
        ("2020-01-01", "01", "any", ("0.125", "0.135", "0.155")),
        ("2020-04-01", "01", "relief", ("0.02", "0.02", "0.02")),
        ("2020-09-30", "01", "others", ("0.125", "0.135", "0.155")),
        ("2020-10-01", "01", "any", ("0.07", "0.07", "0.07")),
        ("2021-01-01", "01", "any", None),
        ("2021-06-30", "40", "any", None),
        ("2021-07-01", "40", "any", ("0.113", "0.123", "0.143")),
        ("2023-12-31", "22", "any", ("0.093", "0.103", "0.123")),
        ("2024-01-01", "22", "any", None),
        ("2024-01-01", "90", "any", ("0.135", "0", "0")),
    ],
)
def test_contribution_rate(
    con: duckdb.DuckDBPyConnection,
    day: str,
    insured_type: str,
    payer: str,
    expected: tuple[str, str, str] | None,
) -> None:
    rows = con.execute(
        "SELECT insured, employer_low, employer_high FROM law_contribution_rate"
        f" WHERE DATE '{day}' >= valid_from AND DATE '{day}' < valid_to AND insured_type = ? AND payer = ?",
        [insured_type, payer],
    ).fetchall()
    assert rows == ([] if expected is None else [tuple(Decimal(rate) for rate in expected)])


def test_pension_part_never_exceeds_the_total(catalogue: Catalogue) -> None:
    table = catalogue.law["contribution_rate"]
    names = list(table.columns)
    for value in table.values:
        for cells in value.rows:
            row = dict(zip(names, cells, strict=True))
            assert row["pension_insured"] is None or row["pension_insured"] <= row["insured"]
            assert row["employer_low"] <= row["employer_high"]


@pytest.mark.parametrize("name", ["old_age_condition", "contribution_rate"])
def test_no_row_stands_twice(catalogue: Catalogue, name: str) -> None:
    table = catalogue.law[name]
    keys = [n for n in ("condition", "way", "sex", "insured_type", "payer") if n in table.columns]
    places = [list(table.columns).index(key) for key in keys]
    for value in table.values:
        rows = [tuple(row[place] for place in places) for row in value.rows]
        assert len(rows) == len(set(rows))


def test_every_value_was_checked_and_no_value_is_known_after_it_holds(catalogue: Catalogue) -> None:
    for parameter in catalogue.law.values():
        for value in parameter.values:
            assert value.checked_on >= date(2026, 11, 22)
            assert value.known_on <= value.valid_from
