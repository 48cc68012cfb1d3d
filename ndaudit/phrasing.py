"""Evidence written for people: days, sums, codes and flags in the words of a language."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from ndaudit.notation import NOTHING, day, exact, moment, money, yes_no
from ndaudit.rules import read_rules
from ndaudit.tables import Table, read_tables
from ndaudit.wording import Language, sentences

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)?")
_NUMBER = re.compile(r"-?\d+\.\d+")
_NAMED = re.compile(r"[a-z][a-z_]+")
CENTS = 2
ANYWHERE = ""
LIST = ";"
"""What stands between the codes of a list."""
Words = Mapping[str, Mapping[str, str]]


def code_words(tables: Iterable[Table]) -> Words:
    """Return the Mongolian word for each code of each column of the dictionary, as offices write it first.

    Under `ANYWHERE` stand the codes that have the same word wherever they are used.
    """
    found: dict[str, dict[str, str]] = {}
    for table in tables:
        for column in table.columns:
            own = found.setdefault(column.name, {})
            own |= {code: word for code, word in column.words.items() if code not in own}
    meant: dict[str, set[str]] = {}
    for words in found.values():
        for code, word in words.items():
            meant.setdefault(code, set()).add(word)
    alike = {code: next(iter(words)) for code, words in meant.items() if len(words) == 1}
    return {**found, ANYWHERE: alike}


def _code(column: str, code: str, words: Words, lang: Language) -> str | None:
    """Return the word for one code of a column of evidence, None where it is none."""
    known = words.get(column, {}).get(code)
    if known is None and _NAMED.fullmatch(code):
        own = sentences("words").get(f"{column}_{code}")
        if own:
            return own.within(lang)
        known = words.get(ANYWHERE, {}).get(code)
    # the codes of the dictionary are English words
    return known if lang == "mn" or known is None else code.replace("_", " ")


def _number(text: str) -> str:
    """Return a decimal in thin spaces: sums without empty möngö, other fractions without trailing noughts."""
    value = Decimal(text)
    if len(text.partition(".")[2]) == CENTS and value == value.to_integral_value():
        return money(value)
    return exact(value.normalize() if value != value.to_integral_value() else value.quantize(Decimal(1)))


def phrase(column: str, value: str | None, words: Words, lang: Language) -> str:
    """Return one value of evidence as people write it; whole numbers may be names and stay as they are."""
    if value is None:
        return NOTHING
    if value in ("true", "false"):
        return yes_no(value == "true", lang)
    if _DAY.fullmatch(value):
        return day(date.fromisoformat(value), lang)
    if _MOMENT.fullmatch(value):
        return moment(datetime.fromisoformat(value), lang)
    if _NUMBER.fullmatch(value):
        return _number(value)
    coded = [_code(column, part, words, lang) for part in value.split(LIST)]
    return ", ".join(part for part in coded if part) if all(coded) else value


def phrases(evidence: Mapping[str, str | None], words: Words, lang: Language) -> dict[str, str]:
    """Return evidence as people write it, by column."""
    return {column: phrase(column, value, words, lang) for column, value in evidence.items()}


class Conditions:
    """The sentences of findings, by the declarations they were decided with.

    Args:
        declared: the folder of the declarations.
    """

    def __init__(self, declared: Path, lang: Language) -> None:
        self._rules = read_rules(declared / "rules")
        self._words = code_words(read_tables(declared / "tables").values())
        self._lang = lang

    def sentence(self, rule_id: str, evidence: str) -> str:
        """Return what was found, from the evidence of a finding as JSON text."""
        written = phrases(json.loads(evidence), self._words, self._lang)
        return self._rules[rule_id].condition_of(written, self._lang)
