"""The open dossier: one person, masked until it was opened with a reason; its tables in words."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

import polars as pl

from ndaudit import notation
from ndaudit.analyses.dossier import Dossier, find_person, open_dossier
from ndaudit.analyses.dossier.months import mark
from ndaudit.analyses.dossier.record import PURPOSE
from ndaudit.lexicon import Lexicon
from ndaudit.masking import ITEM_KEY, Masker, load_key
from ndaudit.masks import Masks, published_columns
from ndaudit.periods import ULAANBAATAR
from ndaudit.phrasing import Conditions
from ndaudit.reporting.blocks import Block, part, render
from ndaudit.reporting.page import Page, open_page
from ndaudit.reviews.log import Entry
from ndaudit.roles import current_standing
from ndaudit.unmasking import unmask as show
from ndaudit.wording import Language, say, sentences

PERSONAL: Mapping[str, str] = {
    "account_no": "account",
    "benefit_id": ITEM_KEY,
    "employer_no": ITEM_KEY,
    "file_no": "file",
    "inspector": "staff",
    "pension_book_no": "book",
    "sheet": ITEM_KEY,
    "who": "staff",
}
"""Which columns of the dossier's frames name somebody or can be looked up, and as what they are masked."""
CODED: Mapping[str, tuple[str, str]] = {
    "cause": ("pension_file", "cause"),
    "condition": ("pension_file", "condition"),
    "fund": ("benefit", "fund"),
    "insured_type": ("contribution", "insured_type"),
    "paper": ("document", "kind"),
    "pension_type": ("pension_file", "pension_type"),
}
"""Which columns hold codes of the data dictionary, and whose."""


@dataclass(frozen=True)
class PersonPage:
    """The open dossier of one person.

    Attributes:
        masks: gives pseudonyms to what names people; None once it may be seen.
        reason: why it may be seen, empty while it is masked.
    """

    page: Page
    dossier: Dossier
    key: bytes
    masks: Masks | None
    reason: str

    @property
    def lang(self) -> Language:
        """The language of the dossier."""
        return self.page.lang

    @property
    def lexicon(self) -> Lexicon:
        """The words of its language."""
        return self.page.lexicon

    @property
    def pseudonym(self) -> str:
        """The name the person goes by while masked."""
        return Masker(self.key, PURPOSE).mask(str(self.dossier.person))

    def say(self, name: str, **values: Any) -> str:
        """Return the sentence `dossier.<name>`."""
        return say(f"dossier.{name}", self.lang, **values)

    def code(self, table: str, column: str, code: str) -> str:
        """Return the word for a code of the data dictionary."""
        if self.lang == "mn":
            words = self.dossier.reading.catalogue.tables[table].column(column).words
            return words.get(code, code)
        # the dictionary's codes are English words, but for the numbers of insured types
        known = sentences("dossier").get(f"{column}_{code}")
        return known.en if known else code.replace("_", " ")

    @cached_property
    def _conditions(self) -> Conditions:
        return Conditions(self.dossier.reading.run.folder / "expectations", self.lang)

    @cached_property
    def _employers(self) -> dict[str, str]:
        rows = self.dossier.reading.frame(
            "SELECT employer_no, min(name) FROM snapshot.employer GROUP BY employer_no ORDER BY 1"
        )
        return dict(rows.iter_rows())

    def _shown(self, column: str, value: Any) -> str:
        if column == "employer_no" and self.masks is None:
            return f"{self._employers.get(value) or ''} {value}".strip()
        return Masker(self.key, PERSONAL[column]).mask(str(value)) if self.masks else str(value)

    def _writers(self, view: str) -> dict[str, Callable[[Any], str]]:
        def personal(column: str) -> Callable[[Any], str]:
            return lambda value: self._shown(column, value)

        def coded(column: str, table: str, code: str) -> Callable[[Any], str]:
            return lambda value: self.code(table, code, str(value))

        found = {column: personal(column) for column in PERSONAL}
        found |= {column: coded(column, *place) for column, place in CODED.items()}
        kinds = {"dossier_benefits": "benefit", "dossier_determinations": "determination"}
        if view in kinds:
            found["kind"] = coded("kind", kinds[view], "kind")
        if view == "dossier_stretches":
            found["kind"] = lambda value: self.say(f"kind_{value}")
        found["done_at"] = self._moment
        return found

    def _moment(self, value: datetime) -> str:
        # a time of exactly midnight is a day whose time nobody recorded
        is_day = (value.hour, value.minute, value.second) == (0, 0, 0)
        return notation.day(value, self.lang) if is_day else notation.moment(value, self.lang)

    def table(self, view: str, frame: pl.DataFrame) -> Block:
        """Return a frame as the table declared under that name, what names people masked."""
        told = frame
        if "ordinal" in told.columns:
            letters = [mark(place, self.lang) or None for place in told["ordinal"]]
            told = told.with_columns(letter=pl.Series(letters, dtype=pl.String))
        for column, write in self._writers(view).items():
            if column in told.columns:
                texts = [None if value is None else write(value) for value in told[column]]
                told = told.with_columns(pl.Series(column, texts, dtype=pl.String))
        return self.page.table(view, told)

    def rules(self, found: pl.DataFrame) -> Block:
        """Return the findings summed by rule: what must hold, by which law, how often it does not."""
        rules = self.dossier.reading.catalogue.rules
        by_rule = found.group_by("rule_id", maintain_order=True).agg(
            pl.col("severity").first(),
            (pl.col("outcome") == "exception").sum().cast(pl.Int64).alias("exceptions"),
            (pl.col("outcome") == "undetermined").sum().cast(pl.Int64).alias("undetermined"),
            pl.when(pl.col("effect").count() > 0).then(pl.col("effect").sum()).alias("effect"),
        )
        law = [
            self.lexicon.criteria([f"{c.act} {c.clause}" for c in rules[rule].criterion])
            for rule in by_rule["rule_id"]
        ]
        titles = [self.lexicon.rule(rule) for rule in by_rule["rule_id"]]
        told = by_rule.with_columns(
            law=pl.Series(law, dtype=pl.String), title=pl.Series(titles, dtype=pl.String)
        )
        return self.page.table("dossier_rules", told)

    def findings(self, found: pl.DataFrame) -> Block:
        """Return each finding with its sentence, the exceptions only."""
        broken = found.filter(pl.col("outcome") == "exception")
        told = [
            self._conditions.sentence(rule, self._evidence(evidence))
            for rule, evidence in broken.select("rule_id", "evidence").iter_rows()
        ]
        return self.page.table(
            "dossier_findings", broken.with_columns(sentence=pl.Series(told, dtype=pl.String))
        )

    def _evidence(self, evidence: str) -> str:
        return json.dumps(self.masks.evidence(json.loads(evidence))) if self.masks else evidence

    def decisions(self, written: list[Entry], found: pl.DataFrame) -> Block:
        """Return what was decided about the findings, who and when."""
        rule_of = dict(found.select("finding_id", "rule_id").iter_rows())
        rows = [
            {
                "when": notation.moment(datetime.fromisoformat(entry.at).astimezone(ULAANBAATAR), self.lang),
                "user": entry.user,
                "rule_id": rule_of[entry.finding_id],
                "said": self._said(entry),
                "why": " · ".join(
                    str(entry.body[name]) for name in ("reason", "answer", "evidence") if entry.body.get(name)
                )
                or None,
                "finding_id": entry.finding_id,
            }
            for entry in written
        ]
        columns = ("when", "user", "rule_id", "said", "why", "finding_id")
        return self.page.table(
            "dossier_decisions", pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
        )

    def _said(self, entry: Entry) -> str:
        body = entry.body
        return self.say(
            f"did_{entry.kind}",
            to=body.get("to", ""),
            act_no=body.get("act_no", ""),
            recovered=notation.tugrik(Decimal(body.get("recovered", 0)), sign=True),
            result=self.lexicon.word("state", body["result"]) if "result" in body else "",
            **{"class": say(f"review_screen.class_{body['kind']}", self.lang) if "kind" in body else ""},
        )

    def cover(self) -> Block:
        """Return whose dossier it is: the pseudonym, or the name once it may be seen."""
        who = self.dossier.who
        office = self.lexicon.office_in_full(who["office_code"])
        as_of = say("reports.as_of", self.lang, day=notation.day(self.dossier.as_of, self.lang))
        line = " · ".join([*self._born(), office, as_of])
        title, of = self.say("title"), self._name()
        kicker = say("reports.tables_heading", self.lang)
        cover = {"kicker": kicker, "title": title, "office": of, "line": line}
        return Block(render("cover", **cover), f"{title}. {of}. {line}", part(cover=cover))

    def _name(self) -> str:
        if self.masks:
            return self.pseudonym
        who = {name: value or notation.NOTHING for name, value in self.dossier.who.items()}
        return self.say("named", **{**who, "person": self.dossier.person})

    def _born(self) -> list[str]:
        who = self.dossier.who
        sex = self.say(f"sex_{who['sex'] or 'unknown'}")
        parts = []
        if who["birth_date"] is not None and self.masks:
            parts.append(self.say("born", year=who["birth_date"].year, sex=sex))
        elif who["birth_date"] is not None:
            parts.append(self.say("born_on", day=notation.day(who["birth_date"], self.lang), sex=sex))
        if who["deceased_on"] is not None:
            parts.append(self.say("died", day=notation.day(who["deceased_on"], self.lang)))
        return parts

    def evidence(self) -> Block:
        """Return what the dossier was made from, and close what it reads."""
        return self.page.evidence(
            self.say("masked") if self.masks else self.say("unmasked", reason=self.reason), examples=False
        )


def open_person(workbench: str, office: str, period: str, lang: str, person: str, unmask: str) -> PersonPage:
    """Open the dossier of one person on the current run.

    Args:
        person: the insured number, or the pseudonym.
        unmask: why what names people may be seen; empty: it stays masked.

    Raises:
        RefusedError: nothing has been checked, no office delivered such a person, or it may not be unmasked.
        UsageError: nobody is named, no such workbench, or the period is not one.
    """
    page = open_page("dossier", workbench, office, period, lang)
    reading, key = page.reading, load_key(os.environ)
    dossier = page.held.enter_context(
        open_dossier(reading, find_person(reading, person, key), office or None)
    )
    current_standing(reading.workbench).require_office(dossier.who["office_code"])
    reason = unmask.strip()
    hidden = published_columns(reading.catalogue.tables.values())
    made = PersonPage(page, dossier, key, None if reason else Masks(key, hidden), reason)
    if reason:
        show(reading.workbench, "dossier", reason, run=reading.run.id, person=made.pseudonym)
    return made
