"""What a load changes: rows that appeared, changed and went; the day of an office; what it delivered."""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from deliveries import PERSON, REPORT, deliver, person, report

from ndaudit import ledger
from ndaudit.catalogue import Catalogue
from ndaudit.cli.options import Surroundings
from ndaudit.cli.tables import print_load
from ndaudit.intake import LoadSummary, load
from ndaudit.store import attach_snapshot, connect, current_snapshot, declare_world
from ndaudit.workbench import Workbench

Loader = Callable[..., LoadSummary]
FILE = "employer_report.csv"


@pytest.fixture
def workbench(tmp_path: Path) -> Workbench:
    (tmp_path / "bench").mkdir()
    return Workbench(tmp_path / "bench")


@pytest.fixture
def loaded(workbench: Workbench, catalogue: Catalogue) -> Loader:
    return lambda *paths: load(workbench, catalogue.tables, paths)


def changes(summary: LoadSummary) -> list[tuple[str, int, int, int]]:
    return [(c.table, c.appeared, c.changed, c.went) for batch in summary.batches for c in batch.changes]


def reports(folder: Path, text: str, period: str, month: int, mode: str = "period") -> Path:
    return deliver(
        folder,
        {FILE: REPORT + text},
        period=period,
        exported_at=datetime(2026, month, 12),
        modes={FILE: mode},
    )


def world(workbench: Workbench, catalogue: Catalogue, query: str) -> list[tuple[Any, ...]]:
    con = connect()
    try:
        attach_snapshot(con, current_snapshot(workbench.store), catalogue.tables.values())
        declare_world(con, {}, {})
        return con.execute(query).fetchall()
    finally:
        con.close()


def test_full_tells_what_appeared_changed_and_went(loaded: Loader, tmp_path: Path) -> None:
    first = deliver(
        tmp_path / "a",
        {"person.csv": PERSON + person(1) + person(2) + person(3)},
        exported_at=datetime(2026, 1, 1),
    )
    text = PERSON + person(3) + person(2, "1961-05-01") + person(4) + person(5)
    second = deliver(tmp_path / "b", {"person.csv": text}, exported_at=datetime(2026, 2, 1))
    assert changes(loaded(first)) == [("person", 3, 0, 0)]
    # 3 stands in another row of the file, and is the same; 2 changed; 4 and 5 are new; 1 is gone
    assert changes(loaded(second)) == [("person", 2, 1, 1)]


def test_repeated_key_is_compared_row_by_row(loaded: Loader, tmp_path: Path) -> None:
    text = PERSON + person(1) + person(1) + person(1, "1961-05-01")
    loaded(deliver(tmp_path / "a", {"person.csv": text}, exported_at=datetime(2026, 1, 1)))
    again = deliver(
        tmp_path / "b",
        {"person.csv": PERSON + person(1) + person(1, "1962-05-01")},
        exported_at=datetime(2026, 2, 1),
    )
    assert changes(loaded(again)) == [("person", 0, 1, 1)]


def test_other_offices_are_not_compared(loaded: Loader, tmp_path: Path) -> None:
    loaded(deliver(tmp_path / "a", {"person.csv": PERSON + person(1)}, office="65"))
    assert changes(loaded(deliver(tmp_path / "b", {"person.csv": PERSON + person(1)}))) == [
        ("person", 1, 0, 0)
    ]


def test_period_tells_corrections_of_earlier_months(loaded: Loader, tmp_path: Path) -> None:
    november = report("А", "2025-11", "1") + report("Б", "2025-11", "2")
    loaded(reports(tmp_path / "1", november, "2025-11", 1))
    december = report("А", "2025-12", "3") + report("Б", "2025-11", "4")
    assert changes(loaded(reports(tmp_path / "2", december, "2025-12", 2))) == [("employer_report", 1, 1, 0)]
    again = report("А", "2025-12", "3") + report("В", "2025-12", "5")
    # the correction of November was part of the December that is replaced now
    assert changes(loaded(reports(tmp_path / "3", again, "2025-12", 3))) == [("employer_report", 1, 0, 1)]
    whole = reports(tmp_path / "4", report("А", "2025-12", "3"), "2026-01", 4, mode="full")
    assert changes(loaded(whole)) == [("employer_report", 0, 0, 2)]


def test_late_old_export_changes_nothing(loaded: Loader, tmp_path: Path) -> None:
    loaded(deliver(tmp_path / "b", {"person.csv": PERSON + person(2)}, exported_at=datetime(2026, 2, 1)))
    late = deliver(tmp_path / "a", {"person.csv": PERSON + person(1)}, exported_at=datetime(2026, 1, 1))
    assert changes(loaded(late)) == [("person", 0, 0, 0)]


def test_changes_stand_in_ledger_json_and_table(workbench: Workbench, loaded: Loader, tmp_path: Path) -> None:
    loaded(deliver(tmp_path / "a", {"person.csv": PERSON + person(1)}, exported_at=datetime(2026, 1, 1)))
    parts = {"p1.csv": PERSON + person(1, "1961-05-01"), "p2.csv": PERSON + person(2)}
    both = deliver(
        tmp_path / "b", parts, tables=dict.fromkeys(parts, "person"), exported_at=datetime(2026, 2, 1)
    )
    done = loaded(both)
    assert ledger.read(workbench)[-1].details["changes"] == {
        done.batches[0].batch_id: {"person": {"appeared": 1, "changed": 1, "went": 0}}
    }
    printed = io.StringIO()
    with redirect_stdout(printed):
        print_load(Surroundings(workbench, "en", as_json=True), done)
    [batch] = json.loads(printed.getvalue())["batches"]
    assert batch["changes"] == [{"table": "person", "appeared": 1, "changed": 1, "went": 0}]
    printed = io.StringIO()
    with redirect_stdout(printed):
        print_load(Surroundings(workbench, "en", as_json=False), done)
    lines = [line.split() for line in printed.getvalue().splitlines() if "csv" in line]
    assert lines[0][-3:] == ["1", "1", "0"]
    assert len(lines[1]) == len(lines[0]) - 3


def test_as_of_is_the_latest_export_of_each_office(
    workbench: Workbench, loaded: Loader, tmp_path: Path, catalogue: Catalogue
) -> None:
    loaded(reports(tmp_path / "3", report("А", "2026-01"), "2026-01", 3))
    loaded(reports(tmp_path / "2", report("А", "2025-12"), "2025-12", 2))
    loaded(deliver(tmp_path / "x", {FILE: REPORT}, office="65", exported_at=datetime(2025, 12, 31, 23, 59)))
    assert world(workbench, catalogue, "SELECT office_code, as_of FROM as_of ORDER BY 1") == [
        ("1110", date(2026, 3, 12)),
        ("65", date(2025, 12, 31)),
    ]


def test_what_was_ever_delivered_stays_delivered(
    workbench: Workbench, loaded: Loader, tmp_path: Path, catalogue: Catalogue
) -> None:
    loaded(deliver(tmp_path / "a", {"person.csv": PERSON}, exported_at=datetime(2026, 1, 1)))
    loaded(reports(tmp_path / "b", report("А", "2025-12"), "2025-12", 2))
    loaded(deliver(tmp_path / "c", {"person.csv": PERSON + person(1)}, office="65"))
    found = world(workbench, catalogue, "SELECT office_code, table_name FROM delivered ORDER BY ALL")
    # a list that came empty was delivered; office 65 sent no reports, whatever others sent
    assert found == [("1110", "employer_report"), ("1110", "person"), ("65", "person")]
