"""Evidence written for people: days, sums, codes and flags in the words of a language."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from ndaudit.notation import NOTHING, day, exact, moment, money
from ndaudit.tables import Table
from ndaudit.wording import Language, say

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)?")
_NUMBER = re.compile(r"-?\d+\.\d+")
CENTS = 2
Words = Mapping[str, Mapping[str, str]]


def code_words(tables: Iterable[Table]) -> Words:
    """Return the Mongolian word for each code of each column of the dictionary, as offices write it first."""
    found: dict[str, dict[str, str]] = {}
    for table in tables:
        for column in table.columns:
            for code, words in (column.code_words or {}).items():
                found.setdefault(column.name, {}).setdefault(code, words[0])
    return found


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
        return say("findings.yes" if value == "true" else "findings.no", lang)
    if _DAY.fullmatch(value):
        return day(date.fromisoformat(value), lang)
    if _MOMENT.fullmatch(value):
        return moment(datetime.fromisoformat(value), lang)
    if _NUMBER.fullmatch(value):
        return _number(value)
    return words.get(column, {}).get(value, value) if lang == "mn" else value


def phrases(evidence: Mapping[str, str | None], words: Words, lang: Language) -> dict[str, str]:
    """Return evidence as people write it, by column."""
    return {column: phrase(column, value, words, lang) for column, value in evidence.items()}
