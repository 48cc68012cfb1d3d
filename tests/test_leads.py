"""Leads by likeness and distance, on rows written out by hand: doubles, near doubles, outliers, digits."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from ndaudit.analyses import digits, duplicates, near_doubles, outliers, second_linkage
from ndaudit.catalogue import Catalogue
from ndaudit.digits.gate import Refusal, assigned
from ndaudit.digits.patterns import last_two
from ndaudit.errors import MachineError
from ndaudit.evaluation import create_results
from ndaudit.findings import Run
from ndaudit.reading import Reading
from ndaudit.scope import EVERYTHING, Scope
from ndaudit.store import connect, create_tables
from ndaudit.wording import sentences
from ndaudit.workbench import Workbench


@pytest.fixture
def reading(tmp_path: Path, repository: Workbench, catalogue: Catalogue) -> Iterator[Reading]:
    con = connect()
    for name in ("snapshot", "run"):
        con.execute(f"ATTACH ':memory:' AS {name}")
    con.execute("USE snapshot")
    create_tables(con, catalogue.tables.values())
    con.execute("INSERT INTO batch (batch_id, office_code, exported_at) VALUES ('b', '65', '2026-01-12')")
    con.execute("USE run")
    create_results(con)
    con.execute("USE memory")
    run = Run("r", tmp_path, "s", "", "", datetime(2026, 1, 13), True, (), ())
    yield Reading(con, repository, catalogue, run)
    con.close()


def add(reading: Reading, table: str, *rows: dict[str, Any]) -> None:
    for row in rows:
        values = {"delivered_by": "65"} | row if table != "finding" else row
        schema = "run" if table == "finding" else "snapshot"
        marks = ", ".join("?" for _ in values)
        reading.con.execute(
            f"INSERT INTO {schema}.{table} ({', '.join(values)}) VALUES ({marks})", list(values.values())
        )


def person(number: int, surname: str, given: str, born: date, register: str, **more: Any) -> dict[str, Any]:
    known = {"person_id": number, "surname": surname, "given_name": given, "birth_date": born}
    return known | {"register_no": register, "sex": "F", "subdistrict": "1"} | more


def crowd(size: int = 40) -> list[dict[str, Any]]:
    """People who share nothing but the place."""
    letters = "АБВГДЕЖЗИК"
    return [
        person(
            1000 + n,
            letters[n % 10] * 3 + letters[n // 10] * 4,
            letters[(n * 3) % 10] * 4 + letters[n // 10] * 3,
            date(1950 + n, 1 + n % 12, 1 + n % 28),
            f"УБ{50 + n % 50:02}{1 + n % 12:02}{1 + n % 28:02}{(n * 7) % 100:02}",
            sex="M" if n % 2 else "F",
            subdistrict=str(n % 8),
        )
        for n in range(size)
    ]


def test_one_slip_in_a_name_is_a_double_and_a_sister_is_not(reading: Reading) -> None:
    born = date(1970, 3, 4)
    add(
        reading,
        "person",
        *crowd(),
        person(1, "Бат", "Өнөрцэцэг", born, "УБ70030411"),
        person(2, "БАТ", "Онорцэцэг", born, "УБ70030411", subdistrict="2"),
        # another day, another number, another given name: her sister
        person(3, "Бат", "Наранцэцэг", date(1972, 3, 4), "УБ72030424"),
    )
    pairs, weights = duplicates.linkage(reading, EVERYTHING)
    (pair,) = pairs.to_dicts()
    assert (pair["item_key"], pair["other_key"]) == ("1", "2")
    # ө is spelt о by many: the same; the case is none
    assert [pair[field] for field in duplicates.FIELDS] == [
        "same",
        "same",
        "same",
        "same",
        "same",
        "different",
    ]
    told = {(row["field"], row["level"]): row for row in weights.to_dicts()}
    assert pair["weight"] == pytest.approx(
        sum(told[field, pair[field]]["weight"] for field in duplicates.FIELDS), abs=Decimal("0.4")
    )
    # 43 people: log2 43 = 5.4
    assert pair["needed"] == Decimal("5.4")
    assert ("sex", "near") not in told
    assert duplicates.linkage(reading, Scope("1110"))[0].height == 0


def test_splink_names_the_same_double_and_weighs_alike(reading: Reading) -> None:
    born = date(1970, 3, 4)
    add(
        reading,
        "person",
        *crowd(),
        person(1, "Бат", "Өнөрцэцэг", born, "УБ70030411"),
        person(2, "БАТ", "Онорцэцэг", born, "УБ70030411", subdistrict="2"),
        person(3, "Бат", "Наранцэцэг", date(1972, 3, 4), "УБ72030424"),
    )
    pairs, weights = second_linkage.linkage(reading)
    assert pairs.select("item_key", "other_key").rows() == [("1", "2")]
    (weight,) = pairs["weight"]
    assert weight >= pairs["needed"][0] == Decimal("5.4")
    told = {(row["field"], row["level"]): row["weight"] for row in weights.to_dicts()}
    # an agreement speaks for one person, a difference against; sex is shared by half of all
    assert told["birth_date", "same"] > told["sex", "same"] > 0 > told["sex", "different"]
    left = reading.con.execute("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE '%splink%'")
    assert left.fetchall() == []


def test_without_splink_it_says_what_to_install(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_linkage, "PACKAGE", "splink_that_is_not_there")
    with pytest.raises(MachineError, match="linkage"):
        second_linkage.linkage(reading)


def test_a_weight_is_the_log_of_how_much_likelier() -> None:
    assert duplicates.Weight("sex", "same", 0.96, 0.48).weight == pytest.approx(1.0)
    assert duplicates.Weight("sex", "different", 0.04, 0.52).weight == pytest.approx(-3.7, abs=0.001)


def test_a_proven_pair_teaches_what_one_person_looks_like(reading: Reading) -> None:
    born = date(1980, 5, 6)
    add(
        reading,
        "person",
        *crowd(),
        *(person(n, "Дорж", "Сараа", born, f"УБ8005061{n}", civil_id="7") for n in (1, 2)),
    )
    _, weights = duplicates.linkage(reading, EVERYTHING)
    m = {(row["field"], row["level"]): row["m"] for row in weights.to_dicts()}
    # assumed 0.9 of 100 pairs and one proven pair with the same names: 91 of 101
    assert m["given_name", "same"] == Decimal("0.900990")
    # the number differs by one figure: 7 and one of 101
    assert m["register_rest", "near"] == Decimal("0.079208")


def test_a_payment_taken_back_is_seen_among_many(reading: Reading) -> None:
    """Sixty payments of one person, one of them taken back years later."""
    months = [(2019 + n // 12, 1 + n % 12) for n in range(60)]
    rows = [
        {"payment_id": f"p{n}", "person_id": 1, "status": "paid", "amount": Decimal(500_000 + n)}
        | {"period": date(year, month, 1), "paid_on": date(year, month, 15)}
        for n, (year, month) in enumerate(months)
    ]
    back = {"payment_id": "back", "person_id": 1, "status": "paid", "amount": Decimal(-500_007)}
    add(reading, "payment", *rows, back | {"period": date(2025, 5, 1), "paid_on": date(2025, 5, 15)})
    found = near_doubles.near_doubles(reading, EVERYTHING, ("opposite",))
    assert found.select("item_key", "other_key").rows() == [("back", "p7")]


def test_examples_show_every_kind(reading: Reading) -> None:
    rows = [("amount", f"a{n}") for n in range(9)] + [("transposed", "t")]
    found = pl.DataFrame(rows, schema=["kind", "item_key"], orient="row")
    assert near_doubles.examples(found, each=2)["item_key"].to_list() == ["a0", "a1", "t"]


def paid(name: str, who: int, month: int, amount: str, day: date | None = None) -> dict[str, Any]:
    known = {"payment_id": name, "person_id": who, "period": date(2025, month, 1), "status": "paid"}
    return known | {"amount": Decimal(amount), "paid_on": day or date(2025, month, 15)}


BORN = date(1960, 2, 3)
NEAR: dict[str, tuple[str, list[dict[str, Any]], list[dict[str, Any]]]] = {
    # kind: the table, a pair that is one, a pair beside it that is not
    "transposed": (
        "payment",
        [paid("a", 1, 5, "451000"), paid("b", 1, 5, "415000")],
        [paid("c", 2, 5, "451000"), paid("d", 2, 5, "411000")],
    ),
    "days": (
        "payment",
        [paid("a", 1, 5, "500000", date(2025, 5, 20)), paid("b", 1, 6, "500000", date(2025, 5, 30))],
        [paid("c", 2, 5, "500000", date(2025, 5, 20)), paid("d", 2, 6, "500000", date(2025, 5, 31))],
    ),
    "amount": (
        "payment",
        [paid("a", 1, 5, "500000"), paid("b", 1, 5, "501000")],
        [paid("c", 2, 5, "500000"), paid("d", 2, 5, "501000.01")],
    ),
    "percent": (
        "payment",
        [paid("a", 1, 5, "950000"), paid("b", 1, 5, "1000000")],
        [paid("c", 2, 5, "949999"), paid("d", 2, 5, "1000000")],
    ),
    "opposite": (
        "payment",
        [paid("a", 1, 5, "500000"), paid("b", 1, 9, "-500000")],
        [paid("c", 2, 5, "500000"), paid("d", 2, 9, "-500001")],
    ),
    "one_letter": (
        "person",
        [person(1, "А", "Б", BORN, "УБ60020311"), person(2, "А", "Б", BORN, "УБ60020312")],
        [person(3, "В", "Г", BORN, "УБ60020311"), person(4, "В", "Г", BORN, "УБ60020322")],
    ),
    "letters": (
        "person",
        [person(1, "А", "Б", BORN, "УБ60020311"), person(2, "А", "Б", date(1961, 1, 1), "ЧБ60020311")],
        [person(3, "В", "Г", BORN, "УБ60020313"), person(4, "В", "Д", BORN, "ЧБ60020313")],
    ),
    "numbers": (
        "person",
        [person(1, "А", "Б", BORN, "УБ60020311"), person(2, "А", "Б", BORN, "УБ60020399")],
        [person(3, "В", "Г", BORN, "УБ60020311"), person(4, "В", "Г", BORN, "ЧБ60020399")],
    ),
    "signs": (
        "person",
        [
            person(1, "А", "Б", BORN, "1", book_no="НД-12345"),
            person(2, "В", "Г", BORN, "2", book_no="НД 12345"),
        ],
        [
            person(3, "Д", "Е", BORN, "3", book_no="НД77777"),
            person(4, "Ж", "З", BORN, "4", book_no="НД77777"),
        ],
    ),
}


@pytest.mark.parametrize("kind", sorted(near_doubles.REFINEMENTS))
def test_each_of_the_nine_refinements(reading: Reading, kind: str) -> None:
    table, pair, other = NEAR[kind]
    add(reading, table, *pair, *other)
    found = near_doubles.near_doubles(reading, EVERYTHING, (kind,)).to_dicts()
    name = "payment_id" if table == "payment" else "person_id"
    assert [{row["item_key"], row["other_key"]} for row in found] == [{str(row[name]) for row in pair}]


def test_there_are_nine_and_each_has_its_words() -> None:
    assert len(near_doubles.REFINEMENTS) == len(near_doubles.PAYMENTS) + len(near_doubles.PERSONS) == 9
    words = {f"kind_{kind}" for kind in near_doubles.REFINEMENTS}
    words |= {f"feature_{name}" for name in outliers.FEATURES}
    words |= {f"{field}_{level}" for field in duplicates.FIELDS for level in duplicates.LEVELS}
    words |= {f"field_{field}" for field in duplicates.FIELDS}
    assert words - set(sentences("words")) == set()


@pytest.mark.parametrize("kind", ["days", "one_letter"])
def test_a_pair_of_two_offices_is_told_to_both_and_to_no_other(reading: Reading, kind: str) -> None:
    table, pair, _ = NEAR[kind]
    add(reading, table, pair[0], pair[1] | {"delivered_by": "1110"})
    whole = near_doubles.near_doubles(reading, EVERYTHING, (kind,))
    assert whole.select("office_code", "other_office").rows() == [("1110", "65")]
    of = {code: near_doubles.near_doubles(reading, Scope(code), (kind,)) for code in ("65", "1110", "21")}
    assert of["65"].equals(whole)
    assert of["1110"].equals(whole)
    assert of["21"].height == 0


def test_a_stopped_payment_is_no_double_and_large_groups_are_a_rule(reading: Reading) -> None:
    add(reading, "payment", *(paid(f"p{n}", 1, 5, str(500_000 + n)) for n in range(51)))
    add(reading, "payment", paid("a", 2, 5, "500000"), paid("b", 2, 5, "500001") | {"status": "stopped"})
    assert near_doubles.near_doubles(reading, EVERYTHING, ("amount",)).height == 0
    assert near_doubles.summary(near_doubles.near_doubles(reading, EVERYTHING))["pairs"].sum() == 0


# the median of 1, 2, 3, 4, 100 is 3, the distances 2, 1, 0, 1, 97 with the median 1: 0.6745 × 97
def test_modified_z_by_hand() -> None:
    frame = pl.DataFrame({"x": [1.0, 2.0, 3.0, 4.0, 100.0]})
    assert frame.select(outliers.modified_z("x", None)).to_series()[4] == pytest.approx(0.6745 * 97)
    # most alike: the mean distance of 0, 0, 0, 0, 5 is 1
    alike = pl.DataFrame({"x": [7.0, 7.0, 7.0, 7.0, 12.0]})
    assert alike.select(outliers.modified_z("x", None)).to_series()[4] == pytest.approx(5 / 1.253314)
    same = pl.DataFrame({"x": [7.0, 7.0]})
    assert same.select(outliers.modified_z("x", None)).to_series().to_list() == [None, None]


def test_the_strangest_is_isolated_first_and_always_the_same() -> None:
    reference = np.array([[float(n % 7), float(n % 5)] for n in range(200)] + [[90.0, 90.0]])
    asked = np.array([[3.0, 2.0], [90.0, 90.0]])
    usual, strange = outliers.isolation(reference, asked)
    assert strange < 0.01 < usual
    assert outliers.isolation(reference, asked).tolist() == [usual, strange]


@pytest.fixture
def employers(reading: Reading) -> Reading:
    """Thirty employers alike and two whose wages are ten times as high; one of these has a finding."""
    for number in range(32):
        wage = (1_000_000 + 10_000 * (number % 7)) * (10 if number >= 30 else 1)
        for who in range(2):
            for month in range(1, 13):
                row = {
                    "person_id": number * 10 + who,
                    "employer_no": f"АО{number}",
                    "period": date(2025, month, 1),
                }
                add(reading, "contribution", row | {"wage": wage + 1000 * month})
    found = {"severity": "C", "outcome": "exception", "rule_id": "CON-02", "office_code": "65"}
    for number in (3, 31):
        add(
            reading,
            "finding",
            found | {"evidence": f'{{"employer_no": "АО{number}"}}', "item_key": str(number)},
        )
    lead = {"severity": "I", "rule_id": "CON-07", "evidence": '{"employer_no": "АО30"}', "item_key": "30"}
    add(reading, "finding", found | lead)
    return reading


def test_an_outlier_is_named_beside_a_finding_alone(employers: Reading) -> None:
    (row,) = outliers.employer_outliers(employers, EVERYTHING).to_dicts()
    # АО30 lies as far, but no rule accuses it; АО3 has a finding and lies with all others
    assert (row["item_key"], row["feature"], row["rules"], row["rule_ids"]) == (
        "АО31",
        "mean_wage",
        1,
        ["CON-02"],
    )
    assert Decimal(row["distance"]) > Decimal("3.5")
    assert outliers.employer_outliers(employers, Scope("1110")).height == 0


def test_too_few_to_compare_with_say_nothing(reading: Reading) -> None:
    add(reading, "payment", paid("a", 1, 5, "500000"))
    assert outliers.pensioner_outliers(reading, EVERYTHING).height == 0


def test_a_share_at_one_amount_is_assigned() -> None:
    assert assigned({650_000: 6, 700_001: 94}) is not None
    assert assigned({650_000: 6, **dict.fromkeys(range(700_000, 700_094), 1)}) == Refusal("assigned", 0.06)
    assert assigned(dict.fromkeys(range(100), 1)) is None
    assert assigned({}) is None


def test_endings_without_the_habit_of_rounding() -> None:
    # 90 endings once each beside a thousand round ones
    amounts = [*(100 + n for n in range(100) if n % 10), *[5000] * 1000]
    assert last_two(amounts).p < 1e-6
    assert last_two(amounts, without_round=True).p == pytest.approx(1.0)


def test_heaps_and_duplication_of_wages(reading: Reading) -> None:
    # minimum wage of 2025: 792,000; its ceiling 7,920,000. Three at the one, one at the other, six between
    wages = [792_000] * 3 + [7_920_000] + [1_000_001 + n for n in range(6)]
    rows = (
        {"employer_no": "А", "period": date(2025, 6, 1), "wage": wage, "person_id": n}
        for n, wage in enumerate(wages)
    )
    add(reading, "contribution", *rows)
    (row,) = digits.wage_digits(reading, EVERYTHING).to_dicts()
    assert (row["wages"], row["times"], row["refused"]) == (8, 10, "few")
    assert (row["least_share"], row["ceiling_share"]) == (Decimal("0.3"), Decimal("0.1"))
    # 3² ÷ 10²
    assert row["duplication"] == Decimal("0.09")
    assert (row["most_amount"], row["most_amount_share"]) == (792_000, Decimal("0.3"))
    assert digits.fitting(digits.wage_digits(reading, EVERYTHING)).height == 0


def test_amounts_that_fit_are_tested_beside_what_is_expected_of_so_many(reading: Reading) -> None:
    amounts = sorted({int(10_000 * 1.012**n) for n in range(600)})
    add(
        reading,
        "benefit",
        *({"kind": "sickness", "event_from": date(2025, 6, 2), "amount": amount} for amount in amounts),
    )
    found = digits.benefit_digits(reading, EVERYTHING)
    row = digits.fitting(found).row(0, named=True)
    assert (row["series"], row["refused"], row["band"]) == ("office", None, "close")
    # √(2p(1−p)/π): .3660 .3039 .2638 .2360 .2154 .1994 .1865 .1758 .1667, in the mean .2348; by √n
    assert row["first_expected"] == pytest.approx(
        Decimal("0.2348") / Decimal(len(amounts)).sqrt(), abs=Decimal("0.00001")
    )
    assert None not in (row["second_mad"], row["two_mad"], row["order_mad"], row["order_expected"])


def test_one_series_among_many_stands_out(reading: Reading) -> None:
    even = [900_000 + 101 * n for n in range(1000)]
    heaped = [900_000 + 1000 * n + 37 for n in range(700)]
    for employer, wages in (("А", even), ("Б", heaped)):
        rows = pl.DataFrame({"wage": wages}).with_columns(
            delivered_by=pl.lit("65"), employer_no=pl.lit(employer)
        )
        reading.con.register("given", rows.to_arrow())
        reading.con.execute(
            "INSERT INTO snapshot.contribution (delivered_by, employer_no, period, wage)"
            " SELECT delivered_by, employer_no, DATE '2025-06-01', wage FROM given"
        )
    found = {
        row["employer_no"]: row["stands_out"] for row in digits.wage_digits(reading, EVERYTHING).to_dicts()
    }
    assert (found["А"], found["Б"]) == (False, True)
