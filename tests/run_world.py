"""A workbench with runs written out by hand: what rules decided, without deciding it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from conftest import REPOSITORY

from ndaudit import ledger
from ndaudit.catalogue import Catalogue
from ndaudit.evaluation import create_results
from ndaudit.store import connect, create_tables
from ndaudit.workbench import Workbench, open_workbench


@dataclass(frozen=True)
class Past:
    """A run to be written into a workbench."""

    id: str
    day: int
    results: Sequence[tuple[str, str, str, int, int, int, int]]
    findings: Sequence[Mapping[str, Any]]
    snapshot_sha256: str = "a"
    catalogue_hash: str = "c1"
    full: bool = True


def write_run(workbench: Workbench, past: Past) -> Path:
    folder = workbench.runs / past.id
    folder.mkdir(parents=True)
    (folder / "expectations").symlink_to(REPOSITORY / "expectations")
    con = connect(folder / "findings.duckdb")
    create_results(con)
    for rule, severity, office, population, met, exceptions, undetermined in past.results:
        row = (rule, severity, office, population, met, exceptions, undetermined, undetermined, 0, 0, None)
        con.execute("INSERT INTO rule_result VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    for finding in past.findings:
        values = {"item_key": "УБ70010111", "outcome": "exception"} | dict(finding)
        marks = ", ".join("?" for _ in values)
        con.execute(f"INSERT INTO finding ({', '.join(values)}) VALUES ({marks})", list(values.values()))
    con.close()
    totals = {
        rule: {
            "rule_id": rule,
            "severity": severity,
            "population": 0,
            "met": 0,
            "exceptions": 0,
            "undetermined": 0,
            "effect": "0.00",
        }
        for rule, severity, *_ in past.results
    }
    record = {
        "run_id": past.id,
        "snapshot": "s1",
        "snapshot_sha256": past.snapshot_sha256,
        "catalogue_hash": past.catalogue_hash,
        "finished_at": datetime(2026, 1, past.day, tzinfo=UTC).isoformat(),
        "full": past.full,
        "settings": {"risen_age_basis": "birth_year", "thresholds": {}},
        "own_law": [],
        "office": None,
        "period": None,
        "ledger_head": ledger.NOTHING,
        "rules": list(totals.values()),
        "failures": [],
    }
    (folder / "run.json").write_text(json.dumps(record), "utf-8")
    return folder


def make_workbench(
    root: Path, catalogue: Catalogue, given: Mapping[str, Sequence[Mapping[str, Any]]] | None = None
) -> Workbench:
    """Return a workbench with a snapshot of the rows given, delivered by the offices 1110 and 65."""
    (root / "data" / "store").mkdir(parents=True)
    (root / "ndaudit.toml").touch()
    for name in ("expectations", "notebooks"):
        (root / name).symlink_to(REPOSITORY / name)
    con = connect(root / "data" / "store" / "s1.duckdb")
    create_tables(con, catalogue.tables.values())
    for office in ("1110", "65"):
        con.execute(
            "INSERT INTO batch (batch_id, office_code, period, exported_at) VALUES (?, ?, ?, ?)",
            [office, office, datetime(2025, 12, 1), datetime(2026, 1, 12, 18)],
        )
    for table, rows in (given or {}).items():
        for row in rows:
            marks = ", ".join("?" for _ in row)
            con.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
    con.close()
    return open_workbench(root, {}, root)
