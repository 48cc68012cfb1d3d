"""The generator: the same seed gives the same files, manifests tell the truth, every planter plants."""

import hashlib
import tomllib
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from conftest import REPOSITORY
from planted_world import UNBREAKABLE

from ndaudit.rules import read_rules
from ndaudit.synthetic import make_deliveries
from ndaudit.synthetic.effects import EFFECT_COLUMNS
from ndaudit.synthetic.months import AS_OF, month_of, shifted
from ndaudit.synthetic.office import lawful_office
from ndaudit.synthetic.people import AGES
from ndaudit.synthetic.plan import Frames, OfficePlan
from ndaudit.synthetic.planters import PLANTED_COLUMNS, planters
from ndaudit.synthetic.rates import CEILING
from ndaudit.synthetic.statements import in_words
from ndaudit.tables import Table, read_tables

OFFICES = ("1110", "65")
PERSONS = 900


@pytest.fixture(scope="module")
def tables() -> dict[str, Table]:
    return read_tables(REPOSITORY / "expectations" / "tables")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("synthetic")
    make_deliveries(out, OFFICES, PERSONS, Decimal("0.01"), 7)
    return out


@pytest.fixture(scope="module")
def lawful() -> Frames:
    return lawful_office(OfficePlan("1110", 300, 11, 0))


def delivered(folder: Path, name: str) -> pl.DataFrame:
    path = folder / name
    if path.suffix == ".parquet":
        return pl.read_parquet(path)
    if path.suffix == ".xlsx":
        return pl.read_excel(path, engine="calamine", read_options={"header_row": 2}, infer_schema_length=0)
    first = path.read_text("utf-8").split("\n", 1)[0]
    return pl.read_csv(path, separator=";" if ";" in first else ",", infer_schema=False)


def manifest(folder: Path) -> dict[str, dict[str, object]]:
    with (folder / "manifest.toml").open("rb") as handle:
        return {entry["table"]: entry for entry in tomllib.load(handle)["files"]}


def test_same_seed_gives_the_same_files(made: Path, tmp_path: Path) -> None:
    make_deliveries(tmp_path, OFFICES, PERSONS, Decimal("0.01"), 7)
    files = [path.relative_to(made) for path in made.rglob("*") if path.is_file()]
    assert {".csv", ".parquet", ".toml", ".xlsx"} == {path.suffix for path in files}
    for path in files:
        assert (made / path).read_bytes() == (tmp_path / path).read_bytes(), path


def test_another_seed_gives_other_people() -> None:
    one, two = (lawful_office(OfficePlan("65", 200, seed, 0))["person"] for seed in (1, 2))
    assert one["register_no"].to_list() != two["register_no"].to_list()


@pytest.mark.parametrize("office", OFFICES)
def test_manifest_tells_the_truth(made: Path, tables: dict[str, Table], office: str) -> None:
    folder = made / office / "2025-12"
    entries = manifest(folder)
    assert set(entries) == set(tables)
    for name, entry in entries.items():
        data = (folder / str(entry["name"])).read_bytes()
        assert hashlib.sha256(data).hexdigest() == entry["sha256"], name
        frame = delivered(folder, str(entry["name"]))
        assert frame.height == entry["rows"], name
        money = {column.name: column.title.mn for column in tables[name].columns if column.type == "money"}
        totals = dict(entry.get("totals", {}))  # type: ignore[call-overload]
        assert set(totals) == set(money), name
        for column, title in money.items():
            values = frame[column] if column in frame.columns else frame[title]
            summed = sum((Decimal(str(value)) for value in values if value is not None), Decimal(0))
            assert summed == Decimal(totals[column]), (name, column)


@pytest.mark.parametrize("office", OFFICES)
def test_every_column_of_the_contract_is_delivered(made: Path, tables: dict[str, Table], office: str) -> None:
    folder = made / office / "2025-12"
    for name, entry in manifest(folder).items():
        columns = delivered(folder, str(entry["name"])).columns
        wanted = tables[name].columns
        assert columns in ([column.name for column in wanted], [column.title.mn for column in wanted]), name


def test_forms_are_mixed(made: Path) -> None:
    suffixes = [path.suffix for path in made.rglob("*.*")]
    assert {".csv", ".xlsx", ".parquet"} <= set(suffixes)
    headed = (made / "1110" / "2025-12" / "employment.csv").read_text("utf-8")
    assert headed.startswith(("Бичилтийн дугаар;", "employment_id,"))


def test_every_planter_plants(made: Path) -> None:
    planted = pl.read_csv(made / "planted.csv", infer_schema=False)
    assert tuple(planted.columns) == PLANTED_COLUMNS
    assert set(planted["rule_id"]) == set(planters())
    assert set(planted["outcome"]) == {"exception", "undetermined"}
    assert planted.is_unique().all()
    assert set(planted["office_code"].unique().to_list()) == {"", *OFFICES}
    broken = planted.filter(pl.col("outcome") == "exception")
    assert set(broken["rule_id"]) == set(planters())


def test_every_rule_a_missing_value_leaves_open_has_such_an_item_planted(made: Path) -> None:
    rules = read_rules(REPOSITORY / "expectations" / "rules").values()
    open_to_it = {
        rule.id
        for rule in rules
        if any(case.expect == "undetermined" and case.reason == "missing_value" for case in rule.cases)
    }
    planted = pl.read_csv(made / "planted.csv", infer_schema=False)
    left_open = set(planted.filter(pl.col("outcome") == "undetermined")["rule_id"])
    assert open_to_it - left_open == open_to_it & UNBREAKABLE.keys()


def test_no_defects_plants_nothing(tmp_path: Path) -> None:
    summary = make_deliveries(tmp_path, ["65"], 200, Decimal(0), 3)
    assert summary.planted == 0
    assert (tmp_path / "planted.csv").read_text("utf-8").splitlines() == [",".join(PLANTED_COLUMNS)]
    assert (tmp_path / "planted_effects.csv").read_text("utf-8").splitlines() == [",".join(EFFECT_COLUMNS)]
    assert summary.rows["person"] == 200


def test_an_unknown_office_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="9999"):
        make_deliveries(tmp_path, ["9999"], 10, Decimal(0), 1)


def test_months_of_every_main_job_are_in_the_ledger(lawful: Frames) -> None:
    paid = lawful["contribution"].select("person_id", "employer_no", "period").unique()
    jobs = lawful["employment"].filter(
        pl.col("released_on").is_not_null() & (pl.col("hired_on") > pl.date(1995, 1, 1))
    )
    months = jobs.select(
        "person_id", "employer_no",
        period=pl.date_ranges(pl.col("hired_on"), pl.col("released_on"), "1mo"),
    ).explode("period")  # fmt: skip
    whole = months.filter(pl.col("period").dt.day() == 1)
    assert whole.height > 1000
    assert whole.join(paid, on=["person_id", "employer_no", "period"], how="anti").height == 0


def test_base_stays_under_the_ceiling(lawful: Frames) -> None:
    sums = lawful["contribution"].group_by("person_id", "period").agg(pl.col("base").sum())
    ceiling = CEILING[month_of(sums["period"].to_numpy()) - 300]
    assert (sums["base"].to_numpy() <= ceiling).all()


def test_rights_arise_at_the_age_of_their_condition(lawful: Frames) -> None:
    for condition, ages in AGES.items():
        for sex, age in zip(("M", "F"), ages, strict=True):
            rows = lawful["register_entry"].filter(
                (pl.col("condition") == condition) & (pl.col("sex") == sex)
            )
            if age and rows.height:
                assert (shifted(rows["birth_date"].to_numpy(), age) == rows["eligible_on"].to_numpy()).all()


def test_transmissions_count_their_lines(lawful: Frames) -> None:
    lines = lawful["bank_line"].group_by("transmission_id").agg(count=pl.len(), total=pl.col("amount").sum())
    both = lawful["bank_transmission"].join(lines, on="transmission_id", how="full")
    assert (
        both.filter(
            (pl.col("row_count") != pl.col("count")) | (pl.col("total_amount") != pl.col("total"))
        ).height
        == 0
    )
    assert both.null_count()["count"].item() == 0


def test_late_payers_pay_everything_in_the_end(lawful: Frames) -> None:
    report = lawful["employer_report"]
    assert report.filter(pl.col("total_paid") != pl.col("total_due")).height >= 2
    assert report["total_paid"].sum() == report["total_due"].sum()


def test_lawful_items_that_resemble_defects_are_there(lawful: Frames) -> None:
    benefit, payment = lawful["benefit"], lawful["payment"]
    ledger, papers = lawful["contribution"], lawful["document"]
    employers = pl.col("employer_no").n_unique()
    decided = lawful["determination"]["file_no"].implode()
    resembling = {
        "voluntary insured paid by notice": benefit.filter(pl.col("insured_type") == "90"),
        "work accident": benefit.filter((pl.col("fund") == "accident") & (pl.col("kind") == "sickness")),
        "a tögrög of rounding settled": benefit.filter(pl.col("settled_amount") == pl.col("amount") + 1),
        "paid again after the bank sent it back": payment.filter(pl.col("part") == 2),
        "sent by the IT specialist": lawful["bank_transmission"].filter(pl.col("sent_by") == "1110-T1"),
        "file whose term runs": lawful["pension_file"].filter(~pl.col("file_no").is_in(decided)),
        "change that keeps the window": lawful["determination"].filter(
            (pl.col("kind") == "change") & ~pl.col("nd17_attached")
        ),
        "statement of the archive": lawful["wage_statement"].filter(pl.col("issued_by") == "archive"),
        "adopted child": lawful["child"].filter(pl.col("adopted_on").is_not_null()),
        "irregular certificate compared in time": lawful["child"].filter("certificate_irregular"),
        "twins": lawful["child"].filter(pl.len().over("person_id", "birth_date") == 2),
        "leave for twins": benefit.filter((pl.col("kind") == "maternity") & (pl.col("days") == 140)),
        "leave paid in two parts": benefit.filter(pl.col("benefit_id").str.ends_with("/2")),
        "two employers in one month": ledger.filter(employers.over("person_id", "period") == 2),
        "months exempted in 2020": ledger.filter(
            (pl.col("insured_amount") == 0) & (pl.col("base") > 0) & (pl.col("period").dt.year() == 2020)
        ),
        "service restored by the court": papers.filter(
            (pl.col("kind") == "court_decision") & pl.col("covers_from").is_not_null()
        ),
        "year bought back and counted": lawful["determination_service"].filter(
            pl.col("employment_id").is_null()
        ),
        "military pension at forty-five": lawful["pension_file"]
        .filter(pl.col("pension_type") == "military")
        .join(lawful["person"].select("person_id", born="birth_date"), on="person_id")
        .filter(pl.col("opened_on") < pl.col("born").dt.offset_by("46y")),
        "pension determined again on five years": lawful["determination"].filter(
            (pl.col("kind") == "change") & pl.col("nd17_attached")
        ),
    }
    assert {name for name, rows in resembling.items() if rows.height == 0} == set()


def test_nothing_lies_after_the_export(lawful: Frames) -> None:
    for name, frame in lawful.items():
        if name in {"people", "spans"}:
            continue
        if name == "document":
            # The commission's acts and statements of schools cover a term that may still run.
            frame = frame.filter(~pl.col("kind").is_in(["medical_commission_act", "school_statement"]))
        for column, kind in frame.schema.items():
            if (
                column in {"right_on", "eligible_on", "due_on", "bring_by", "valid_until"}
                or not kind.is_temporal()
            ):
                continue
            latest = frame[column].cast(pl.Date).max()
            assert latest is None or latest <= AS_OF, (name, column, latest)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (17_388_000, "арван долоон сая гурван зуун наян найман мянган төгрөг"),
        (50_400_000, "тавин сая дөрвөн зуун мянган төгрөг"),
        (0, "тэг төгрөг"),
    ],
)
def test_sums_in_words(number: int, words: str) -> None:
    assert in_words(number) == words
