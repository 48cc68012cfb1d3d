"""Analyses on a small world written out by hand."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from math import comb
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from conftest import REPOSITORY

from ndaudit.analyses import (
    assumptions,
    completeness,
    deliveries,
    funnel,
    monitoring,
    order_163,
    outcomes,
    reliability,
)
from ndaudit.catalogue import Catalogue
from ndaudit.clauses import read_clauses
from ndaudit.errors import DeclarationError
from ndaudit.evaluation import create_results
from ndaudit.findings import Run
from ndaudit.reading import Reading
from ndaudit.scope import Scope
from ndaudit.store import connect, create_tables
from ndaudit.wording import sentences
from ndaudit.workbench import Workbench

RESULTS = (
    # rule, severity, office, population, met, exceptions, undetermined, missing, not delivered, law, effect
    ("LBK-02", "C", "1110", 100, 90, 8, 2, 2, 0, 0, None),
    ("LBK-02", "C", "65", 100, 98, 2, 0, 0, 0, 0, None),
    ("REC-02", "W", "1110", 50, 50, 0, 0, 0, 0, 0, None),
    ("REC-02", "W", "65", 1, 0, 0, 1, 0, 1, 0, None),
    ("LBK-03", "I", "1110", 10, 7, 3, 0, 0, 0, 0, None),
    ("PAY-05", "C", "1110", 20, 18, 2, 0, 0, 0, 0, Decimal("300.00")),
)
FINDINGS = (
    ("a1", "PAY-05", "C", "p|1", "1110", Decimal("500.00")),
    ("a2", "PAY-05", "C", "p|2", "1110", Decimal("-200.00")),
    ("a3", "SIB-02", "C", "p|3", "1110", Decimal("900.00")),
    ("a4", "SIB-10", "I", "p|4", "1110", Decimal("7000.00")),
)
OFFICE = Scope("1110")


@pytest.fixture
def reading(tmp_path: Path, repository: Workbench, catalogue: Catalogue) -> Iterator[Reading]:
    (tmp_path / "expectations").symlink_to(REPOSITORY / "expectations")
    con = connect()
    for name in ("snapshot", "run"):
        con.execute(f"ATTACH ':memory:' AS {name}")
    con.execute("USE snapshot")
    create_tables(con, catalogue.tables.values())
    for office in ("1110", "65"):
        con.execute(
            "INSERT INTO batch (batch_id, office_code, period, exported_at) VALUES (?, ?, ?, ?)",
            [office, office, datetime(2025, 12, 1), datetime(2026, 1, 12, 18)],
        )
    con.execute("USE run")
    create_results(con)
    con.executemany("INSERT INTO rule_result VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", RESULTS)
    con.executemany(
        "INSERT INTO finding (finding_id, rule_id, severity, item_key, office_code, effect, outcome)"
        " VALUES (?, ?, ?, ?, ?, ?, 'exception')",
        FINDINGS,
    )
    run = Run("r", tmp_path, "s", "", "", datetime(2026, 1, 13), True, (), ())
    yield Reading(con, repository, catalogue, run)
    con.close()


def row(frame: pl.DataFrame, **where: str) -> dict[str, object]:
    for name, value in where.items():
        frame = frame.filter(pl.col(name) == value)
    assert frame.height == 1
    return frame.row(0, named=True)


def test_rules_of_an_office_stand_beside_the_country(reading: Reading) -> None:
    found = row(outcomes.by_rule(reading, OFFICE), rule_id="LBK-02")
    assert (found["exceptions"], found["decided"], found["undetermined"]) == (8, 98, 2)
    assert found["rate"] == (Decimal(8) / 98).quantize(Decimal("1e-12"))
    assert found["country_rate"] == (Decimal(10) / 198).quantize(Decimal("1e-12"))


def test_a_rule_nobody_could_decide_has_no_rate_rather_than_a_clean_zero(reading: Reading) -> None:
    found = row(outcomes.by_rule(reading, Scope("65")), rule_id="REC-02")
    assert (found["rate"], found["not_delivered"]) == (None, 1)


def test_leads_are_kept_apart(reading: Reading) -> None:
    rules = outcomes.by_rule(reading, OFFICE)
    assert outcomes.leads(rules)["rule_id"].to_list() == ["LBK-03"]
    assert row(outcomes.by_area(outcomes.accusing(rules)), area="LBK")["exceptions"] == 8


def test_effects_count_one_money_once_and_no_lead(reading: Reading) -> None:
    rules = pl.DataFrame({"rule_id": ["PAY-05", "SIB-02", "SIB-10"]})
    found = outcomes.effects(reading, OFFICE, rules).row(0, named=True)
    assert found == {"over": Decimal("500.00"), "under": Decimal("200.00"), "findings": 2}
    largest = outcomes.largest_findings(reading, OFFICE, rules, most=2)
    assert largest["finding_id"].to_list() == ["a3", "a1"]


def test_every_clause_is_an_indicator_in_order(reading: Reading, catalogue: Catalogue) -> None:
    rules = outcomes.by_rule(reading, OFFICE)
    found = order_163.indicators(reading, rules)
    declared = list(read_clauses(REPOSITORY / "expectations" / "clauses.toml"))
    assert found["clause"].to_list() == declared
    labour_book = row(found, clause="3.1.1")
    spoken = [
        rule
        for rule in catalogue.rules.values()
        if not rule.is_lead and any((c.act, c.clause) == (order_163.ACT, "3.1.1") for c in rule.criterion)
    ]
    # all that speak of the clause, whether they found something to check or not
    assert labour_book["rules"] == len(spoken)
    assert (labour_book["exceptions"], labour_book["decided"]) == (8, 98)
    assert row(found, clause="3.6")["rules"] == 0
    assert row(found, clause="3.6")["exceptions"] is None


def test_every_clause_rules_cite_is_declared(catalogue: Catalogue) -> None:
    declared = read_clauses(REPOSITORY / "expectations" / "clauses.toml")
    cited = {c.clause for rule in catalogue.rules.values() for c in rule.criterion if c.act == "order_163"}
    assert cited - set(declared) == set()


def test_every_assumption_rules_name_is_a_sentence(catalogue: Catalogue) -> None:
    named = {name for rule in catalogue.rules.values() for name in rule.assumptions}
    assert named - set(sentences("assumptions")) == set()


def test_monitoring_concludes_on_rules_that_cite_the_order(reading: Reading) -> None:
    rules = outcomes.by_rule(reading, OFFICE)
    cited = order_163.citing(reading, rules)
    assert set(cited["rule_id"]) == {"LBK-02", "REC-02"}
    found = monitoring.conclusion(reading, OFFICE, cited, order_163.indicators(reading, rules)).row(
        0, named=True
    )
    assert (found["exceptions"], found["critical"], found["clauses_broken"]) == (8, 8, 1)
    assert found["verdict"] == "broken"


def test_assumptions_of_rules_with_exceptions_only(reading: Reading, catalogue: Catalogue) -> None:
    rule = replace(catalogue.rules["LBK-02"], assumptions=("order_163_still_followed",))
    silent = replace(catalogue.rules["REC-02"], assumptions=("another",))
    known = replace(catalogue, rules={"LBK-02": rule, "REC-02": silent})
    told = replace(reading, catalogue=known)
    found = assumptions.assumptions(told, outcomes.by_rule(told, OFFICE))
    assert row(found, kind="assumption")["name"] == "order_163_still_followed"
    assert row(found, kind="assumption")["exceptions"] == 8
    assert "working_age_months" in found.filter(pl.col("kind") == "law")["name"].to_list()


def test_missing_values_count_only_what_can_never_be_empty(reading: Reading) -> None:
    reading.con.execute(
        "INSERT INTO snapshot.person (person_id, register_no, delivered_by) VALUES (1, 'x', '1110'),"
        " (2, NULL, '1110'), (3, NULL, '65')"
    )
    found = completeness.missing_values(reading, OFFICE)
    number = row(found, table_name="person", column_name="register_no")
    assert (number["rows"], number["missing"], number["share"]) == (2, 1, Decimal("0.5"))
    assert "deceased_on" not in found["column_name"].to_list()
    assert row(completeness.by_table(found), table_name="person")["rows"] == 2


def test_required_columns_are_in_the_dictionary(catalogue: Catalogue, tmp_path: Path) -> None:
    tables = dict(catalogue.tables)
    required = completeness.read_required(REPOSITORY / "expectations" / "completeness.toml", tables)
    assert set(required) == set(tables)
    path = tmp_path / "completeness.toml"
    path.write_text('person = ["shoe_size"]', "utf-8")
    with pytest.raises(DeclarationError, match="shoe_size"):
        completeness.read_required(path, tables)


def deliver(reading: Reading, *, rows_in: int, rejected: int, difference: int) -> None:
    for table in reading.catalogue.tables:
        reading.con.execute(
            "INSERT INTO snapshot.delivered_file (batch_id, office_code, source_file, table_name, rows_in,"
            " rows_loaded, rows_rejected, values_rejected) VALUES ('1110', '1110', ?, ?, ?, ?, ?, 0)",
            [f"{table}.csv", table, rows_in, rows_in - rejected, rejected],
        )
    reading.con.execute(
        "INSERT INTO snapshot.control_total VALUES ('1110', 'payment.csv', 'amount', 100, ?)",
        [100 + difference],
    )


@pytest.mark.parametrize(
    ("rejected", "difference", "verdict"),
    [(0, 0, "sufficient"), (0, 1, "limited"), (3, 0, "limited"), (60, 0, "insufficient")],
)
def test_reliability_verdict(reading: Reading, rejected: int, difference: int, verdict: str) -> None:
    deliver(reading, rows_in=1000, rejected=rejected, difference=difference)
    found = reliability.conclusion(reading, OFFICE, completeness.missing_values(reading, OFFICE)).row(
        0, named=True
    )
    assert found["verdict"] == verdict
    assert found["tables_missing"] == 0


def test_an_office_that_delivered_nothing_is_not_reliable(reading: Reading) -> None:
    found = reliability.conclusion(reading, OFFICE, completeness.missing_values(reading, OFFICE)).row(
        0, named=True
    )
    assert found["verdict"] == "insufficient"
    assert found["tables_delivered"] == 0


def test_tables_never_delivered_come_first(reading: Reading) -> None:
    deliver(reading, rows_in=10, rejected=0, difference=0)
    reading.con.execute("DELETE FROM snapshot.delivered_file WHERE table_name = 'payment'")
    found = deliveries.delivered_tables(reading, OFFICE)
    assert found["table_name"][0] == "payment"
    assert not found["delivered"][0]


def binomial_below(count: int, size: int, share: float) -> float:
    return sum(comb(size, k) * share**k * (1 - share) ** (size - k) for k in range(count + 1))


@pytest.mark.parametrize(("size", "share"), [(40, 0.1), (200, 0.03), (1000, 0.5)])
@pytest.mark.parametrize("probability", list(funnel.LIMITS.values()))
def test_limits_are_exact_binomial(size: int, share: float, probability: float) -> None:
    [limit] = funnel.binomial_limits([size], share, probability)
    count = limit * size
    assert binomial_below(int(np.ceil(count - 1e-9)), size, share) >= probability - 1e-9
    assert binomial_below(int(np.floor(count + 1e-9)) - 1, size, share) < probability


def results(exceptions: dict[str, int], size: int = 1000) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "rule_id": ["R"] * len(exceptions),
            "office_code": list(exceptions),
            "decided": [size] * len(exceptions),
            "exceptions": list(exceptions.values()),
        }
    )


def test_an_office_beyond_chance_is_marked() -> None:
    found = funnel.funnel("3.1.1", results({"a": 20, "b": 22, "c": 19, "d": 70}))
    assert found is not None
    places = dict(zip(found.offices["office_code"], found.offices["place"], strict=True))
    assert places["d"] == "beyond_998"
    assert not found.adjusted


def test_many_offices_that_all_vary_widen_the_limits() -> None:
    found = funnel.funnel("3.1.1", results({str(n): 20 + 40 * (n % 2) for n in range(12)}))
    assert found is not None
    assert found.adjusted
    assert set(found.offices["place"]) == {"inside"}


def test_offices_with_harder_rules_are_not_marked_for_it() -> None:
    easy, hard = (0.01, 1000, 10), (0.3, 1000, 300)
    rows = [("easy", "a", *easy[1:]), ("easy", "b", *easy[1:]), ("hard", "c", *hard[1:])]
    frame = pl.DataFrame(rows, schema=["rule_id", "office_code", "decided", "exceptions"], orient="row")
    found = funnel.funnel("3.1.1", frame)
    assert found is not None
    assert set(found.offices["place"]) == {"inside"}


@pytest.mark.parametrize("exceptions", [0, 1000])
def test_no_funnel_where_none_or_all_fail(exceptions: int) -> None:
    assert funnel.funnel("3.1.1", results({"a": exceptions, "b": exceptions})) is None
