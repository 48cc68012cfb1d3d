"""Audit sampling: published tables cell by cell, the worked bound, and what must hold for any sample."""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from conftest import REPOSITORY
from deliveries import deliver
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ndaudit import ledger
from ndaudit.audit import load
from ndaudit.beginning import begin
from ndaudit.errors import RefusedError, UsageError
from ndaudit.sampling import engagement
from ndaudit.sampling.bounds import cell, stringer, taint
from ndaudit.sampling.drawing import (
    Item,
    allocate,
    draw_items,
    draw_units,
    hit_items,
    rank,
    ranked,
    split_certain,
)
from ndaudit.sampling.estimates import Estimate, Examined, difference, mean_per_unit, ratio
from ndaudit.sampling.exact import Part, strata_limit, unlikely, upper_limit
from ndaudit.sampling.frame import list_items
from ndaudit.sampling.paper import COLUMNS, Answer, hand_out, read_answers, read_cells, write_paper
from ndaudit.sampling.plan import Aim, Plan
from ndaudit.sampling.result import Result, attribute_result
from ndaudit.sampling.sides import LEAST_DIFFERENCES, OVER, UNDER, Side, side_of
from ndaudit.sampling.sizes import Size, attribute_size, confidence_factor, monetary_size
from ndaudit.sampling.standing import Standing, standings
from ndaudit.sampling.story import plan_sentences, result_sentences
from ndaudit.sampling.yearly import yearly_rates
from ndaudit.tables import read_tables
from ndaudit.wording import LANGUAGES, Language, say
from ndaudit.workbench import Workbench

TABLES = REPOSITORY / "tests" / "audit_tables"
NINETY_FIVE = Fraction(95, 100)


def rows(name: str) -> Iterator[dict[str, str]]:
    with (TABLES / name).open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


def test_aicpa_a1_a2_attribute_sample_sizes() -> None:
    wrong = []
    for row in rows("aicpa_a1_a2_attribute_sample_size.csv"):
        size = attribute_size(
            Fraction(row["tolerable_rate"]),
            Fraction(row["expected_rate"]),
            Fraction(row["confidence"]),
            distribution="binomial",
        )
        wrong += [row] if size.items != int(row["n_exact_rational_scipy"]) else []
    assert wrong == []


def test_aicpa_a1_a2_differ_from_print_in_two_cells_only() -> None:
    differing = [
        (row["table"], row["expected_rate"], row["tolerable_rate"])
        for row in rows("aicpa_a1_a2_attribute_sample_size.csv")
        if row["n_aicpa_printed"] != row["n_exact_rational_scipy"]
    ]
    assert differing == [("A-2", "0.0325", "0.07"), ("A-2", "0.035", "0.07")]


def test_aicpa_a3_a4_upper_limits() -> None:
    for row in rows("aicpa_a3_a4_attribute_upper_limit_pct.csv"):
        limit = upper_limit(
            int(row["deviations"]), int(row["n"]), Fraction(row["confidence"]), distribution="binomial"
        )
        assert abs(limit * 100 - Decimal(row["upper_limit_pct_exact"])) < Decimal("0.000002"), row
        printed = (limit * 100).quantize(Decimal("0.1"), ROUND_CEILING)
        assert printed == Decimal(row["upper_limit_pct_ceil_0.1"]), row


def test_aicpa_mus_confidence_factors() -> None:
    for row in rows("aicpa_mus_confidence_factors.csv"):
        risk, errors = Fraction(row["risk_incorrect_acceptance"]), int(row["overstatements"])
        # 37 % with two misstatements is printed 3.35, a misprint for 3.25
        printed = (
            Decimal("3.25") if (risk, errors) == (Fraction(37, 100), 2) else Decimal(row["printed_factor"])
        )
        assert confidence_factor(risk, errors) == printed, row


def test_ezquant_hypergeometric_sizes() -> None:
    for row in rows("ezquant_hypergeometric_zero_error.csv"):
        size = attribute_size(
            Fraction(row["tolerable_rate"]),
            Fraction(0),
            Fraction(row["confidence"]),
            distribution="hypergeometric",
            items=int(row["N"]),
        )
        assert size == Size(int(row["n"]), 0), row


def test_aicpa_style_worked_upper_misstatement_limit() -> None:
    interval = Fraction(12300)
    taints = [taint(Decimal(10000), Decimal(4000)), taint(Decimal(3000), Decimal(2000))]
    bound = stringer(taints, interval, Fraction(5, 100), certain=Fraction(2500))
    # 2500 + 0.6 × 12300 + 1/3 × 12300 = 2500 + 7380 + 4100
    assert bound.likely == 13980
    # 3.00 × 12300
    assert bound.basic == 36900
    # (4.75 − 3.00 − 1) × 7380 + (6.30 − 4.75 − 1) × 4100 = 5535 + 2255
    assert bound.incremental == 7790
    assert bound.upper == 58670


def test_cell_bound_worked_by_hand() -> None:
    # factors at 5 %: 3.00, 4.75, 6.30. Load 3.00 + 0.6 = 3.60; spread 4.75 × 0.6 = 2.85: 3.60.
    # Load 3.60 + 1/3 = 3.9333; spread 6.30 × (0.6 + 1/3) ÷ 2 = 2.94: 3.9333. × 12300 = 48380.
    bound = cell([Fraction(3, 5), Fraction(1, 3)], Fraction(12300), Fraction(5, 100))
    assert bound.upper == 48380


def test_cell_bound_spreads_where_units_are_wholly_wrong() -> None:
    # load 3.00 + 1 = 4.00, spread 4.75 × 1 = 4.75: spreading is more
    assert cell([Fraction(1)], Fraction(100), Fraction(5, 100)).upper == 475


def test_a_share_of_nothing_is_no_taint() -> None:
    with pytest.raises(ValueError, match="nothing"):
        taint(Decimal(0), Decimal(5))


def test_a_binary_fraction_would_plan_one_deviation_too_many() -> None:
    # 400 × 0.035 = 14, in floating point 14.000000000000002
    enough = unlikely([14], [400], Fraction(6, 100), Fraction(5, 100), distribution="binomial", items=None)
    assert enough(0)
    assert (
        attribute_size(
            Fraction(7, 100), Fraction(35, 1000), Fraction(9, 10), distribution="binomial"
        ).errors_allowed
        == 4
    )


@pytest.mark.parametrize("distribution", ["hypergeometric", "binomial"])
def test_a_probability_at_the_threshold_is_decided_exactly(distribution: str) -> None:
    # one item of two, none wrong: with half of them bad the chance is one half, exactly the risk
    assert unlikely([0], [1], Fraction(1, 2), Fraction(1, 2), distribution=distribution, items=2)(0)


def test_hypergeometric_limit_is_the_largest_population_still_likely() -> None:
    # 5 of 10 examined, none wrong. P(0 | 3 bad) = C(7,5)/C(10,5) = 21/252 = 8.3 %; with 4: 6/252 = 2.4 %.
    assert upper_limit(0, 5, NINETY_FIVE, distribution="hypergeometric", items=10) == Decimal("0.3")
    assert upper_limit(5, 5, NINETY_FIVE, distribution="hypergeometric", items=10) == 1


@pytest.mark.parametrize(
    ("tolerable", "expected", "confidence", "sentence"),
    [
        ("0", "0", "0.95", "sampling.tolerable_outside"),
        ("1", "0", "0.95", "sampling.tolerable_outside"),
        ("0.05", "0.05", "0.95", "sampling.expected_too_high"),
        ("0.05", "-0.01", "0.95", "sampling.expected_too_high"),
        ("0.05", "0", "1", "sampling.confidence_outside"),
        ("0.05", "0", "0.2", "sampling.confidence_outside"),
        ("0.0001", "0", "0.95", "sampling.examine_all"),
    ],
)
def test_what_no_sample_can_prove_is_refused(
    tolerable: str, expected: str, confidence: str, sentence: str
) -> None:
    with pytest.raises(RefusedError) as caught:
        attribute_size(Fraction(tolerable), Fraction(expected), Fraction(confidence), distribution="binomial")
    assert caught.value.sentence == sentence


def test_a_sample_is_smaller_than_its_population() -> None:
    with pytest.raises(RefusedError):
        attribute_size(Fraction(1, 100), Fraction(0), NINETY_FIVE, distribution="hypergeometric", items=10)


def test_monetary_units_without_expected_misstatement() -> None:
    # 2.9957 ÷ 0.05 = 59.9: sixty units
    assert monetary_size(Fraction(5, 100), Fraction(0), NINETY_FIVE) == 60


def test_more_expected_misstatement_asks_for_more_units() -> None:
    sizes = [monetary_size(Fraction(5, 100), Fraction(e, 1000), NINETY_FIVE) for e in (0, 5, 10, 20)]
    assert sizes == sorted(set(sizes))


def items(values: Sequence[int | Decimal]) -> list[Item]:
    return [Item(f"65|{number}", Decimal(value)) for number, value in enumerate(values)]


def test_a_rank_is_the_sha256_of_seed_and_item() -> None:
    # printf 'seed|65|1' | sha256sum
    assert rank("seed", "65|1") == "c8a2d266ab8cb530758eeb9c3513463bc0bff7aba0aa914742200b8b3ba2dfd9"


@given(st.lists(st.integers(1, 10**9), min_size=5, max_size=60), st.integers(0, 2**32), st.data())
@settings(max_examples=60, deadline=None)
def test_a_larger_sample_holds_the_smaller_whatever_the_order(
    values: list[int], seed: int, data: st.DataObject
) -> None:
    population = items(values)
    shuffled = data.draw(st.permutations(population))
    few = draw_items(population, {"": 2}, str(seed))
    many = draw_items(shuffled, {"": 5}, str(seed))
    assert few == many[:2]


@given(
    st.lists(st.integers(1, 10**6), min_size=3, max_size=60),
    st.integers(1, 20),
    st.sampled_from(["fixed", "cell", "random"]),
    st.integers(0, 2**32),
)
@settings(max_examples=100, deadline=None)
def test_monetary_units_hit_by_size_whatever_the_order(
    values: list[int], units: int, selection: str, seed: int
) -> None:
    population = items(values)
    drawn, interval = draw_units(population, units, str(seed), selection)
    assert (drawn, interval) == draw_units(list(reversed(population)), units, str(seed), selection)
    certain, others, _ = split_certain(population, units)
    assert {hit.item for hit in drawn if hit.certain} == set(certain)
    assert all(item.value * 100 < interval for item in others if len(certain) < units)
    assert all(hit.times == 1 for hit in drawn) or selection != "fixed"


def test_fixed_interval_draws_every_interval_once() -> None:
    # 10 × 100 ₮ and five units: an interval of 200 ₮, so every second item of the ranked order
    population = items([100] * 10)
    drawn = [hit.item for hit in draw_units(population, 5, "a seed", "fixed")[0]]
    order = ranked(population, "a seed")
    assert drawn in (order[0::2], order[1::2])


@given(
    st.dictionaries(st.text(min_size=1, max_size=3), st.integers(2, 500), min_size=1, max_size=8), st.data()
)
@settings(max_examples=80, deadline=None)
def test_strata_get_their_share_and_only_grow(sizes: dict[str, int], data: st.DataObject) -> None:
    total = data.draw(st.integers(len(sizes), sum(sizes.values()) - 1))
    shares, more = allocate(sizes, total), allocate(sizes, total + 1)
    assert sum(shares.values()) == total
    assert all(1 <= shares[s] <= sizes[s] and shares[s] <= more[s] for s in sizes)


@given(st.lists(st.fractions(0, 1), max_size=6), st.fractions(0, 1))
@settings(max_examples=60, deadline=None)
def test_bounds_grow_with_what_is_found(shares: list[Fraction], further: Fraction) -> None:
    for way in (stringer, cell):
        less = way(shares, Fraction(1000), Fraction(5, 100)).upper
        assert way([*shares, further], Fraction(1000), Fraction(5, 100)).upper >= less


def test_limits_hold_as_often_as_they_promise() -> None:
    # 200 items of 1000, 40 of them wrong: nine limits in ten at 90 % confidence must reach the truth
    found = stats.hypergeom.rvs(1000, 40, 200, size=300, random_state=20261122)
    limits = {
        errors: upper_limit(errors, 200, Fraction(9, 10), distribution="hypergeometric", items=1000)
        for errors in map(int, set(found))
    }
    held = sum(limits[int(errors)] >= Decimal("0.04") for errors in found)
    assert held / 300 >= 0.9


def test_estimates_worked_by_hand() -> None:
    # N = 10, book total 1000; examined (100, 90), (80, 80), (120, 100): audited mean 90, total 900.
    # s² = (0 + 100 + 100) ÷ 2 = 100; variance 10² × 0.7 × 100 ÷ 3 = 2333.3, root 48.305; t(2, 90 %) 2.91999
    stratum = [
        Examined(10, Decimal(1000), [(Decimal(b), Decimal(a)) for b, a in ((100, 90), (80, 80), (120, 100))])
    ]
    assert mean_per_unit(stratum, Fraction(9, 10)) == Estimate(
        Decimal("900.00"), Decimal("758.95"), Decimal("1041.05")
    )
    # differences −10, 0, −20: mean −10, total 1000 − 100; the same spread
    assert difference(stratum, Fraction(9, 10)).total == Decimal("900.00")
    # ratio 270 ÷ 300 = 0.9
    assert ratio(stratum, Fraction(9, 10)).total == Decimal("900.00")


def test_an_estimate_needs_two_items_of_a_stratum() -> None:
    with pytest.raises(RefusedError):
        mean_per_unit([Examined(5, Decimal(10), [(Decimal(1), Decimal(1))])], NINETY_FIVE)


@pytest.fixture
def workbench(tmp_path: Path) -> Workbench:
    """A workbench with twenty payments of 1 000 ₮ to 20 000 ₮, one of nothing, one unknown."""
    made = begin(tmp_path / "nd", "mn")
    folder = tmp_path / "delivery"
    amounts = [*(str(1000 * n) for n in range(1, 21)), "0", ""]
    needed = [column.name for column in read_tables(made.expectations / "tables")["payment"].columns]
    rows = ({"payment_id": f"P{n}", "period": "2025-03", "amount": a} for n, a in enumerate(amounts, start=1))
    lines = [",".join(needed), *(",".join(row.get(name, "") for name in needed) for row in rows)]
    deliver(folder, {"payment.csv": "\n".join(lines) + "\n"}, office="65", period="2025-03")
    load(made, [folder])
    return made


def aim(**changes: Any) -> Aim:
    asked = Aim(
        name="pays",
        table="payment",
        value="amount",
        stratum=None,
        office="65",
        period="2025-03",
        method="attribute",
        distribution="hypergeometric",
        selection="fixed",
        confidence=NINETY_FIVE,
        tolerable=Fraction(20, 100),
        expected=Fraction(0),
        seed="a seed",
    )
    return replace(asked, **changes)


def fill(workbench: Workbench, verdicts: dict[str, tuple[str, str]], otherwise: str = "зөв") -> Path:
    """Fill in the working paper as an auditor would and return it."""
    paper = engagement.folder_of(workbench, "pays") / "filled.xlsx"
    drawn = engagement.draw(
        made := engagement.read_plan(workbench, "pays"),
        list_items(engagement.folder_of(workbench, "pays") / engagement.POPULATION),
        made.size,
    )
    heads = [say(f"sampling.column_{name}", "mn") for name in COLUMNS]
    with xlsxwriter.Workbook(paper) as book:
        sheet = book.add_worksheet("Шалгах нэгж")
        sheet.write_row(0, 0, heads)
        for line, hit in enumerate(drawn.hits, start=1):
            verdict, audited = verdicts.get(hit.item.key, (otherwise, ""))
            sheet.write_row(line, 0, [str(line), hit.item.key, "", "", "", verdict, audited, ""])
    return paper


def test_a_sample_from_plan_to_conclusion(workbench: Workbench) -> None:
    made = engagement.plan(workbench, aim())
    assert made.set_apart == {"missing": 1, "zero": 1}
    assert (made.items, made.book_total) == (20, Decimal(210_000))
    # four of twenty bad: P(none in 10) = C(16,10)/C(20,10) = 4.3 %; in nine 6.8 %
    assert made.size == 10
    drawn = engagement.select(workbench, "pays")
    assert len(drawn.hits) == 10
    assert engagement.differences(workbench, "pays") == []
    _, result = engagement.evaluate(workbench, "pays", fill(workbench, {}))
    assert (result.examined, result.errors, result.undecided, result.proven) == (10, 0, 0, True)
    # three of twenty: P(none in 10) = C(17,10)/C(20,10) = 10.5 %, still likely
    assert result.limit == Decimal("0.15")
    events = [entry.event for entry in ledger.read(workbench)][-3:]
    assert events == ["sample_plan", "sample_select", "sample_evaluate"]


def test_a_wrong_item_and_one_nobody_decided_both_count(workbench: Workbench) -> None:
    engagement.plan(workbench, aim())
    first, second, *_ = (hit.item.key for hit in engagement.select(workbench, "pays").hits)
    paper = fill(workbench, {first: ("буруу", "500"), second: ("", "")})
    _, result = engagement.evaluate(workbench, "pays", paper)
    assert (result.errors, result.undecided, result.proven) == (2, 1, False)
    assert result.totals == {}


def test_monetary_units_overstated_and_understated_apart(workbench: Workbench) -> None:
    made = engagement.plan(workbench, aim(method="mus", tolerable=Fraction(50, 100)))
    # 2.9957 ÷ 0.5 = 5.99: six units; the interval is 35 000 ₮, above every payment
    assert made.size == 6
    drawn = engagement.select(workbench, "pays")
    assert drawn.interval == 35_000
    low, high, *_ = (hit.item for hit in drawn.hits)
    answers = {low.key: ("буруу", str(low.value / 2)), high.key: ("буруу", str(high.value * 2))}
    _, result = engagement.evaluate(workbench, "pays", fill(workbench, answers))
    # over: (3.00 + 0.5 × 1.75) × 35 000; under: (3.00 + 1 × 1.75) × 35 000
    assert result.bounds["over"]["stringer"].upper == Fraction("3.875") * 35_000
    assert result.limit == Decimal(166_250)
    assert not result.proven


def test_a_sample_grows_without_drawing_anew(workbench: Workbench) -> None:
    engagement.plan(workbench, aim())
    before = engagement.select(workbench, "pays").hits
    after = engagement.select(workbench, "pays", more=3).hits
    assert after[:10] == before
    assert len(after) == 13
    assert engagement.differences(workbench, "pays") == []


def test_a_changed_population_or_draw_is_seen(workbench: Workbench) -> None:
    engagement.plan(workbench, aim())
    drawn = engagement.select(workbench, "pays")
    folder = engagement.folder_of(workbench, "pays")
    listed = (folder / engagement.DRAWN).read_text("utf-8").splitlines()
    (folder / engagement.DRAWN).write_text("\n".join(listed[:-1]) + "\n", "utf-8")
    assert engagement.differences(workbench, "pays") == [drawn.hits[-1].item.key]
    population = folder / engagement.POPULATION
    population.write_text(population.read_text("utf-8").replace("1000.00", "1001.00"), "utf-8")
    with pytest.raises(RefusedError) as caught:
        engagement.differences(workbench, "pays")
    assert caught.value.sentence == "sampling.population_changed"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "../x"}, "usage.bad_sample_name"),
        ({"table": "nobody"}, "usage.unknown_sample_table"),
        ({"value": "status"}, "usage.unknown_sample_column"),
        ({"stratum": "amount"}, "usage.unknown_sample_column"),
        ({"method": "guess"}, "usage.not_one_of"),
        ({"distribution": "normal"}, "usage.not_one_of"),
        ({"method": "mus", "value": None}, "sampling.value_missing"),
        ({"method": "mus", "stratum": "status"}, "sampling.strata_and_units"),
        ({"office": "1110"}, "sampling.nothing_to_draw"),
        ({"period": "march"}, "usage.bad_period"),
    ],
)
def test_a_plan_nobody_can_follow_is_refused(
    workbench: Workbench, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises((UsageError, RefusedError)) as caught:
        engagement.plan(workbench, aim(**changes))
    assert caught.value.sentence == sentence
    assert not (workbench.data / "samples" / "pays").exists()


def test_a_plan_is_never_rewritten_and_units_never_grow(workbench: Workbench) -> None:
    engagement.plan(workbench, aim(method="mus", tolerable=Fraction(50, 100)))
    with pytest.raises(UsageError):
        engagement.plan(workbench, aim())
    with pytest.raises(RefusedError):
        engagement.select(workbench, "pays", more=1)


@pytest.mark.parametrize(
    ("verdicts", "otherwise", "sentence"),
    [
        ({}, "", "sampling.nothing_filled"),
        ({}, "магадгүй", "sampling.verdict_unknown"),
    ],
)
def test_a_paper_that_says_nothing_is_refused(
    workbench: Workbench, verdicts: dict[str, tuple[str, str]], otherwise: str, sentence: str
) -> None:
    engagement.plan(workbench, aim())
    engagement.select(workbench, "pays")
    with pytest.raises(RefusedError) as caught:
        engagement.evaluate(workbench, "pays", fill(workbench, verdicts, otherwise))
    assert caught.value.sentence == sentence


def test_an_amount_nobody_can_read_is_refused(workbench: Workbench) -> None:
    engagement.plan(workbench, aim())
    key = engagement.select(workbench, "pays").hits[0].item.key
    with pytest.raises(RefusedError) as caught:
        engagement.evaluate(workbench, "pays", fill(workbench, {key: ("буруу", "их")}))
    assert caught.value.sentence == "sampling.audited_unreadable"


def test_the_working_paper_reads_back_as_it_was_written(workbench: Workbench) -> None:
    made = engagement.plan(workbench, aim())
    drawn = engagement.select(workbench, "pays")
    paper = engagement.folder_of(workbench, "pays") / engagement.PAPER
    write_paper(paper, drawn.hits, plan_sentences(made, "Олголт", "mn"), "mn")
    assert read_answers(paper, drawn.hits) == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_plan_and_result_are_told_in_both_languages(workbench: Workbench, lang: Language) -> None:
    made = engagement.plan(workbench, aim())
    engagement.select(workbench, "pays")
    _, result = engagement.evaluate(workbench, "pays", fill(workbench, {}))
    told = [*plan_sentences(made, "x", lang), *result_sentences(made, result, lang)]
    assert any(made.population_sha256 in line for line in told)
    assert not any("{" in line for line in told)


# Messier, Glover and Prawitt, *Auditing and Assurance Services*, chapter 9, Calabro Wireless Services:
# receivables of 2,500,000, a sample of 93, an interval of 26,882, a random start of 3,977. The first balances
# add up to 2,350, 17,845, 18,790, 40,683, 44,651, 77,200, 79,446, 91,306; dollars 3,977, 30,859, 57,741 and
# 84,623 lie in the second, fourth, sixth and eighth. Units count from nought, so each is one less.
CALABRO = (2350, 15495, 945, 21893, 3968, 32549, 2246, 11860)


def test_messier_selection_by_fixed_interval() -> None:
    population = items([Decimal(balance) / 100 for balance in CALABRO])
    hit = hit_items(population, [3977 + 26882 * n - 1 for n in range(4)])
    assert [(int(h.item.value * 100), h.times) for h in hit] == [
        (15495, 1),
        (21893, 1),
        (32549, 1),
        (11860, 1),
    ]


# Of the same text: invoices of 357, 1281, 60, 573 and 729, three thousand dollars, six units, a start of 200.
# 200 lies in the first, 700 and 1200 in the second, 1700 and 2200 in the fourth, 2700 in the fifth.
def test_messier_selection_where_an_item_is_hit_twice() -> None:
    population = items([Decimal(value) / 100 for value in (357, 1281, 60, 573, 729)])
    hit = hit_items(population, [200 + 500 * n - 1 for n in range(6)])
    assert [h.times for h in hit] == [1, 2, 2, 1]
    assert [h.item.key for h in hit] == ["65|0", "65|1", "65|3", "65|4"]


# Calabro's errors: 15,000 wholly wrong, 2,682 of 6,705 (0.40), 3,284 of 21,893 (0.15), and 2,500 in an item
# above the interval. With the factors 3.00, 4.75, 6.30, 7.76 of our table:
# 26,882 × (3.00 + 1.75 × 1 + 1.55 × 0.40 + 1.46 × 0.15) + 2,500 = 26,882 × 5.589 + 2,500 = 152,743.498.
# (The text rounds its factors to 3.0, 4.7, 6.2, 7.6 and gets 150,621.)
def test_messier_calabro_stringer_bound() -> None:
    taints = [Fraction(1), Fraction(2, 5), Fraction(15, 100)]
    bound = stringer(taints, Fraction(26882), Fraction(5, 100), certain=Fraction(2500))
    assert bound.basic == 80_646
    assert bound.upper == Fraction("152743.498")


def test_strata_examined_whole_are_known() -> None:
    # 10 items, both wrong ones found; 10 of 990 examined would be nothing: here nobody looked at them
    assert strata_limit([Part(10, 10, 2), Part(990, 0, 0)], NINETY_FIVE, distribution="binomial") == 1
    assert strata_limit([Part(10, 10, 2), Part(10, 10, 0)], NINETY_FIVE, distribution="binomial") == Decimal(
        "0.1"
    )


def test_a_stratum_that_gave_more_than_its_share_hides_no_errors() -> None:
    # 30 strata of two with one examined each and right, 70 of 970 examined with 4 wrong: 4 ÷ 70 is 5.7 %,
    # while 4 of all 100 examined would look like 4 %
    small = [Part(2, 1, 0)] * 30
    limit = strata_limit([*small, Part(970, 70, 4)], NINETY_FIVE, distribution="hypergeometric")
    assert limit > upper_limit(4, 100, NINETY_FIVE, distribution="hypergeometric", items=1030)


@pytest.mark.parametrize("rates", [(0.05, 0.05, 0.05), (0.0, 0.0, 0.3), (0.12, 0.02, 0.0)])
def test_limits_of_strata_hold_as_often_as_they_promise(rates: tuple[float, ...]) -> None:
    sizes = (600, 300, 40)
    shares = allocate({str(place): size for place, size in enumerate(sizes)}, 90, 5)
    bad = [round(size * rate) for size, rate in zip(sizes, rates, strict=True)]
    truth = Decimal(sum(bad)) / sum(sizes)
    draws = [
        stats.hypergeom.rvs(size, wrong, shares[str(place)], size=300, random_state=place)
        for place, (size, wrong) in enumerate(zip(sizes, bad, strict=True))
    ]
    held = 0
    for found in zip(*draws, strict=True):
        parts = [
            Part(size, shares[str(place)], int(errors))
            for place, (size, errors) in enumerate(zip(sizes, found, strict=True))
        ]
        held += strata_limit(parts, Fraction(9, 10), distribution="hypergeometric") >= truth
    assert held / 300 >= 0.9


def test_no_difference_is_bounded_by_the_largest_book_values() -> None:
    # ten items of 100, four examined and right; at most three others may be wrong: 300 at most
    side = side_of(
        [Examined(10, Decimal(1000), [(Decimal(100), Decimal(100))] * 4)],
        OVER,
        NINETY_FIVE,
        3,
        [Decimal(100)] * 6,
    )
    assert side == Side(Decimal(0), Decimal("0.00"), Decimal(300), "largest")


def test_over_and_understatement_are_never_set_off() -> None:
    pairs = [
        (Decimal(100), Decimal(70)),
        (Decimal(100), Decimal(150)),
        (Decimal(100), Decimal(100)),
        (Decimal(100), Decimal(100)),
    ]
    strata = [Examined(8, Decimal(800), pairs)]
    over, under = (side_of(strata, side, NINETY_FIVE, 1, [Decimal(100)] * 4) for side in (OVER, UNDER))
    # 30 and 50 found in four of eight: 60 and 100 likely
    assert over is not None
    assert under is not None
    assert (over.found, over.likely, under.found, under.likely) == (30, 60, 50, 100)


def test_enough_differences_are_bounded_by_their_spread() -> None:
    # 20 of 40 examined, each 10 too much: every item 10, no spread, 400 in all and no more
    strata = [Examined(40, Decimal(4000), [(Decimal(100), Decimal(90))] * LEAST_DIFFERENCES)]
    side = side_of(strata, OVER, NINETY_FIVE, 40, [Decimal(100)] * 20)
    assert side == Side(Decimal(200), Decimal("400.00"), Decimal("400.00"), "student")


def test_a_money_limit_holds_as_often_as_it_promises(workbench: Workbench) -> None:
    # 400 items of 100 to 500, one in twenty overstated by half: nine limits in ten must reach the truth
    made = replace(engagement.plan(workbench, aim(confidence=Fraction(9, 10))), items=400)
    population = [Item(f"65|{n}", Decimal(100 + n), "") for n in range(400)]
    audited = {item.key: item.value / 2 if n % 20 == 3 else item.value for n, item in enumerate(population)}
    truth = sum(item.value - audited[item.key] for item in population)
    held = 0
    for seed in range(120):
        hits = draw_items(population, {"": 60}, str(seed))
        answers = {h.item.key: Answer(True, audited[h.item.key]) for h in hits}
        held += attribute_result(made, population, hits, answers).sides[OVER].upper >= truth
    assert held / 120 >= 0.9


def test_what_was_filled_in_stays_when_more_is_drawn(workbench: Workbench) -> None:
    made = engagement.plan(workbench, aim())
    drawn = engagement.select(workbench, "pays")
    paper = engagement.folder_of(workbench, "pays") / engagement.PAPER
    first, second = (hit.item.key for hit in drawn.hits[:2])
    told = {first: Answer(False, Decimal("12.50"), "тушаал"), second: Answer(None, None, "асуух")}
    write_paper(paper, drawn.hits, [], "mn", told)
    more = engagement.select(workbench, "pays", more=2)
    hand_out(paper, more.hits, plan_sentences(made, "Олголт", "en"), "en")
    assert read_cells(paper, more.hits) == told
    # a remark alone decides nothing
    assert read_answers(paper, more.hits) == {first: told[first]}


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (("буруу", "-5"), "sampling.audited_unreadable"),
        (("буруу", "NaN"), "sampling.audited_unreadable"),
    ],
)
def test_an_amount_below_nought_is_refused(
    workbench: Workbench, cells: tuple[str, str], sentence: str
) -> None:
    engagement.plan(workbench, aim())
    key = engagement.select(workbench, "pays").hits[0].item.key
    with pytest.raises(RefusedError) as caught:
        engagement.evaluate(workbench, "pays", fill(workbench, {key: cells}))
    assert caught.value.sentence == sentence


def test_an_item_that_stands_twice_is_refused(workbench: Workbench) -> None:
    engagement.plan(workbench, aim())
    hits = engagement.select(workbench, "pays").hits
    paper = engagement.folder_of(workbench, "pays") / "twice.xlsx"
    write_paper(paper, [*hits, hits[0]], [], "mn")
    with pytest.raises(RefusedError) as caught:
        read_cells(paper, hits)
    assert caught.value.sentence == "sampling.item_twice"


def test_a_total_written_into_the_plan_afterwards_is_refused(workbench: Workbench) -> None:
    made = engagement.plan(workbench, aim())
    path = engagement.folder_of(workbench, "pays") / engagement.PLAN
    text = path.read_text("utf-8")
    assert str(made.book_total) in text
    path.write_text(text.replace(str(made.book_total), "9" + str(made.book_total)), "utf-8")
    with pytest.raises(RefusedError) as caught:
        engagement.select(workbench, "pays")
    assert caught.value.sentence == "sampling.not_recorded"


def test_answers_changed_after_the_evaluation_break_the_sample(workbench: Workbench) -> None:
    engagement.plan(workbench, aim())
    hits = engagement.select(workbench, "pays").hits
    engagement.evaluate(
        workbench, "pays", fill(workbench, {hits[0].item.key: ("буруу", str(hits[0].item.value - 400))})
    )
    path = engagement.folder_of(workbench, "pays") / engagement.RESULT
    raw = json.loads(path.read_text("utf-8"))
    raw["answers"][hits[0].item.key] |= {"right": True, "audited": None}
    path.write_text(json.dumps(raw), "utf-8")
    (found,) = standings(workbench)
    assert found.fault is not None
    assert found.fault.sentence == "sampling.not_evaluated"


def test_a_plan_the_ledger_does_not_know_is_refused(workbench: Workbench) -> None:
    engagement.plan(workbench, aim())
    engagement.select(workbench, "pays")
    path = engagement.folder_of(workbench, "pays") / engagement.PLAN
    path.write_text(path.read_text("utf-8").replace("a seed", "another"), "utf-8")
    with pytest.raises(RefusedError) as caught:
        engagement.differences(workbench, "pays")
    assert caught.value.sentence == "sampling.not_recorded"


def test_an_understatement_above_the_book_value_is_proven_by_no_units(workbench: Workbench) -> None:
    engagement.plan(workbench, aim(method="mus", tolerable=Fraction(99, 100), confidence=Fraction(1, 2)))
    hit = engagement.select(workbench, "pays").hits[-1]
    assert not hit.certain
    three = str(hit.item.value * 3)
    _, result = engagement.evaluate(workbench, "pays", fill(workbench, {hit.item.key: ("буруу", three)}))
    assert result.beyond == 1
    assert not result.proven


def test_everything_wrong_and_more_units_than_money_are_stated(workbench: Workbench) -> None:
    engagement.plan(workbench, aim())
    engagement.select(workbench, "pays")
    _, result = engagement.evaluate(workbench, "pays", fill(workbench, {}, "буруу"))
    assert (result.limit, result.errors, result.undecided) == (1, 10, 0)
    # more units than items: all are certain, the interval is nothing and so is what is left to chance
    few = items([5, 7])
    hits, interval = draw_units(few, 60, "s", "fixed")
    assert {hit.item for hit in hits if hit.certain} == set(few)
    assert interval == 0


def test_how_far_samples_have_come_and_what_a_year_says(workbench: Workbench) -> None:
    made = engagement.plan(workbench, aim())
    engagement.plan(workbench, aim(name="units", method="mus", tolerable=Fraction(50, 100)))
    assert [one.state for one in standings(workbench)] == ["planned", "planned"]
    hits = engagement.select(workbench, "pays").hits
    paper = fill(workbench, {hits[0].item.key: ("буруу", str(hits[0].item.value - 400))})
    engagement.evaluate(workbench, "pays", paper)
    pays, _ = standings(workbench)
    assert (pays.state, pays.result and pays.result.errors) == ("evaluated", 1)
    (rate,) = yearly_rates([pays])
    assert (rate.year, rate.table, rate.samples, rate.book_total) == (
        2025,
        "payment",
        ("pays",),
        made.book_total,
    )
    # 400 found in 10 of 20
    assert (rate.sides[OVER].found, rate.sides[OVER].likely) == (400, 800)
    assert rate.sides[UNDER].likely == 0
    engagement.select(workbench, "pays", more=2)
    assert standings(workbench)[0].state == "drawn"
    (engagement.folder_of(workbench, "pays") / engagement.POPULATION).write_text(
        "item_key,value,stratum\n", "utf-8"
    )
    assert standings(workbench)[0].state == "broken"


def test_samples_that_may_share_items_are_not_added() -> None:
    def sample(name: str, period: str) -> Standing:
        plan = Plan(aim(name=name, period=period), "s", 10, Decimal(1000), {}, "", 5, 0)
        side = Side(Decimal(1), Decimal(2), Decimal(3), "largest")
        return Standing(
            plan, result=Result(5, 1, 0, Decimal(1), Decimal(1), {}, {}, dict.fromkeys((OVER, UNDER), side))
        )

    quarter, month, other = sample("q1", "2025-Q1"), sample("march", "2025-03"), sample("q2", "2025-Q2")
    rates = yearly_rates([quarter, month, other])
    assert [(rate.samples, rate.book_total) for rate in rates] == [(("march",), 1000), (("q1", "q2"), 2000)]
    assert rates[1].sides[OVER] == Side(Decimal(2), Decimal(4), Decimal(6), "largest")


@pytest.mark.parametrize("selection", ["fixed", "cell", "random"])
def test_bounds_of_monetary_units_hold_as_often_as_they_promise(selection: str) -> None:
    # 300 items of 100 to 10,000, one in fifteen overstated by two fifths
    population = [Item(f"65|{n}", Decimal(100 + (n * n * 37) % 9900)) for n in range(300)]
    wrong = {item.key for n, item in enumerate(population) if n % 15 == 4}
    truth = sum(item.value * 2 / 5 for item in population if item.key in wrong)
    held = {stringer: 0, cell: 0}
    for seed in range(60):
        hits, interval = draw_units(population, 40, str(seed), selection)
        taints = [
            Fraction(2, 5) for h in hits if h.item.key in wrong and not h.certain for _ in range(h.times)
        ]
        sure = sum(
            (Fraction(h.item.value) * 2 / 5 for h in hits if h.item.key in wrong and h.certain), Fraction(0)
        )
        for way in held:
            held[way] += way(taints, Fraction(interval, 100), Fraction(1, 10), sure).upper >= truth
    assert min(held.values()) / 60 >= 0.9
