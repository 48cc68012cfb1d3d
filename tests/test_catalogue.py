"""The declarations read together: what the catalogue asks of itself."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import sqlglot
from conftest import REPOSITORY
from sqlglot import exp
from sqlglot.optimizer.simplify import simplify

from ndaudit.catalogue import Catalogue, content_hash, read_catalogue
from ndaudit.clauses import read_clauses
from ndaudit.errors import DeclarationError
from ndaudit.offices import read_offices
from ndaudit.populations import Population
from ndaudit.rules import Rule, read_accepted_rule, read_rule
from ndaudit.store import RECORDS
from ndaudit.workbench import Workbench

SHIPPED = read_catalogue(Workbench(REPOSITORY))
CLAUSES = {"order_163": "clauses.toml", "job_description": "duties.toml"}
WORLD = {"as_of", "delivered", "law_value", "threshold_value", *RECORDS}


@pytest.fixture
def copy(tmp_path: Path) -> Workbench:
    shutil.copytree(REPOSITORY / "expectations", tmp_path / "expectations")
    return Workbench(tmp_path)


def test_at_least_thirty_rules_in_ten_areas() -> None:
    assert len(SHIPPED.rules) >= 30
    assert len({rule.area for rule in SHIPPED.rules.values()}) >= 10


@pytest.mark.parametrize("rule", SHIPPED.rules.values(), ids=list(SHIPPED.rules))
def test_a_condition_names_only_its_evidence(rule: Rule) -> None:
    blank = dict.fromkeys(rule.evidence, "")
    rule.condition.mn.format(**blank)
    rule.condition.en.format(**blank)


@pytest.mark.parametrize("rule", SHIPPED.rules.values(), ids=list(SHIPPED.rules))
def test_a_rule_stands_in_the_folder_of_its_area(rule: Rule) -> None:
    assert rule.id.split("-")[0] == rule.area


@pytest.mark.parametrize("population", SHIPPED.populations.values(), ids=list(SHIPPED.populations))
def test_a_population_reads_only_what_there_is(population: Population) -> None:
    law = {f"law_{name}" for name in SHIPPED.law}
    known = {*SHIPPED.tables, *SHIPPED.populations, *law, *WORLD}
    assert population.reads <= known


def same_words(sql: str) -> str:
    """Return a condition with its parts in order, so that what means the same reads the same."""
    tree = simplify(sqlglot.parse_one(sql, read="duckdb"))
    return (
        " AND ".join(sorted(part.sql(dialect="duckdb", comments=False).lower() for part in tree.flatten()))
        if isinstance(tree, exp.And)
        else tree.sql(dialect="duckdb", comments=False).lower()
    )


def test_no_two_rules_state_the_same() -> None:
    said = [(r.population, r.applies_when or "", same_words(r.requirement)) for r in SHIPPED.rules.values()]
    assert len(said) == len(set(said))


@pytest.mark.parametrize("act", CLAUSES)
def test_every_clause_is_cited_or_says_why_no_data_can_show_it(act: str) -> None:
    clauses = read_clauses(REPOSITORY / "expectations" / CLAUSES[act])
    cited = {c.clause for rule in SHIPPED.rules.values() for c in rule.criterion if c.act == act}
    assert cited == {number for number, clause in clauses.items() if clause.not_shown is None}


def test_an_unknown_population_is_named(copy: Workbench) -> None:
    path = copy.expectations / "rules" / "LBK" / "LBK-02.toml"
    path.write_text(path.read_text("utf-8").replace('population = "', 'population = "no_'), "utf-8")
    with pytest.raises(DeclarationError) as caught:
        read_catalogue(copy)
    assert caught.value.sentence == "declarations.no_population"


def test_a_misspelt_key_in_a_rule_file_stops_the_catalogue(copy: Workbench) -> None:
    path = copy.expectations / "rules" / "LBK" / "LBK-02.toml"
    path.write_text('sevrity = "C"\n' + path.read_text("utf-8"), "utf-8")
    with pytest.raises(DeclarationError, match="sevrity"):
        read_catalogue(copy)


def test_accepted_rules_are_the_same_with_cases_read_later(catalogue: Catalogue) -> None:
    for rule in catalogue.rules.values():
        accepted, whole = read_accepted_rule(rule.path), read_rule(rule.path)
        assert not isinstance(accepted.cases, tuple)
        assert len(accepted.cases) == len(whole.cases)
        assert replace(accepted, cases=tuple(accepted.cases)) == whole


@pytest.mark.parametrize(
    "odd",
    [
        '''known_false_positives.mn = """\n[[cases]]\n"""\nknown_false_positives.en = "x"\n''',
        '[[cases]]\nname = """\n[[cases]]\n"""\nexpect = "met"\ngiven.person = []\n',
        '[[cases]]\nname = "x"\nexpect = "met"\ngiven.person = []\n[effects]\n',
    ],
    ids=["head", "case", "table"],
)
def test_what_looks_like_a_case_is_read_whole(tmp_path: Path, odd: str) -> None:
    text = (REPOSITORY / "expectations" / "rules" / "PER" / "PER-01.toml").read_text("utf-8")
    head = "".join(
        line for line in text.partition("[[cases]]")[0].splitlines(True) if "false_pos" not in line
    )
    path = tmp_path / "PER-01.toml"
    path.write_text(head + odd, "utf-8")
    try:
        whole: Rule | str = read_rule(path)
    except DeclarationError as error:
        whole = str(error)
    try:
        accepted: Rule | str = read_accepted_rule(path)
    except DeclarationError as error:
        accepted = str(error)
    assert accepted == whole


def test_the_hash_follows_names_and_bytes(copy: Workbench) -> None:
    before = content_hash(copy.expectations)
    (copy.expectations / "law" / "zz_new.toml").write_text("x = 1\n", "utf-8")
    assert content_hash(copy.expectations) != before


def test_optional_tables_are_not_needed(catalogue: Catalogue) -> None:
    needed = catalogue.needed_by(catalogue.rules["LBK-02"])
    assert {"employment", "person"} <= needed
    assert "bought_service" not in needed


def test_the_country_has_as_many_offices_as_are_listed() -> None:
    listed = read_offices(REPOSITORY / "expectations" / "offices.toml")
    assert SHIPPED.thresholds["offices_in_country"].value == len(listed)
