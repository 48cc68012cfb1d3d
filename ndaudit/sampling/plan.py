"""The plan of a sample: everything that is decided before an item is drawn."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from ndaudit.errors import RefusedError, UsageError
from ndaudit.sampling.drawing import SELECTIONS
from ndaudit.sampling.exact import DISTRIBUTIONS
from ndaudit.sampling.sizes import attribute_size, monetary_size

METHODS = ("attribute", "mus")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}")


@dataclass(frozen=True)
class Aim:
    """What the auditor asks of a sample.

    Attributes:
        table: the table of the data dictionary whose rows are the items.
        value: its money column, or None when only right and wrong count.
        stratum: the column that makes strata, or None.
        tolerable: rate of errors, or for `mus` the misstatement as a share of the book total.
        selection: how monetary units are drawn (`mus`).
    """

    name: str
    table: str
    value: str | None
    stratum: str | None
    office: str | None
    period: str | None
    method: str
    distribution: str
    selection: str
    confidence: Fraction
    tolerable: Fraction
    expected: Fraction
    seed: str


@dataclass(frozen=True)
class Plan:
    """An aim, the population it met, and the size that follows.

    Attributes:
        snapshot: the snapshot the items were taken from.
        items: how many items can be drawn.
        book_total: what they add up to, in tögrög; None without a value column.
        set_apart: items that cannot be drawn, by why: `missing`, `zero`, `negative`.
        population_sha256: hash of the file that lists the items.
        size: items (or monetary units) to draw.
        errors_allowed: errors the sample may show and still prove the tolerable rate; None for `mus`.
    """

    aim: Aim
    snapshot: str
    items: int
    book_total: Decimal | None
    set_apart: Mapping[str, int]
    population_sha256: str
    size: int
    errors_allowed: int | None

    def document(self) -> dict[str, Any]:
        """Return the plan as JSON holds it: exact numbers as text."""
        raw = asdict(self)
        raw["aim"] = {k: str(v) if isinstance(v, Fraction) else v for k, v in raw["aim"].items()}
        raw["book_total"] = None if self.book_total is None else str(self.book_total)
        return raw


def plan_from(raw: Mapping[str, Any]) -> Plan:
    """Return the plan a document holds."""
    aim: dict[str, Any] = dict(raw["aim"])
    aim |= {name: Fraction(aim[name]) for name in ("confidence", "tolerable", "expected")}
    rest = {k: v for k, v in raw.items() if k not in ("aim", "book_total")}
    total = None if raw["book_total"] is None else Decimal(raw["book_total"])
    return Plan(aim=Aim(**aim), book_total=total, **rest)


def exact_share(text: str, option: str) -> Fraction:
    """Return a share as written: `0.05` or `5%`.

    Raises:
        UsageError: it is no number.
    """
    plain = text.strip().removesuffix("%")
    try:
        value = Fraction(Decimal(plain))
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise UsageError("usage.bad_share", option=option, came=text) from error
    return value / 100 if text.strip().endswith("%") else value


def check_aim(aim: Aim) -> None:
    """Refuse an aim nobody can follow.

    Raises:
        UsageError: a name or word is not one of those allowed.
        RefusedError: the parts do not fit each other.
    """
    if not NAME.fullmatch(aim.name):
        raise UsageError("usage.bad_sample_name", came=aim.name)
    for option, came, allowed in (
        ("--method", aim.method, METHODS),
        ("--distribution", aim.distribution, DISTRIBUTIONS),
        ("--selection", aim.selection, SELECTIONS),
    ):
        if came not in allowed:
            raise UsageError("usage.not_one_of", option=option, came=came, allowed=", ".join(allowed))
    if aim.method == "mus" and aim.value is None:
        raise RefusedError("sampling.value_missing")
    if aim.method == "mus" and aim.stratum is not None:
        raise RefusedError("sampling.strata_and_units")


def size_of(aim: Aim, items: int) -> tuple[int, int | None]:
    """Return how many items or units to draw, and how many errors they may show.

    Raises:
        RefusedError: no sample smaller than the population proves it.
    """
    if aim.method == "mus":
        return monetary_size(aim.tolerable, aim.expected, aim.confidence), None
    size = attribute_size(
        aim.tolerable,
        aim.expected,
        aim.confidence,
        distribution=aim.distribution,
        items=items,
    )
    return size.items, size.errors_allowed
