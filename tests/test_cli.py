"""Commands as users give them: exit codes, JSON documents, one-line errors."""

import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from deliveries import PERSON, deliver, person

from ndaudit import ledger
from ndaudit.beginning import begin
from ndaudit.cli import asked_language, handed_on
from ndaudit.masking import load_key
from ndaudit.workbench import Workbench


def run(*arguments: object, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ndaudit", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workbench with one small delivery, loaded and checked."""
    folder = tmp_path_factory.mktemp("bench")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NDAUDIT_KEY_FILE", str(folder / "key"))
        load_key(os.environ)
        yield made_bench(folder)


def made_bench(folder: Path) -> Path:
    begin(folder / "nd", "mn")
    persons = person(1) + person(2, register_no="УЮ6005011") + person(3, register_no="УЮ60050131")
    deliver(folder / "inbox" / "1110", {"person.csv": PERSON + persons})
    loaded = run("load", folder / "inbox", "-C", folder / "nd")
    assert loaded.returncode == 0, loaded.stderr
    checked = run("check", "--no-docs", "-C", folder / "nd")
    assert checked.returncode == 0, checked.stderr
    return folder / "nd"


def test_check_json_is_one_document(bench: Path) -> None:
    done = run("check", "--no-docs", "--json", "-C", bench)
    document = json.loads(done.stdout)
    assert set(document) == {"run_id", "snapshot", "rules"}
    rules = {rule["rule_id"]: rule for rule in document["rules"]}
    assert rules["PER-01"] == {
        "rule_id": "PER-01",
        "population": 3,
        "met": 2,
        "exceptions": 1,
        "undetermined": 0,
        "effect": "0.00",
    }
    for rule in document["rules"]:
        assert rule["population"] == rule["met"] + rule["exceptions"] + rule["undetermined"]
        assert isinstance(rule["effect"], str)


def test_check_explains_what_each_step_cost(bench: Path) -> None:
    done = run("check", "--rules", "PER-0*", "--explain", "--json", "-C", bench)
    document = json.loads(done.stdout)
    assert set(document) == {"run_id", "snapshot", "rules", "explain"}
    steps = {step["name"]: step for step in document["explain"]}
    assert {rule["rule_id"] for rule in document["rules"]} < steps.keys()
    assert (steps["PER-01"]["kind"], steps["PER-01"]["rows"]) == ("rule", 3)
    assert (steps["insured"]["kind"], steps["insured"]["rows"]) == ("population", 3)


def test_check_explains_in_both_languages(bench: Path) -> None:
    explained = run("check", "--rules", "PER-01", "--explain", "-C", bench).stdout
    assert "эх олонлог" in explained
    assert "Санах ой" in explained
    explained = run("check", "--rules", "PER-01", "--explain", "--lang", "en", "-C", bench).stdout
    assert "CPU s" in explained
    assert "PER-01" in explained


def test_findings_json_holds_the_keys_of_the_contract(bench: Path) -> None:
    items = json.loads(run("findings", "--rule", "PER-01", "--format", "json", "-C", bench).stdout)
    assert len(items) == 1
    names = ["finding_id", "rule_id", "severity", "item_key", "office_code"]
    assert list(items[0])[:10] == [*names, "period", "outcome", "reason", "effect", "status"]
    assert items[0]["item_key"] == "2"
    assert items[0]["outcome"] == "exception"
    assert items[0]["status"] == "open"


def test_a_finding_keeps_its_identity_between_runs(bench: Path) -> None:
    items = json.loads(run("findings", "--rule", "PER-01", "--json", "-C", bench).stdout)
    assert items[0]["finding_id"] == hashlib.sha256(b"PER-01|2").hexdigest()[:16]


def test_evidence_names_nobody_until_a_reason_is_given(bench: Path) -> None:
    asked = ("findings", "--rule", "PER-01", "--json", "-C", bench)
    [masked] = json.loads(run(*asked).stdout)
    assert "УЮ6005011" not in json.dumps(masked, ensure_ascii=False)
    refused = run(*asked, "--unmask")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert run(*asked, "--reason", "Шүүхийн асуулга").returncode == 2
    before = len(ledger.read(Workbench(bench)))
    [seen] = json.loads(run(*asked, "--unmask", "--reason", "Шүүхийн асуулга").stdout)
    assert seen["register_no"] == "УЮ6005011"
    assert {key for key in seen if seen[key] != masked[key]} >= {"register_no"}
    [entry] = ledger.read(Workbench(bench))[before:]
    assert (entry.event, entry.details["what"], entry.details["rule"]) == ("unmask", "findings", "PER-01")
    assert entry.details["reason"] == "Шүүхийн асуулга"


def test_the_table_of_findings_names_nobody(bench: Path) -> None:
    done = run("findings", "--rule", "PER-01", "-C", bench)
    assert done.returncode == 0
    assert "УЮ6005011" not in done.stdout
    shown = run("findings", "--rule", "PER-01", "--unmask", "--reason", "Шүүхийн асуулга", "-C", bench)
    assert "УЮ6005011" in shown.stdout


def test_who_may_not_unmask_is_refused_before_anything_is_shown(bench: Path, tmp_path: Path) -> None:
    copy = tmp_path / "nd"
    shutil.copytree(bench, copy)
    roles = copy / "roles.toml"
    roles.write_text(roles.read_text("utf-8").replace('"administrator"', '"analyst"', 1), "utf-8")
    for asked in (("findings",), ("explain", "2")):
        done = run(*asked, "--unmask", "--reason", "Шүүхийн асуулга", "-C", copy, "--lang", "en")
        assert (done.returncode, done.stdout) == (3, "")
        assert "analyst" in done.stderr
    assert run("load", tmp_path, "--accept-mismatch", "why", "-C", copy).returncode == 3


def test_a_person_is_named_for_a_reason(bench: Path) -> None:
    done = run("explain", "2", "--json", "--unmask", "--reason", "Шүүхийн асуулга", "-C", bench)
    assert done.returncode == 0, done.stderr
    assert "УЮ6005011" in json.loads(done.stdout)["person"]
    last = ledger.read(Workbench(bench))[-1]
    assert (last.event, last.details["what"]) == ("unmask", "explain")
    assert "УЮ6005011" not in json.dumps(last.details, ensure_ascii=False)


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx"])
def test_findings_come_in_every_format(bench: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / f"findings.{form}"
    done = run("findings", "--rule", "PER-01", "--format", form, "--out", out, "-C", bench)
    assert done.returncode == 0, done.stderr
    if form == "csv":
        keys = [row["item_key"] for row in csv.DictReader(io.StringIO(out.read_text("utf-8")))]
    elif form == "parquet":
        keys = pl.read_parquet(out)["item_key"].to_list()
    else:
        keys = pl.read_excel(out, infer_schema_length=0)["item_key"].to_list()
    assert keys == ["2"]


def test_a_partial_run_is_never_current(bench: Path) -> None:
    before = (bench / "data" / "runs" / "current.json").read_text("utf-8")
    done = run("check", "--rules", "PER-*", "--json", "-C", bench)
    assert {rule["rule_id"][:3] for rule in json.loads(done.stdout)["rules"]} == {"PER"}
    assert (bench / "data" / "runs" / "current.json").read_text("utf-8") == before


def test_what_was_never_delivered_is_no_clean_zero(bench: Path) -> None:
    document = json.loads(run("check", "--rules", "BOK-01", "--json", "-C", bench).stdout)
    assert document["rules"][0]["undetermined"] == 1
    assert document["rules"][0]["exceptions"] == 0


def test_a_person_is_explained_without_being_named(bench: Path) -> None:
    done = run("explain", "2", "--json", "--lang", "en", "-C", bench)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert set(document) == {"person", "on", "sections"}
    assert document["on"] == "2026-01-12"
    sections = {section["section"]: section["steps"] for section in document["sections"]}
    assert [step["values"]["rule"] for step in sections["decided"] if step["step"] == "finding"]
    assert "УЮ6005011" not in done.stdout


def test_a_rule_that_cannot_run_is_named_and_exits_1(bench: Path, tmp_path: Path) -> None:
    copy = tmp_path / "nd"
    shutil.copytree(bench, copy)
    path = copy / "expectations" / "rules" / "PER" / "PER-01.toml"
    text = path.read_text("utf-8")
    start = text.index("requirement")
    path.write_text(
        text[:start] + 'requirement = "no_such_column"\n' + text[text.index("evidence") :], "utf-8"
    )
    done = run("check", "--rules", "PER-*", "--lang", "en", "-C", copy)
    assert done.returncode == 1
    assert "PER-01" in done.stdout
    assert "no_such_column" in done.stdout
    assert "PER-02" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("findings", "--format", "pdf"), 2, "parquet"),
        (("check", "--rules", "XYZ-*"), 2, "XYZ-*"),
        (("explain", "УЮ60050111"), 2, "УЮ60050111"),
        (("explain", "99"), 3, "insured number"),
        (("check", "--period", "2026-13"), 2, "2026-13"),
        (("check", "--office", "99"), 2, "1110"),
        (("findings", "--run", "nothing"), 3, "nothing"),
        (("rules", "XYZ-01"), 2, "XYZ-01"),
        (("law", "no_such_law"), 2, "minimum_wage"),
        (("load", "no-such-folder"), 2, "no-such-folder"),
        (("load",), 2, "ndaudit load"),
        (("load", "x", "--office", "65"), 2, "--no-manifest"),
        (("load", "x", "--no-manifest", "old software"), 2, "--period"),
        (("load", "--suggest-mapping", "no-such-file"), 2, "no-such-file"),
        (("synth", "--offices", "7", "--out", "x"), 2, "1110"),
        (("synth", "--defects", "much", "--out", "x"), 2, "much"),
    ],
)
def test_an_error_is_one_line_with_its_exit_code(
    bench: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = run(*arguments, "-C", bench, "--lang", "en")
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    begin(tmp_path / "nd", "mn")
    done = run("check", "-C", tmp_path / "nd")
    assert done.returncode == 3
    assert "ndaudit load" in done.stderr


def test_no_workbench_is_wrong_use(tmp_path: Path) -> None:
    done = run("check", folder=tmp_path)
    assert done.returncode == 2
    assert "ndaudit.toml" in done.stderr


def test_help_speaks_both_languages(tmp_path: Path) -> None:
    assert "Шинэ ажлын хавтас" in run("--help", folder=tmp_path).stdout
    assert "Make a new workbench" in run("--help", "--lang", "en", folder=tmp_path).stdout


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from ndaudit.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'polars', 'duckdb', 'great_expectations', 'plotly', 'pandas', 'numpy', 'pyarrow', 'scipy',"
        " 'papermill', 'nbformat', 'nbconvert', 'IPython', 'sqlglot', 'typst', 'sqlalchemy'}\n"
        "heavy &= set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_first_cells_import_nothing_heavy() -> None:
    notebooks = Path(__file__).parents[1] / "notebooks"
    opening = [
        [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"][1]
        for path in sorted(notebooks.glob("*.ipynb"))
    ]
    imports = ["".join(cell["source"]).partition("\n\n")[0] for cell in opening]
    assert len(imports) >= 12
    assert all(text.startswith("from ndaudit") for text in imports)
    code = "\n".join(
        [
            *imports,
            "import sys, ndaudit",
            "from ndaudit.beginning import shipped",
            "from ndaudit.catalogue import read_catalogue",
            "from ndaudit.workbench import Workbench",
            "ndaudit.open",
            "read_catalogue(Workbench(shipped('expectations').parent), accepted=True)",
            "heavy = {'great_expectations', 'plotly', 'pandas', 'scipy', 'sklearn', 'altair', 'papermill',",
            "    'nbformat', 'nbconvert', 'sqlglot', 'typst', 'sqlalchemy'} & set(sys.modules)",
            "sys.exit(f'imported: {heavy}' if heavy else 0)",
        ]
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_doctor_is_content_with_a_new_workbench(bench: Path) -> None:
    done = run("doctor", "-C", bench)
    assert done.returncode == 0, done.stdout


def test_doctor_names_what_was_left_over(bench: Path, tmp_path: Path) -> None:
    left = bench / "data" / "runs" / ".20260101T000000-abcdef.part"
    left.mkdir()
    try:
        done = run("doctor", "-C", bench)
    finally:
        left.rmdir()
    assert done.returncode == 1
    assert left.name in done.stdout.replace("\n", "")


@pytest.mark.parametrize(
    ("given", "lang"),
    [
        (["check", "--lang", "en"], "en"),
        (["--lang=en", "check"], "en"),
        (["check"], "mn"),
        (["--lang", "ru"], "mn"),
    ],
)
def test_language_is_read_before_anything_else(
    given: list[str], lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NDAUDIT_LANG", raising=False)
    assert asked_language(given) == lang


def test_options_before_the_command_reach_it() -> None:
    assert handed_on(["-C", "nd", "check", "--json"]) == ["check", "--json", "-C", "nd"]
    assert handed_on(["-C", "nd", "sample", "verify", "x"]) == ["sample", "verify", "x", "-C", "nd"]
    assert handed_on(["-C", "nd", "load", "--", "-x"]) == ["load", "-C", "nd", "--", "-x"]
    assert handed_on(["--help"]) == ["--help"]
