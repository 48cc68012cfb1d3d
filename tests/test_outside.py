"""Reports for readers outside: what is published, what is left out, and what is refused."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import polars as pl
import pytest
from conftest import REPOSITORY
from run_world import Past, make_workbench, write_run

from ndaudit import audit
from ndaudit.analyses import outside
from ndaudit.catalogue import Catalogue
from ndaudit.cli import main
from ndaudit.errors import UsageError
from ndaudit.reading import open_reading
from ndaudit.reporting.blocks import TABLE
from ndaudit.reporting.outside import left_out_before
from ndaudit.reporting.parameters import declared_parameters
from ndaudit.workbench import Workbench

NAME = "03_order_163_monitoring"
RESULTS = [
    ("PER-01", "C", "1110", 400, 395, 5, 0),
    ("PER-01", "C", "65", 400, 350, 50, 0),
    ("DET-06", "C", "1110", 400, 330, 70, 0),
    ("DET-06", "C", "65", 400, 320, 80, 0),
    ("BEN-01", "C", "1110", 400, 310, 90, 0),
    ("BEN-01", "C", "65", 400, 280, 120, 0),
    ("CON-05", "I", "65", 400, 397, 3, 0),
]
LATER = [("PER-01", "C", "1110", 400, 385, 15, 0), *RESULTS[1:]]


def benefit(number: int, office: str, kind: str, amount: str) -> dict[str, Any]:
    return {
        "benefit_id": f"{office}-{kind}-{number}",
        "person_id": number,
        "kind": kind,
        "amount": amount,
        "delivered_by": office,
    }


BENEFITS = [
    *(benefit(n, "1110", "sickness", "100000") for n in range(5)),
    *(benefit(n, "65", "sickness", "100000") for n in range(30)),
    *(benefit(n, "1110", "funeral", "2000000") for n in range(40)),
    *(benefit(n, "65", "funeral", "2000000") for n in range(50)),
    # 12 people, of whom one has nearly all of it
    *(benefit(n, "1110", "maternity", "90000000" if n == 0 else "10000") for n in range(12)),
    *(benefit(n, "65", "maternity", "3000000") for n in range(20)),
]


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Iterator[Workbench]:
    folder = tmp_path_factory.mktemp("outside")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NDAUDIT_KEY_FILE", str(folder / "key"))
        made = make_workbench(folder / "nd", catalogue, {"benefit": BENEFITS})
        for number, results in (("r1", RESULTS), ("r2", LATER)):
            write_run(made, Past(number, 20, results, []))
        (made.runs / "current.json").write_text('{"run_id": "r1"}', "utf-8")
        yield made


def table_of(page: Path) -> dict[str, dict[str, str]]:
    """Return the cells of the first table of a report, by office and head."""
    content = nbformat.read(page.with_suffix(".ipynb"), as_version=4)
    outputs = [output.get("data", {}) for cell in content.cells for output in cell.get("outputs", ())]
    [table, *_] = [one[TABLE] for one in outputs if TABLE in one]
    heads = [head["text"] for head in table["heads"]]
    return {row["cells"][0]: dict(zip(heads, row["cells"], strict=True)) for row in table["rows"]}


def test_what_is_left_out_stays_so_in_the_next_period(workbench: Workbench) -> None:
    """5 exceptions of PER-01 go with three other cells; in the next period they are 15, and go again."""
    [first] = audit.publish(workbench, [NAME], lang="en", audience="outside")
    assert first.failure is None
    assert first.path is not None
    assert first.path.parent == workbench.reports / "2025-12" / "outside"
    cells = table_of(first.path)
    shown = {(office, head): text for office, row in cells.items() for head, text in row.items()}
    hidden = {place for place, text in shown.items() if text == "×"}
    assert len(hidden) == 4
    assert shown["Country", "Total"] == "415"
    assert not any(text in ("5", "3") for text in shown.values())
    record = json.loads(first.path.with_name(f"{first.path.stem}.run.json").read_text("utf-8"))
    assert record["audience"] == "outside"
    sheet = pl.read_excel(first.path.with_suffix(".xlsx"), engine="calamine")
    assert sheet["Person"].null_count() == 2

    assert left_out_before(workbench, NAME).keys() == {"exceptions"}
    (workbench.runs / "current.json").write_text('{"run_id": "r2"}', "utf-8")
    [second] = audit.publish(workbench, [NAME], lang="en", period="2026-01", audience="outside")
    (workbench.runs / "current.json").write_text('{"run_id": "r1"}', "utf-8")
    assert second.path is not None
    again = {(o, h) for o, row in table_of(second.path).items() for h, text in row.items() if text == "×"}
    assert hidden <= again
    page = second.path.read_text("utf-8")
    assert "Content-Security-Policy" in page
    assert "left out" in page


def test_money_is_left_out_where_few_or_one_have_it(workbench: Workbench) -> None:
    with open_reading(workbench) as reading:
        people, money = outside.benefits(reading, {})
    assert people.protected.hidden == money.protected.hidden
    assert ("sickness", "1110") in money.protected.primary
    assert ("maternity", "1110") in money.protected.primary
    assert money.protected.shown(("", "")) == 35 * 100_000 + 90 * 2_000_000 + (
        90_000_000 + 11 * 10_000 + 20 * 3_000_000
    )


def test_control_sees_everything(workbench: Workbench) -> None:
    """Nothing is left out of what goes to the Control and Evaluation Office: that is the default."""
    with pytest.raises(UsageError, match="control, outside"):
        audit.publish(workbench, [NAME], audience="inside")


@pytest.mark.parametrize("name", ["01_data_reliability", "05_pension_reperformance", "08_payments"])
def test_reports_of_rows_are_refused(workbench: Workbench, name: str) -> None:
    with pytest.raises(UsageError, match="02_district_analysis, 03_order_163_monitoring"):
        audit.publish(workbench, [name], audience="outside")


def test_single_offices_are_refused(workbench: Workbench) -> None:
    with pytest.raises(UsageError, match="улсын хэмжээнд"):
        audit.publish(workbench, [NAME], office="65", audience="outside")


def test_the_command_refuses_with_exit_two(workbench: Workbench, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["-C", str(workbench.root), "--lang", "en"]
    for asked in (["06_contributions"], [NAME, "--person", "1"]):
        with pytest.raises(SystemExit) as left:
            main(["report", *asked, "--audience", "outside", *where])
        assert left.value.code == 2
        assert len(capsys.readouterr().err.strip().splitlines()) == 1


OUTSIDE = sorted((REPOSITORY / "notebooks" / "outside").glob("*.ipynb"))


@pytest.mark.parametrize("path", OUTSIDE, ids=[path.stem for path in OUTSIDE])
def test_notebooks_for_readers_outside_show_protected_tables_only(path: Path) -> None:
    content = nbformat.read(path, as_version=4)
    assert declared_parameters(content, path.name).keys() == {"office", "period", "lang", "workbench"}
    code = [cell.source for cell in content.cells if cell.cell_type == "code"]
    assert all(len(source.splitlines()) <= 10 for source in code)
    for source in code:
        assert "page.table(" not in source
        assert "charts." not in source
        assert "SELECT" not in source
