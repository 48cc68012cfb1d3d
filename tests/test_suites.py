"""Great Expectations over a run: its numbers are the run's, leads never fail, nothing personal gets out."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from chromium import CHROMIUM, NEEDS_CHROMIUM
from conftest import REPOSITORY
from page_links import broken_links

from ndaudit import ledger
from ndaudit.catalogue import read_catalogue
from ndaudit.checking import decide
from ndaudit.errors import DeclarationError, MachineError, RefusedError
from ndaudit.findings import Run
from ndaudit.scope import Scope
from ndaudit.store import Snapshot, connect, create_tables
from ndaudit.suites import CheckpointSummary, gx_context, run_checkpoint
from ndaudit.tables import read_tables
from ndaudit.workbench import Settings, Workbench

POPULATION = """-- title.mn: Хүн
-- title.en: Person
-- key: person_id, register_no
-- office: delivered_by
SELECT person_id, register_no, sex, birth_date, delivered_by FROM person
"""
RULE = """id = "{id}"
title = {{ mn = "{id} дүрэм", en = "Rule {id}" }}
severity = "{severity}"
population = "human"
requirement = "{requirement}"
evidence = ["sex"]
{more}
criterion = [{{ act = "order_163", clause = "2.1" }}]
condition = {{ mn = "Хүйс {{sex}}.", en = "Sex {{sex}}." }}
cases = []
"""
RULES = [
    ("TST-01", "C", "sex = 'M'", 'assumptions = ["order_163_still_followed"]'),
    ("TST-02", "W", "birth_date < DATE '2000-01-01'", ""),
    ("TST-03", "I", "person_id > 2", ""),
    ("TST-04", "C", "person_id > 0", ""),
    ("TST-05", "W", "person_id > 0", 'needs = ["fault"]'),
    ("TST-06", "W", "CAST(register_no AS INTEGER) > 0", ""),
    ("TST-07", "W", "person_id > 0", 'applies_when = "person_id < 0"'),
]
PEOPLE = [
    (1, "УБ90010112", "M", date(1990, 1, 1), "1110"),
    (2, "УБ91010112", "F", date(1991, 1, 1), "1110"),
    (3, "УБ92010112", "F", None, "1110"),
    (4, "УБ01210112", "M", date(2001, 1, 1), "65"),
    (5, "УБ93010112", "Q", date(1993, 1, 1), "65"),
]
CIVIL_IDS = {1: "123456789012", 4: "998877"}


@dataclass(frozen=True)
class Shown:
    """One checkpoint over the small world, and what it left on disk."""

    workbench: Workbench
    run: Run
    summary: CheckpointSummary

    @property
    def site(self) -> Path:
        return self.summary.index.parent

    def results(self, suite: str, run: Run | None = None) -> dict[str, Any]:
        folder = self.workbench.data / "gx" / "validation_results" / suite
        [path] = (folder / run.id if run else folder).rglob("*.json")
        return json.loads(path.read_text("utf-8"))

    def rule(self, rule_id: str) -> dict[str, Any]:
        return next(
            one
            for one in self.results("rules")["results"]
            if one["expectation_config"]["kwargs"]["rule_id"] == rule_id
        )


def small_world(root: Path) -> tuple[Workbench, Snapshot]:
    expectations = root / "expectations"
    for name in ("tables", "law", "thresholds.toml", "offices.toml"):
        source = REPOSITORY / "expectations" / name
        copy = shutil.copytree if source.is_dir() else shutil.copyfile
        copy(source, expectations / name)
    for folder in ("populations", "rules/TST", "suites"):
        (expectations / folder).mkdir(parents=True)
    (expectations / "populations" / "human.sql").write_text(POPULATION, "utf-8")
    for rule_id, severity, requirement, more in RULES:
        text = RULE.format(id=rule_id, severity=severity, requirement=requirement, more=more)
        (expectations / "rules" / "TST" / f"{rule_id}.toml").write_text(text, "utf-8")
    for name in ("person", "employer"):
        shutil.copyfile(
            REPOSITORY / "expectations" / "suites" / f"{name}.json",
            expectations / "suites" / f"{name}.json",
        )
    workbench = Workbench(root)
    return workbench, small_snapshot(workbench)


def small_snapshot(workbench: Workbench) -> Snapshot:
    tables = read_tables(workbench.expectations / "tables")
    path = workbench.private_folder(workbench.store) / "one.duckdb"
    con = connect(path)
    create_tables(con, tables.values())
    for row, (person, register_no, sex, born, office) in enumerate(PEOPLE, start=1):
        con.execute(
            "INSERT INTO person (person_id, register_no, sex, birth_date, delivered_by, office_code,"
            " civil_id, source_file, source_row) VALUES (?, ?, ?, ?, ?, ?, ?, 'people.csv', ?)",
            [person, register_no, sex, born, office, office, CIVIL_IDS.get(person), row],
        )
    for office in ("1110", "65"):
        con.execute(
            "INSERT INTO batch (batch_id, office_code, exported_at) VALUES (?, ?, ?)",
            [office, office, datetime(2026, 1, 12, 18)],
        )
        for table in ("person", "fault") if office == "65" else ("person",):
            con.execute(
                "INSERT INTO delivered_file (batch_id, office_code, table_name) VALUES (?, ?, ?)",
                [office, office, table],
            )
    con.close()
    return Snapshot("one", path, "0" * 64, {})


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    root = tmp_path_factory.mktemp("workbench")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NDAUDIT_KEY_FILE", str(tmp_path_factory.mktemp("key") / "key"))
        workbench, snapshot = small_world(root)
        catalogue = read_catalogue(workbench)
        run = decide(workbench, catalogue, snapshot, catalogue.rules.values(), Scope())
        yield Shown(workbench, run, run_checkpoint(workbench, catalogue, run, "mn"))


def run_counts(run: Run) -> dict[str, tuple[int, int, int]]:
    con = duckdb.connect(str(run.database), read_only=True)
    rows = con.execute(
        "SELECT rule_id, sum(population), sum(exceptions), sum(missing_value) FROM rule_result GROUP BY ALL"
    ).fetchall()
    con.close()
    return {rule: (int(population), int(bad), int(missing)) for rule, population, bad, missing in rows}


def test_numbers_of_a_rule_are_those_of_the_run(shown: Shown) -> None:
    counts = run_counts(shown.run)
    assert counts["TST-01"] == (5, 3, 0)
    assert counts["TST-02"] == (5, 1, 1)
    for rule_id, (population, exceptions, missing) in counts.items():
        one = shown.rule(rule_id)
        assert one["result"]["element_count"] == population
        assert one["result"]["unexpected_count"] == exceptions + missing
        assert (one["meta"]["exceptions"], one["meta"]["missing_value"]) == (exceptions, missing)


@pytest.mark.parametrize(
    ("rule_id", "success"),
    [("TST-01", False), ("TST-02", False), ("TST-04", True), ("TST-06", False), ("TST-07", True)],
)
def test_a_rule_succeeds_when_nothing_is_unexpected(shown: Shown, rule_id: str, success: bool) -> None:
    assert shown.rule(rule_id)["success"] is success


def test_a_lead_succeeds_whatever_it_found_and_is_still_counted(shown: Shown) -> None:
    lead = shown.rule("TST-03")
    assert (lead["success"], lead["result"]["unexpected_count"]) == (True, 2)
    assert shown.summary.failed["info"] == 1


def copied(shown: Shown, root: Path, settings: Settings) -> tuple[Workbench, Run]:
    """Return the small world and its run in another folder, to be changed."""
    shutil.copytree(shown.workbench.root, root, dirs_exist_ok=True)
    workbench = Workbench(root, settings)
    return workbench, replace(shown.run, folder=workbench.runs / shown.run.id)


def test_a_suite_edited_by_hand_on_the_live_connection_is_what_the_next_check_uses(
    shown: Shown, tmp_path: Path
) -> None:
    import great_expectations as gx

    workbench, run = copied(shown, tmp_path, Settings(keep_results=2))
    path = workbench.expectations / "suites" / "person.json"
    before = json.loads(path.read_text("utf-8"))
    older = aged(workbench, run, 3)
    context = gx_context(workbench, read_catalogue(workbench), run, "mn")
    suite = context.suites.get("person")
    suite.add_expectation(gx.expectations.ExpectColumnValuesToBeUnique(column="sex"))
    suite.add_expectation(gx.expectations.ExpectColumnValuesToBeInSet(column="sex", value_set=["M"]))
    suite.save()
    saved = json.loads(path.read_text("utf-8"))
    assert len(saved["expectations"]) == len(before["expectations"]) + 2
    batch = context.data_sources.get("snapshot").get_asset("person").batch_definitions[0].get_batch()
    told = {one.expectation_config.type: one.success for one in batch.validate(suite).results}
    assert told["expect_column_values_to_be_unique"] is False

    again = Shown(workbench, run, run_checkpoint(workbench, read_catalogue(workbench), run, "en"))
    added = [
        one
        for one in again.results("person", run)["results"]
        if one["expectation_config"]["kwargs"].get("column") == "sex"
        and one["expectation_config"]["kwargs"].get("value_set") in (None, ["M"])
    ]
    added.sort(key=lambda one: str(one["expectation_config"]["type"]), reverse=True)
    # M, F, F in one office; M, Q in the other: four are not alone, and which office is to blame is not told
    assert [one["result"]["unexpected_count"] for one in added] == [4, 3]
    assert "offices" not in added[0]["meta"]
    assert [(one["office_code"], one["unexpected_count"]) for one in added[1]["meta"]["offices"]] == [
        ("1110", 2),
        ("65", 1),
    ]
    # the two latest checks are kept, the first page leads to the other, and no link leads nowhere
    assert kept(workbench) == [[older[-1], run.id]] * 3
    text = again.summary.index.read_text("utf-8")
    assert [name for name in older if name in text] == older[-1:]
    assert "Earlier checks" in text


def aged(workbench: Workbench, run: Run, count: int) -> list[str]:
    """Lay results and pages of as many older checks beside those of a run, and return their ids."""
    names = [f"2025010{day}T080000-abcdef" for day in range(1, count + 1)]
    for name in names:
        for folder in run_folders(workbench):
            for path in folder.glob(f"*/{run.id}" if folder.name != "offices" else run.id):
                copy = path.parent / name
                shutil.copytree(path, copy)
                for moment in copy.glob("*Z"):
                    moment.rename(copy / f"{name[:15]}.000000Z")
    return names


def run_folders(workbench: Workbench) -> tuple[Path, Path, Path]:
    site = workbench.reports / "data_docs"
    return workbench.data / "gx" / "validation_results", site / "validations", site / "offices"


def kept(workbench: Workbench) -> list[list[str]]:
    results, pages, offices = run_folders(workbench)
    return [
        sorted(path.name for path in (results / "rules").iterdir()),
        sorted(path.name for path in (pages / "rules").iterdir()),
        sorted(path.name for path in offices.iterdir()),
    ]


def test_the_oldest_results_go_and_nothing_else(shown: Shown, tmp_path: Path) -> None:
    from ndaudit.suites.kept import drop_results

    workbench, run = copied(shown, tmp_path, Settings(keep_results=3))
    older = aged(workbench, run, 5)
    strange = [folder / "rules" / "notes" for folder in run_folders(workbench)]
    for folder in strange:
        folder.mkdir(parents=True)
        (folder / "20250101T080000-abcdef.txt").write_text("mine", "utf-8")
    files = {path for path in tmp_path.rglob("*") if path.is_file()}

    assert drop_results(workbench, run.id) == older[:3]
    gone = files - {path for path in tmp_path.rglob("*") if path.is_file()}
    assert {part for path in gone for part in path.parts if part.endswith("-abcdef")} == set(older[:3])
    assert len(gone) == 3 * (3 + 3 + 2)
    assert all(folder.joinpath("20250101T080000-abcdef.txt").is_file() for folder in strange)
    [entry] = [one for one in ledger.read(workbench) if one.event == "drop_results"]
    assert entry.details == {"runs": older[:3], "keep_results": 3}

    # once is enough, and what a run came to stays even where it is the oldest
    assert drop_results(workbench, run.id) == []
    assert drop_results(Workbench(tmp_path, Settings(keep_results=1)), older[3]) == [older[4], run.id]


def test_results_are_told_by_office(shown: Shown) -> None:
    offices = {row["office_code"]: row for row in shown.rule("TST-01")["meta"]["offices"]}
    assert {code: (row["population"], row["exceptions"]) for code, row in offices.items()} == {
        "1110": (3, 2),
        "65": (2, 1),
    }
    keys = {code: {item["item_key"] for item in row["sample"]} for code, row in offices.items()}
    assert (len(keys["1110"]), len(keys["65"])) == (2, 1)
    page = (shown.site / "offices" / shown.run.id / "65.html").read_text("utf-8")
    assert keys["65"] <= set(re.findall(r"[A-Z2-7]{10}", page))
    assert not [key for key in keys["1110"] if key in page]
    assert "ndaudit findings --rule TST-01 --office 65" in page
    # one of its two people breaks TST-01, the other TST-02; TST-06 did not run, TST-07 speaks of nobody
    assert "Хэлтсийн өгөгдлийг 5 дүрмээр шалгахад 2 дүрмийн 2 бүртгэл зөрчилтэй байна." in page
    assert "дохио бий" not in page


def test_the_contract_is_told_by_office(shown: Shown) -> None:
    broken = {
        one["expectation_config"]["kwargs"].get("column"): one["meta"]["offices"]
        for one in shown.results("person")["results"]
        if not one["success"]
    }
    row = {"office_code": "65", "element_count": 2, "unexpected_count": 1}
    assert broken == {"sex": [row], "civil_id": [row]}
    for code, said in (
        ("65", "Ирүүлсэн өгөгдлийн 2 мөр шаардлага хангаагүй"),
        ("1110", "Ирүүлсэн өгөгдөл нь шаардлагыг бүрэн хангасан."),
    ):
        assert said in (shown.site / "offices" / shown.run.id / f"{code}.html").read_text("utf-8")


def test_what_was_not_delivered_stays_out_of_the_unexpected_count(shown: Shown) -> None:
    one = shown.rule("TST-05")
    assert (one["success"], one["result"]["unexpected_count"], one["meta"]["not_delivered"]) == (True, 0, 1)


def test_summary_counts_failures_by_severity(shown: Shown) -> None:
    # TST-01, sex outside its codes · TST-02, TST-06 not run, civil id · TST-03
    assert dict(shown.summary.failed) == {"critical": 2, "warning": 3, "info": 1}
    assert shown.summary.success is False


def test_severity_and_law_stand_in_the_meta(shown: Shown) -> None:
    config = shown.rule("TST-01")["expectation_config"]
    assert config["severity"] == "critical"
    assert config["meta"]["law"] == [{"act": "order_163", "clause": "2.1", "from": None, "to": None}]
    assert config["meta"]["assumptions"] == ["order_163_still_followed"]
    assert (shown.workbench.root / config["kwargs"]["findings"]) == shown.run.database


def test_sample_keys_are_masked_and_no_longer_than_promised(shown: Shown) -> None:
    sample = shown.rule("TST-01")["result"]["unexpected_index_list"]
    assert [row["outcome"] for row in sample] == ["exception"] * 3
    assert all(re.fullmatch(r"[A-Z2-7]{10}", row["item_key"]) for row in sample)


def test_nothing_personal_is_stored_or_shown(shown: Shown) -> None:
    files = [p for folder in (shown.workbench.data / "gx", shown.site) for p in folder.rglob("*.*")]
    texts = [p.read_text("utf-8") for p in files if p.suffix in {".json", ".html"}]
    secrets = [register_no for _, register_no, *_ in PEOPLE] + list(CIVIL_IDS.values())
    assert len(texts) == 10
    assert not [secret for secret in secrets for text in texts if secret in text]


def test_a_failing_row_is_named_by_file_and_row(shown: Shown) -> None:
    [civil] = [
        one
        for one in shown.results("person")["results"]
        if one["expectation_config"]["kwargs"].get("column") == "civil_id"
    ]
    [row] = civil["result"]["partial_unexpected_index_list"]
    assert (row["delivered_by"], row["source_file"], row["source_row"]) == ("65", "people.csv", 4)
    assert row["civil_id"] != CIVIL_IDS[4]


def test_values_that_are_not_personal_are_shown(shown: Shown) -> None:
    [sex] = [
        one
        for one in shown.results("person")["results"]
        if one["expectation_config"]["kwargs"].get("column") == "sex"
    ]
    assert sex["result"]["partial_unexpected_list"] == ["Q"]


def test_the_reason_of_a_rule_that_could_not_run_quotes_no_data(shown: Shown) -> None:
    why = shown.rule("TST-06")["meta"]["failure"]
    assert why is not None
    assert "УБ9" not in why


def test_the_site_asks_nobody_for_anything(shown: Shown) -> None:
    pages = list(shown.site.rglob("*.html"))
    assert broken_links(pages) == []
    # the first page, earlier checks, rules, two tables, two offices
    assert len(pages) == 7
    for page in [*pages, *shown.site.rglob("*.css")]:
        text = re.sub(r"/\*.*?\*/", "", page.read_text("utf-8"), flags=re.DOTALL)
        assert not re.search(r"""(?:src|href|url)\s*[=(]\s*["']?(?:[a-z]+:)?//""", text), page.name
        assert "<script" not in text
        for link in re.findall(r'(?:src|href)="([^"#]+)', text) + re.findall(r'url\("([^"]+)"\)', text):
            assert (page.parent / link).is_file(), f"{page.name} → {link}"


def test_the_first_page_says_in_mongolian_what_was_found(shown: Shown) -> None:
    text = shown.summary.index.read_text("utf-8")
    assert "2 хэлтсийн өгөгдлийг 7 дүрмээр шалгахад 2 дүрмийн 4 бүртгэл зөрчилтэй байна." in text
    assert "Үүнээс гадна 1 дүрэм анхаарал татах 2 дохио өгсөн нь зөрчил биш." in text
    assert "1 дүрэм ажиллаагүй." in text
    assert "Баянзүрх (1110), 2026.01.12" in text


def test_a_rule_is_rendered_in_both_languages(shown: Shown) -> None:
    from ndaudit.suites.rule_expectation import ExpectRuleToHold

    for lang, found in (
        ("mn", "TST-02 TST-02 дүрэм: 5 бүртгэлээс 1 зөрчилтэй, 1 дутуу."),
        ("en", "TST-02 Rule TST-02: Of 5 items, 1 are exceptions and 1 incomplete."),
    ):
        one = shown.rule("TST-02")
        one["expectation_config"]["kwargs"]["lang"] = lang
        assert rendered(ExpectRuleToHold, one) == found


def rendered(kind: type[Any], raw: dict[str, Any]) -> str:
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    config = raw["expectation_config"]
    about = ExpectationConfiguration(type=config["type"], kwargs=config["kwargs"], meta=config["meta"])
    result = ExpectationValidationResult(
        success=raw["success"], result=raw["result"], meta=raw["meta"], expectation_config=about
    )
    return kind._diagnostic_observed_value_renderer(configuration=about, result=result)


def test_results_belong_to_their_owner_only(shown: Shown) -> None:
    stored = list((shown.workbench.data / "gx").rglob("*.json"))
    assert stored
    assert {path.stat().st_mode & 0o777 for path in stored} == {0o600}


def test_the_tables_are_neither_copied_nor_changed(shown: Shown) -> None:
    con = duckdb.connect(str(shown.workbench.store / "one.duckdb"), read_only=True)
    [[tables]] = con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE '%gx%'").fetchall()
    con.close()
    assert tables == 0


def test_a_snapshot_that_is_gone_is_refused(shown: Shown, tmp_path: Path) -> None:
    bare = Workbench(tmp_path)
    shutil.copytree(shown.workbench.expectations, bare.expectations)
    run = Run("r", bare.runs / "r", "gone", "", "", datetime(2026, 1, 1), True, (), ())
    with pytest.raises(RefusedError, match="gone"):
        run_checkpoint(bare, read_catalogue(bare), run, "mn")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("person.json", "{"),
        ("person.json", '{"name": "person", "expectations": [{"type": "expect_magic", "kwargs": {}}]}'),
        ("person.json", '{"name": "employer", "expectations": []}'),
        ("nobody.json", '{"name": "nobody", "expectations": []}'),
    ],
)
def test_a_suite_that_cannot_be_used_is_named(tmp_path: Path, name: str, text: str) -> None:
    from ndaudit.suites.declared import read_contracts

    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(DeclarationError, match=name) as caught:
        read_contracts(tmp_path, read_tables(REPOSITORY / "expectations" / "tables"))
    assert "\n" not in str(caught.value)


def test_every_shipped_suite_speaks_of_columns_the_dictionary_has() -> None:
    from ndaudit.suites.declared import read_contracts

    tables = read_tables(REPOSITORY / "expectations" / "tables")
    suites = read_contracts(REPOSITORY / "expectations" / "suites", tables)
    ids = [one.id for suite in suites for one in suite.expectations]
    assert {suite.name for suite in suites} == set(tables)
    assert len(set(ids)) == len(ids)
    for suite in suites:
        columns = {column.name: column for column in tables[suite.name].columns}
        for one in suite.expectations:
            if hasattr(one, "column_set"):
                assert set(one.column_set) == {c.name for c in columns.values() if not c.optional}
            else:
                assert one.column in columns
            if hasattr(one, "value_set"):
                assert tuple(one.value_set) == columns[one.column].codes


CONTRACT = {
    "expect_table_columns_to_match_set": {"column_set", "exact_match"},
    "expect_column_values_to_not_be_null": {"column"},
    "expect_column_values_to_be_in_set": {"column", "value_set"},
    "expect_column_values_to_match_regex": {"column", "regex"},
    "expect_column_values_to_be_between": {"column", "min_value", "max_value"},
}
"""What a contract may ask, and of what: one column by itself, whatever the others hold."""


def test_shipped_suites_ask_nothing_that_needs_a_second_column_or_row() -> None:
    for path in sorted((REPOSITORY / "expectations" / "suites").glob("*.json")):
        for one in json.loads(path.read_text("utf-8"))["expectations"]:
            assert one["kwargs"].keys() <= CONTRACT[one["type"]], f"{path.name}: {one}"


def test_great_expectations_is_imported_only_when_a_checkpoint_is_run() -> None:
    code = "import sys, ndaudit.suites; print('great_expectations' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "False\n"


def picture_of(page: Path, folder: Path) -> bytes:
    assert CHROMIUM
    folder.mkdir()
    flags = "headless no-sandbox disable-gpu disable-quic no-first-run disable-sync hide-scrollbars"
    quiet = "disable-background-networking disable-component-update"
    subprocess.run(
        [
            CHROMIUM,
            *(f"--{flag}" for flag in f"{flags} {quiet}".split()),
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={folder / 'profile'}",
            f"--screenshot={folder / 'page.png'}",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return (folder / "page.png").read_bytes()


@pytest.mark.browser
@NEEDS_CHROMIUM
def test_the_pages_are_styled_with_the_network_cut(shown: Shown, tmp_path: Path) -> None:
    bare = shutil.copytree(shown.site, tmp_path / "bare")
    shutil.rmtree(bare / "static")
    fontless = shutil.copytree(shown.site, tmp_path / "fontless")
    shutil.rmtree(fontless / "static" / "fonts")
    whole = picture_of(shown.summary.index, tmp_path / "whole")
    assert whole != picture_of(bare / "index.html", tmp_path / "without_styles")
    assert whole != picture_of(fontless / "index.html", tmp_path / "without_fonts")


@pytest.mark.parametrize("place", ["reports/data_docs", "data/gx/validation_results/person"])
def test_where_pages_or_results_cannot_be_written_the_place_is_named(
    shown: Shown, tmp_path: Path, place: str
) -> None:
    workbench, run = copied(shown, tmp_path, Settings())
    shutil.rmtree(tmp_path / place)
    (tmp_path / place).write_text("a file stands in the way", "utf-8")
    with pytest.raises(MachineError) as caught:
        run_checkpoint(workbench, read_catalogue(workbench), run, "mn")
    assert caught.value.exit_code == 4
    assert Path(place).name in str(caught.value)
    assert "\n" not in str(caught.value)
