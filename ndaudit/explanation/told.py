"""What an explanation is: sections of steps, each a sentence with its values and the law it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ndaudit import notation
from ndaudit.law import LawValue, Parameter
from ndaudit.law_notes import plain, reference, written
from ndaudit.wording import Language, Text, say, sentences


@dataclass(frozen=True)
class Ground:
    """A value of the law on a day; what is not on file is known by name and day all the same.

    Attributes:
        confidence: that of the row meant, where a table has one for each row.
    """

    parameter: Parameter
    day: date
    confidence: str | None = None

    def within(self, lang: Language) -> str:
        """Return parameter, value, since when, act and article."""
        value = self.parameter.on(self.day)
        title = self.parameter.title.within(lang)
        if value is None or not value.is_known:
            return say("explain.ground_unknown", lang, title=title, day=notation.day(self.day, lang))
        return say(
            "explain.ground_table" if value.rows else "explain.ground",
            lang,
            title=title,
            value=written(self.parameter, value, lang),
            day=notation.day(value.valid_from, lang),
            reference=reference(value.reference, lang),
            note=self._note(value, lang),
        )

    def _note(self, value: LawValue, lang: Language) -> str:
        confidence = self.confidence or value.confidence
        said = [say(f"cli.confidence_{confidence}", lang)] if confidence != "official" else []
        said += [say("cli.law_own", lang)] if value.is_own else []
        return say("explain.ground_note", lang, confidence=", ".join(said)) if said else ""

    def document(self, lang: Language) -> dict[str, Any]:
        """Return it for the JSON document."""
        value = self.parameter.on(self.day)
        return {
            "parameter": self.parameter.name,
            "title": self.parameter.title.within(lang),
            "day": self.day.isoformat(),
            "value": None if value is None or value.value is None else str(value.value),
            "from": value.valid_from.isoformat() if value else None,
            "act": value.reference.act if value else None,
            "article": value.reference.article if value else None,
            "confidence": self.confidence or (value.confidence if value else None),
            "is_own": bool(value and value.is_own),
        }


@dataclass(frozen=True)
class Word:
    """A code that has a word of its own in `sentences/words.toml`."""

    area: str
    code: str

    def within(self, lang: Language) -> str:
        """Return the word, or the code where nobody wrote one."""
        known = sentences("words").get(f"{self.area}_{self.code}")
        return known.within(lang) if known else self.code


@dataclass(frozen=True)
class Months:
    """A length of service or an age."""

    months: int

    def within(self, lang: Language) -> str:
        """Return years and months, and the months they are."""
        years, rest = divmod(int(self.months), 12)
        name = "months" if not years else "years" if not rest else "years_months"
        return say(f"explain.{name}", lang, years=years, rest=rest, months=notation.count(self.months))


@dataclass(frozen=True)
class Month:
    """A month of the calendar."""

    first: date

    def within(self, lang: Language) -> str:
        """Return year and month in figures."""
        return notation.day(self.first, lang)[:7]


@dataclass(frozen=True)
class Money:
    """An amount in tögrög, to the mung where it has any."""

    amount: Decimal
    sign: bool = False

    def within(self, lang: Language) -> str:
        """Return the amount with its unit."""
        if self.amount == self.amount.to_integral_value():
            return notation.tugrik(self.amount, sign=self.sign)
        return f"{notation.exact(self.amount.quantize(Decimal('0.01')))}\u00a0₮"


def shown(value: Any, lang: Language) -> str:
    """Return one value of a sentence as people read it."""
    if isinstance(value, Word | Months | Money | Month | Text):
        return value.within(lang)
    if isinstance(value, date):
        return notation.day(value, lang)
    if isinstance(value, Decimal):
        return notation.exact(value.normalize() if value else value)
    if value is None:
        return notation.NOTHING
    return notation.count(value) if isinstance(value, int) else str(value)


def bare(value: Any) -> Any:
    """Return one value of a sentence as JSON can hold it."""
    if isinstance(value, Months):
        return int(value.months)
    if isinstance(value, Money):
        return str(value.amount)
    if isinstance(value, Month):
        return value.first.isoformat()[:7]
    if isinstance(value, Text):
        return {"mn": value.mn, "en": value.en}
    return value.code if isinstance(value, Word) else plain(value)


@dataclass(frozen=True)
class Step:
    """One step: the sentence `explain.<name>`, what it names, and the law it rests on."""

    name: str
    values: Mapping[str, Any]
    grounds: tuple[Ground, ...] = ()

    def within(self, lang: Language) -> str:
        """Return the sentence."""
        return say(f"explain.{self.name}", lang, **{name: shown(v, lang) for name, v in self.values.items()})


@dataclass(frozen=True)
class Section:
    """Steps under one heading, the sentence `explain.section_<name>`."""

    name: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Explanation:
    """How the law applies to one person, step by step.

    Attributes:
        person: the pseudonym.
        on: the day whose law is applied.
    """

    person: str
    on: date
    sections: tuple[Section, ...]
    lang: Language

    def document(self, lang: Language) -> dict[str, Any]:
        """Return the JSON document: sections, steps, their values and their law."""
        return {
            "person": self.person,
            "on": self.on.isoformat(),
            "sections": [
                {
                    "section": section.name,
                    "title": say(f"explain.section_{section.name}", lang),
                    "steps": [
                        {
                            "step": step.name,
                            "text": step.within(lang),
                            "values": {name: bare(value) for name, value in step.values.items()},
                            "law": [ground.document(lang) for ground in step.grounds],
                        }
                        for step in section.steps
                    ],
                }
                for section in self.sections
            ],
        }

    def within(self, lang: Language) -> str:
        """Return the whole explanation as text."""
        lines: list[str] = []
        for number, section in enumerate(self.sections, start=1):
            lines += ["", f"{number}. {say(f'explain.section_{section.name}', lang)}"]
            for step in section.steps:
                lines.append(f"   {step.within(lang)}")
                lines += [f"      § {ground.within(lang)}" for ground in step.grounds]
        return "\n".join(lines).strip()

    def __str__(self) -> str:
        return self.within(self.lang)

    def __repr__(self) -> str:
        return str(self)
