"""Sentences in two languages, read from `ndaudit/sentences/*.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

Language = Literal["mn", "en"]
LANGUAGES: tuple[Language, ...] = ("mn", "en")
SENTENCES = Path(__file__).parent / "sentences"


@dataclass(frozen=True)
class Text:
    """One text in both languages."""

    mn: str
    en: str

    def within(self, lang: Language) -> str:
        """Return the text in `lang`."""
        return self.mn if lang == "mn" else self.en


@cache
def sentences(area: str) -> dict[str, Text]:
    """Return the sentences of one area, by their name inside it.

    Raises:
        KeyError: a sentence lacks one of the two languages.
    """
    with (SENTENCES / f"{area}.toml").open("rb") as handle:
        raw = tomllib.load(handle)
    return {name: Text(mn=entry["mn"], en=entry["en"]) for name, entry in raw.items()}


def named(area: str, name: str, lang: Language) -> str:
    """Return the sentence of `name` in `area` (acts, assumptions), or the bare name when none is written."""
    known = sentences(area)
    return known[name].within(lang) if name in known else name


def say(key: str, lang: Language, /, **values: Any) -> str:
    """Return the sentence `area.name` in `lang`, with `values` put in.

    Raises:
        KeyError: no such sentence, or a value the sentence names was not given.
    """
    area, _, name = key.partition(".")
    return sentences(area)[name].within(lang).format(**values)
