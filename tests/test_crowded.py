"""Months in which the ledger holds a person twice, found by one bit a month, and by grouping every month."""

import random
from datetime import date

import polars as pl
from conftest import REPOSITORY

from ndaudit.catalogue import read_catalogue
from ndaudit.store import connect
from ndaudit.workbench import Workbench

CROWDED = read_catalogue(Workbench(REPOSITORY)).populations["crowded_ledger_month"].sql
Row = tuple[int | None, date | None]


def crowded(rows: list[Row]) -> list[Row]:
    con = connect()
    try:
        schema = {"person_id": pl.Int64, "period": pl.Date}
        con.register("contribution", pl.DataFrame(rows, schema=schema, orient="row").to_arrow())
        return con.execute(f"SELECT person_id, period FROM ({CROWDED}) ORDER BY ALL").fetchall()
    finally:
        con.close()


def test_the_same_month_of_two_years_is_not_crowded() -> None:
    assert crowded([(1, date(year, 1, 1)) for year in range(2000, 2020)]) == []


def test_a_whole_year_is_not_crowded_and_a_month_more_is() -> None:
    months = [(1, date(2020, month, 1)) for month in range(1, 13)]
    assert crowded(months) == []
    assert crowded([*months, (1, date(2020, 12, 1))]) == [(1, date(2020, 12, 1))]


def test_rows_of_nobody_and_of_no_month_are_not_crowded() -> None:
    assert crowded([(None, date(2020, 1, 1)), (None, date(2020, 1, 1)), (1, None), (1, None)]) == []


def test_two_days_of_one_month_are_two_periods() -> None:
    assert crowded([(1, date(2020, 1, 1)), (1, date(2020, 1, 2))]) == []


def test_any_ledger_gives_what_grouping_gives() -> None:
    drawn = random.Random(163)  # noqa: S311
    rows: list[Row] = [
        (drawn.randrange(40), date(drawn.randrange(1995, 2026), drawn.randrange(1, 13), 1))
        for _ in range(4_000)
    ]
    grouped = sorted({row for row in rows if rows.count(row) > 1})  # type: ignore[type-var]
    assert 100 < len(grouped) < len(set(rows))
    assert crowded(rows) == grouped
