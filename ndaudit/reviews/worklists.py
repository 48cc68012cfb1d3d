"""Worklists: findings of one office as a workbook it answers in, and its answers read back into the log."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from ndaudit import ledger
from ndaudit.errors import RefusedError
from ndaudit.findings import Run
from ndaudit.listing import FindingList, Selection
from ndaudit.phrasing import code_words, phrases
from ndaudit.reviews.decisions import states
from ndaudit.reviews.log import DecisionLog, Draft, Entry
from ndaudit.rules import read_rules
from ndaudit.tables import read_tables
from ndaudit.wording import LANGUAGES, Language, say

_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
COLUMNS = ("finding", "rule", "item", "condition", "effect", "answer", "evidence")
WIDTHS = (20, 10, 34, 80, 16, 60, 40)
FILLED = ("answer", "evidence")


@dataclass(frozen=True)
class Line:
    """One finding as the office reads it."""

    finding_id: str
    rule_id: str
    item_key: str
    condition: str
    effect: Any


def worklist_lines(run: Run, office: str, chosen: Iterable[str], lang: Language) -> list[Line]:
    """Return those of the chosen findings that are of an office, in the order of rule and item."""
    wanted = set(chosen)
    declared = run.folder / "expectations"
    rules = read_rules(declared / "rules")
    words = code_words(read_tables(declared / "tables").values())
    findings = FindingList(run, Selection(office=office))
    try:
        return [
            Line(
                row["finding_id"],
                row["rule_id"],
                row["item_key"],
                rules[row["rule_id"]].condition_of(phrases(json.loads(row["evidence"]), words, lang), lang),
                row["effect"],
            )
            for row in findings.records()
            if row["finding_id"] in wanted
        ]
    finally:
        findings.close()


def write_worklist(path: Path, lines: Sequence[Line], lang: Language) -> None:
    """Write the workbook: a line a finding, the last two columns for the office to fill in."""
    with xlsxwriter.Workbook(path, _OPTIONS) as book:
        sheet = book.add_worksheet(say("reviews.sheet", lang))
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        text = book.add_format({"text_wrap": True, "valign": "top"})
        money = book.add_format({"num_format": "+#,##0;-#,##0;0", "valign": "top"})
        empty = book.add_format({"bg_color": "#FFF4D6", "border": 1, "text_wrap": True, "valign": "top"})
        for place, (name, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, say(f"reviews.column_{name}", lang), head)
        for row, line in enumerate(lines, start=1):
            cells = (line.finding_id, line.rule_id, line.item_key, line.condition)
            for place, cell in enumerate(cells):
                sheet.write_string(row, place, cell, text)
            if line.effect is not None:
                # a spreadsheet holds every number as binary floating point
                sheet.write_number(row, COLUMNS.index("effect"), float(line.effect), money)
            for name in FILLED:
                sheet.write_blank(row, COLUMNS.index(name), None, empty)
        sheet.freeze_panes(1, 1)


def read_worklist(log: DecisionLog, path: Path, office: str) -> list[Entry]:
    """Add the answers of an office to the log; they decide nothing, and an empty one is no answer.

    Raises:
        RefusedError: the file is no worklist.
        Conflict: somebody wrote about a finding meanwhile.
    """
    found = states(log)
    drafts = []
    for row, heads in _rows(path):
        answer = (row[heads["answer"]] or "").strip()
        finding = row[heads["finding"]]
        if not answer or not finding:
            continue
        body = {"office": office, "answer": answer, "evidence": (row[heads["evidence"]] or "").strip()}
        seen = found[finding].seen if finding in found else 0
        drafts.append(Draft("answer", finding, body, seen))
    return log.append(ledger.account(), drafts) if drafts else []


def _rows(path: Path) -> Iterable[tuple[Mapping[str, Any], Mapping[str, str]]]:
    try:
        sheets = pl.read_excel(path, sheet_id=0, engine="calamine", infer_schema_length=0)
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise RefusedError("reviews.no_worklist", where=path.name) from error
    for frame in sheets.values():
        for lang in LANGUAGES:
            heads = {name: say(f"reviews.column_{name}", lang) for name in COLUMNS}
            if set(heads.values()) <= set(frame.columns):
                return [(row, heads) for row in frame.iter_rows(named=True)]
    raise RefusedError("reviews.no_worklist", where=path.name)
