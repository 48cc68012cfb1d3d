"""A country made of one synthetic world many times over: every copy a consistent world of its own.

No number of one copy meets a number of another: persons, employers and files are moved by one step. Offices,
their staff and their accounts stand once. Copies follow each other in order of person, as in a snapshot.

    python -m benchmarks.multiplied STORE.duckdb COPIES OUT.duckdb
"""

import sys
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import duckdb

from ndaudit import audit
from ndaudit.beginning import begin
from ndaudit.offices import read_offices
from ndaudit.snapshots import STORAGE
from ndaudit.store import RECORDS, connect, current_snapshot, literal, quoted
from ndaudit.synthetic import make_deliveries
from ndaudit.tables import Table, read_tables

ONCE = frozenset({"office", "staff", "user_account", "occupation_list", *RECORDS})
"""Tables that do not grow with the people."""
PERSONS = frozenset({"person_id", "deceased_person_id"})
NAMES = frozenset({"given_name", "given_name_written", "surname_name"})
NUMBERS = frozenset(
    {
        "account_no", "benefit_id", "book_no", "certificate_no", "child_id", "civil_id", "credit_id",
        "determination_id", "document_id", "employer_no", "employment_id", "fault_id", "file_no",
        "hospital_sheet_no", "household_no", "letter_id", "list_no", "listed_name", "message_id", "notice_no",
        "number", "payment_id", "pension_book_no", "sheet_no", "statement_id", "transmission_id",
    }
)  # fmt: skip
LETTERS = "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЭЮЯ"
DEFECTS = Decimal("0.01")
BOOKED = 3
"""One ledger month in so many stands in the delivered books: 300M contributions, 100M book entries."""
_BOOKS = """
SELECT count(*), count(*) FILTER (person_id NOT IN (SELECT person_id FROM book_entry)),
    (SELECT count(*) FROM book_entry)
FROM contribution
"""
_BOOKED_MONTHS = """
INSERT INTO book_entry BY NAME
SELECT person_id, employer_no, period, wage, employer_amount + insured_amount AS contribution,
    'ажилтан' AS occupation, delivered_by || '-I2' AS certified_by,
    CASE WHEN month(period) = 12 THEN last_day(period)
        ELSE CAST(period + INTERVAL 1 MONTH + INTERVAL 9 DAY AS DATE) END AS certified_on,
    delivered_by, batch_id, source_file, source_row
FROM contribution c
WHERE period >= (SELECT min(period) FROM book_entry) AND wage > 0 AND person_id % $every = 1
    AND NOT EXISTS (FROM book_entry b WHERE b.person_id = c.person_id)
ORDER BY person_id, period
"""


def moved(column: str, copy: int, steps: dict[str, int]) -> str:
    """Return the SQL of a column in one of the copies."""
    name = quoted(column)
    if copy == 0:
        return name
    one, other = divmod(copy, len(LETTERS))
    if column in PERSONS:
        return f"{name} + {steps['person_id'] * copy} AS {name}"
    if column == "contribution_id":
        return f"{name} + {steps['contribution_id'] * copy} AS {name}"
    if column in NUMBERS:
        return f"'{copy:03}' || {name} AS {name}"
    if column in NAMES:
        return f"{name} || '{(LETTERS[one] + LETTERS[other]).lower()}' AS {name}"
    if column == "register_no":
        first, second = (LETTERS[n:] + LETTERS[:n] for n in (one, other))
        return (
            f"translate(substr({name}, 1, 1), '{LETTERS}', '{first}')"
            f" || translate(substr({name}, 2, 1), '{LETTERS}', '{second}') || substr({name}, 3) AS {name}"
        )
    return name


def _steps(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    steps = {}
    for column in ("person_id", "contribution_id"):
        [[largest]] = con.execute(f"SELECT max({column}) FROM contribution").fetchall()
        [[known]] = con.execute("SELECT max(person_id) FROM person").fetchall()
        steps[column] = 10 ** len(str(max(largest, known)))
    return steps


def _columns(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    return [row[0] for row in con.execute(f"DESCRIBE world.{quoted(table)}").fetchall()]


def _complete_books(con: duckdb.DuckDBPyConnection) -> None:
    """Give a part of the persons without a delivered book the entries of their ledger, to a third of it."""
    [[months, unbooked, entries]] = con.execute(_BOOKS).fetchall()
    every = max(1, unbooked // max(1, months // BOOKED - entries))
    con.execute(_BOOKED_MONTHS, {"every": every})


def multiply(world: Path, copies: int, out: Path, tables: Iterable[Table], memory: str = "3GB") -> None:
    """Write `copies` copies of the world in the store file `world` into the new DuckDB file `out`."""
    con = connect(memory_limit=memory, spill=out.parent / "spill")
    try:
        con.execute("SET threads = 1")
        con.execute(f"ATTACH {literal(str(world))} AS world (READ_ONLY)")
        con.execute(f"ATTACH {literal(str(out))} AS country (STORAGE_VERSION {literal(STORAGE)})")
        con.execute("USE country")
        for name in (*(table.name for table in tables), *RECORDS):
            con.execute(f"CREATE TABLE {quoted(name)} AS SELECT * FROM world.{quoted(name)}")
        _complete_books(con)
        con.execute("CREATE TEMP TABLE booked AS SELECT * FROM book_entry ORDER BY person_id, period")
        steps = _steps(con)
        for name in [table.name for table in tables if table.name not in ONCE]:
            source = "temp.booked" if name == "book_entry" else f"world.{quoted(name)}"
            for copy in range(1, copies):
                chosen = ", ".join(moved(column, copy, steps) for column in _columns(con, name))
                con.execute(f"INSERT INTO {quoted(name)} SELECT {chosen} FROM {source}")
        con.execute("CHECKPOINT country")
    finally:
        con.close()


def make_country(folder: Path, persons: int, copies: int) -> Path:
    """Make synthetic deliveries of every office, load and multiply them; return the country's file."""
    workbench = begin(folder / "nd", "en")
    known = read_offices(workbench.expectations / "offices.toml").values()
    codes = [office.code for office in known if office.kind != "capital"]
    make_deliveries(folder / "in", codes, persons, DEFECTS, 1)
    audit.load(workbench, [folder / "in"])
    tables = read_tables(workbench.expectations / "tables").values()
    multiply(current_snapshot(workbench.store).path, copies, folder / "country.duckdb", list(tables))
    return folder / "country.duckdb"


def main() -> None:
    """Multiply the world named on the command line."""
    world, copies, out = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    folder = Path(__file__).parents[1] / "expectations" / "tables"
    multiply(world, copies, out, list(read_tables(folder).values()))


if __name__ == "__main__":
    main()
