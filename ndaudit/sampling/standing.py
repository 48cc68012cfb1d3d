"""How far each sample of a workbench has come: planned, drawn, evaluated, or no longer to be relied on."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ndaudit import ledger
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


def _all(_: Plan) -> bool:
    return True


def standings(workbench: Workbench, wanted: Callable[[Plan], bool] = _all) -> list[Standing]:
    """Return the samples of a workbench, by name, as they lie there now.

    Args:
        wanted: which plans are looked at; the others are not drawn again.
    """
    names = sorted(path.parent.name for path in (workbench.data / "samples").glob(f"*/{PLAN}"))
    plans = ((name, read_plan(workbench, name)) for name in names)
    return [_standing(workbench, name, made) for name, made in plans if wanted(made)]


def _standing(workbench: Workbench, name: str, made: Plan) -> Standing:
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
    if not _is_noted(workbench, name, raw["drawn_sha256"], result):
        fault = RefusedError("sampling.not_evaluated", name=name)
        return Standing(made, again.items, again.drawn, fault=fault)
    return Standing(made, again.items, again.drawn, answers, result)


def _is_noted(workbench: Workbench, name: str, drawn_sha256: str, result: Result) -> bool:
    """Return whether the ledger holds an evaluation of these items that came to this."""
    asked = {"name": name, "drawn_sha256": drawn_sha256}
    asked["result"] = json.loads(json.dumps(result.document(), default=str))
    return any(
        entry.event == "sample_evaluate" and asked.items() <= entry.details.items()
        for entry in ledger.read(workbench)
    )


def _answer_from(raw: Mapping[str, Any]) -> Answer:
    audited = None if raw["audited"] is None else Decimal(raw["audited"])
    return Answer(raw["right"], audited, raw["remark"])
