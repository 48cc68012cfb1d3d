"""The main path on whole deliveries: what is planted is found, and nothing else."""

import csv
import json
import os
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import REPOSITORY
from planted_world import UNBREAKABLE

from ndaudit import audit
from ndaudit.beginning import begin
from ndaudit.findings import Run
from ndaudit.rules import read_rules
from ndaudit.store import connect
from ndaudit.synthetic import make_deliveries
from ndaudit.workbench import Workbench

SAMPLES = REPOSITORY.parent / "shared" / "samples" / "three_offices"
SEEDS = [int(seed) for seed in os.environ.get("NDAUDIT_SEEDS", "1").split(",")]
OFFICES = ["65", "1107", "1110"]
SIZES = [int(size) for size in os.environ.get("NDAUDIT_SIZES", "1350").split(",")]
"""People over the three offices; with fewer than 450 an office some planters find no victim."""

Effects = dict[tuple[str, str], Decimal | None]

Found = set[tuple[str, str, str, str]]


def checked(folder: Path, deliveries: Path) -> tuple[Workbench, Run]:
    workbench = begin(folder / "workbench", "mn")
    audit.load(workbench, [deliveries])
    return workbench, audit.check(workbench)


def found(run: Run, severities: str = "CW") -> Found:
    """Return rule, item, outcome and office of every finding of these severities."""
    con = connect(run.database, read_only=True)
    try:
        rows = con.execute(
            "SELECT rule_id, item_key, outcome, coalesce(office_code, ''), severity FROM finding"
        ).fetchall()
    finally:
        con.close()
    return {
        (rule, item, outcome, office) for rule, item, outcome, office, level in rows if level in severities
    }


def left_open_for(run: Run, items: Found) -> set[str | None]:
    """Return the reasons for which those of the items are undetermined that are."""
    con = connect(run.database, read_only=True)
    try:
        rows = con.execute(
            "SELECT rule_id, item_key, coalesce(office_code, ''), reason FROM finding"
            " WHERE outcome = 'undetermined'"
        ).fetchall()
    finally:
        con.close()
    return {reason for rule, item, office, reason in rows if (rule, item, "undetermined", office) in items}


def planted(deliveries: Path) -> Found:
    with (deliveries / "planted.csv").open(encoding="utf-8", newline="") as handle:
        return {
            (row["rule_id"], row["item_key"], row["outcome"], row["office_code"])
            for row in csv.DictReader(handle)
        }


def planted_effects(deliveries: Path) -> Effects:
    with (deliveries / "planted_effects.csv").open(encoding="utf-8", newline="") as handle:
        return {
            (row["rule_id"], row["item_key"]): Decimal(row["effect"]) if row["effect"] else None
            for row in csv.DictReader(handle)
        }


def found_effects(run: Run, items: Iterable[tuple[str, str]]) -> Effects:
    con = connect(run.database, read_only=True)
    try:
        rows = con.execute(
            "SELECT rule_id, item_key, effect FROM finding WHERE outcome = 'exception'"
        ).fetchall()
    finally:
        con.close()
    wanted = set(items)
    return {(rule, item): effect for rule, item, effect in rows if (rule, item) in wanted}


def broken_contracts(workbench: Workbench) -> set[str]:
    """Return the types of the expectations on tables that do not hold."""
    audit.show(workbench, "en")
    stored = workbench.data.joinpath("gx", "validation_results").rglob("*.json")
    suites = [json.loads(path.read_text("utf-8")) for path in stored]
    return {
        one["expectation_config"]["type"]
        for suite in suites
        if suite["suite_name"] != "rules"
        for one in suite["results"]
        if not one["success"]
    }


@pytest.mark.parametrize("persons", SIZES)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_planted_defect_is_found_and_nothing_else(tmp_path: Path, seed: int, persons: int) -> None:
    deliveries = tmp_path / "deliveries"
    make_deliveries(deliveries, OFFICES, persons, Decimal("0.02"), seed)
    workbench, run = checked(tmp_path, deliveries)
    expected = planted(deliveries)
    assert run.failures == ()
    broken = {rule for rule, _, outcome, _ in expected if outcome == "exception"}
    assert broken | UNBREAKABLE.keys() == {total.rule_id for total in run.totals}
    for total in run.totals:
        if total.rule_id in UNBREAKABLE:
            assert total.undetermined == total.population > 0, UNBREAKABLE[total.rule_id]
    assert expected - found(run, "CWI") == set()
    assert found(run) - expected == set()
    assert left_open_for(run, expected) == {"missing_value"}
    effects = planted_effects(deliveries)
    rules = read_rules(workbench.expectations / "rules")
    with_effect = {rule.id for rule in rules.values() if rule.effect}
    broken_items = {(rule, item) for rule, item, outcome, _ in expected if outcome == "exception"}
    assert effects.keys() == {(rule, item) for rule, item in broken_items if rule in with_effect}
    assert with_effect == {rule for (rule, _), effect in effects.items() if effect is not None}
    assert found_effects(run, effects) == effects
    # contracts never state what a rule states: no exception breaks one, only what was left out does
    assert broken_contracts(workbench) == {"expect_column_values_to_not_be_null"}


@pytest.mark.parametrize("persons", SIZES)
@pytest.mark.parametrize("seed", SEEDS)
def test_clean_deliveries_have_no_finding(tmp_path: Path, seed: int, persons: int) -> None:
    deliveries = tmp_path / "deliveries"
    make_deliveries(deliveries, OFFICES, persons, Decimal(0), seed)
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
