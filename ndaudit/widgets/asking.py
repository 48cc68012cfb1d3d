"""What the browser asks for, read strictly: a filter, a page, a decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from ndaudit.errors import UsageError
from ndaudit.reviews.decisions import Decision

ORDERS: Mapping[str, tuple[str, ...]] = {
    "weight": ("rank", "abs(effect) DESC NULLS LAST"),
    "rule": ("rule_id",),
    "office": ("office_code NULLS LAST", "rank"),
    "effect": ("effect DESC NULLS LAST",),
    "state": ("state", "rank"),
    "latest": ("seen DESC",),
}
"""What the list can be sorted by, and what that means; `row` decides between equals."""
PAGE_ROWS = 50


@dataclass(frozen=True)
class Filter:
    """Which findings are wanted; an empty field restricts nothing.

    Attributes:
        least: the least amount in tögrög, whatever its sign.
        most: the largest.
        sign: `+` overpaid or lost to the fund, `-` underpaid to a citizen.
        person_of: a finding; only those about the same person are wanted.
        waiting: only proposals of others, which the user may confirm.
    """

    rule: str = ""
    office: str = ""
    severity: str = ""
    state: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    sign: str = ""
    text: str = ""
    person_of: str = ""
    waiting: bool = False


@dataclass(frozen=True)
class Target:
    """A finding to be written about, and the last entry about it the writer had before him."""

    finding_id: str
    seen: int


def amount(text: str) -> Decimal:
    """Return an amount as people type it: spaces between the digits, either minus, comma or point.

    Raises:
        UsageError: it is no amount.
    """
    typed = "".join(text.split()).replace("−", "-").replace(",", ".").removesuffix("₮")
    try:
        value = Decimal(typed)
    except InvalidOperation as error:
        raise UsageError("review_screen.no_amount", came=text) from error
    if not value.is_finite() or abs(value) >= Decimal(10) ** 16:
        raise UsageError("review_screen.no_amount", came=text)
    return value.quantize(Decimal("0.01"))


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def read_filter(raw: Mapping[str, Any]) -> Filter:
    """Return the filter the browser sent.

    Raises:
        UsageError: the least or the largest amount is no amount.
    """
    least, most = _text(raw, "least"), _text(raw, "most")
    return Filter(
        rule=_text(raw, "rule"),
        office=_text(raw, "office"),
        severity=_text(raw, "severity"),
        state=_text(raw, "state"),
        least=abs(amount(least)) if least else None,
        most=abs(amount(most)) if most else None,
        sign=_text(raw, "sign"),
        text=_text(raw, "text").lower(),
        person_of=_text(raw, "person_of"),
        waiting=raw.get("waiting") is True,
    )


def read_order(raw: Mapping[str, Any]) -> tuple[str, bool]:
    """Return what to sort by and whether backwards; by weight when nothing known is named."""
    name = _text(raw, "order")
    return (name if name in ORDERS else "weight"), raw.get("backwards") is True


def read_offset(raw: Mapping[str, Any]) -> int:
    """Return how many findings stand before the page."""
    value = raw.get("offset", 0)
    return max(value, 0) if isinstance(value, int) else 0


def read_targets(raw: Mapping[str, Any]) -> list[Target]:
    """Return the findings to be written about.

    Raises:
        UsageError: none is chosen.
    """
    targets = [Target(str(one["finding_id"]), int(one["seen"])) for one in raw.get("targets", [])]
    if not targets:
        raise UsageError("review_screen.nothing_chosen")
    return targets


def read_text(raw: Mapping[str, Any], name: str) -> str:
    """Return a text that must not be empty.

    Raises:
        UsageError: it is.
    """
    text = _text(raw, name)
    if not text:
        raise UsageError(f"review_screen.no_{name}")
    return text


def read_decision(raw: Mapping[str, Any]) -> Decision:
    """Return the decision the browser sent.

    Raises:
        UsageError: the day by which to correct is no day.
    """
    due = _text(raw, "due_on")
    try:
        due_on = date.fromisoformat(due.replace(".", "-")) if due else None
    except ValueError as error:
        raise UsageError("review_screen.no_day", came=due) from error
    return Decision(
        kind=_text(raw, "kind"),
        reason=_text(raw, "reason"),
        evidence=_text(raw, "evidence"),
        owner=_text(raw, "owner"),
        due_on=due_on,
        recommendation=_text(raw, "recommendation"),
    )
