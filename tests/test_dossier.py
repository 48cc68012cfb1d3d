"""The dossier of one person: a life written out by hand, month by month, masked until it may be seen."""

import html
import json
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from page_links import broken_links
from run_world import Past, make_workbench, write_run

from ndaudit import charts, ledger
from ndaudit.analyses.dossier import (
    Dossier,
    find_person,
    found,
    home_of,
    money,
    months,
    open_dossier,
    papers,
    wages,
)
from ndaudit.catalogue import Catalogue
from ndaudit.cli.options import Surroundings
from ndaudit.cli.persons import publish_about
from ndaudit.errors import RefusedError, UsageError
from ndaudit.lexicon import Lexicon
from ndaudit.masking import Masker
from ndaudit.reading import Reading, open_reading
from ndaudit.reporting import dossier_openings, publish_notebooks
from ndaudit.reporting.dossier import PersonPage, open_person
from ndaudit.reporting.persons import DOSSIER, person_page, publish_person
from ndaudit.reporting.publishing import record_of
from ndaudit.reviews.decisions import Decision, State, propose
from ndaudit.reviews.log import open_log
from ndaudit.wording import sentences
from ndaudit.workbench import Workbench

PERSON, KEY = 7000007, b"k" * 32
HOSTILE = "=cmd()|'/C calc'!A0 </script><img src=x onerror=alert(1)>{{7*7}}{% raw %}\u202e#import \"x\": y"
OWN = {"delivered_by": "1110"}
SECRETS = (
    "УБ60051012",
    "7000007",
    "Дорж",
    "Сүхээ",
    "5011999",
    "НД777",
    "И1",
    "АО1",
    "1960-05-10",
    "1960.05.10",
)
RESULTS = (("FIL-04", "C", "1110", 1, 0, 1, 0), ("SIB-03", "W", "1110", 9, 7, 1, 1))
FINDINGS = (
    {
        "finding_id": "f1",
        "rule_id": "FIL-04",
        "severity": "C",
        "item_key": "НД777",
        "office_code": "1110",
        "person": str(PERSON),
    },
    {
        "finding_id": "f2",
        "rule_id": "SIB-03",
        "severity": "W",
        "item_key": "7000007|2024-05",
        "office_code": "1110",
        "period": date(2024, 5, 1),
        "person": str(PERSON),
    },
    {"finding_id": "f3", "rule_id": "SIB-03", "severity": "W", "item_key": "8", "person": "8"},
)


def month(first: date, count: int) -> list[date]:
    starts = [first.year * 12 + first.month - 1 + n for n in range(count)]
    return [date(start // 12, start % 12 + 1, 1) for start in starts]


def paid(
    person: int, employer: str, first: date, count: int, wage: int, *, at: bool = True
) -> list[dict[str, Any]]:
    return [
        OWN
        | {
            "contribution_id": person * 1000 + period.toordinal() % 100_000,
            "person_id": person,
            "employer_no": employer,
            "insured_type": "01",
            "period": period,
            "wage": wage,
            "paid_on": period.replace(day=28) if at else None,
        }
        for period in month(first, count)
    ]


def job(name: str, employer: str | None, since: date, until: date) -> dict[str, Any]:
    told = {
        "employment_id": name,
        "person_id": PERSON,
        "employer_no": employer,
        "kind": "work",
        "certified": True,
    }
    return OWN | told | {"hired_on": since, "released_on": until, "work_condition": "normal"}


def paper(kind: str) -> dict[str, Any]:
    known = {"document_id": kind, "person_id": PERSON, "file_no": "НД777", "kind": kind}
    return OWN | known | {"is_original": kind != "id_card", "received_on": date(2024, 9, 20)}


COLLEAGUES = (500_000, 600_000, 700_000, 800_000, 900_000)
TABLES: dict[str, list[dict[str, Any]]] = {
    "delivered_file": [
        {"batch_id": "1110", "mode": "full", "office_code": "1110", "table_name": "contribution"},
    ],
    "person": [
        OWN
        | {
            "person_id": PERSON,
            "register_no": "УБ60051012",
            "surname": "Дорж",
            "given_name": "Сүхээ",
            "birth_date": date(1960, 5, 10),
            "sex": "M",
            "office_code": "1110",
        },
        # known to another office too, where nobody lives of this number
        {"delivered_by": "65", "person_id": PERSON, "office_code": "1110", "sex": "M"},
    ],
    "employer": [
        OWN
        | {"employer_no": no, "name": f"{no} ХХК", "sector": "private", "office_code": "1110"}
        | {"registered_on": date(2010, 1, 1)}
        for no in ("АО1", "АО2")
    ],
    "employment": [
        job("a", None, date(1990, 1, 1), date(1990, 3, 31)),
        job("b", "АО1", date(2023, 1, 1), date(2024, 6, 15)),
        job("c", "АО2", date(2024, 7, 1), date(2024, 9, 30)),
    ],
    "bought_service": [
        OWN
        | {"credit_id": "x", "person_id": PERSON, "paid_on": date(2013, 5, 1)}
        | {"covers_from": date(2022, 11, 1), "covers_to": date(2022, 12, 31)}
    ],
    "contribution": [
        *paid(PERSON, "АО1", date(2023, 1, 1), 12, 1_000_000),
        *paid(PERSON, "АО1", date(2024, 1, 1), 3, 1_200_000),
        *paid(PERSON, "АО1", date(2024, 4, 1), 1, 1_200_000, at=False),
        *paid(PERSON, "АО2", date(2024, 7, 1), 3, 900_000),
        *(
            row
            for n, wage in enumerate(COLLEAGUES)
            for row in paid(11 + n, "АО1", date(2022, 1, 1), 24, wage)
        ),
        # in 2024 one of the five has gone
        *(
            row
            for n, wage in enumerate(COLLEAGUES[:4])
            for row in paid(11 + n, "АО1", date(2024, 1, 1), 2, wage)
        ),
    ],
    "pension_file": [
        OWN
        | {
            "file_no": "НД777",
            "person_id": PERSON,
            "regime": "civil",
            "pension_type": "old_age",
            "condition": "general",
            "applied_on": date(2024, 9, 20),
            "opened_on": date(2024, 9, 25),
            "inspector": "И1",
            "inspector_signed": True,
        }
    ],
    "determination": [
        OWN
        | {
            "determination_id": "НД777-1",
            "file_no": "НД777",
            "person_id": PERSON,
            "kind": "initial",
            "method": "wage",
            "effective_from": date(2024, 10, 1),
            "entered_by": "И1",
            "entered_at": datetime(2024, 9, 26, 10),
            "section_head": "Т1",
            "section_head_at": datetime(2024, 9, 27),
            "chief_accountant_at": datetime(2024, 9, 26, 9),
            "amount": 600_000,
            "service_months_before_1995": 5,
            "service_months_after_1995": 20,
        }
    ],
    "document": [paper("application"), paper("id_card"), paper("photo")],
    "payment": [
        OWN
        | {"payment_id": str(n), "person_id": PERSON, "period": period, "amount": 600_000, "status": "paid"}
        | {"pension_book_no": "НД777", "account_no": "5011999"}
        for n, period in enumerate(month(date(2024, 10, 1), 3))
    ],
}


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Iterator[Workbench]:
    folder = tmp_path_factory.mktemp("dossier")
    with pytest.MonkeyPatch.context() as patch:
        (folder / "key").write_text(KEY.hex(), "ascii")
        (folder / "key").chmod(0o600)
        patch.setenv("NDAUDIT_KEY_FILE", str(folder / "key"))
        made = make_workbench(folder / "nd", catalogue, TABLES)
        evidence = {
            "f1": catalogue.rules["FIL-04"].evidence,
            "f2": catalogue.rules["SIB-03"].evidence,
            "f3": catalogue.rules["SIB-03"].evidence,
        }
        told = [
            row | {"evidence": json.dumps(dict.fromkeys(evidence[row["finding_id"]]), ensure_ascii=False)}
            for row in FINDINGS
        ]
        write_run(made, Past("r1", 20, RESULTS, told))
        (made.runs / "current.json").write_text('{"run_id": "r1"}', "utf-8")
        with open_log(made) as log:
            propose(log, [State("f1")], Decision("official_error", HOSTILE, "НД-15/7"))
        yield made


@pytest.fixture(scope="module")
def reading(workbench: Workbench) -> Iterator[Reading]:
    with open_reading(workbench) as opened:
        yield opened


@pytest.fixture(scope="module")
def dossier(reading: Reading) -> Iterator[Dossier]:
    with open_dossier(reading, PERSON) as opened:
        yield opened


@pytest.fixture(scope="module")
def calendar(dossier: Dossier) -> pl.DataFrame:
    return months.months(dossier)


def test_a_person_is_found_by_number_and_by_pseudonym(reading: Reading) -> None:
    pseudonym = Masker(KEY, "person").mask(str(PERSON))
    assert find_person(reading, f" {PERSON} ", KEY) == PERSON
    assert find_person(reading, pseudonym.lower(), KEY) == PERSON
    assert home_of(reading, PERSON) == "1110"
    with pytest.raises(UsageError):
        find_person(reading, "  ", KEY)
    for nobody in ("7000008", "AAAAAAAAAA", "'; DROP TABLE person; --"):
        with pytest.raises(RefusedError) as caught:
            find_person(reading, nobody, KEY)
        assert nobody not in caught.value.within("en")


def test_only_the_office_that_delivered_a_person_has_the_dossier(reading: Reading) -> None:
    with pytest.raises(RefusedError), open_dossier(reading, PERSON, "1107"):
        pass


def test_each_month_is_what_the_records_say(calendar: pl.DataFrame) -> None:
    joined = (
        months.stretches(calendar).select("first_month", "last_month", "months", "kind", "employer_no").rows()
    )
    assert joined == [
        (date(1990, 1, 1), date(1990, 3, 1), 3, "proven", None),
        (date(2022, 11, 1), date(2022, 12, 1), 2, "bought", None),
        (date(2023, 1, 1), date(2024, 3, 1), 15, "paid", "АО1"),
        (date(2024, 4, 1), date(2024, 4, 1), 1, "unpaid", "АО1"),
        # May: in the labour book, no contribution; June was not a whole month
        (date(2024, 5, 1), date(2024, 5, 1), 1, "gap", "АО1"),
        (date(2024, 7, 1), date(2024, 9, 1), 3, "paid", "АО2"),
        (date(2024, 10, 1), date(2024, 12, 1), 3, "pension", None),
    ]
    assert months.stretches(calendar)["wage"].to_list()[2] == Decimal("1040000.00")


def test_employers_go_by_letters_in_order_of_appearance() -> None:
    assert [months.mark(place, "mn") for place in (0, 1, None, 99)] == ["А", "Б", "", "•"]
    assert [months.mark(place, "en") for place in (0, 1)] == ["A", "B"]


def test_wages_stand_beside_those_of_colleagues(dossier: Dossier, calendar: pl.DataFrame) -> None:
    earned = wages.wages(dossier, calendar)
    first, second = earned.to_dicts()
    assert (first["year"], first["wage"], first["months"], first["peers"]) == (2023, 1_000_000, 12, 5)
    assert (first["peers_low"], first["peers_median"], first["peers_high"]) == (600_000, 700_000, 800_000)
    assert round(first["to_peers"], 4) == Decimal("1.4286")
    # four months of 1.2 million against one year of 1 million; four colleagues are too few to be shown
    assert (second["wage"], second["change"], second["peers_median"]) == (1_200_000, Decimal("0.2"), None)
    assert second["employer_no"] == "АО1"


def test_papers_asked_for_present_and_missing(dossier: Dossier) -> None:
    standing = dict(papers.papers(dossier).select("paper", "standing").iter_rows())
    assert standing["si_book"] == "missing"
    assert (standing["application"], standing["id_card"], standing["photo"]) == (
        "present",
        "present",
        "beside",
    )
    assert papers.papers(dossier)["standing"][0] == "missing"


def test_steps_come_in_the_order_they_were_taken(dossier: Dossier) -> None:
    steps = papers.signatures(dossier).select("step", "done_at", "who").rows()
    assert [(name, who) for name, _, who in steps] == [
        ("applied", None),
        ("opened", "И1"),
        # an hour before the sheet was entered, and nobody's name
        ("chief_accountant", None),
        ("entered", "И1"),
        ("section_head", "Т1"),
    ]


def test_service_counted_and_evidenced(dossier: Dossier) -> None:
    told = {part: (counted, evidenced) for part, counted, evidenced in papers.service(dossier).iter_rows()}
    assert told["before_1995"] == (5, 3)
    # 2 bought back, 15 and 3 paid
    assert told["from_1995"] == (20, 20)


def test_money_paid(dossier: Dossier) -> None:
    [row] = money.payments(dossier).to_dicts()
    assert (row["year"], row["payments"], row["amount"], row["last_amount"]) == (2024, 3, 1_800_000, 600_000)
    assert money.benefits(dossier).height == 0


def test_findings_and_decisions_of_this_person_only(dossier: Dossier) -> None:
    listed = found.findings(dossier)
    assert listed.select("finding_id", "state").rows() == [("f1", "proposed"), ("f2", "open")]
    [entry] = found.decisions(dossier, listed)
    assert (entry.kind, entry.finding_id, entry.body["reason"]) == ("propose", "f1", HOSTILE)


def everything(page: PersonPage) -> str:
    calendar = months.months(page.dossier)
    asked, listed = papers.papers(page.dossier), found.findings(page.dossier)
    blocks = [
        dossier_openings.dossier(page, calendar, asked, listed),
        page.rules(listed),
        page.findings(listed),
        page.decisions(found.decisions(page.dossier, listed), listed),
        page.table("dossier_stretches", months.stretches(calendar)),
        page.table("dossier_wages", wages.wages(page.dossier, calendar)),
        page.table("dossier_service", papers.service(page.dossier)),
        page.table("dossier_files", papers.files(page.dossier)),
        page.table("dossier_papers", asked),
        page.table("dossier_signatures", papers.signatures(page.dossier)),
        page.table("dossier_determinations", papers.determinations(page.dossier)),
        page.table("dossier_payments", money.payments(page.dossier)),
        page.table("dossier_benefits", money.benefits(page.dossier)),
        page.evidence(),
    ]
    return "\n".join(block.html + json.dumps(block.forms, ensure_ascii=False) for block in blocks)


@pytest.mark.parametrize("lang", ["mn", "en"])
def test_nobody_is_named_until_there_is_a_reason(workbench: Workbench, lang: str) -> None:
    page = open_person(str(workbench.root), "", "", lang, str(PERSON), "")
    shown = everything(page)
    assert [secret for secret in SECRETS if secret in shown] == []
    assert page.pseudonym in shown
    assert ledger.read(workbench) == []


def test_unmasked_only_by_right_and_kept_in_the_ledger(workbench: Workbench) -> None:
    roles = workbench.root / "roles.toml"
    roles.write_text(f'[[account]]\nname = "{ledger.account()}"\nrole = "analyst"\n', "utf-8")
    try:
        with pytest.raises(RefusedError):
            open_person(str(workbench.root), "", "", "en", str(PERSON), "request 12")
        with pytest.raises(RefusedError):
            publish_person(workbench, [DOSSIER], str(PERSON), reason="request 12")
    finally:
        roles.unlink()
    assert ledger.read(workbench) == []
    page = open_person(str(workbench.root), "", "", "en", str(PERSON), "request 12")
    # on disk before anything is shown
    [kept] = ledger.read(workbench)
    assert (kept.event, kept.details["what"], kept.details["reason"]) == ("unmask", "dossier", "request 12")
    assert kept.details["person"] == page.pseudonym
    assert str(PERSON) not in json.dumps(kept.details)
    shown = everything(page)
    for secret in ("УБ60051012", "Дорж", "1960-05-10", "АО1 ХХК", "5011999"):
        assert secret in shown
    assert "request 12" in shown
    (workbench.data / "ledger.jsonl").unlink()


def test_the_conclusion_and_the_figures(workbench: Workbench) -> None:
    page = open_person(str(workbench.root), "", "", "en", str(PERSON), "")
    listed = found.findings(page.dossier)
    calendar, asked = months.months(page.dossier), papers.papers(page.dossier)
    told = dossier_openings.dossier(page, calendar, asked, listed).plain
    assert (
        "Has drawn an old-age pension since October 2024; the records hold 2 exceptions, 1 of them critical."
        in told
    )
    # April was reported and not paid, May not even reported
    assert "Months worked, not paid for: 2" in told
    assert "Pension a month: 600\u202f000 ₮" in told
    nothing = dossier_openings.dossier(page, calendar, asked, listed.clear()).plain
    assert "since October 2024; the records break no rule." in nothing
    page.evidence()


@pytest.mark.parametrize("lang", ["mn", "en"])
def test_charts_say_in_words_what_they_draw(
    reading: Reading, dossier: Dossier, calendar: pl.DataFrame, lang: Any
) -> None:
    lexicon = Lexicon(reading, lang)
    strip = charts.month_strip(calendar, lexicon)
    words = {name: text.within(lang) for name, text in sentences("dossier").items()}
    assert words["kind_gap"] in strip.text
    assert "2024.05" in strip.text or "2024-05" in strip.text
    drawn = [part for part in strip.figure.data if part["type"] == "bar"]
    assert sum(len(part["x"]) for part in drawn) == calendar.height
    # a letter where an employer begins and once a year, a sign in every month that is not plainly paid
    [blue] = [part for part in drawn if months.mark(0, lang) in part["text"]]
    assert [text for text in blue["text"] if text] == [months.mark(0, lang)] * 2 + [months.mark(1, lang)]
    path = charts.wage_path(wages.wages(dossier, calendar), lexicon)
    assert "1\u202f000\u202f000" in path.text
    assert "2023" in path.text
    for empty in (calendar.clear(), wages.wages(dossier, calendar).clear()):
        draw = charts.month_strip if "kind" in empty.columns else charts.wage_path
        assert draw(empty, lexicon).text


def test_published_under_a_pseudonym(workbench: Workbench) -> None:
    with pytest.raises(UsageError):
        publish_notebooks(workbench, [DOSSIER])
    with pytest.raises(UsageError):
        publish_person(workbench, ["12_catalogue"], str(PERSON))
    with pytest.raises(UsageError):
        publish_person(workbench, [DOSSIER], str(PERSON), reason=" ")
    [made] = publish_person(workbench, [DOSSIER], str(PERSON), lang="en")
    assert made.failure is None
    assert made.path is not None
    assert broken_links([made.path]) == []
    pseudonym = Masker(KEY, "person").mask(str(PERSON))
    assert made.path.parent == workbench.reports / "2025-12" / "1110" / f"person-{pseudonym}"
    assert record_of(made.path)["parameters"]["person"] == pseudonym
    for path in made.path.parent.rglob("*"):
        if path.suffix in {".html", ".ipynb", ".json"}:
            text = path.read_text("utf-8")
            assert [secret for secret in SECRETS if secret in text] == [], path.name
    # what an auditor wrote stays text on the page and in the workbook
    page = made.path.read_text("utf-8")
    assert "<img src=x" not in page
    assert "{{7*7}}" in html.unescape(page)
    with zipfile.ZipFile(made.path.with_suffix(".xlsx")) as book:
        parts = {name: book.read(name).decode("utf-8", "replace") for name in book.namelist()}
    assert HOSTILE in html.unescape(parts["xl/sharedStrings.xml"])
    assert not [name for name, text in parts.items() if "<f>" in text or "hyperlink" in text]


def test_an_unmasked_dossier_stays_in_data(workbench: Workbench) -> None:
    [made] = publish_person(workbench, [DOSSIER], str(PERSON), lang="en", reason="request 13")
    assert made.path is not None
    assert made.path.is_relative_to(workbench.data / "dossiers")
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert "УБ60051012" in made.path.read_text("utf-8")
    [kept] = [entry for entry in ledger.read(workbench) if entry.event == "unmask"]
    assert kept.details["reason"] == "request 13"
    shutil.rmtree(workbench.data / "dossiers")


@pytest.mark.parametrize(
    ("names", "person", "unmask", "reason"),
    [
        ([DOSSIER], str(PERSON), True, None),
        ([DOSSIER], str(PERSON), False, "request 12"),
        ([DOSSIER], None, True, "request 12"),
        (["12_catalogue"], str(PERSON), False, None),
    ],
)
def test_the_options_of_the_command_stand_together(
    workbench: Workbench, names: list[str], person: str | None, unmask: bool, reason: str | None
) -> None:
    around = Surroundings(workbench, "en", as_json=False)
    how: dict[str, Any] = {"period": None, "engine": "ndaudit", "standalone": False}
    with pytest.raises(UsageError):
        publish_about(around, names, person, unmask=unmask, reason=reason, **how)


def test_a_page_to_be_shown_once_leaves_nothing_behind(workbench: Workbench) -> None:
    page = person_page(workbench, str(PERSON), "mn")
    assert "Даатгуулагчийн хавтас" in page
    assert list((workbench.data / "dossiers").iterdir()) == []
