"""Worklists: findings of one office as a workbook it answers in, and its answers read back into the log."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from ndaudit import ledger
from ndaudit.durable import sync
from ndaudit.errors import RefusedError, UsageError, machine_faults
from ndaudit.exports.filled import filled_rows
from ndaudit.findings import Run, current_run
from ndaudit.listing import FindingList, Selection
from ndaudit.offices import read_offices
from ndaudit.phrasing import Conditions
from ndaudit.reviews.belonging import offices_of
from ndaudit.reviews.decisions import STATES, states
from ndaudit.reviews.log import Draft, open_log
from ndaudit.reviews.taking import take_in
from ndaudit.roles import current_standing
from ndaudit.snapshots import file_hash
from ndaudit.spreadsheets import INERT
from ndaudit.veils import CLEAR
from ndaudit.wording import Language, say
from ndaudit.workbench import Workbench

COLUMNS = ("finding", "rule", "item", "condition", "effect", "answer", "evidence")
WIDTHS = (20, 10, 34, 80, 16, 60, 40)
FILLED = ("answer", "evidence")
GIVEN_OUT = ("assigned", "confirmed", "still_there", "recurring")
"""States in which an office has something to answer or to put right."""


@dataclass(frozen=True)
class Line:
    """One finding as the office reads it."""

    finding_id: str
    rule_id: str
    item_key: str
    condition: str
    effect: Any


@dataclass(frozen=True)
class Answer:
    """What an office wrote beside one finding.

    Attributes:
        row: where it stands in the sheet.
    """

    row: int
    finding_id: str
    answer: str
    evidence: str

    @property
    def body(self) -> dict[str, str]:
        """What the log keeps of it."""
        return {"answer": self.answer, "evidence": self.evidence}


def worklist_lines(run: Run, office: str, chosen: Iterable[str], lang: Language) -> list[Line]:
    """Return those of the chosen findings that are of an office, in the order of rule and item."""
    wanted = set(chosen)
    conditions = Conditions(run.folder / "expectations", lang)
    findings = FindingList(run, Selection(office=office), CLEAR)
    try:
        return [
            Line(
                row["finding_id"],
                row["rule_id"],
                row["item_key"],
                conditions.sentence(row["rule_id"], row["evidence"]),
                row["effect"],
            )
            for row in findings.records()
            if row["finding_id"] in wanted
        ]
    finally:
        findings.close()


def issue_worklist(
    workbench: Workbench, office: str, chosen: Iterable[str], lang: Language
) -> tuple[Path, int]:
    """Write the worklist of an office into `data/worklists`; it names people, and the ledger keeps that.

    Args:
        chosen: the states of the findings on it.

    Returns:
        where it lies, and how many findings it holds.

    Raises:
        UsageError: there is no such state or office.
        RefusedError: the account may not hand out what names people, or the office has nothing to answer.
    """
    standing = current_standing(workbench)
    standing.require("issue")
    standing.require_office(office)
    if office not in read_offices(workbench.expectations / "offices.toml"):
        raise UsageError("usage.unknown_office_code", came=office, allowed="expectations/offices.toml")
    wanted = set(chosen)
    if unknown := sorted(wanted - set(STATES)):
        raise UsageError("reviews.no_state", came=", ".join(unknown), allowed=", ".join(STATES))
    with open_log(workbench) as log:
        ids = [state.finding_id for state in states(log).values() if state.state in wanted]
    run = current_run(workbench)
    lines = worklist_lines(run, office, ids, lang)
    if not lines:
        raise RefusedError("reviews.nothing_to_answer", office=office)
    return write_worklist(workbench, office, run.id, lines, lang), len(lines)


def write_worklist(
    workbench: Workbench, office: str, run_id: str, lines: Sequence[Line], lang: Language
) -> Path:
    """Write the workbook of an office into `data/worklists`, once the ledger has it; return where it lies.

    Raises:
        MachineError: the workbook or the ledger cannot be written.
    """
    folder = workbench.private_folder(workbench.data / "worklists" / office)
    path = folder / f"{run_id}.{lang}.xlsx"
    draft = folder / f".{path.name}.part"
    with machine_faults(path):
        try:
            _draw(draft, lines, lang)
            workbench.protect(draft)
            sync(draft)
            ledger.append(
                workbench,
                "worklist",
                office=office,
                run=run_id,
                count=len(lines),
                sha256=file_hash(draft),
            )
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    return path


def _draw(path: Path, lines: Sequence[Line], lang: Language) -> None:
    """Draw the workbook: a line a finding, the last two columns for the office to fill in."""
    with xlsxwriter.Workbook(path, INERT) as book:
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


def take_answers(workbench: Workbench, path: Path, office: str) -> int:
    """Add the answers of an office to the log, note it in the ledger, and return how many there were.

    They decide nothing. Not one is taken when one is refused.

    Raises:
        RefusedError: the account may not decide, or not for this office; the file is no worklist, or answers
            about a finding that is not of the office; or somebody wrote meanwhile.
    """
    standing = current_standing(workbench)
    standing.require("decide")
    standing.require_office(office)
    answers = read_worklist(path)
    with machine_faults(path):
        came = file_hash(path)
    offices = offices_of(workbench, {answer.finding_id for answer in answers})
    for answer in answers:
        if offices.get(answer.finding_id, "") != office:
            raise RefusedError(
                "reviews.of_other_office",
                where=path.name,
                line=answer.row,
                finding=answer.finding_id,
                office=office,
            )
    with open_log(workbench) as log:
        found = states(log)
        seen = {finding: state.seen for finding, state in found.items()}
        drafts = [
            Draft("answer", one.finding_id, one.body | {"office": office}, seen.get(one.finding_id, 0))
            for one in answers
        ]
        take_in(
            log, standing.account, drafts, "worklist_answers", office=office, count=len(drafts), sha256=came
        )
    return len(drafts)


def read_worklist(path: Path) -> list[Answer]:
    """Return the answers in a worklist that came back; an empty one is no answer.

    Raises:
        RefusedError: the file is no worklist.
    """
    rows = filled_rows(path, "reviews", COLUMNS, "reviews.no_worklist")
    return [
        Answer(number, row["finding"].strip(), row["answer"].strip(), (row["evidence"] or "").strip())
        for number, row in enumerate(rows, start=2)
        if (row["finding"] or "").strip() and (row["answer"] or "").strip()
    ]
