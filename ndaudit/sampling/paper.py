"""The working paper: what was drawn as a workbook the auditor fills in, and its answers read back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import xlsxwriter

from ndaudit.errors import RefusedError
from ndaudit.notation import yes_no
from ndaudit.sampling.drawing import Hit
from ndaudit.spreadsheets import INERT, filled_rows
from ndaudit.wording import LANGUAGES, Language, say

COLUMNS = ("number", "item", "stratum", "book", "certain", "verdict", "audited", "remark")
FILLED = ("verdict", "audited", "remark")
VERDICTS = ("right", "wrong")
WIDTHS = (6, 44, 14, 18, 12, 14, 18, 50)


@dataclass(frozen=True)
class Answer:
    """What the auditor found at one item; None where nothing was filled in.

    Attributes:
        right: whether the item is right.
        audited: what its value should be, in tögrög.
    """

    right: bool | None
    audited: Decimal | None


def write_paper(path: Path, hits: Sequence[Hit], sentences: Iterable[str], lang: Language) -> None:
    """Write the working paper: a page that says what it is, and one line to fill in for each item."""
    with xlsxwriter.Workbook(path, INERT) as book:
        about = book.add_worksheet(say("sampling.sheet_about", lang))
        about.set_column(0, 0, 100, book.add_format({"text_wrap": True, "valign": "top"}))
        for line, sentence in enumerate(sentences):
            about.write_string(line, 0, sentence)
        _write_items(book, hits, lang)


def _write_items(book: Any, hits: Sequence[Hit], lang: Language) -> None:
    sheet = book.add_worksheet(say("sampling.sheet_items", lang))
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    money = book.add_format({"num_format": "#,##0.00"})
    empty = book.add_format({"bg_color": "#FFF4D6", "border": 1, "border_color": "#C9C9C9"})
    for place, (name, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, say(f"sampling.column_{name}", lang), head)
    for line, hit in enumerate(hits, start=1):
        sheet.write_number(line, 0, line)
        sheet.write_string(line, 1, hit.item.key)
        sheet.write_string(line, 2, hit.item.stratum)
        if hit.item.value:
            # a spreadsheet holds every number as binary floating point
            sheet.write_number(line, 3, float(hit.item.value), money)
        sheet.write_string(line, 4, yes_no(True, lang) if hit.certain else "")
        for place in range(COLUMNS.index(FILLED[0]), len(COLUMNS)):
            sheet.write_blank(line, place, None, empty)
    words = [say(f"sampling.verdict_{verdict}", lang) for verdict in VERDICTS]
    column = COLUMNS.index("verdict")
    sheet.data_validation(1, column, max(len(hits), 1), column, {"validate": "list", "source": words})
    sheet.freeze_panes(1, 2)


def read_answers(path: Path, hits: Sequence[Hit]) -> dict[str, Answer]:
    """Return what a filled working paper says, by item key; an item nobody decided has no answer.

    Raises:
        RefusedError: it is no working paper of this sample, or a cell cannot be understood.
    """
    drawn = {hit.item.key for hit in hits}
    answers: dict[str, Answer] = {}
    rows = filled_rows(path, "sampling", COLUMNS, "sampling.no_paper")
    for line, row in enumerate(rows, start=2):
        if row["item"] not in drawn:
            raise RefusedError("sampling.item_not_drawn", where=path.name, line=line)
        answer = _answer(row, path.name, line)
        if answer.right is not None or answer.audited is not None:
            answers[row["item"]] = answer
    return answers


def _answer(row: Mapping[str, Any], where: str, line: int) -> Answer:
    verdict, audited = row["verdict"], row["audited"]
    right = None
    if verdict is not None and verdict.strip():
        words = {say(f"sampling.verdict_{v}", lang): v == "right" for v in VERDICTS for lang in LANGUAGES}
        right = words.get(verdict.strip().casefold())
        if right is None:
            raise RefusedError(
                "sampling.verdict_unknown", where=where, line=line, came=verdict, allowed=", ".join(words)
            )
    if audited is None or not str(audited).strip():
        return Answer(right, None)
    try:
        return Answer(right, Decimal(str(audited).replace(" ", "").replace("\N{NO-BREAK SPACE}", "")))
    except InvalidOperation as error:
        raise RefusedError("sampling.audited_unreadable", where=where, line=line, came=audited) from error
