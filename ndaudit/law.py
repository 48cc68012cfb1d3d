"""Law as dated data: parameters read from `expectations/law/`, one file each.

A scalar parameter has one exact value from each date on; a table parameter has rows. A value marked
unknown, and any day before the first value, is NULL in SQL, so that rules answer *undetermined*. A workbench
may replace or add values in `data/law/`: those are marked, so that every use of one can be shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from typing import Any

from ndaudit.declarations import Declaration, read_declaration
from ndaudit.errors import DeclarationError
from ndaudit.wording import Text

CONFIDENCES = ("official", "secondary", "derived", "assumption")
COLUMN_TYPES: Mapping[str, str] = {
    "text": "VARCHAR",
    "decimal": "DECIMAL(18,6)",
    "integer": "BIGINT",
    "date": "DATE",
}
OWN = "data/law"
"""Where a workbench states values of its own, as errors and reports name it."""
CELL_KINDS: Mapping[str, type] = {"text": str, "integer": int, "date": date}


@dataclass(frozen=True)
class Reference:
    """Where a value was seen: the act, its article, and a link if there is one."""

    act: str
    article: str | None
    url: str | None


@dataclass(frozen=True)
class LawValue:
    """What holds from `valid_from` until the day before `valid_to` (None: until a later value is filed).

    Attributes:
        value: the exact number, or None when it is not known (scalar parameters).
        rows: the rows (table parameters), each a value per column; empty when not known.
        adopted_on: the day it became known, when that differs from `valid_from`.
        is_own: the workbench states it, in `data/law/`.
    """

    valid_from: date
    valid_to: date | None
    value: Decimal | None
    rows: tuple[tuple[Any, ...], ...]
    confidence: str
    reference: Reference
    checked_on: date
    adopted_on: date | None
    note: Text | None
    is_own: bool = False

    @property
    def is_known(self) -> bool:
        """It is on file: an exact number, or rows."""
        return self.value is not None or bool(self.rows)

    @property
    def known_on(self) -> date:
        """The day from which the value was known."""
        return self.adopted_on or self.valid_from


@dataclass(frozen=True)
class Parameter:
    """One parameter of the law.

    Attributes:
        unit: `₮`, `months`, `fraction`, ….
        columns: column types of a table parameter, empty for a scalar.
        usual_life_months: after so many months without a new value a warning is due, or None.
    """

    name: str
    title: Text
    unit: str
    columns: Mapping[str, str]
    usual_life_months: int | None
    values: tuple[LawValue, ...]

    def on(self, day: date) -> LawValue | None:
        """Return what holds on `day`, or None before the first value."""
        held = [v for v in self.values if v.valid_from <= day and (v.valid_to is None or day < v.valid_to)]
        return held[0] if held else None


def exact(value: Any, where: str, key: str) -> Decimal:
    """Return a number as written; floats are refused, because they are not exact.

    Raises:
        DeclarationError: the value is a float or not a number.
    """
    if isinstance(value, int | str) and not isinstance(value, bool):
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite():
            return number
    raise DeclarationError(
        "declarations.wrong_kind",
        where=where,
        key=key,
        wanted='int | "0.45"',
        came=f"{type(value).__name__} {value!r}",
    )


def _cell(value: Any, kind: str, where: str, key: str) -> Any:
    """Return one value of a table row, of exactly the kind its column declares (or None)."""
    if value is None or kind == "decimal":
        return value if value is None else exact(value, where, key)
    # a datetime is a date to Python and a bool is an int; a law value is never either
    if not isinstance(value, CELL_KINDS[kind]) or isinstance(value, bool | datetime):
        raise DeclarationError(
            "declarations.wrong_kind",
            where=where,
            key=key,
            wanted=kind,
            came=f"{type(value).__name__} {value!r}",
        )
    return value


def _row(raw: Any, columns: Mapping[str, str], where: str) -> tuple[Any, ...]:
    if not isinstance(raw, dict):
        raise DeclarationError(
            "declarations.wrong_kind", where=where, key="rows", wanted="table", came=type(raw).__name__
        )
    part = Declaration(raw, where)
    values = [
        _cell(part.take(name, (str, int, float, date), None), kind, where, name)
        for name, kind in columns.items()
    ]
    part.finish()
    return tuple(values)


def _reference(part: Declaration) -> Reference:
    raw = Declaration(part.take("reference", dict), f"{part.where} [reference]")
    reference = Reference(raw.take("act", str), raw.take("article", str, None), raw.take("url", str, None))
    raw.finish()
    return reference


@dataclass(frozen=True)
class _Stated:
    """One value as a file states it, and from when it holds."""

    part: Declaration
    valid_from: date
    is_own: bool


def _value(stated: _Stated, columns: Mapping[str, str], until: date | None) -> LawValue:
    part = stated.part
    unknown = part.take("unknown", bool, False)
    raw = part.take("value", (int, str, float), None)
    rows = part.take("rows", list, [])
    where = part.where
    if unknown == bool(rows or raw is not None) or (bool(rows) != bool(columns) and not unknown):
        raise DeclarationError("law.value_or_unknown", where=where)
    value = LawValue(
        valid_from=part.take("from", date),
        valid_to=part.take("to", date, until),
        value=None if raw is None else exact(raw, where, "value"),
        rows=tuple(_row(row, columns, f"{where} rows {n}") for n, row in enumerate(rows, start=1)),
        confidence=part.one_of("confidence", CONFIDENCES),
        reference=_reference(part),
        checked_on=part.take("checked_on", date),
        adopted_on=part.take("adopted_on", date, None),
        note=part.text("note", None),
        is_own=stated.is_own,
    )
    part.finish()
    _refuse_gap(value, until, where)
    return value


def _refuse_gap(value: LawValue, until: date | None, where: str) -> None:
    """Every day from the first value on has one value, or is marked unknown."""
    end = value.valid_to
    if end is not None and (end <= value.valid_from or (until is not None and end > until)):
        raise DeclarationError("law.overlap", where=where, day=end)
    if until is not None and end is not None and end < until:
        raise DeclarationError("law.gap", where=where, day=end, until=until)


def _columns(declared: Declaration) -> dict[str, str]:
    part = Declaration(declared.take("columns", dict, {}), f"{declared.where} [columns]")
    columns = {name: part.one_of(name, COLUMN_TYPES) for name in part.names()}
    part.finish()
    return columns


def _stated(declared: Declaration, is_own: bool) -> list[_Stated]:
    found = [_Stated(part, part.take("from", date), is_own) for part in declared.parts("values")]
    for earlier, later in pairwise(found):
        if later.valid_from <= earlier.valid_from:
            raise DeclarationError("law.order", where=declared.where, day=later.valid_from)
    return found


def _own(path: Path | None) -> list[_Stated]:
    if path is None or not path.is_file():
        return []
    declared = read_declaration(path, f"{OWN}/{path.name}")
    found = _stated(declared, True)
    declared.finish()
    return found


def _parameter(path: Path, own: Path | None) -> Parameter:
    declared = read_declaration(path)
    columns = _columns(declared)
    # a workbench's own value of a day stands in place of the one declared for that day
    by_day = {one.valid_from: one for one in (*_stated(declared, False), *_own(own))}
    stated = [by_day[day] for day in sorted(by_day)]
    ends = [*(one.valid_from for one in stated[1:]), None]
    parameter = Parameter(
        name=path.stem,
        title=declared.text("title"),
        unit=declared.take("unit", str),
        columns=columns,
        usual_life_months=declared.take("usual_life_months", int, None),
        values=tuple(_value(one, columns, end) for one, end in zip(stated, ends, strict=True)),
    )
    declared.finish()
    return parameter


def read_law(folder: Path, own: Path | None = None) -> dict[str, Parameter]:
    """Return every parameter declared in `folder`, by name, with the values of its own a workbench states.

    Args:
        own: folder with a file of values by parameter, or None; it may not exist.

    Raises:
        DeclarationError: unknown keys, floats, gaps, overlapping or unordered dates, or an own value of a
            parameter nobody declared; names file and key.
    """
    paths = sorted(folder.glob("*.toml"))
    known = [path.stem for path in paths]
    for name in sorted(path.stem for path in own.glob("*.toml")) if own else []:
        if name not in known:
            raise DeclarationError("law.no_parameter", where=OWN, name=name, allowed=", ".join(known))
    return {path.stem: _parameter(path, own / path.name if own else None) for path in paths}


@dataclass(frozen=True)
class Threshold:
    """A setting the catalogue prints in italics: its meaning and its default."""

    name: str
    title: Text
    unit: str
    value: Decimal


def read_thresholds(path: Path, overrides: Mapping[str, Decimal]) -> dict[str, Threshold]:
    """Return the thresholds of `expectations/thresholds.toml` with a workbench's overrides.

    Raises:
        DeclarationError: an override names no threshold.
    """
    declared = read_declaration(path)
    thresholds: dict[str, Threshold] = {}
    for name in list(declared.names()):
        part = Declaration(declared.take(name, dict), f"{path.name} [{name}]")
        value = exact(part.take("value", (int, str, float)), part.where, "value")
        thresholds[name] = Threshold(
            name, part.text("title"), part.take("unit", str), overrides.get(name, value)
        )
        part.finish()
    for name in overrides:
        if name not in thresholds:
            raise DeclarationError(
                "declarations.unknown_key",
                where="ndaudit.toml [thresholds]",
                key=name,
                allowed=", ".join(thresholds),
            )
    return thresholds
