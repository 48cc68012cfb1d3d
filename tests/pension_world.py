"""A small store of people with and without a pension, decided by a run: for what reads a run of pensions."""

from datetime import date, datetime
from pathlib import Path

import duckdb
from conftest import REPOSITORY
from test_right import FIVE, OFFICE, PRIVATE, Job, Life, Paid, Paper, born, insert_life

from ndaudit.catalogue import Catalogue
from ndaudit.checking import decide
from ndaudit.findings import Run
from ndaudit.scope import EVERYTHING
from ndaudit.store import RECORDS, Snapshot, connect, create_tables, declare_world, literal
from ndaudit.workbench import Settings, Workbench

AS_OF = datetime(2024, 6, 30, 18)
FIRST, SECOND, MOTHER, MAN, WOMAN = range(1000001, 1000006)
"""Worked examples 1, 2 and 4 of the specification; a man and a woman whose right is to come."""
RULES = ("DET-06", "SIB-03")

LIVES = {
    # 34 months 1992-03…1994-12 and 278 months 1995-01…2018-02 = 312
    FIRST: Life(
        "example 1",
        date(1958, 3, 10),
        "M",
        date(2017, 12, 31),
        {},
        ledger=(Paid(date(1995, 1, 1), 278),),
        jobs=(Job(date(1992, 3, 1), date(2018, 2, 28)),),
        papers=(Paper("archive_contribution_135", date(1992, 3, 1), date(1994, 12, 31), date(2017, 1, 1)),),
    ),
    # 1999-03…2019-06 = 244 months
    SECOND: Life(
        "example 2",
        date(1964, 6, 1),
        "F",
        date(2019, 7, 10),
        {},
        ledger=(Paid(date(1999, 3, 1), 244),),
        jobs=(Job(date(1999, 3, 1), date(2019, 6, 30)),),
    ),
    # 2005-04…2024-05 = 230 months
    MOTHER: Life(
        "example 4",
        date(1974, 5, 5),
        "F",
        date(2023, 12, 31),
        {},
        ledger=(Paid(date(2005, 4, 1), 230),),
        jobs=(Job(date(2005, 4, 1), date(2024, 5, 31)),),
        children=FIVE,
    ),
    # 1999-01…2024-05 = 305 months, the job goes on; on the register of 2023 only
    MAN: Life(
        "to come",
        date(1964, 9, 10),
        "M",
        date(2022, 12, 31),
        {},
        ledger=(Paid(date(1999, 1, 1), 305),),
        jobs=(Job(date(1999, 1, 1), None),),
    ),
    # 2000-01…2024-05 = 293 months; seven years in the book without seal and signature
    WOMAN: Life(
        "to come, papers missing",
        date(1969, 12, 15),
        "F",
        date(2023, 12, 31),
        {},
        ledger=(Paid(date(2000, 1, 1), 293),),
        jobs=(Job(date(1988, 1, 1), date(1994, 12, 31), certified=False), Job(date(2000, 1, 1), None)),
        children=born(date(1995, 1, 1)),
    ),
}


def _pay(con: duckdb.DuckDBPyConnection, person: int, first: date, months: int, wage: int) -> None:
    con.execute(
        "UPDATE contribution SET wage = ? WHERE person_id = ? AND period >= ?"
        " AND period < CAST(? AS DATE) + to_months(CAST(? AS INTEGER))",
        [wage, person, first, first, months],
    )


def _award(con: duckdb.DuckDBPyConnection, person: int, condition: str, **sheet: object) -> None:
    con.execute(
        "INSERT INTO pension_file (file_no, person_id, pension_type, regime, condition, delivered_by)"
        " VALUES (?, ?, 'old_age', 'civil', ?, ?)",
        [str(person), person, condition, OFFICE],
    )
    given = {
        "determination_id": str(person),
        "file_no": str(person),
        "person_id": person,
        "kind": "initial",
        "method": "wage",
        "entered_by": "И1",
        "delivered_by": OFFICE,
        **sheet,
    }
    marks = ", ".join("?" for _ in given)
    con.execute(f"INSERT INTO determination ({', '.join(given)}) VALUES ({marks})", list(given.values()))


def _fill(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "INSERT INTO batch (batch_id, office_code, period, exported_at) VALUES ('1', ?, ?, ?)",
        [OFFICE, date(2024, 5, 1), AS_OF],
    )
    con.execute(
        "INSERT INTO employer (employer_no, sector, registered_on, office_code, delivered_by)"
        " VALUES (?, 'private', DATE '1990-01-01', ?, ?)",
        [PRIVATE, OFFICE, OFFICE],
    )
    for number, life in LIVES.items():
        insert_life(con, number, life)
    con.execute("UPDATE employment SET employer_no = ?", [PRIVATE])
    _pay(con, FIRST, date(2013, 3, 1), 60, 1_000_000)
    _pay(con, MOTHER, date(2019, 6, 1), 60, 1_500_000)
    _pay(con, MAN, date(2015, 1, 1), 60, 1_900_000)
    _award(
        con,
        FIRST,
        "general",
        effective_from=date(2018, 4, 1),
        entered_at=datetime(2018, 4, 1, 10),
        window_from=date(2013, 3, 1),
        window_months=60,
        reference_wage=1_000_000,
        service_months_before_1995=34,
        service_months_after_1995=278,
        rate="0.54",
        amount=540_000,
    )
    _award(
        con,
        MOTHER,
        "mother",
        effective_from=date(2024, 6, 1),
        entered_at=datetime(2024, 6, 10, 10),
        window_from=date(2019, 6, 1),
        window_months=60,
        reference_wage=1_500_000,
        service_months_before_1995=0,
        service_months_after_1995=230,
        bonus_months=90,
        rate="0.54",
        amount=800_000,
    )


def decided_world(
    folder: Path, catalogue: Catalogue, settings: Settings | None = None
) -> tuple[Workbench, Run]:
    """Return a workbench with a snapshot of these lives, and the run that decided it."""
    (folder / "expectations").symlink_to(REPOSITORY / "expectations")
    workbench = Workbench(folder, settings or Settings())
    workbench.private_folder(workbench.store)
    path = workbench.store / "s.duckdb"
    # the lives call macros that only a declared world has, and a snapshot holds tables alone
    con = connect()
    create_tables(con, catalogue.tables.values())
    declare_world(con, catalogue.law, catalogue.thresholds)
    _fill(con)
    con.execute(
        "INSERT INTO delivered_file (batch_id, mode, office_code, table_name)"
        " SELECT '1', 'full', ?, unnest(?)",
        [OFFICE, list(catalogue.tables)],
    )
    con.execute(f"ATTACH {literal(str(path))} AS snapshot")
    for name in (*catalogue.tables, *RECORDS):
        con.execute(f"CREATE TABLE snapshot.{name} AS SELECT * FROM {name}")
    con.close()
    rules = [catalogue.rules[name] for name in RULES]
    return workbench, decide(workbench, catalogue, Snapshot("s", path, "", {}), rules, EVERYTHING)
