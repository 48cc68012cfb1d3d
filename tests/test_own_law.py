"""Values of the law a workbench states itself: as strict, used in SQL, recorded, shown wherever used."""

import json
import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import REPOSITORY
from deliveries import PERSON, deliver, person

from ndaudit import audit
from ndaudit.analyses import outcomes
from ndaudit.analyses.assumptions import assumptions
from ndaudit.beginning import begin
from ndaudit.catalogue import deciding_hash, read_catalogue
from ndaudit.cli.cards import print_law, print_parameter
from ndaudit.cli.options import Surroundings
from ndaudit.cli.tables import warn_of_law
from ndaudit.doctor import examine
from ndaudit.errors import DeclarationError
from ndaudit.law import Parameter, read_law
from ndaudit.law_notes import last_known, outdated, own_values
from ndaudit.lexicon import Lexicon
from ndaudit.reading import open_reading
from ndaudit.scope import EVERYTHING
from ndaudit.store import connect, declare_world
from ndaudit.suites.declared import suite_of_rules
from ndaudit.tables import read_tables
from ndaudit.workbench import Settings, Workbench

HEAD = 'title = { mn = "Хэмжээ", en = "Amount" }\nunit = "₮"\n'
TAIL = (
    'confidence = "official"\nreference = { act = "pension_law", article = "4" }\nchecked_on = 2026-11-22\n'
)
DECLARED = (("2020-01-01", "value = 100"), ("2023-01-01", "value = 300"), ("2026-01-01", "unknown = true"))


def stated(*values: tuple[str, str]) -> str:
    return "".join(f"[[values]]\nfrom = {day}\n{what}\n{TAIL}" for day, what in values)


def declare(folder: Path, own: str, head: str = HEAD, name: str = "amount") -> dict[str, Parameter]:
    (folder / "law").mkdir()
    (folder / "law" / "amount.toml").write_text(head + stated(*DECLARED), "utf-8")
    (folder / "own").mkdir()
    (folder / "own" / f"{name}.toml").write_text(own, "utf-8")
    return read_law(folder / "law", folder / "own")


def values(parameter: Parameter, *days: date) -> list[Decimal | None]:
    found = [parameter.on(day) for day in days]
    return [value.value if value else None for value in found]


def test_a_new_date_ends_the_value_before_it(tmp_path: Path) -> None:
    amount = declare(tmp_path, stated(("2021-07-01", "value = 200")))["amount"]
    days = (date(2021, 6, 30), date(2021, 7, 1), date(2022, 12, 31), date(2023, 1, 1))
    assert values(amount, *days) == [Decimal(100), Decimal(200), Decimal(200), Decimal(300)]
    assert [value.is_own for value in amount.values] == [False, True, False, False]


def test_a_value_of_a_declared_day_stands_in_its_place(tmp_path: Path) -> None:
    amount = declare(tmp_path, stated(("2026-01-01", "value = 400")))["amount"]
    assert values(amount, date(2025, 12, 31), date(2026, 1, 1)) == [Decimal(300), Decimal(400)]
    assert len(amount.values) == 3


def test_a_folder_that_does_not_exist_states_nothing(tmp_path: Path) -> None:
    law = declare(tmp_path, stated(("2026-01-01", "value = 400")))
    assert own_values(law.values())[0].record["value"] == "400"
    assert own_values(read_law(tmp_path / "law", tmp_path / "nowhere").values()) == []


@pytest.mark.parametrize(
    ("text", "sentence", "named"),
    [
        ("[[values]]\nfrom = 2026-01-01\nvalue = 4.5\n" + TAIL, "declarations.wrong_kind", "value"),
        (
            stated(("2026-01-01", "value = 4")).replace("reference", "ref"),
            "declarations.missing_key",
            "reference",
        ),
        (HEAD + stated(("2026-01-01", "value = 4")), "declarations.unknown_key", "title"),
        (stated(("2027-01-01", "value = 4"), ("2026-06-01", "value = 5")), "law.order", "2026-06-01"),
        (stated(("2021-07-01", "value = 4\nto = 2022-01-01")), "law.gap", "2022-01-01"),
        (stated(("2021-07-01", "value = 4\nto = 2024-01-01")), "law.overlap", "2024-01-01"),
        ("no toml", "declarations.not_toml", "amount"),
    ],
)
def test_own_values_are_refused_as_strictly(tmp_path: Path, text: str, sentence: str, named: str) -> None:
    with pytest.raises(DeclarationError) as raised:
        declare(tmp_path, text)
    assert raised.value.sentence == sentence
    assert "data/law/amount.toml" in str(raised.value)
    assert named in str(raised.value)


def test_only_declared_parameters_take_own_values(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError) as raised:
        declare(tmp_path, stated(("2026-01-01", "value = 4")), name="amuont")
    assert raised.value.sentence == "law.no_parameter"
    assert "data/law/amuont.toml" in str(raised.value)


def test_sql_sees_the_own_value(tmp_path: Path) -> None:
    law = declare(tmp_path, stated(("2026-01-01", "value = 400")))
    con = connect()
    con.execute("CREATE TABLE batch (office_code VARCHAR, exported_at TIMESTAMP)")
    con.execute("CREATE TABLE delivered_file (office_code VARCHAR, table_name VARCHAR)")
    declare_world(con, law, {})
    found = con.execute("SELECT param('amount', DATE '2026-05-05')").fetchall()
    con.close()
    assert found == [(Decimal(400),)]


# life of 24 months: 2023-01-01 + 24 months = 2025-01-01; the value marked unknown is no newer value
@pytest.mark.parametrize(("day", "old"), [(date(2024, 12, 31), False), (date(2025, 1, 1), True)])
def test_a_value_past_its_usual_life_is_named(tmp_path: Path, day: date, old: bool) -> None:
    head = HEAD + "usual_life_months = 24\n"
    law = declare(tmp_path, stated(("2010-01-01", "value = 1")), head=head)
    last = last_known(law["amount"])
    assert last is not None
    assert last.valid_from == date(2023, 1, 1)
    assert [one.name for one in outdated(law.values(), day)] == (["amount"] if old else [])


def test_a_parameter_without_a_usual_life_never_is(tmp_path: Path) -> None:
    law = declare(tmp_path, stated(("2010-01-01", "value = 1")))
    assert outdated(law.values(), date(2099, 1, 1)) == []


def test_everything_that_decides_is_in_the_hash(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "expectations", tmp_path / "expectations")
    plain = Workbench(tmp_path)
    by_claim = replace(plain, settings=Settings(risen_age_basis="claim_year"))
    before = deciding_hash(plain)
    assert deciding_hash(by_claim) != before
    plain.own_law.mkdir(parents=True)
    (plain.own_law / "minimum_wage.toml").write_text(stated(("2026-01-01", "value = 900000")), "utf-8")
    assert deciding_hash(plain) != before


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    """A workbench that states an own working age: of 30 years, so that a child of 20 cannot have worked."""
    folder = tmp_path_factory.mktemp("own")
    workbench = begin(folder / "nd", "mn")
    workbench.own_law.mkdir()
    path = workbench.own_law / "working_age_months.toml"
    path.write_text(stated(("1980-01-01", "value = 360")), "utf-8")
    job = {
        "employment_id": "1",
        "person_id": "1",
        "employer_name": "А",
        "kind": "work",
        "hired_on": "1980-05-02",
        "hire_order_no": "5",
    }
    columns = [column.name for column in read_tables(workbench.expectations / "tables")["employment"].columns]
    book = ",".join(columns) + "\n" + ",".join(job.get(name, "") for name in columns) + "\n"
    deliver(folder / "in", {"person.csv": PERSON + person(1), "employment.csv": book})
    audit.load(workbench, [folder / "in"])
    audit.check(workbench)
    return workbench


def test_a_run_records_and_keeps_own_values(bench: Workbench) -> None:
    with open_reading(bench) as reading:
        raw = json.loads((reading.run.folder / "run.json").read_text("utf-8"))
        kept = reading.catalogue.law["working_age_months"].on(date(1980, 5, 2))
    assert kept is not None
    assert (kept.value, kept.is_own) == (Decimal(360), True)
    assert raw["settings"] == {"risen_age_basis": "birth_year", "thresholds": {}}
    assert raw["own_law"] == [
        {
            "parameter": "working_age_months",
            "from": "1980-01-01",
            "value": "360",
            "rows": [],
            "confidence": "official",
            "reference": {"act": "pension_law", "article": "4", "url": None},
            "checked_on": "2026-11-22",
        }
    ]


# born on 1960-05-01, hired on 1980-05-02, at 20: above 14 years, below 30
def test_own_values_decide_and_every_report_says_so(bench: Workbench) -> None:
    with open_reading(bench) as reading:
        rules = outcomes.by_rule(reading, EVERYTHING)
        found = assumptions(reading, rules)
        [row] = found.filter(found["kind"] == "own").to_dicts()
        sentence = Lexicon(reading, "en").assumption("own", "working_age_months")
    assert "LBK-02" in row["rule_ids"]
    assert row["exceptions"] >= 1
    assert "360" in sentence
    assert "1980-01-01" in sentence


def test_the_expectations_of_the_rules_say_so(bench: Workbench) -> None:
    suite = suite_of_rules(read_catalogue(bench), "findings", "mn")
    told = {one.rule_id: one.meta["own_law"] for one in suite.expectations}
    assert "360" in told["LBK-02"][0]["en"]
    assert told["BOK-01"] == []


@pytest.fixture
def ageing(bench: Workbench, tmp_path: Path) -> Workbench:
    """A copy whose minimum wage usually lives for one month: the value of 2025 is long past it."""
    copy = Workbench(tmp_path / "nd")
    shutil.copytree(bench.root, copy.root)
    path = copy.expectations / "law" / "minimum_wage.toml"
    path.write_text(
        path.read_text("utf-8").replace("usual_life_months = 24", "usual_life_months = 1"), "utf-8"
    )
    return copy


def test_a_check_warns_in_one_line_on_standard_error(
    bench: Workbench, ageing: Workbench, capsys: pytest.CaptureFixture[str]
) -> None:
    warn_of_law(Surroundings(bench, "en", False))
    assert "minimum_wage" not in capsys.readouterr().err
    warn_of_law(Surroundings(ageing, "en", True))
    said = capsys.readouterr()
    assert said.out == ""
    assert "minimum_wage" in said.err
    assert said.err.count("\n") == 1


def test_doctor_names_own_and_old_values(ageing: Workbench) -> None:
    told = {item.sentence: item for item in examine(ageing)}
    assert told["law.outdated_many"].values["names"] == "minimum_wage"
    assert told["doctor.own_law"].values["parameter"] == "working_age_months"
    assert told["doctor.own_law"].good


def test_reports_name_old_values_under_their_findings(bench: Workbench) -> None:
    with open_reading(bench) as reading:
        old = replace(reading.catalogue.law["working_age_months"], usual_life_months=1)
        aged = replace(reading.catalogue, law={**reading.catalogue.law, "working_age_months": old})
        told = replace(reading, catalogue=aged)
        found = assumptions(told, outcomes.by_rule(told, EVERYTHING))
        assert found.filter(found["kind"] == "outdated")["name"].to_list() == ["working_age_months"]
        assert "1980-01-01" in Lexicon(told, "en").assumption("outdated", "working_age_months")


def test_the_law_on_the_terminal_marks_own_and_old_values(
    ageing: Workbench, capsys: pytest.CaptureFixture[str]
) -> None:
    law = read_law(ageing.expectations / "law", ageing.own_law)
    print_law(Surroundings(ageing, "en", False), law)
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines() if line.strip()}
    assert "own value" in lines["working_age_months"]
    assert "out of date" in lines["minimum_wage"]
    print_parameter(Surroundings(ageing, "en", False), law["working_age_months"])
    card = capsys.readouterr().out
    assert "360\u00a0months" in card
    assert "Law on pensions and benefits, 4" in card
    assert "own value" in card
    print_parameter(Surroundings(ageing, "en", True), law["working_age_months"])
    [value] = [row for row in json.loads(capsys.readouterr().out) if row["is_own"]]
    assert (value["value"], value["from"]) == ("360", "1980-01-01")
