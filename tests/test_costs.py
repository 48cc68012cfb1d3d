"""What each step of a check costs, and that nothing is measured unless asked."""

import json
from dataclasses import asdict

import pytest
from conftest import REPOSITORY

from ndaudit.catalogue import read_catalogue
from ndaudit.costs import Meter
from ndaudit.evaluation import build_populations, create_results, evaluate
from ndaudit.scope import EVERYTHING
from ndaudit.store import connect, create_tables, declare_world
from ndaudit.workbench import Workbench

SHIPPED = read_catalogue(Workbench(REPOSITORY))
# SIB-08 reads the ledger beside the crowded months and rows, the ceilings and the calendar
RULES = ("SIB-08",)


def decided(meter: Meter | None) -> tuple[list[str], list[tuple[object, ...]]]:
    """Decide the rules over three months of one person; return the steps told and the results."""
    told: list[str] = []
    con = connect()
    try:
        create_tables(con, SHIPPED.tables.values())
        con.execute(
            "INSERT INTO contribution (contribution_id, person_id, period, insured_type, base, delivered_by)"
            " VALUES (1, 1, DATE '2022-01-01', '01', 1000000, '65'),"
            " (2, 1, DATE '2022-02-01', '01', 99000000, '65'),"
            " (3, 1, DATE '2022-02-01', '01', 1000000, '65')"
        )
        con.execute(
            "INSERT INTO batch (office_code, exported_at) VALUES ('65', TIMESTAMP '2026-01-12 18:00:00')"
        )
        con.execute("INSERT INTO delivered_file (office_code, table_name) VALUES ('65', 'contribution')")
        declare_world(con, SHIPPED.law, SHIPPED.thresholds)
        create_results(con)
        rules = [SHIPPED.rules[name] for name in RULES]
        world = meter.watch(con) if meter else con

        def step(name: str) -> None:
            told.append(name)
            if meter:
                meter(name, len(told), 0)

        broken = build_populations(world, SHIPPED, rules, step)
        assert evaluate(world, SHIPPED, rules, EVERYTHING, broken, step) == []
        return told, con.execute("SELECT * FROM rule_result ORDER BY ALL").fetchall()
    finally:
        con.close()


@pytest.fixture(scope="module")
def measured() -> tuple[Meter, list[str], list[tuple[object, ...]]]:
    meter = Meter()
    return meter, *decided(meter)


def test_measuring_changes_nothing(measured: tuple[Meter, list[str], list[tuple[object, ...]]]) -> None:
    _, steps, results = measured
    assert (steps, results) == decided(None)
    assert [row[3:6] for row in results] == [(2, 1, 1)]


def test_every_kept_population_and_every_rule_has_its_cost(
    measured: tuple[Meter, list[str], list[tuple[object, ...]]],
) -> None:
    meter, steps, _ = measured
    costs = {cost.name: cost for cost in meter.costs(SHIPPED, {"SIB-08": 2})}
    kept = {name for name in steps if name in RULES or SHIPPED.populations[name].materialise}
    assert costs.keys() == kept
    assert costs["SIB-08"].kind == "rule"
    assert costs["SIB-08"].rows == 2
    assert costs["crowded_ledger_month"].kind == "population"
    assert costs["crowded_ledger_month"].rows == 1
    # two rows of one month
    assert costs["crowded_row"].rows == 2


def test_passes_are_counted_on_both_sides(
    measured: tuple[Meter, list[str], list[tuple[object, ...]]],
) -> None:
    meter, _, _ = measured
    costs = {cost.name: cost for cost in meter.costs(SHIPPED, {})}
    # the ledger by year, and by month where a year holds one twice
    assert costs["crowded_ledger_month"].passes == 2
    assert costs["crowded_ledger_month"].rows_read == 6
    # by crowded_row, by crowded_person and by the rule
    assert costs["crowded_ledger_month"].read == 3
    assert costs["crowded_row"].read == 1
    assert costs["SIB-08"].read == 0
    assert costs["SIB-08"].passes >= 4
    assert costs["SIB-08"].rows_read >= 3 + 2


def test_dearest_first_and_ready_for_json(
    measured: tuple[Meter, list[str], list[tuple[object, ...]]],
) -> None:
    meter, _, _ = measured
    costs = meter.costs(SHIPPED, {})
    spent = [cost.cpu_seconds for cost in costs]
    assert spent == sorted(spent, reverse=True)
    assert all(cost.seconds >= 0 and cost.memory > 0 for cost in costs)
    assert json.loads(json.dumps([asdict(cost) for cost in costs]))[0]["name"] == costs[0].name


def test_progress_goes_on() -> None:
    heard: list[tuple[str, int, int]] = []
    Meter(lambda name, done, total: heard.append((name, done, total)))("SIB-08", 3, 7)
    assert heard == [("SIB-08", 3, 7)]
