"""Findings handed out: filtered, unlimited, streamed as csv, json, parquet or xlsx."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

import duckdb

from ndaudit.findings import SPILL, Run
from ndaudit.spreadsheets import INERT
from ndaudit.store import connect, literal, quoted
from ndaudit.veils import Sight, veil_findings

FORMATS = ("table", "csv", "json", "parquet", "xlsx")
BATCH_ROWS = 20_000
SHEET_ROWS = 1_000_000
COLUMNS = (
    "finding_id",
    "rule_id",
    "severity",
    "item_key",
    "office_code",
    "period",
    "outcome",
    "reason",
    "effect",
    "status",
)


@dataclass(frozen=True)
class Selection:
    """Which findings of a run are asked for; None means no restriction."""

    rule: str | None = None
    office: str | None = None
    status: str | None = None


def _query(selection: Selection) -> tuple[str, list[str]]:
    asked: Mapping[str, str | None] = {
        "rule_id": selection.rule,
        "office_code": selection.office,
        "status": selection.status,
    }
    given = {column: value for column, value in asked.items() if value is not None}
    where = " AND ".join(f"{column} = ?" for column in given) or "TRUE"
    return f"FROM shown_finding WHERE {where}", list(given.values())


def _evidence_names(con: duckdb.DuckDBPyConnection, source: str, params: list[str]) -> list[str]:
    rows = con.execute(
        f"SELECT DISTINCT unnest(json_keys(evidence)) AS name {source} ORDER BY name", params
    ).fetchall()
    return [name for (name,) in rows if name not in COLUMNS]


class FindingList:
    """The selected findings of one run, read in batches; item keys are the keys of the contract, in clear.

    Args:
        sight: what of them is seen.

    Attributes:
        columns: `COLUMNS`, then the names of the evidence. When findings of several rules are selected, a
            tabular format keeps the evidence in one column of JSON text instead.
    """

    def __init__(self, run: Run, selection: Selection, sight: Sight) -> None:
        self._con = connect(spill=run.folder.parent / SPILL)
        self._con.execute(f"ATTACH {literal(str(run.database))} AS run (READ_ONLY)")
        veil_findings(self._con, sight)
        self._source, self._params = _query(selection)
        self._evidence = (
            _evidence_names(self._con, self._source, self._params) if selection.rule else ["evidence"]
        )
        self.columns = [*COLUMNS, *self._evidence]

    def close(self) -> None:
        """Close the run's database."""
        self._con.close()

    def _select(self) -> str:
        own = [quoted(name) for name in COLUMNS]
        if self._evidence == ["evidence"]:
            parts = ["evidence"]
        else:
            parts = [f"evidence ->> {literal(name)} AS {quoted(name)}" for name in self._evidence]
        return f"SELECT {', '.join([*own, *parts])} {self._source} ORDER BY rule_id, item_key, finding_id"

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield the findings in the order of rule and item."""
        cursor = self._con.execute(self._select(), self._params)
        while batch := cursor.fetchmany(BATCH_ROWS):
            yield from batch

    def count(self) -> int:
        """Return how many findings are selected."""
        return int(self._con.execute(f"SELECT count(*) {self._source}", self._params).fetchall()[0][0])

    def write_csv(self, out: IO[str]) -> None:
        """Write a header and one line per finding."""
        writer = csv.writer(out)
        writer.writerow(self.columns)
        for row in self.rows():
            writer.writerow(["" if value is None else value for value in row])

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield the findings as mappings of `COLUMNS` and `evidence` (JSON text)."""
        names = [*COLUMNS, "evidence"]
        select = (
            f"SELECT {', '.join(map(quoted, names))} {self._source} ORDER BY rule_id, item_key, finding_id"
        )
        cursor = self._con.execute(select, self._params)
        while batch := cursor.fetchmany(BATCH_ROWS):
            yield from (dict(zip(names, row, strict=True)) for row in batch)

    def write_json(self, out: IO[str]) -> None:
        """Write one JSON array; every finding is an object whose last keys are its evidence."""
        out.write("[")
        for number, record in enumerate(self.records()):
            item = {column: None if record[column] is None else str(record[column]) for column in COLUMNS}
            evidence = {k: v for k, v in json.loads(record["evidence"]).items() if k not in item}
            out.write(",\n" if number else "\n")
            out.write(json.dumps(item | evidence, ensure_ascii=False))
        out.write("\n]\n")

    def write_parquet(self, path: Path) -> None:
        """Write one Parquet file."""
        chosen = self._con.sql(self._select(), params=self._params)
        chosen.write_parquet(str(path), compression="zstd")

    def write_xlsx(self, path: Path) -> None:
        """Write one workbook with a new sheet each 1,000,000 rows; no cell becomes a formula or a link."""
        import xlsxwriter

        with xlsxwriter.Workbook(str(path), INERT | {"constant_memory": True}) as book:
            head = book.add_format({"bold": True, "bottom": 1})
            rows = self.rows()
            page = list(islice(rows, SHEET_ROWS))
            while True:
                sheet = book.add_worksheet()
                sheet.freeze_panes(1, 0)
                sheet.write_row(0, 0, self.columns, head)
                for line, row in enumerate(page, start=1):
                    sheet.write_row(line, 0, [None if value is None else str(value) for value in row])
                page = list(islice(rows, SHEET_ROWS))
                if not page:
                    break
