"""The main path on whole deliveries: what is planted is found, and nothing else."""

import csv
import os
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import REPOSITORY

from ndaudit import audit
from ndaudit.beginning import begin
from ndaudit.findings import Run
from ndaudit.store import connect
from ndaudit.synthetic import make_deliveries
from ndaudit.workbench import Workbench

SAMPLES = REPOSITORY.parent / "shared" / "samples" / "three_offices"
SEEDS = [int(seed) for seed in os.environ.get("NDAUDIT_SEEDS", "1").split(",")]
OFFICES = ["65", "1107", "1110"]
PERSONS = 900
"""Three hundred an office: fewer leave some planters without a victim."""

Found = set[tuple[str, str, str]]


def checked(folder: Path, deliveries: Path) -> tuple[Workbench, Run]:
    workbench = begin(folder / "workbench", "mn")
    audit.load(workbench, [deliveries])
    return workbench, audit.check(workbench)


def found(run: Run, severities: str = "CW") -> Found:
    """Return rule, item and outcome of every finding of these severities."""
    con = connect(run.database, read_only=True)
    try:
        rows = con.execute("SELECT rule_id, item_key, outcome, severity FROM finding").fetchall()
    finally:
        con.close()
    return {(rule, item, outcome) for rule, item, outcome, severity in rows if severity in severities}


def planted(deliveries: Path) -> Found:
    with (deliveries / "planted.csv").open(encoding="utf-8", newline="") as handle:
        return {(row["rule_id"], row["item_key"], row["outcome"]) for row in csv.DictReader(handle)}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_planted_defect_is_found_and_nothing_else(tmp_path: Path, seed: int) -> None:
    deliveries = tmp_path / "deliveries"
    make_deliveries(deliveries, OFFICES, PERSONS, Decimal("0.02"), seed)
    _, run = checked(tmp_path, deliveries)
    expected = planted(deliveries)
    assert run.failures == ()
    broken = {rule for rule, _, outcome in expected if outcome == "exception"}
    assert broken == {total.rule_id for total in run.totals}
    assert expected - found(run, "CWI") == set()
    assert found(run) - expected == set()


@pytest.mark.parametrize("seed", SEEDS)
def test_clean_deliveries_have_no_finding(tmp_path: Path, seed: int) -> None:
    deliveries = tmp_path / "deliveries"
    make_deliveries(deliveries, OFFICES, PERSONS, Decimal(0), seed)
    _, run = checked(tmp_path, deliveries)
    assert run.failures == ()
    assert found(run) == set()


@pytest.mark.skipif(
    not SAMPLES.is_dir() and "CI" not in os.environ, reason="the sample deliveries are not here"
)
def test_the_lawful_sample_made_elsewhere_has_no_exception(tmp_path: Path) -> None:
    workbench, run = checked(tmp_path, SAMPLES)
    con = connect(workbench.store / f"{run.snapshot}.duckdb", read_only=True)
    try:
        counted = con.execute(
            "SELECT sum(rows_in), sum(rows_loaded), sum(rows_rejected), sum(values_rejected)"
            " FROM delivered_file"
        ).fetchall()
    finally:
        con.close()
    assert counted[0][0] == counted[0][1] > 100_000
    assert counted[0][2:] == (0, 0)
    assert run.failures == ()
    assert found(run) == set()
