"""Reports on access, payments, benefits and contributions, on findings and rows written out by hand."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

import polars as pl
import pytest
from page_links import broken_links
from run_world import Past, make_workbench, write_run

from ndaudit.analyses import access, benefits, contributions, digits, order_163, outcomes, payments, subjects
from ndaudit.catalogue import Catalogue
from ndaudit.charts import rule_shares
from ndaudit.lexicon import Lexicon
from ndaudit.reading import Reading, open_reading
from ndaudit.reporting import Published, publish_notebooks
from ndaudit.scope import Scope
from ndaudit.wording import sentences

OFFICE, COUNTRY = Scope("1110"), Scope()
NOTEBOOKS = ("06_contributions", "07_benefits", "08_payments", "09_access_and_duties")
# rule, severity, office, population, met, exceptions, undetermined
RESULTS = (
    ("ACC-02", "W", "1110", 3, 1, 2, 0),
    ("ACC-05", "C", "1110", 3, 2, 1, 0),
    ("ACC-08", "C", "1110", 9, 6, 3, 0),
    ("VOI-01", "W", "1110", 4, 3, 1, 0),
    ("VOI-02", "I", "1110", 4, 2, 2, 0),
    ("PAY-03", "C", "1110", 8, 7, 1, 0),
    ("PAY-05", "C", "1110", 5, 1, 4, 0),
    ("PAY-06", "C", "1110", 5, 4, 1, 0),
    ("PAY-07", "I", "1110", 2, 1, 1, 0),
    ("BEN-07", "C", "1110", 4, 2, 1, 1),
    ("BEN-09", "C", "1110", 2, 1, 1, 0),
    ("CON-01", "W", "1110", 9, 7, 2, 0),
    ("CON-02", "C", "1110", 9, 5, 4, 0),
    ("SIB-03", "W", "65", 9, 8, 1, 0),
)


def found(rule: str, item: str, effect: int | None = None, **evidence: str) -> dict[str, Any]:
    """Return one exception; `period`, `person` and `office` of the evidence go to their columns too."""
    office = evidence.pop("office", "1110")
    return {
        "finding_id": sha256(f"{rule}|{item}".encode()).hexdigest()[:16],
        "rule_id": rule,
        "severity": "I" if rule in ("VOI-02", "PAY-07") else "C",
        "item_key": item,
        "office_code": office,
        "person": evidence.pop("person", None),
        "period": evidence.get("period"),
        "effect": effect,
        "evidence": json.dumps(evidence),
    }


def entry(item: str, who: str, at: str) -> dict[str, Any]:
    return found("ACC-08", item, entered_by=who, entered_at=at)


def dead(item: str, person: str, period: str, effect: int) -> dict[str, Any]:
    return found("PAY-05", item, effect, person=person, period=period, last_death="2025-01-20")


def owed(employer: str, period: str, amount: int, days: str) -> dict[str, Any]:
    told = {"employer_no": employer, "period": period, "open_amount": f"{amount}.00", "days_overdue": days}
    return found("CON-02", f"{employer}|{period}", amount, **told)


FINDINGS = (
    found("ACC-02", "НЭРГҮЙ1"),
    found("ACC-05", "НЭРГҮЙ1"),
    found("ACC-02", "НЭРГҮЙ2"),
    entry("d|1", "АЖ7", "2025-03-01 09:00:00"),
    entry("d|2", "АЖ7", "2025-01-01 09:00:00"),
    entry("d|3", "АЖ8", "2025-02-01 09:00:00"),
    found("VOI-02", "в1"),
    dead("п1", "7", "2025-02-01", 100),
    dead("п2", "7", "2025-04-01", 100),
    dead("п3", "8", "2026-01-01", 300),
    dead("п4", "9", "2026-02-01", 1000),
    found("PAY-06", "7|old_age|2025-02", 400, person="7", first_office="1110", last_office="1110"),
    found("PAY-06", "8|old_age|2025-02", 50, person="8", first_office="1110", last_office="65", office="65"),
    found(
        "PAY-07", "Хаан|50019911", persons="4", households="3", last_period="2025-12-01", first_office="1110"
    ),
    found("BEN-07", "т2"),
    found("BEN-09", "т4", -500, amount="1000.00", lawful_amount="1500.00"),
    owed("АО1", "2025-11-01", 10, "30"),
    owed("АО1", "2025-10-01", 20, "31"),
    owed("АО2", "2024-12-01", 40, "366"),
    owed("АО2", "2025-01-01", 30, "365"),
    found("CON-01", "АО1|2025-10", period="2025-10-01"),
    found("CON-01", "АО1|2024-10", period="2024-10-01"),
    found("SIB-03", "9|2024-10", period="2024-10-01", office="65"),
)
OWN = {"delivered_by": "1110"}


def benefit(name: str, kind: str, amount: int, paid_at: datetime | None) -> dict[str, Any]:
    applied = datetime(2025, 5, 5, 10)
    return OWN | {
        "benefit_id": name,
        "kind": kind,
        "amount": amount,
        "applied_at": applied,
        "paid_at": paid_at,
    }


def paid(name: str, status: str, amount: int) -> dict[str, Any]:
    known = {"payment_id": name, "bank": "Хаан", "period": date(2025, 12, 1)}
    return OWN | known | {"status": status, "amount": amount}


def message(name: str, scheduled: datetime, sent: datetime | None, outcome: str) -> dict[str, Any]:
    return OWN | {"message_id": name, "scheduled_at": scheduled, "sent_at": sent, "outcome": outcome}


TABLES = {
    "user_account": [
        OWN | {"username": "НЭРГҮЙ1", "staff_id": "АЖ7", "closed_on": None},
        OWN | {"username": "НЭРГҮЙ2", "staff_id": "АЖ7", "closed_on": date(2026, 1, 12)},
        OWN | {"username": "НЭРГҮЙ3", "staff_id": "АЖ8", "closed_on": date(2026, 1, 13)},
    ],
    "voice_message": [
        message("в1", datetime(2025, 3, 1, 9), datetime(2025, 3, 1, 23, 59), "failed"),
        message("в2", datetime(2025, 3, 1, 9), datetime(2025, 3, 2, 0, 0), "delivered"),
        message("в3", datetime(2025, 3, 1, 9), None, "not_sent"),
        message("в4", datetime(2024, 3, 1, 9), datetime(2024, 3, 1, 9), "delivered"),
    ],
    "bank_transmission": [OWN | {"transmission_id": "д1", "bank": "Хаан", "period": date(2025, 12, 1)}],
    "bank_line": [OWN | {"transmission_id": "д1", "line": n, "amount": 100} for n in (1, 2)],
    "payment": [paid("п1", "paid", 100), paid("п2", "paid", 250), paid("п3", "stopped", 70)],
    "benefit": [
        benefit("т1", "funeral", 1000, datetime(2025, 5, 6, 10)),
        benefit("т2", "funeral", 1000, datetime(2025, 5, 6, 10, 1)),
        benefit("т3", "funeral", 1000, None),
        benefit("т4", "sickness", 1000, datetime(2025, 7, 1)),
        benefit("т5", "funeral", 1000, datetime(2025, 5, 12, 10, 1)),
    ],
    # 600 different wages of one employer, a third of them ending in 50; the same again the month after
    "contribution": [
        OWN | {"employer_no": "АО1", "period": month, "wage": wage}
        for month in (date(2025, 11, 1), date(2025, 12, 1))
        for wage in [*(700_001 + 101 * n for n in range(400)), *(900_050 + 100 * n for n in range(200))]
    ],
}


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Iterator[Reading]:
    made = make_workbench(tmp_path_factory.mktemp("subjects") / "nd", catalogue, TABLES)
    write_run(made, Past("r1", 20, RESULTS, FINDINGS))
    (made.runs / "current.json").write_text('{"run_id": "r1"}', "utf-8")
    with open_reading(made) as opened:
        yield opened


def rules_of(reading: Reading, subject: str, scope: Scope = OFFICE) -> pl.DataFrame:
    return subjects.of(outcomes.by_rule(reading, scope), subject)


def test_leads_are_in_no_count(reading: Reading) -> None:
    row = subjects.conclusion(reading, OFFICE, rules_of(reading, "access")).row(0, named=True)
    assert (row["exceptions"], row["critical"], row["verdict"]) == (7, 4, "found")


@pytest.mark.parametrize(
    ("population", "met", "exceptions", "verdict"),
    [(0, 0, 0, "none"), (2, 0, 0, "undecided"), (2, 2, 0, "kept"), (2, 1, 1, "found")],
)
def test_nothing_to_check_is_not_the_same_as_nothing_found(
    reading: Reading, population: int, met: int, exceptions: int, verdict: str
) -> None:
    row = {"population": population, "met": met, "exceptions": exceptions}
    rules = rules_of(reading, "benefits").head(1).with_columns(**{k: pl.lit(v) for k, v in row.items()})
    assert subjects.conclusion(reading, OFFICE, rules)["verdict"].to_list() == [verdict]


def test_accounts_closed_by_the_day_of_the_export_are_not_open(reading: Reading) -> None:
    [row] = access.accounts(reading, OFFICE).to_dicts()
    assert (row["accounts"], row["open_accounts"], row["holders"], row["noted"]) == (3, 2, 2, 2)
    assert access.accounts(reading, Scope("65")).height == 0


def test_accounts_that_break_most_rules_come_first(reading: Reading) -> None:
    rows = access.noted_accounts(reading, OFFICE).select("item_key", "rule_ids").rows()
    assert rows == [("НЭРГҮЙ1", ["ACC-02", "ACC-05"]), ("НЭРГҮЙ2", ["ACC-02"])]


def test_entries_without_an_account_are_counted_by_who_made_them(reading: Reading) -> None:
    rows = access.entries(reading, OFFICE).select("entered_by", "entries", "first_at").rows()
    assert rows == [("АЖ7", 2, datetime(2025, 1, 1, 9)), ("АЖ8", 1, datetime(2025, 2, 1, 9))]


def test_a_message_is_in_time_until_midnight_of_its_day(reading: Reading) -> None:
    rows = access.messages(reading, OFFICE).select("year", "messages", "in_time", "unsent", "reached").rows()
    assert rows == [(date(2025, 1, 1), 3, 1, 1, 1), (date(2024, 1, 1), 1, 1, 0, 1)]


def test_access_concludes_on_duties_and_entries(reading: Reading) -> None:
    row = access.conclusion(reading, OFFICE, rules_of(reading, "access")).row(0, named=True)
    assert (row["accounts"], row["noted"], row["both_duties"]) == (3, 2, 1)
    assert (row["entries"], row["messages"]) == (3, 1)


def test_every_duty_is_an_indicator(reading: Reading, catalogue: Catalogue) -> None:
    found = order_163.indicators(reading, rules_of(reading, "access"), order_163.DUTIES)
    accounts = found.filter(pl.col("clause") == "2.9").row(0, named=True)
    cited = {
        r.id
        for r in catalogue.rules.values()
        if ("job_description", "2.9") in {(c.act, c.clause) for c in r.criterion}
    }
    assert {"ACC-02", "ACC-08"} <= cited
    assert accounts["exceptions"] == 5
    assert found.filter(pl.col("clause") == "2.2")["rules"].to_list() == [0]
    assert Lexicon(reading, "en").duty("2.9") == "User rights opened, closed and kept on record"


def test_the_bank_file_stands_beside_the_roll_without_stopped_payments(reading: Reading) -> None:
    [row] = payments.reconciled(reading, OFFICE).to_dicts()
    assert (row["lines"], row["line_total"]) == (2, Decimal(200))
    assert (row["payments"], row["roll_total"], row["difference"]) == (2, Decimal(350), Decimal(-150))


def test_payments_after_death_are_told_by_how_long_after(reading: Reading) -> None:
    rows = payments.after_death(reading, OFFICE).rows()
    assert rows == [
        ("longer", 1, 1, Decimal(1000)),
        ("year", 1, 1, Decimal(300)),
        ("first", 1, 1, Decimal(100)),
        ("quarter", 1, 1, Decimal(100)),
    ]


def test_months_paid_twice_by_one_office_or_two(reading: Reading) -> None:
    assert payments.twice(reading, OFFICE).rows() == [("one_office", 1, 1, Decimal(400))]
    assert payments.twice(reading, COUNTRY)["paid_by"].to_list() == ["one_office", "two_offices"]


def test_shared_accounts_are_leads_of_the_office(reading: Reading) -> None:
    assert payments.shared_accounts(reading, OFFICE).select("item_key", "persons").rows() == [
        ("Хаан|50019911", 4)
    ]
    assert payments.shared_accounts(reading, Scope("65")).height == 0
    row = payments.conclusion(reading, OFFICE, rules_of(reading, "payments")).row(0, named=True)
    assert (row["exceptions"], row["accounts"], row["unmatched"]) == (6, 1, 1)


def test_benefits_by_kind_with_what_was_found(reading: Reading) -> None:
    rows = benefits.by_kind(reading, OFFICE).rows()
    assert rows == [
        ("funeral", 4, Decimal(4000), 1, Decimal(0), Decimal(0)),
        ("sickness", 1, Decimal(1000), 1, Decimal(0), Decimal(500)),
    ]
    row = benefits.conclusion(reading, OFFICE, rules_of(reading, "benefits")).row(0, named=True)
    assert (row["benefits"], row["noted"], row["late"], row["under"]) == (5, 2, 1, Decimal(500))


def test_a_funeral_benefit_is_in_time_to_the_minute(reading: Reading) -> None:
    rows = benefits.funeral_times(reading, OFFICE).rows()
    assert rows == [("day", 1), ("two_days", 1), ("longer", 1), ("unknown", 1)]


def test_amounts_stand_beside_the_lawful_ones(reading: Reading) -> None:
    [row] = benefits.amounts(reading, OFFICE).to_dicts()
    assert (row["amount"], row["lawful_amount"], row["effect"]) == (1000, 1500, -500)


def test_arrears_are_aged_in_days(reading: Reading) -> None:
    assert contributions.arrears(reading, OFFICE).rows() == [
        ("month", 1, 1, Decimal(10)),
        ("quarter", 1, 1, Decimal(20)),
        ("year", 1, 1, Decimal(30)),
        ("longer", 1, 1, Decimal(40)),
    ]
    debtors = contributions.debtors(reading, OFFICE)
    assert debtors.select("employer_no", "months", "open_amount", "days_overdue").rows() == [
        ("АО2", 2, Decimal(70), 366),
        ("АО1", 2, Decimal(30), 31),
    ]


def test_contributions_conclude_on_what_is_owed(reading: Reading) -> None:
    row = contributions.conclusion(reading, OFFICE, rules_of(reading, "contributions")).row(0, named=True)
    assert (row["open_amount"], row["employers"], row["late"], row["gaps"]) == (Decimal(100), 2, 2, 0)
    nobody = contributions.conclusion(reading, Scope("65"), rules_of(reading, "contributions", Scope("65")))
    assert nobody.select("open_amount", "employers", "gaps").row(0) == (Decimal(0), 0, 1)


def test_exceptions_stand_under_the_year_they_are_about(reading: Reading) -> None:
    shown = contributions.by_year(reading, COUNTRY).select("year", "late", "gaps").rows()
    assert shown == [(date(2025, 1, 1), 1, 0), (date(2024, 1, 1), 1, 1)]


# 600 wages from 700,001 to 919,950 span a third of a power of ten: bounded. Of the 400 that step by 101,
# four end in each of 00…99; the 200 others end in 50: 204 of 600 = 0.34. In nought end 40 + 200 of 600.
def test_a_wage_counts_once_and_benford_is_refused(reading: Reading) -> None:
    whole, one = digits.wage_digits(reading, OFFICE).to_dicts()
    assert (whole["series"], one["series"], one["employer_no"]) == ("office", "employer", "АО1")
    assert (one["wages"], one["refused"], one["band"]) == (600, "bounded", None)
    assert (one["most_ending"], one["most_share"]) == (50, Decimal("0.34"))
    assert one["round_share"] == Decimal("0.4")


def test_every_code_the_tables_show_is_a_word() -> None:
    groups = {
        "waited": (*payments.WAITED, *benefits.HOURS),
        "paid_by": payments.PAID_BY,
        "benefit": benefits.BENEFITS,
        "age": contributions.AGES,
        "refused": digits.WHY,
        "series": ("office", "employer"),
    }
    words = {f"{column}_{code}" for column, codes in groups.items() for code in codes}
    assert words - set(sentences("words")) == set()


def test_a_chart_without_exceptions_says_so(reading: Reading) -> None:
    lexicon = Lexicon(reading, "en")
    rules = outcomes.accusing(rules_of(reading, "payments"))
    assert rule_shares(rules, "payments", lexicon).text.startswith("PAY-05")
    assert "80.0\u00a0% (4 of 5)" in rule_shares(rules, "payments", lexicon).text
    assert rule_shares(rules.head(0), "payments", lexicon).text == "Everything checked holds."


@pytest.fixture(scope="module")
def published(reading: Reading, tmp_path_factory: pytest.TempPathFactory) -> list[Published]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NDAUDIT_KEY_FILE", str(tmp_path_factory.mktemp("key") / "key"))
        made = [
            publish_notebooks(
                reading.workbench, NOTEBOOKS, office=office, lang="mn" if lang == "mn" else "en"
            )
            for office, lang in (("1110", "mn"), ("65", "en"))
        ]
    return [item for items in made for item in items]


def test_they_are_published_with_their_conclusion(published: list[Published]) -> None:
    assert [item.failure for item in published] == [None] * 8
    pages = {(item.name, item.lang): item.path.read_text("utf-8") for item in published if item.path}
    said = {
        ("06_contributions", "mn"): "2 ажил олгогч хугацаа нь болсон 100 ₮ шимтгэл төлөөгүй",
        ("07_benefits", "mn"): "5 тэтгэмжийн 2 нь зөрчилтэй",
        ("08_payments", "mn"): "нас барсны дараа 4 удаа",
        ("09_access_and_duties", "mn"): "хэрэглэгчийн 3 эрхийн 2 нь зөрчилтэй",
        ("06_contributions", "en"): "1 months of work have no contribution",
        ("07_benefits", "en"): "No benefits were delivered: nothing to check.",
        ("08_payments", "en"): "No payments or bank files were delivered: nothing to check.",
        ("09_access_and_duties", "en"): "No accounts or duties were delivered: nothing to check.",
    }
    plain = {name: page.replace("\u00a0", " ") for name, page in pages.items()}
    assert {name: text in plain[name] for name, text in said.items()} == dict.fromkeys(said, True)
    assert broken_links(item.path for item in published if item.path) == []
    # of the two critical rules with an exception the one with four: CON-02 before SIB-04 and CON-01
    assert "<a href="  # findings-CON-02">Хамгийн түрүүнд: «" in plain["06_contributions", "mn"]


def test_nobody_is_named_in_what_is_published(published: list[Published]) -> None:
    for item in published:
        assert item.path is not None
        for path in item.path.parent.glob("*.html"):
            text = path.read_text("utf-8")
            named = ("НЭРГҮЙ", "АЖ7", "АО1", "50019911", "7|old_age")
            assert [name for name in named if name in text] == []
