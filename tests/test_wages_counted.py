"""The reference wage of the chosen window, worked by hand: what a month counts for, and what is not known.

Each award is a person of its own; all are decided in one world.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from ndaudit.catalogue import Catalogue
from ndaudit.populations import in_order
from ndaudit.store import connect, create_tables, declare_world

OFFICE = "1110"
Month = tuple[date, int | None]


def month(year: int, number: int) -> date:
    return date(year, number, 1)


@dataclass(frozen=True)
class Award:
    """A pension, its window, the ledger of the person, and what the window must come to.

    Attributes:
        ledger: (month, wage) pairs.
        sheet: (month, wage) pairs of НД-17, where the sheet decides.
        expect: months with wages, sum counted (None where not known), whether the coefficients are known.
    """

    name: str
    effective_from: date
    window_from: date
    window_months: int
    expect: tuple[int, str | None, bool]
    ledger: tuple[Month, ...] = ()
    sheet: tuple[Month, ...] = ()
    reference: tuple[date, date] | None = None
    earlier: date | None = None
    insured_type: str = "01"
    paid: bool = True
    statement: tuple[Month, ...] = ()
    employed: dict[str, Any] = field(default_factory=dict)


AWARDS = [
    # 1,500,000 + 500,000 = 2,000,000 < 2,400,000 of 2018
    Award(
        "two employers",
        date(2018, 12, 1),
        month(2013, 12),
        60,
        (1, "2000000", True),
        ((month(2018, 5), 1_500_000), (month(2018, 5), 500_000)),
    ),
    # 3,000,000 is cut at 2,400,000; 800,000 in June
    Award(
        "two employers over the ceiling",
        date(2018, 12, 1),
        month(2013, 12),
        60,
        (2, "3200000", True),
        ((month(2018, 5), 1_500_000), (month(2018, 5), 1_500_001), (month(2018, 6), 800_000)),
    ),
    # the cut is of the month, not of the window: 2,400,000 + 100,000
    Award(
        "a high month does not fill a low one",
        date(2018, 12, 1),
        month(2013, 12),
        60,
        (2, "2500000", True),
        ((month(2018, 5), 4_000_000), (month(2018, 6), 100_000)),
    ),
    Award("no month at all", date(2018, 12, 1), month(2013, 12), 60, (0, "0", True)),
    # first and last month count, the months beside them do not
    Award(
        "edges of the window",
        date(2018, 12, 1),
        month(2013, 12),
        60,
        (2, "300", True),
        ((month(2013, 11), 1), (month(2013, 12), 100), (month(2018, 11), 200), (month(2018, 12), 2)),
    ),
    # the sheet says 950,000 for a month the archive vouches for; the ledger's 800,000 gives way
    Award(
        "archive reference",
        date(2018, 12, 1),
        month(2013, 12),
        60,
        (2, "1650000", True),
        ((month(2018, 5), 800_000), (month(2018, 6), 700_000)),
        ((month(2018, 5), 950_000),),
        (month(2018, 5), date(2018, 5, 31)),
    ),
    Award(
        "archive reference for a month the ledger lacks",
        date(2018, 12, 1),
        month(2013, 12),
        60,
        (1, "950000", True),
        (),
        ((month(2018, 5), 950_000),),
        (month(2018, 5), date(2018, 5, 31)),
    ),
    # a paper to the 30th of a month of 31 days covers no month
    Award(
        "archive reference a day short",
        date(2018, 12, 1),
        month(2013, 12),
        60,
        (1, "800000", True),
        ((month(2018, 5), 800_000),),
        ((month(2018, 5), 950_000),),
        (month(2018, 5), date(2018, 5, 30)),
    ),
    Award(
        "the sheet alone proves nothing",
        date(2018, 12, 1),
        month(2013, 12),
        60,
        (1, "800000", True),
        ((month(2018, 5), 800_000),),
        ((month(2018, 5), 950_000),),
    ),
    # 1,404,000 × 1 counts 1,400,000; 300,000 × 3 counts 900,000; 500,000 × 3 is held at 1,400,000
    Award(
        "cap of months before 2013",
        date(2014, 12, 1),
        month(2009, 12),
        60,
        (3, "3700000", True),
        ((month(2012, 12), 1_404_000), (month(2011, 1), 300_000), (month(2011, 2), 500_000)),
    ),
    # from 2013 on the cap is no more
    Award(
        "January 2013",
        date(2014, 12, 1),
        month(2009, 12),
        60,
        (1, "1404000", True),
        ((month(2013, 1), 1_500_000),),
    ),
    Award(
        "coefficient not on file",
        date(2014, 12, 1),
        month(2009, 12),
        60,
        (2, None, False),
        ((month(2010, 1), 300_000), (month(2013, 1), 900_000)),
    ),
    Award(
        "an unpaid-for month needs no coefficient",
        date(2014, 12, 1),
        month(2009, 12),
        60,
        (1, "900000", True),
        ((month(2010, 1), 0), (month(2013, 1), 900_000)),
    ),
    # 60 of the 2022 award’s 84 months: 2017-03 … 2022-02
    Award(
        "change of window",
        date(2024, 5, 1),
        month(2017, 3),
        60,
        (2, "1700000", True),
        ((month(2017, 2), 600_000), (month(2017, 3), 700_000), (month(2022, 2), 1_000_000)),
        earlier=month(2022, 4),
    ),
    # private employers paid nothing from April to September 2020, wages were reported
    Award(
        "exempted months",
        date(2021, 4, 1),
        month(2014, 4),
        84,
        (2, "1800000", True),
        ((month(2020, 5), 900_000), (month(2020, 6), 900_000)),
        paid=False,
    ),
    # the ceiling rose on 5 April 2011 from 1,080,000 to 1,404,000: the sheet chose; the cap leaves 1,400,000
    Award(
        "April 2011, the sheet took the new ceiling",
        date(2014, 12, 1),
        month(2009, 12),
        60,
        (1, "1400000", True),
        ((month(2011, 4), 5_000_000),),
        ((month(2011, 4), 1_404_000),),
    ),
    Award(
        "April 2011, the sheet took the old ceiling",
        date(2014, 12, 1),
        month(2009, 12),
        60,
        (1, "1080000", True),
        ((month(2011, 4), 5_000_000),),
        ((month(2011, 4), 1_080_000),),
    ),
    Award(
        "April 2011, the sheet took neither",
        date(2014, 12, 1),
        month(2009, 12),
        60,
        (1, "1080000", True),
        ((month(2011, 4), 5_000_000),),
        ((month(2011, 4), 1_200_000),),
    ),
    Award(
        "a row entered twice",
        date(2018, 12, 1),
        month(2013, 12),
        60,
        (1, "800000", True),
        ((month(2018, 5), 800_000), (month(2018, 5), 800_000)),
    ),
    Award(
        "taken back and corrected",
        date(2018, 12, 1),
        month(2013, 12),
        60,
        (1, "700000", True),
        ((month(2018, 5), 800_000), (month(2018, 5), -800_000), (month(2018, 5), 700_000)),
    ),
    # 7 × 660,000 = 4,620,000
    Award(
        "voluntary insured of 2024",
        date(2025, 12, 1),
        month(2020, 12),
        60,
        (1, "4620000", True),
        ((month(2024, 5), 6_000_000),),
        insured_type="90",
    ),
    # no coefficient for 1992 is on file
    Award(
        "stated before 1995",
        date(2015, 7, 1),
        month(1990, 1),
        60,
        (1, None, False),
        statement=((month(1992, 5), 3_100),),
    ),
    # the ledger of office 1107 was never delivered, and 59 months are empty here
    Award(
        "worked where no ledger was delivered",
        date(2018, 12, 1),
        month(2013, 12),
        60,
        (1, None, True),
        ((month(2018, 5), 800_000),),
        employed={"hired_on": date(2014, 1, 1), "released_on": date(2014, 6, 30)},
    ),
    Award(
        "worked there before the window",
        date(2018, 12, 1),
        month(2013, 12),
        60,
        (1, "800000", True),
        ((month(2018, 5), 800_000),),
        employed={"hired_on": date(2010, 1, 1), "released_on": date(2013, 11, 30)},
    ),
]


def _insert(con: duckdb.DuckDBPyConnection, table: str, **row: Any) -> None:
    row["delivered_by"] = OFFICE
    marks = ", ".join("?" for _ in row)
    con.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))


def _write(con: duckdb.DuckDBPyConnection, number: int, award: Award) -> None:
    person, sheet = {"person_id": number}, {"determination_id": str(number)}
    file = person | {"file_no": f"F{number}"}
    _insert(con, "pension_file", **file, regime="civil", pension_type="old_age", condition="general")
    made = person | file | {"method": "wage"}
    if award.earlier:
        first = {"effective_from": award.earlier, "window_from": month(2015, 4), "window_months": 84}
        _insert(con, "determination", determination_id=f"{number}-0", kind="initial", **made, **first)
    window = {"effective_from": award.effective_from, "window_from": award.window_from}
    kind = "change" if award.earlier else "initial"
    _insert(con, "determination", **sheet, kind=kind, **made, **window, window_months=award.window_months)
    for place, (period, wage) in enumerate(award.ledger):
        paid_on = date(2022, 1, 1) if award.paid else None
        employer = None if award.insured_type == "90" else "1"
        entry = {"contribution_id": number * 100 + place, "employer_no": employer, "paid_on": paid_on}
        _insert(
            con, "contribution", **entry, **person, period=period, insured_type=award.insured_type, wage=wage
        )
    for period, wage in award.sheet:
        _insert(con, "determination_wage", **sheet, period=period, wage=wage)
    if award.reference:
        span = {"covers_from": award.reference[0], "covers_to": award.reference[1]}
        kind = "office_archive_reference"
        _insert(
            con,
            "document",
            document_id=str(number),
            **person,
            kind=kind,
            **span,
            received_on=date(2018, 11, 1),
        )
    for period, wage in award.statement:
        _insert(con, "wage_statement", statement_id=str(number), **person, employer_no="1")
        _insert(con, "wage_statement_month", statement_id=str(number), period=period, wage=wage)
    if award.employed:
        _insert(
            con,
            "employment",
            employment_id=str(number),
            **person,
            employer_no="9",
            kind="work",
            **award.employed,
        )


Coefficient = tuple[str, str, int]
# December 2012 counts once, 2011 threefold; 2010 is not on file
COEFFICIENTS = (
    ("2012-12-01", "2012-12-31", 1),
    ("2011-01-01", "2011-03-31", 3),
    ("2011-04-01", "2011-04-30", 1),
)


def _made(
    catalogue: Catalogue, coefficients: Sequence[Coefficient], awards: Sequence[Award], population: str
) -> duckdb.DuckDBPyConnection:
    """Everybody’s ledger in one office; employer 9 belongs to an office that delivered nothing."""
    con = connect()
    create_tables(con, catalogue.tables.values())
    declare_world(con, catalogue.law, catalogue.thresholds)
    for since, until, coefficient in coefficients:
        con.execute(
            "INSERT INTO law_wage_coefficient (valid_from, valid_to, wage_from, wage_to, coefficient)"
            " VALUES ('1995-01-01', '9999-12-31', ?, ?, ?)",
            [since, until, coefficient],
        )
    con.execute(
        "INSERT INTO batch (batch_id, office_code, exported_at) VALUES (?, ?, ?)",
        [OFFICE, OFFICE, datetime(2026, 1, 12, 18)],
    )
    for table in catalogue.tables:
        con.execute(
            "INSERT INTO delivered_file (batch_id, office_code, table_name, mode) VALUES (?, ?, ?, 'full')",
            [OFFICE, OFFICE, table],
        )
    _insert(con, "employer", employer_no="9", office_code="1107")
    for number, award in enumerate(awards, 1):
        _write(con, number, award)
    for part in in_order(catalogue.populations, frozenset({population})):
        kind = "TABLE" if part.materialise else "VIEW"
        con.execute(f"CREATE {kind} {part.name} AS {part.sql}")
    return con


@pytest.fixture(scope="module")
def world(catalogue: Catalogue) -> Iterator[duckdb.DuckDBPyConnection]:
    con = _made(catalogue, COEFFICIENTS, AWARDS, "reference_wage")
    yield con
    con.close()


def test_a_month_stated_without_a_wage_adds_nothing_certain(catalogue: Catalogue) -> None:
    """May 1994 may have been anything: the best window is worth at least June's 1,000."""
    stated = ((month(1994, 5), None), (month(1994, 6), 1_000))
    award = Award("stated", date(2000, 1, 1), month(1995, 1), 60, (0, None, False), statement=stated)
    con = _made(catalogue, (("1994-01-01", "1994-12-31", 1),), (award,), "best_window")
    rows = con.execute("SELECT best_least, open_wages FROM best_window").fetchall()
    con.close()
    assert rows == [(Decimal(1_000), 1)]


@pytest.mark.parametrize(
    ("number", "award"), [pytest.param(n, a, id=a.name) for n, a in enumerate(AWARDS, 1)]
)
def test_reference_wage(world: duckdb.DuckDBPyConnection, number: int, award: Award) -> None:
    months, counted, known = award.expect
    rows = world.execute(
        "SELECT window_months, months_evidenced, counted_sum, reference_wage, coefficient_known"
        " FROM reference_wage WHERE determination_id = ?",
        [str(number)],
    ).fetchall()
    total = None if counted is None else Decimal(counted)
    mean = None if total is None else round(total / award.window_months, 6)
    assert rows == [(award.window_months, months, total, mean, known)]


def test_every_award_stands_once(world: duckdb.DuckDBPyConnection) -> None:
    # the change of window adds the award before it
    assert world.execute("SELECT count(*) FROM reference_wage").fetchall() == [(len(AWARDS) + 1,)]
