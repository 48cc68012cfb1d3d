"""Batches into a snapshot: what was promised is checked, what came is kept, all or nothing."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from deliveries import PERSON, REPORT, deliver, person, report

from ndaudit import ledger
from ndaudit.catalogue import Catalogue
from ndaudit.errors import DeclarationError, MachineError, NdauditError, RefusedError, UsageError
from ndaudit.intake import LoadSummary, load, loading
from ndaudit.store import connect, current_snapshot
from ndaudit.workbench import Workbench

Loader = Callable[..., LoadSummary]


@pytest.fixture
def workbench(tmp_path: Path) -> Workbench:
    (tmp_path / "bench").mkdir()
    return Workbench(tmp_path / "bench")


@pytest.fixture
def loaded(workbench: Workbench, catalogue: Catalogue) -> Loader:
    return lambda *paths, **options: load(workbench, catalogue.tables, paths, **options)


def rows(workbench: Workbench, query: str) -> list[tuple[Any, ...]]:
    with connect(current_snapshot(workbench.store).path, read_only=True) as con:
        return con.execute(query).fetchall()


def untouched(workbench: Workbench) -> bool:
    """Whether nothing of a refused load is left."""
    left = [p.name for p in workbench.root.rglob("*") if p.is_file()]
    return set(left) <= {".lock", ".ledger.lock"}


def test_load_fills_tables_and_records(workbench: Workbench, loaded: Loader, tmp_path: Path) -> None:
    batch = deliver(
        tmp_path / "in",
        {"person.csv": PERSON + person(1), "reports.csv": REPORT + report("А", "2025-12", "1,0.5")},
        tables={"reports.csv": "employer_report"},
    )
    told: list[tuple[str, int, int]] = []
    done = loaded(batch, progress=lambda *what: told.append(what))
    [summary] = done.batches
    assert done.snapshot == current_snapshot(workbench.store).id
    assert [(f.table, f.rows_in, f.rows_loaded, f.rows_rejected) for f in summary.files] == [
        ("person", 1, 1, 0),
        ("employer_report", 1, 0, 1),
    ]
    assert told == [("1110 person.csv", 0, 2), ("1110 reports.csv", 1, 2), ("", 2, 2)]
    assert rows(
        workbench, "SELECT person_id, delivered_by, batch_id, source_file, source_row FROM person"
    ) == [(1, "1110", summary.batch_id, "person.csv", 1)]
    assert rows(workbench, "SELECT office_code, period, exported_at, exported_by, loaded_by FROM batch") == [
        ("1110", date(2025, 12, 1), datetime(2026, 1, 12, 18), "Т1", ledger.account())
    ]
    assert rows(workbench, "SELECT table_name, mode, format, rows_in FROM delivered_file ORDER BY 1") == [
        ("employer_report", "period", "csv utf-8", 1),
        ("person", "full", "csv utf-8", 1),
    ]
    [entry] = ledger.read(workbench)
    assert (entry.event, entry.details["snapshot"]) == ("load", done.snapshot)


def test_delivery_is_kept_read_only(workbench: Workbench, loaded: Loader, tmp_path: Path) -> None:
    batch = deliver(tmp_path / "in", {"person.csv": PERSON + person(1)})
    [summary] = loaded(batch).batches
    kept = workbench.deliveries / "1110" / summary.batch_id
    assert sorted(path.name for path in kept.iterdir()) == ["manifest.toml", "person.csv"]
    assert (kept / "person.csv").read_bytes() == (batch / "person.csv").read_bytes()
    assert (kept / "person.csv").stat().st_mode & 0o777 == 0o400
    assert kept.stat().st_mode & 0o777 == 0o700


def test_same_batch_twice_is_recognised(workbench: Workbench, loaded: Loader, tmp_path: Path) -> None:
    batch = deliver(tmp_path / "in", {"person.csv": PERSON + person(1)})
    first = loaded(batch)
    again = loaded(batch)
    assert again.snapshot is None
    assert [b.already_loaded for b in again.batches] == [True]
    assert current_snapshot(workbench.store).id == first.snapshot
    assert rows(workbench, "SELECT count(*) FROM person") == [(1,)]


def test_same_batch_twice_in_one_command(workbench: Workbench, loaded: Loader, tmp_path: Path) -> None:
    for name in ("a", "b"):
        deliver(tmp_path / "in" / name, {"person.csv": PERSON + person(1)})
    assert [b.already_loaded for b in loaded(tmp_path / "in").batches] == [False, True]
    assert rows(workbench, "SELECT count(*) FROM person") == [(1,)]


def test_several_offices_make_one_snapshot(workbench: Workbench, loaded: Loader, tmp_path: Path) -> None:
    for office in ("65", "1110"):
        deliver(tmp_path / "in" / office, {"person.csv": PERSON + person(1)}, office=office)
    loaded(tmp_path / "in")
    assert len(list(workbench.store.glob("*.duckdb"))) == 1
    assert rows(workbench, "SELECT delivered_by, person_id FROM person ORDER BY 1") == [
        ("1110", 1),
        ("65", 1),
    ]


@pytest.mark.parametrize(
    ("promised", "sentence", "named"),
    [
        ({"sha256": "0" * 64}, "intake.hash_differs", "000000000000"),
        ({"rows": 7}, "intake.rows_differ", "7"),
        ({"totals": {"total_wage": "100.01"}}, "intake.total_differs", "100.01"),
    ],
)
def test_mismatch_is_refused(
    workbench: Workbench,
    loaded: Loader,
    tmp_path: Path,
    promised: dict[str, Any],
    sentence: str,
    named: str,
) -> None:
    text = REPORT + report("А", "2025-12", "100.00")
    batch = deliver(
        tmp_path / "in", {"employer_report.csv": text}, promised={"employer_report.csv": promised}
    )
    with pytest.raises(RefusedError) as refusal:
        loaded(batch)
    assert refusal.value.exit_code == 3
    assert refusal.value.sentence == sentence
    for lang in ("mn", "en"):
        assert named in refusal.value.within(lang)
        assert "employer_report.csv" in refusal.value.within(lang)
    assert untouched(workbench)


def test_mismatch_accepted_with_a_reason(workbench: Workbench, loaded: Loader, tmp_path: Path) -> None:
    text = REPORT + report("А", "2025-12", "100.00")
    told = {"employer_report.csv": {"rows": 7, "totals": {"total_wage": "99.00", "total_due": "20.00"}}}
    batch = deliver(tmp_path / "in", {"employer_report.csv": text}, promised=told)
    [summary] = loaded(batch, accept_mismatch="албан бичгээр тайлбарласан").batches
    assert summary.mismatches == 2
    assert rows(workbench, "SELECT accepted_mismatch FROM batch") == [("албан бичгээр тайлбарласан",)]
    assert ledger.read(workbench)[0].details["accept_mismatch"] == "албан бичгээр тайлбарласан"
    assert rows(workbench, "SELECT * EXCLUDE batch_id FROM control_total ORDER BY column_name") == [
        ("employer_report.csv", "total_due", Decimal(20), Decimal(20)),
        ("employer_report.csv", "total_paid", None, Decimal(20)),
        ("employer_report.csv", "total_wage", Decimal(99), Decimal(100)),
    ]


def test_unreadable_money_shows_in_the_totals(loaded: Loader, tmp_path: Path) -> None:
    text = REPORT + report("А", "2025-12", "1OO.00")
    told = {"employer_report.csv": {"totals": {"total_wage": "100.00"}}}
    with pytest.raises(RefusedError, match="total_wage"):
        loaded(deliver(tmp_path / "in", {"employer_report.csv": text}, promised=told))


def test_one_refused_batch_refuses_all(workbench: Workbench, loaded: Loader, tmp_path: Path) -> None:
    deliver(tmp_path / "in" / "a", {"person.csv": PERSON + person(1)})
    deliver(tmp_path / "in" / "b", {"person.csv": PERSON}, office="65", promised={"person.csv": {"rows": 3}})
    with pytest.raises(RefusedError):
        loaded(tmp_path / "in")
    assert untouched(workbench)


def test_missing_column_is_refused(workbench: Workbench, loaded: Loader, tmp_path: Path) -> None:
    batch = deliver(tmp_path / "in", {"person.csv": PERSON.replace(",sex", "")})
    with pytest.raises(RefusedError, match=r"person\.csv: person .*sex"):
        loaded(batch)
    assert untouched(workbench)


@pytest.mark.parametrize("name", ["../person.csv", "/etc/passwd", "a/../../person.csv", "..\\person.csv", ""])
def test_name_that_leads_out_is_refused(
    workbench: Workbench, loaded: Loader, tmp_path: Path, name: str
) -> None:
    (tmp_path / "person.csv").write_text(PERSON, "utf-8")
    batch = deliver(tmp_path / "in", {"person.csv": PERSON})
    manifest = batch / "manifest.toml"
    written = manifest.read_text("utf-8").replace('name = "person.csv"', f"name = '{name}'")
    manifest.write_text(written, "utf-8")
    with pytest.raises(RefusedError) as refusal:
        loaded(batch)
    assert refusal.value.sentence == "intake.bad_name"
    assert untouched(workbench)


def test_link_that_leads_out_is_refused(loaded: Loader, tmp_path: Path) -> None:
    batch = deliver(tmp_path / "in", {"person.csv": PERSON})
    (batch / "person.csv").rename(tmp_path / "outside.csv")
    (batch / "person.csv").symlink_to(tmp_path / "outside.csv")
    with pytest.raises(RefusedError) as refusal:
        loaded(batch)
    assert refusal.value.sentence == "intake.bad_name"


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("softwear = 'x'", "softwear"),
        ("[[files]]\nname = 'a'\ntabel = 'person'", "table"),
        ("[[files]]\nname = 'a'\ntable = 'persons'\nrows = 1\nsha256 = ''", "persons"),
        ("[files.x]", "files"),
    ],
)
def test_manifest_with_a_wrong_key_names_it(loaded: Loader, tmp_path: Path, line: str, error: str) -> None:
    batch = deliver(tmp_path / "in", {})
    text = (batch / "manifest.toml").read_text("utf-8")
    (batch / "manifest.toml").write_text(f"{text}\n{line}\n", "utf-8")
    with pytest.raises(DeclarationError, match=error):
        loaded(batch)


@pytest.mark.parametrize(
    ("office", "period"), [("../1", "2025-12"), ("111", "2025-12"), ("1110", "2025"), ("1110", "2025-Q1")]
)
def test_manifest_with_an_impossible_value(loaded: Loader, tmp_path: Path, office: str, period: str) -> None:
    with pytest.raises(DeclarationError):
        loaded(deliver(tmp_path / "in", {"person.csv": PERSON}, office=office, period=period))


def test_file_listed_twice(loaded: Loader, tmp_path: Path) -> None:
    batch = deliver(tmp_path / "in", {"person.csv": PERSON})
    text = (batch / "manifest.toml").read_text("utf-8")
    (batch / "manifest.toml").write_text(text + text[text.index("\n[[files]]") :], "utf-8")
    with pytest.raises(RefusedError) as refusal:
        loaded(batch)
    assert refusal.value.sentence == "intake.file_twice"


def test_file_that_did_not_come(loaded: Loader, tmp_path: Path) -> None:
    batch = deliver(tmp_path / "in", {"person.csv": PERSON})
    (batch / "person.csv").unlink()
    with pytest.raises(RefusedError) as refusal:
        loaded(batch)
    assert refusal.value.sentence == "intake.no_file"


@pytest.mark.parametrize(
    ("files", "sentence"),
    [({}, "intake.no_files"), ({"person.csv": ""}, "exports.empty_file")],
)
def test_empty_delivery(
    workbench: Workbench, loaded: Loader, tmp_path: Path, files: dict[str, str], sentence: str
) -> None:
    with pytest.raises(RefusedError) as refusal:
        loaded(deliver(tmp_path / "in", files))
    assert refusal.value.sentence == sentence
    assert untouched(workbench)


def test_delivery_of_a_header_counts_as_delivered(
    workbench: Workbench, loaded: Loader, tmp_path: Path
) -> None:
    loaded(deliver(tmp_path / "in", {"person.csv": PERSON}))
    assert rows(workbench, "SELECT table_name, rows_in FROM delivered_file") == [("person", 0)]


@pytest.mark.parametrize(
    ("name", "error", "sentence"),
    [("nothing", UsageError, "intake.no_folder"), ("empty", RefusedError, "intake.no_manifest")],
)
def test_path_without_delivery(
    loaded: Loader, tmp_path: Path, name: str, error: type[NdauditError], sentence: str
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(error) as refusal:
        loaded(tmp_path / name)
    assert refusal.value.sentence == sentence


def test_file_nobody_listed_is_named(loaded: Loader, tmp_path: Path) -> None:
    batch = deliver(tmp_path / "in", {"person.csv": PERSON})
    (batch / "note.txt").write_text("x")
    assert loaded(batch).batches[0].unlisted == ("note.txt",)


def test_dry_run_touches_nothing(workbench: Workbench, loaded: Loader, tmp_path: Path) -> None:
    batch = deliver(tmp_path / "in", {"person.csv": PERSON + person(1)})
    tried = loaded(batch, dry_run=True)
    assert tried.snapshot is None
    assert tried.batches[0].files[0].rows_loaded == 1
    assert list(workbench.root.iterdir()) == []


def test_place_where_nothing_can_be_written(workbench: Workbench, loaded: Loader, tmp_path: Path) -> None:
    workbench.data.write_text("a file where the folder should be")
    with pytest.raises(MachineError) as fault:
        loaded(deliver(tmp_path / "in", {"person.csv": PERSON}))
    assert fault.value.exit_code == 4


@pytest.mark.parametrize(
    ("error", "sentence"), [(13, "machine.no_permission"), (28, "machine.disk_full"), (5, "machine.fault")]
)
def test_copy_that_fails(
    workbench: Workbench,
    loaded: Loader,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: int,
    sentence: str,
) -> None:
    def fail(source: Path, target: Path) -> str:
        raise OSError(error, "no", str(target))

    monkeypatch.setattr("ndaudit.intake.custody._copied_hash", fail)
    with pytest.raises(MachineError) as fault:
        loaded(deliver(tmp_path / "in", {"person.csv": PERSON}))
    assert fault.value.sentence == sentence
    assert untouched(workbench)


class _KilledError(BaseException):
    """Stands for kill -9: nothing of ours may catch it."""


@pytest.mark.parametrize("moment", ["keep", "seal", "point_to"])
def test_killed_load_leaves_the_last_snapshot_current(
    workbench: Workbench, loaded: Loader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    loaded(deliver(tmp_path / "a", {"person.csv": PERSON + person(1)}))
    before = current_snapshot(workbench.store)
    later = deliver(tmp_path / "b", {"person.csv": PERSON + person(2)}, exported_at=datetime(2026, 2, 12, 18))

    def kill(*_: object) -> None:
        raise _KilledError

    with monkeypatch.context() as patch:
        patch.setattr(loading, moment, kill)
        with pytest.raises(_KilledError):
            loaded(later)
    assert current_snapshot(workbench.store) == before
    assert rows(workbench, "SELECT person_id FROM person") == [(1,)]
    assert loaded(later).snapshot == current_snapshot(workbench.store).id
    assert rows(workbench, "SELECT person_id FROM person") == [(2,)]
    assert len(list((workbench.deliveries / "1110").iterdir())) == 2


MONTHS = {
    "2025-11": datetime(2025, 12, 12),
    "2025-12": datetime(2026, 1, 12),
    "2026-01": datetime(2026, 2, 12),
}


def _reports(
    folder: Path, period: str, lines: Sequence[tuple[str, str, str]], mode: str, day: int = 0
) -> Path:
    exported_at = MONTHS[period].replace(hour=day)
    text = REPORT + "".join(report(*line) for line in lines)
    name = "employer_report.csv"
    return deliver(folder, {name: text}, period=period, exported_at=exported_at, modes={name: mode})


def _state(workbench: Workbench) -> list[tuple[Any, ...]]:
    return rows(
        workbench,
        "SELECT employer_no, strftime(period, '%Y-%m'), total_wage FROM employer_report ORDER BY ALL",
    )


@pytest.fixture
def three_months(tmp_path: Path) -> list[Path]:
    """November whole; December with a correction of November; December once more; January."""
    return [
        _reports(tmp_path / "1", "2025-11", [("А", "2025-11", "1"), ("Б", "2025-11", "2")], "full"),
        _reports(tmp_path / "2", "2025-12", [("А", "2025-12", "3"), ("Б", "2025-11", "4")], "period"),
        _reports(tmp_path / "3", "2025-12", [("А", "2025-12", "5"), ("В", "2025-12", "6")], "period", 1),
        _reports(tmp_path / "4", "2026-01", [("А", "2026-01", "7")], "period"),
    ]


def test_period_replaces_its_month_and_corrects_earlier_ones(
    workbench: Workbench, loaded: Loader, three_months: list[Path]
) -> None:
    loaded(three_months[0])
    loaded(three_months[1])
    assert _state(workbench) == [("А", "2025-11", 1), ("А", "2025-12", 3), ("Б", "2025-11", 4)]
    first = current_snapshot(workbench.store)
    loaded(three_months[2])
    assert _state(workbench) == [("А", "2025-11", 1), ("А", "2025-12", 5), ("В", "2025-12", 6)]
    with connect(first.path, read_only=True) as con:
        assert con.execute("SELECT count(*) FROM employer_report").fetchall() == [(3,)]
    loaded(three_months[3])
    assert len(_state(workbench)) == 4


def test_full_replaces_everything_of_its_office_only(
    workbench: Workbench, loaded: Loader, tmp_path: Path
) -> None:
    deliver(tmp_path / "x" / "65", {"person.csv": PERSON + person(9)}, office="65")
    deliver(tmp_path / "x" / "1110", {"person.csv": PERSON + person(1) + person(2)})
    loaded(tmp_path / "x")
    loaded(deliver(tmp_path / "y", {"person.csv": PERSON + person(2)}, exported_at=datetime(2026, 2, 12)))
    assert rows(workbench, "SELECT delivered_by, person_id FROM person ORDER BY 1") == [
        ("1110", 2),
        ("65", 9),
    ]


def test_late_old_export_does_not_undo_a_newer_one(
    workbench: Workbench, loaded: Loader, tmp_path: Path
) -> None:
    new = deliver(tmp_path / "y", {"person.csv": PERSON + person(2)}, exported_at=datetime(2026, 2, 12))
    loaded(new)
    loaded(deliver(tmp_path / "x", {"person.csv": PERSON + person(1)}))
    assert rows(workbench, "SELECT person_id FROM person") == [(2,)]


def test_key_repeated_inside_one_delivery_is_loaded(
    workbench: Workbench, loaded: Loader, tmp_path: Path
) -> None:
    loaded(deliver(tmp_path / "x", {"person.csv": PERSON + person(1) + person(1)}))
    assert rows(workbench, "SELECT count(*) FROM person") == [(2,)]


def test_parts_of_one_table(workbench: Workbench, loaded: Loader, tmp_path: Path) -> None:
    parts = {"p1.csv": PERSON + person(1), "p2.csv": PERSON + person(2)}
    loaded(deliver(tmp_path / "x", parts, tables=dict.fromkeys(parts, "person")))
    assert rows(workbench, "SELECT source_file, person_id FROM person ORDER BY 1") == [
        ("p1.csv", 1),
        ("p2.csv", 2),
    ]


def test_every_refusal_is_one_line_in_both_languages(loaded: Loader, tmp_path: Path) -> None:
    told: dict[str, Any] = {"person.csv": {"rows": 7}}
    with pytest.raises(NdauditError) as refusal:
        loaded(deliver(tmp_path / "in", {"person.csv": PERSON}, promised=told))
    for lang in ("mn", "en"):
        assert "\n" not in refusal.value.within(lang)


def test_sample_deliveries_load_whole(workbench: Workbench, loaded: Loader, repository: Workbench) -> None:
    samples = repository.root.parent / "shared" / "samples" / "three_offices"
    if not samples.is_dir():
        pytest.skip("the sample deliveries are not beside this repository")
    done = loaded(samples)
    files = [file for batch in done.batches for file in batch.files]
    assert len(files) == 99
    assert sum(file.rows_rejected + file.values_rejected for file in files) == 0
    assert all(file.unknown_columns == () for file in files)
    assert rows(workbench, "SELECT count(*) FROM person") == [(293,)]


def test_reader_keeps_what_it_opened(workbench: Workbench, loaded: Loader, tmp_path: Path) -> None:
    loaded(deliver(tmp_path / "x", {"person.csv": PERSON + person(1)}))
    with duckdb.connect(str(current_snapshot(workbench.store).path), read_only=True) as reader:
        for number in range(2, 7):
            loaded(
                deliver(
                    tmp_path / str(number),
                    {"person.csv": PERSON + person(number)},
                    exported_at=datetime(2026, number, 1),
                )
            )
        assert reader.execute("SELECT person_id FROM person").fetchall() == [(1,)]
    assert rows(workbench, "SELECT person_id FROM person") == [(6,)]


@pytest.mark.parametrize("reason", ["", "  \u00a0"])
def test_reason_to_accept_must_say_something(
    workbench: Workbench, loaded: Loader, tmp_path: Path, reason: str
) -> None:
    batch = deliver(tmp_path / "in", {"person.csv": PERSON + person(1)}, rows={"person.csv": 2})
    with pytest.raises(UsageError) as error:
        loaded(batch, accept_mismatch=reason)
    assert error.value.sentence == "intake.no_reason_to_accept"
    assert untouched(workbench)


@pytest.mark.parametrize("text", [b'office = "11', 'office = "Баянзүрх"'.encode("cp866", "replace")])
def test_manifest_that_is_no_toml_is_named_with_its_folder(
    loaded: Loader, tmp_path: Path, text: bytes
) -> None:
    batch = deliver(tmp_path / "in", {"person.csv": PERSON})
    (batch / "manifest.toml").write_bytes(text)
    with pytest.raises(DeclarationError) as error:
        loaded(batch)
    assert "in/manifest.toml" in error.value.within("mn")
    assert "\n" not in error.value.within("mn") + error.value.within("en")


@pytest.mark.parametrize("total", ["1e99", "-1e36", "NaN", "Infinity", "x"])
def test_total_no_table_can_have(loaded: Loader, tmp_path: Path, total: str) -> None:
    told = {"r.csv": {"totals": {"total_wage": total}}}
    files = {"r.csv": REPORT + report("А", "2025-12")}
    batch = deliver(tmp_path / "in", files, tables={"r.csv": "employer_report"}, promised=told)
    with pytest.raises(DeclarationError) as error:
        loaded(batch, accept_mismatch="шалтгаан")
    assert error.value.values["key"] == "total_wage"


def test_what_a_manifest_says_cannot_break_the_line(loaded: Loader, tmp_path: Path) -> None:
    batch = deliver(tmp_path / "in", {"person.csv": PERSON}, office="11\\n\\u001b[2J\\u202e10")
    with pytest.raises(DeclarationError) as error:
        loaded(batch)
    for lang in ("mn", "en"):
        assert error.value.within(lang).isprintable()
        assert "11  [2J 10" in error.value.within(lang)
