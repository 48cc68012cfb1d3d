"""What an entry made elsewhere must hold, and what it may follow, to be one of this log."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ndaudit.reviews.decisions import CLASSES, FOLLOWS, RETESTS, State
from ndaudit.reviews.log import Entry

ORIGIN = "origin"
"""Under which name the body of an entry keeps the hash it had where it was made."""
ELSEWHERE = {**FOLLOWS, "correct": (*FOLLOWS["correct"], "resolved")}
"""The states an entry may come after here: a retest of this machine may stand between."""


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _day(value: Any) -> bool:
    return value is None or bool(date.fromisoformat(value))


def _amount(value: Any) -> bool:
    return isinstance(value, str) and Decimal(value).is_finite()


_DECISION = {
    "kind": CLASSES.__contains__,
    "reason": _text,
    "evidence": _text,
    "owner": _text,
    "due_on": _day,
    "recommendation": _text,
}
_BODIES: Mapping[str, Mapping[str, Callable[[Any], bool]]] = {
    "assign": {"to": _text},
    "propose": _DECISION,
    "confirm": {},
    "return": {"reason": _text},
    "answer": {"office": _text, "answer": _text, "evidence": _text},
    "correct": {"act_no": _text, "recovered": _amount},
    "retest": {"run": _text, "result": RETESTS.__contains__},
}
_FIELDS = {"seq": int, "body": dict}
"""The fields of an entry that are not text."""


def read_fields(raw: Any) -> Entry:
    """Return an entry as it was written elsewhere.

    Raises:
        TypeError, ValueError, KeyError, AttributeError, ArithmeticError: it is none of this log.
    """
    for name, value in raw.items():
        if type(value) is not _FIELDS.get(name, str):
            raise TypeError(name)
    entry = Entry(**raw)
    if not (entry.finding_id.isprintable() and entry.user.isprintable()):
        raise ValueError(entry.kind)
    asked = dict(_BODIES[entry.kind])
    if ORIGIN in entry.body:
        asked[ORIGIN] = _text
    if asked.keys() != entry.body.keys():
        raise KeyError(entry.kind)
    for name, holds in asked.items():
        if not holds(entry.body[name]):
            raise ValueError(name)
    return entry


def may_follow(state: State, entry: Entry) -> bool:
    """Return whether an entry may come where a finding stands."""
    return entry.kind not in ELSEWHERE or state.state in ELSEWHERE[entry.kind]
