"""The working paper: what was drawn as a workbook the auditor fills in, and its answers read back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import xlsxwriter

from ndaudit.errors import RefusedError
from ndaudit.exports.filled import filled_rows
from ndaudit.notation import yes_no
from ndaudit.sampling.drawing import Hit
from ndaudit.spreadsheets import INERT
from ndaudit.wording import LANGUAGES, Language, say

COLUMNS = ("number", "item", "stratum", "book", "certain", "verdict", "audited", "remark")
FILLED = ("verdict", "audited", "remark")
VERDICTS = ("right", "wrong")
WIDTHS = (6, 44, 14, 18, 12, 14, 18, 50)
SIGNED = ("made", "checked")


@dataclass(frozen=True)
class Answer:
    """What the auditor found at one item; None where nothing was filled in.

    Attributes:
        right: whether the item is right.
        audited: what its value should be, in tögrög.
    """

    right: bool | None
    audited: Decimal | None
    remark: str | None = None

    @property
    def is_decided(self) -> bool:
        """A remark alone decides nothing."""
        return self.right is not None or self.audited is not None


def hand_out(path: Path, hits: Sequence[Hit], sentences: Iterable[str], lang: Language) -> None:
    """Write the working paper; what was filled into one that lies there already stays filled in.

    Raises:
        RefusedError: see `read_cells`; the paper that lies there is left as it is.
    """
    known = read_cells(path, hits) if path.exists() else {}
    draft = path.with_name(f".{path.name}")
    write_paper(draft, hits, sentences, lang, known)
    draft.replace(path)


def write_paper(
    path: Path,
    hits: Sequence[Hit],
    sentences: Iterable[str],
    lang: Language,
    answers: Mapping[str, Answer] | None = None,
) -> None:
    """Write the working paper: a page that says what it is and is signed, and a line for each item."""
    with xlsxwriter.Workbook(path, INERT) as book:
        about = book.add_worksheet(say("sampling.sheet_about", lang))
        about.set_column(0, 0, 100, book.add_format({"text_wrap": True, "valign": "top"}))
        signed = [say(f"sampling.sign_{role}", lang) for role in SIGNED]
        for line, sentence in enumerate([*sentences, "", *signed]):
            about.write_string(line, 0, sentence)
        _write_items(book, hits, lang, answers or {})


def _write_items(book: Any, hits: Sequence[Hit], lang: Language, answers: Mapping[str, Answer]) -> None:
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
        for name, value in _written(answers.get(hit.item.key), lang).items():
            sheet.write(line, COLUMNS.index(name), value, empty)
    words = [say(f"sampling.verdict_{verdict}", lang) for verdict in VERDICTS]
    column = COLUMNS.index("verdict")
    sheet.data_validation(1, column, max(len(hits), 1), column, {"validate": "list", "source": words})
    sheet.freeze_panes(1, 2)


def _written(answer: Answer | None, lang: Language) -> dict[str, str | float | None]:
    if answer is None:
        return dict.fromkeys(FILLED)
    verdict = None if answer.right is None else VERDICTS[0 if answer.right else 1]
    return {
        "verdict": say(f"sampling.verdict_{verdict}", lang) if verdict else None,
        "audited": None if answer.audited is None else float(answer.audited),
        "remark": answer.remark,
    }


def read_answers(path: Path, hits: Sequence[Hit]) -> dict[str, Answer]:
    """Return what a filled working paper says, by item key; an item nobody decided has no answer.

    Raises:
        RefusedError: see `read_cells`.
    """
    return {key: answer for key, answer in read_cells(path, hits).items() if answer.is_decided}


def read_cells(path: Path, hits: Sequence[Hit]) -> dict[str, Answer]:
    """Return whatever is filled into a working paper, by item key.

    Raises:
        RefusedError: it is no working paper of this sample, an item stands there twice, or a cell cannot be
            understood.
    """
    drawn = {hit.item.key for hit in hits}
    seen: set[str] = set()
    answers: dict[str, Answer] = {}
    rows = filled_rows(path, "sampling", COLUMNS, "sampling.no_paper")
    for line, row in enumerate(rows, start=2):
        if row["item"] not in drawn:
            raise RefusedError("sampling.item_not_drawn", where=path.name, line=line)
        if row["item"] in seen:
            raise RefusedError("sampling.item_twice", where=path.name, line=line)
        seen.add(row["item"])
        answer = _answer(row, path.name, line)
        if answer.is_decided or answer.remark:
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
    remark = (row["remark"] or "").strip() or None
    if audited is None or not str(audited).strip():
        return Answer(right, None, remark)
    try:
        value = Decimal("".join(str(audited).split()))
    except InvalidOperation as error:
        raise RefusedError("sampling.audited_unreadable", where=where, line=line, came=audited) from error
    if not value.is_finite() or value < 0:
        raise RefusedError("sampling.audited_unreadable", where=where, line=line, came=audited)
    return Answer(right, value, remark)
