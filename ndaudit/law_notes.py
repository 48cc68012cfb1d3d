"""What has to be said of the law in use: values a workbench states itself, values past their usual life."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from ndaudit import notation
from ndaudit.law import LawValue, Parameter, Reference
from ndaudit.wording import Language, named, say, sentences


@dataclass(frozen=True)
class OwnValue:
    """A value of the law that the workbench states itself."""

    parameter: Parameter
    value: LawValue

    @property
    def record(self) -> dict[str, Any]:
        """It as a run records it: exact, and with where it was seen."""
        columns = list(self.parameter.columns)
        return {
            "parameter": self.parameter.name,
            "from": self.value.valid_from.isoformat(),
            "value": None if self.value.value is None else str(self.value.value),
            "rows": [dict(zip(columns, map(plain, row), strict=True)) for row in self.value.rows],
            "confidence": self.value.confidence,
            "reference": vars(self.value.reference),
            "checked_on": self.value.checked_on.isoformat(),
        }

    def sentence(self, lang: Language) -> str:
        """Return it as a report says it: parameter, value, from when, seen where."""
        return say(
            "law.own_value",
            lang,
            title=self.parameter.title.within(lang),
            value=written(self.parameter, self.value, lang),
            day=notation.day(self.value.valid_from, lang),
            reference=reference(self.value.reference, lang),
        )


def plain(value: Any) -> Any:
    """Return a cell of a table parameter as JSON can hold it: days and exact numbers as text."""
    return value if value is None or isinstance(value, int) else str(value)


def own_values(parameters: Iterable[Parameter]) -> list[OwnValue]:
    """Return the values a workbench states itself, in order of parameter and date."""
    return [OwnValue(one, value) for one in parameters for value in one.values if value.is_own]


def last_known(parameter: Parameter) -> LawValue | None:
    """Return the last value that is on file; one marked unknown is none."""
    return next((value for value in reversed(parameter.values) if value.is_known), None)


def outdated(parameters: Iterable[Parameter], day: date) -> list[Parameter]:
    """Return the parameters whose last value on file is older on `day` than such a value usually lives."""
    return [one for one in parameters if _is_outdated(one, day)]


def _is_outdated(parameter: Parameter, day: date) -> bool:
    last = last_known(parameter)
    if parameter.usual_life_months is None or last is None:
        return False
    months = (day.year - last.valid_from.year) * 12 + day.month - last.valid_from.month
    whole = months - (day.day < last.valid_from.day)
    return whole >= parameter.usual_life_months


def outdated_sentence(parameter: Parameter, lang: Language) -> str:
    """Return the warning about a parameter past its usual life."""
    last = last_known(parameter)
    return say(
        "law.outdated",
        lang,
        title=parameter.title.within(lang),
        day=notation.day(last.valid_from if last else None, lang),
        months=parameter.usual_life_months,
    )


def written(parameter: Parameter, value: LawValue, lang: Language) -> str:
    """Return a value as people read it, with its unit."""
    if value.rows:
        return say("law.rows", lang, rows=len(value.rows))
    if value.value is None:
        return say("law.unknown", lang)
    number = notation.exact(value.value)
    return f"{number}\u00a0{unit(parameter.unit, lang)}".rstrip()


def unit(name: str, lang: Language) -> str:
    """Return a unit in words; `₮` and what has no words stand for themselves."""
    known = sentences("law").get(f"unit_{name.replace(' ', '_')}")
    return known.within(lang) if known else name


def reference(seen: Reference, lang: Language) -> str:
    """Return act and article as a sentence names them."""
    act = named("acts", seen.act, lang)
    return say("law.article", lang, act=act, article=seen.article) if seen.article else act
