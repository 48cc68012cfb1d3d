"""Rules: what must hold for every item of a population, one TOML file each, discovered from their folder."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, overload

from ndaudit.declarations import Declaration, parse_declaration, read_declaration, read_text
from ndaudit.errors import DeclarationError
from ndaudit.wording import Language, Text

SEVERITIES = ("C", "W", "I")
OUTCOMES = ("met", "exception", "undetermined")
REASONS = ("missing_value", "not_delivered", "law_value_unknown")
_CASES = re.compile(r"^\[\[cases\]\]", re.MULTILINE)
_NO_CASE = re.compile(r"^\[+(?!\[|cases\b)", re.MULTILINE)


@dataclass(frozen=True)
class Criterion:
    """The clause a rule rests on, and since when (or until when) it binds."""

    act: str
    clause: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class Case:
    """Given rows, and the outcome an item must get from them.

    Attributes:
        given: rows by table; a column left out is NULL.
        expect: `met`, `exception`, `undetermined`, or `absent` when the item is not in the population.
        reason: why it is undetermined, when it is.
        item: item key, or None when the population holds one item only.
        not_delivered: tables the office never delivered.
        law: what the law says in place of the values on file: a number, or the rows of a table, by parameter.
        as_of: the day of the export.
        effect: the signed tögrög the rule must state, or None when the case does not say.
    """

    name: str
    given: Mapping[str, list[dict[str, Any]]]
    expect: str
    reason: str | None
    item: str | None
    not_delivered: tuple[str, ...]
    law: Mapping[str, Any]
    as_of: date
    effect: str | None


@dataclass(frozen=True)
class Rule:
    """One rule of the catalogue; the fields are those of its file.

    Attributes:
        requirement: SQL over the columns of the population: TRUE met, FALSE exception, NULL undetermined.
        applies_when: SQL that restricts the population, or None.
        effect: SQL in tögrög, + overpaid or lost to the fund, − underpaid to the citizen, or None.
        evidence: columns of the population a finding carries.
        law_values: columns that hold values of law; NULL there means the law's value is not on file.
        export_values: columns that hold what an export may lack; NULL there means it was not delivered.
        assumptions: names of the assumptions its findings rest on.
        needs: tables it needs besides those its population reads.
    """

    id: str
    area: str
    title: Text
    severity: str
    population: str
    applies_when: str | None
    requirement: str
    effect: str | None
    evidence: tuple[str, ...]
    law_values: tuple[str, ...]
    export_values: tuple[str, ...]
    assumptions: tuple[str, ...]
    needs: tuple[str, ...]
    criterion: tuple[Criterion, ...]
    condition: Text
    known_false_positives: Text | None
    valid_from: date | None
    valid_to: date | None
    cases: Sequence[Case]
    path: Path

    @property
    def is_lead(self) -> bool:
        """A lead ranks and never accuses (severity I)."""
        return self.severity == "I"

    def condition_of(self, evidence: Mapping[str, str], lang: Language) -> str:
        """Return the sentence that says what was found, from the evidence of a finding as people write it."""
        return self.condition.within(lang).format(**evidence)


def _criterion(part: Declaration) -> Criterion:
    criterion = Criterion(
        act=part.take("act", str),
        clause=part.take("clause", str),
        valid_from=part.take("from", date, None),
        valid_to=part.take("to", date, None),
    )
    part.finish()
    return criterion


def _case(part: Declaration) -> Case:
    case = Case(
        name=part.take("name", str),
        given=part.take("given", dict),
        expect=part.one_of("expect", (*OUTCOMES, "absent")),
        reason=part.one_of("reason", REASONS, None),
        item=part.take("item", str, None),
        not_delivered=part.strings("not_delivered", []),
        law=part.take("law", dict, {}),
        as_of=part.take("as_of", date, date(2026, 1, 12)),
        effect=part.take("effect", str, None),
    )
    part.finish()
    return case


class _Unread(Sequence[Case]):
    """The cases of a rule file that was accepted before: counted, and read when they are asked for."""

    def __init__(self, path: Path, number: int) -> None:
        self._path, self._number = path, number

    @cached_property
    def _cases(self) -> Sequence[Case]:
        return read_rule(self._path).cases

    @overload
    def __getitem__(self, place: int) -> Case: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Case]: ...
    def __getitem__(self, place: int | slice) -> Case | Sequence[Case]:
        return self._cases[place]

    def __len__(self) -> int:
        return self._number


def read_accepted_rule(path: Path) -> Rule:
    """Read a rule file that was accepted before, its cases later: they are nine tenths of the text.

    Raises:
        DeclarationError: as `read_rule`.
    """
    text = read_text(path)
    first = _CASES.search(text)
    if first is None or _NO_CASE.search(text, first.start()):
        return read_rule(path)
    head, cases = text[: first.start()], text[first.start() :]
    # a text of several lines may hold anything, a line that looks like the head of a case too
    if any(mark in cases or head.count(mark) % 2 for mark in ('"""', "'''")):
        return read_rule(path)
    return _rule(parse_declaration(head, path.name), path, _Unread(path, len(_CASES.findall(cases))))


def read_rule(path: Path) -> Rule:
    """Read one rule file.

    Raises:
        DeclarationError: names the file, the key and what is allowed.
    """
    declared = read_declaration(path)
    return _rule(declared, path, tuple(_case(part) for part in declared.parts("cases")))


def _rule(declared: Declaration, path: Path, cases: Sequence[Case]) -> Rule:
    rule = Rule(
        id=declared.take("id", str),
        area=path.parent.name,
        title=declared.text("title"),
        severity=declared.one_of("severity", SEVERITIES),
        population=declared.take("population", str),
        applies_when=declared.take("applies_when", str, None),
        requirement=declared.take("requirement", str),
        effect=declared.take("effect", str, None),
        evidence=declared.strings("evidence"),
        law_values=declared.strings("law_values", []),
        export_values=declared.strings("export_values", []),
        assumptions=declared.strings("assumptions", []),
        needs=declared.strings("needs", []),
        criterion=tuple(_criterion(part) for part in declared.parts("criterion")),
        condition=declared.text("condition"),
        known_false_positives=declared.text("known_false_positives", None),
        valid_from=declared.take("valid_from", date, None),
        valid_to=declared.take("valid_to", date, None),
        cases=cases,
        path=path,
    )
    declared.finish()
    if path.stem != rule.id:
        raise DeclarationError("declarations.name_differs", where=path.name, came=path.stem, wanted=rule.id)
    return rule


def read_rules(folder: Path, *, accepted: bool = False) -> dict[str, Rule]:
    """Return every rule under `folder`, by id, in order of id.

    Args:
        accepted: the files were read and accepted before; their cases are read when asked for.

    Raises:
        DeclarationError: a file is wrong, or two files declare one id.
    """
    rules: dict[str, Rule] = {}
    for path in sorted(folder.glob("*/*.toml"), key=lambda p: p.stem):
        rule = read_accepted_rule(path) if accepted else read_rule(path)
        if rule.id in rules:
            raise DeclarationError(
                "declarations.twice", where=path.name, name=rule.id, other=rules[rule.id].path.parent.name
            )
        rules[rule.id] = rule
    return rules
