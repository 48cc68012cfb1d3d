"""What one account sees of a snapshot and of a run: pseudonyms, and rows of its offices."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import REPOSITORY
from run_world import Past, make_workbench, write_run

from ndaudit import ledger
from ndaudit.catalogue import Catalogue
from ndaudit.errors import RefusedError, UsageError
from ndaudit.findings import current_run
from ndaudit.listing import FindingList, Selection
from ndaudit.masking import ITEM_KEY, Masker
from ndaudit.masks import Masks, personal_columns
from ndaudit.roles import ROLES_FILE, Standing
from ndaudit.session import Session
from ndaudit.store import connect
from ndaudit.tables import PERSONAL, read_tables
from ndaudit.veils import Sight, sight_of, veil_snapshot
from ndaudit.workbench import Workbench

KEY = bytes(range(32))
REGISTER_NO = "УБ70010111"
PEOPLE = [
    {"person_id": 1110000047, "register_no": REGISTER_NO, "surname": "Дорж", "given_name": "Бат",
     "birth_date": "1970-01-01", "office_code": "1110", "delivered_by": "1110", "batch_id": "1110"},
    {"person_id": 65000012, "register_no": "УБ80020222", "surname": "Сүх", "given_name": "Туяа",
     "birth_date": "1980-02-02", "office_code": "65", "delivered_by": "65", "batch_id": "65"},
]  # fmt: skip
FOUND = [
    {"finding_id": "f1", "rule_id": "PER-02", "severity": "C", "item_key": "1110000047",
     "office_code": "1110", "person": "1110000047",
     "evidence": json.dumps({"register_no": REGISTER_NO, "sex": "1"})},
    {"finding_id": "f2", "rule_id": "PER-02", "severity": "C", "item_key": "65000012", "office_code": "65",
     "person": "65000012", "evidence": json.dumps({"register_no": "УБ80020222", "sex": "2"})},
]  # fmt: skip


@pytest.fixture
def workbench(tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    key = tmp_path / "key"
    key.write_text(KEY.hex(), "ascii")
    key.chmod(0o600)
    monkeypatch.setenv("NDAUDIT_KEY_FILE", str(key))
    made = make_workbench(tmp_path / "nd", catalogue, {"person": PEOPLE})
    pointer = {"snapshot": "s1", "file": "s1.duckdb", "sha256": "a", "content": {}}
    (made.store / "current.json").write_text(json.dumps(pointer), "utf-8")
    results = [("PER-02", "C", office, 1, 0, 1, 0) for office in ("1110", "65")]
    write_run(made, Past("r1", 1, results, FOUND))
    (made.runs / "current.json").write_text('{"run_id": "r1"}', "utf-8")
    return made


def become(workbench: Workbench, role: str, *offices: str) -> None:
    listed = json.dumps(list(offices))
    path = workbench.root / ROLES_FILE
    path.write_text(f'[[account]]\nname = "{ledger.account()}"\nrole = "{role}"\noffices = {listed}\n')
    path.chmod(0o600)


@contextmanager
def opened(workbench: Workbench, reason: str | None = None) -> Iterator[Session]:
    session = Session(workbench, reason)
    try:
        yield session
    finally:
        session.close()


def test_the_engine_masks_as_python_does() -> None:
    tables = read_tables(REPOSITORY / "expectations" / "tables").values()
    masks = Masks(KEY, personal_columns(tables))
    con = connect()
    con.execute("ATTACH ':memory:' AS snapshot")
    # only the macros are asked for: with no table there is nothing to veil but the records of deliveries
    for name in ("batch", "delivered_file", "control_total", "rejected_row", "rejected_value"):
        con.execute(f"CREATE TABLE snapshot.{name} (batch_id VARCHAR, office_code VARCHAR)")
    with pytest.raises(Exception, match="period"):
        veil_snapshot(con, [], Sight(Standing("bat", "analyst"), masks))
    for kind in (*PERSONAL, ITEM_KEY):
        for text in (REGISTER_NO, "1", "", "'); DROP", "\\x41", "ө" * 300):
            [(masked,)] = con.execute(f"SELECT masked_{kind}(?)", [text]).fetchall()
            assert masked == Masker(KEY, kind).mask(text)
    assert con.execute("SELECT masked_person(1110000047)").fetchall() == [
        (Masker(KEY, "person").mask("1110000047"),)
    ]
    assert con.execute("SELECT masked_person(NULL)").fetchall() == [(None,)]
    con.close()


def test_a_session_shows_pseudonyms_that_still_join(workbench: Workbench) -> None:
    with opened(workbench) as session:
        rows = session.sql("SELECT * FROM person ORDER BY office_code")
        shown = rows.write_json()
        for person in PEOPLE:
            for column in ("person_id", "register_no", "surname", "given_name"):
                assert str(person[column]) not in shown
        assert rows["register_no"][0] == Masker(KEY, "register_no").mask(REGISTER_NO)
        joined = session.sql("SELECT count(*) AS n FROM person p JOIN finding f ON f.person = p.person_id")
        assert joined["n"].to_list() == [2]
        assert rows["birth_date"].to_list()[0].year == 1970


def test_findings_of_a_session_name_nobody(workbench: Workbench) -> None:
    with opened(workbench) as session:
        found = session.findings(rule="PER-02")
    assert found["finding_id"].to_list() == ["f1", "f2"] or found["finding_id"].to_list() == ["f2", "f1"]
    assert sorted(found["item_key"]) == sorted(Masker(KEY, ITEM_KEY).mask(row["item_key"]) for row in FOUND)
    for row in FOUND:
        assert row["item_key"] not in found.write_json()
        assert json.loads(row["evidence"])["register_no"] not in found.write_json()


def test_a_reason_opens_a_session_and_stands_in_the_ledger_first(workbench: Workbench) -> None:
    with opened(workbench, "Шүүхийн асуулга") as session:
        [entry] = ledger.read(workbench)
        assert (entry.event, entry.details["what"]) == ("unmask", "session")
        assert entry.details["reason"] == "Шүүхийн асуулга"
        assert REGISTER_NO in session.sql("SELECT register_no FROM person")["register_no"].to_list()
        assert "1110000047" in session.findings()["item_key"].to_list()


def test_a_session_is_not_unmasked_without_reason_or_right(workbench: Workbench) -> None:
    with pytest.raises(UsageError):
        Session(workbench, " ")
    become(workbench, "analyst")
    with pytest.raises(RefusedError):
        Session(workbench, "Шүүхийн асуулга")
    assert ledger.read(workbench) == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM snapshot.person",
        'SELECT 1 FROM "run".finding, person',
        "SELECT (SELECT max(register_no) FROM snapshot.main.person)",
        "SELECT * FROM snapshot/**/.person",
        "USE snapshot",
        "SELECT 1; USE snapshot",
        "SELECT * FROM query_table('snapshot.' || 'person')",
        "SELECT * FROM json_execute_serialized_sql((SELECT json_serialize_sql('FROM snapshot.person')))",
        "SELECT * FROM pragma_storage_info('snapshot.person')",
        "SELECT * FROM (SUMMARIZE snapshot.person)",
        "SELECT * FROM duckdb_functions()",
    ],
)
def test_a_session_is_not_asked_behind_its_views(workbench: Workbench, query: str) -> None:
    with opened(workbench) as session, pytest.raises(RefusedError):
        session.sql(query)


def test_nothing_a_session_can_name_shows_who_people_are(workbench: Workbench) -> None:
    with opened(workbench) as session:
        names = session.sql("SELECT view_name FROM duckdb_views() WHERE NOT internal")["view_name"].to_list()
        assert {"person", "finding"} <= set(names)
        shown = "".join(session.sql(f'SELECT * FROM "{name}"').write_csv() for name in names)
        assert session.sql("SELECT run.rule_id FROM finding run").height == len(FOUND)
    for row in FOUND:
        assert row["item_key"] not in shown


def test_an_account_of_one_office_sees_its_rows_only(workbench: Workbench) -> None:
    become(workbench, "auditor", "65")
    with opened(workbench, "Шүүхийн асуулга") as session:
        assert session.sql("SELECT person_id FROM person")["person_id"].to_list() == [65000012]
        assert session.sql("SELECT office_code FROM batch")["office_code"].to_list() == ["65"]
        assert session.sql("SELECT office_code FROM rule_result")["office_code"].to_list() == ["65"]
        assert session.findings()["finding_id"].to_list() == ["f2"]
        with pytest.raises(RefusedError):
            session.sql("SELECT * FROM snapshot.person")


@pytest.mark.parametrize(("unmask", "shown"), [(False, False), (True, True)])
def test_a_list_of_findings_hides_evidence_and_keeps_its_keys(
    workbench: Workbench, tmp_path: Path, unmask: bool, shown: bool
) -> None:
    sight = sight_of(workbench, "findings", unmask=unmask, reason="Шүүхийн асуулга" if unmask else None)
    chosen = FindingList(current_run(workbench), Selection(rule="PER-02"), sight)
    chosen.write_parquet(tmp_path / "findings.parquet")
    rows = list(chosen.rows())
    chosen.close()
    place = chosen.columns.index("register_no")
    assert [row[3] for row in rows] == ["1110000047", "65000012"]
    assert (rows[0][place] == REGISTER_NO) is shown
    assert rows[0][chosen.columns.index("sex")] == "1"


def test_a_list_of_findings_keeps_to_the_offices_of_the_account(workbench: Workbench) -> None:
    become(workbench, "analyst", "65")
    sight = sight_of(workbench, "findings", unmask=False, reason=None)
    chosen = FindingList(current_run(workbench), Selection(), sight)
    assert [row[0] for row in chosen.rows()] == ["f2"]
    chosen.close()
