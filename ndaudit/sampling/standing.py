"""How far each sample of a workbench has come: planned, drawn, evaluated, or no longer to be relied on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ndaudit.errors import RefusedError
from ndaudit.sampling.drawing import Item
from ndaudit.sampling.engagement import DRAWN, PLAN, RESULT, Drawn, folder_of, read_plan, redraw, result_of
from ndaudit.sampling.paper import Answer
from ndaudit.sampling.plan import Plan
from ndaudit.sampling.result import Result
from ndaudit.snapshots import file_hash
from ndaudit.workbench import Workbench

STATES = ("planned", "drawn", "evaluated", "broken")


@dataclass(frozen=True)
class Standing:
    """How far a sample has come.

    Attributes:
        items: the population; empty when its file was changed.
        drawn: what was drawn; None before that.
        answers: what the auditor found, by item key, as evaluated last.
        result: what it proves; None before the evaluation, or when more was drawn since.
        fault: why it cannot be relied on, or None.
    """

    plan: Plan
    items: Sequence[Item] = ()
    drawn: Drawn | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    result: Result | None = None
    fault: RefusedError | None = None

    @property
    def state(self) -> str:
        """One of `STATES`."""
        if self.fault:
            return "broken"
        return "evaluated" if self.result else "drawn" if self.drawn else "planned"


def standings(workbench: Workbench) -> list[Standing]:
    """Return every sample of a workbench, by name, as it lies there now."""
    names = sorted(path.parent.name for path in (workbench.data / "samples").glob(f"*/{PLAN}"))
    return [_standing(workbench, name) for name in names]


def _standing(workbench: Workbench, name: str) -> Standing:
    made = read_plan(workbench, name)
    folder = folder_of(workbench, name)
    if not (folder / DRAWN).is_file():
        return Standing(made)
    try:
        again = redraw(workbench, name)
    except RefusedError as error:
        return Standing(made, fault=error)
    if again.differing:
        return Standing(made, fault=RefusedError("sampling.drawn_otherwise", count=len(again.differing)))
    raw = json.loads((folder / RESULT).read_text("utf-8")) if (folder / RESULT).is_file() else {}
    if raw.get("drawn_sha256") != file_hash(folder / DRAWN):
        return Standing(made, again.items, again.drawn)
    answers = {key: _answer_from(said) for key, said in raw["answers"].items()}
    result = result_of(made, again.items, again.drawn, answers)
    return Standing(made, again.items, again.drawn, answers, result)


def _answer_from(raw: Mapping[str, Any]) -> Answer:
    audited = None if raw["audited"] is None else Decimal(raw["audited"])
    return Answer(raw["right"], audited, raw["remark"])
