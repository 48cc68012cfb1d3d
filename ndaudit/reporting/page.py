"""What a notebook calls: one report about one office (or the country), in one language."""

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from ndaudit import __version__, notation
from ndaudit.lexicon import Lexicon
from ndaudit.masking import ITEM_KEY, Masker, key_path, read_key
from ndaudit.periods import read_period
from ndaudit.reading import Reading, open_reading
from ndaudit.reporting.blocks import Block, glued, part, render, table_block
from ndaudit.reporting.cards import Cards, Named
from ndaudit.reporting.facts import law_hash
from ndaudit.reporting.views import Writer, fill, read_views
from ndaudit.scope import Scope
from ndaudit.wording import Language, say
from ndaudit.workbench import open_workbench


@dataclass(frozen=True)
class Page:
    """The open report: what it reads, what it speaks of, and in which language.

    Attributes:
        subject: which sentences of `sentences/notebooks.toml` it uses (`reliability`, `monitoring`).
        named: what its tables have named so far.
    """

    subject: str
    reading: Reading
    scope: Scope
    lexicon: Lexicon
    writer: Writer
    cards: Cards
    held: ExitStack
    named: Named = field(default_factory=Named)

    @property
    def lang(self) -> Language:
        """The language of the report."""
        return self.lexicon.lang

    def say(self, name: str, **values: Any) -> str:
        """Return the sentence `notebooks.<name>`."""
        return say(f"notebooks.{name}", self.lang, **values)

    def cover(self) -> Block:
        """Return title, office and the days the data speak of."""
        title = self.say(f"{self.subject}_title")
        office = self.lexicon.office_in_full(self.scope.office)
        parts = [notation.period(self.scope.period, self.lang)] if self.scope.period else []
        line = " · ".join([*parts, self._as_of()])
        kicker = say("reports.tables_heading", self.lang)
        cover = {"kicker": kicker, "title": title, "office": office, "line": line}
        return Block(render("cover", **cover), f"{title}. {office}. {line}", part(cover=cover))

    def _as_of(self) -> str:
        days = self.reading.frame(
            "SELECT min(day) AS first, max(day) AS last FROM (SELECT max(exported_at) AS day FROM"
            " snapshot.batch WHERE $office IS NULL OR office_code = $office GROUP BY office_code)",
            office=self.scope.office,
        ).row(0)
        first, last = (notation.day(value, self.lang) for value in days)
        if first == last:
            return say("reports.as_of", self.lang, day=first)
        return say("reports.as_of_many", self.lang, first=first, last=last)

    def table(self, view: str, frame: pl.DataFrame) -> Block:
        """Return the frame as the table declared under that name in `views.toml`."""
        declared = read_views()[view].about(self.scope.office)
        self.named.note(declared, frame)
        return table_block(fill(declared, frame, self.writer, self.lexicon))

    def lead(self, sentence: str, verdict: str, first: tuple[str, int] | None = None) -> Block:
        """Return the conclusion, one sentence.

        Args:
            first: the rule whoever reads it should begin with, and its exceptions: a second sentence.
        """
        if first is None:
            return Block(render("lead", glued(sentence), verdict, None), sentence, part(lead=sentence))
        rule, exceptions = first
        self.named.rules.add(rule)
        title = self.lexicon.rule(rule)
        text = self.say("begin_with", rule=rule, title=title, exceptions=notation.count(exceptions))
        html = render("lead", glued(sentence), verdict, {"text": glued(text), "place": f"findings-{rule}"})
        whole = f"{sentence} {text}"
        return Block(html, whole, part(lead=whole))

    def figures(self, items: Sequence["Figure"]) -> Block:
        """Return three to five figures."""
        plain = "; ".join(f"{item.what}: {item.value} {item.unit or ''}".rstrip() for item in items)
        return Block(render("figures", items), plain, part(figures=[asdict(item) for item in items]))

    def signatures(self) -> Block:
        """Return the lines where the report is signed."""
        words = {key: self._report(f"signature{part}") for key, part in _SIGNATURE.items()}
        roles = [self._report(f"signature_{role}") for role in ("made", "checked", "received")]
        signed = part(signatures={"words": words, "roles": roles})
        return Block(render("signatures", words, roles), words["title"], signed)

    def evidence(self, masked: str | None = None, *, examples: bool = True) -> Block:
        """Return the cards of the rules named and what the report was made from, and close what it reads.

        Args:
            masked: what is to be said of masking; the usual sentence when None.
            examples: the cards show findings.
        """
        run = self.reading.run
        facts = {
            "run": run.id,
            "finished": notation.moment(run.finished_at, self.lang),
            "snapshot": run.snapshot,
            "sha256": run.snapshot_sha256,
            "catalogue": run.catalogue_hash,
            "law": law_hash(run),
            "ledger": run.ledger_head,
            "version": __version__,
        }
        listed = [{"what": self._report(f"evidence_{key}"), "value": value} for key, value in facts.items()]
        words = {
            "title": self._report("evidence"),
            "intro": self._report("evidence_intro"),
            "masked": masked or self._report("masked"),
        }
        cards = self.cards if examples else replace(self.cards, most=0)
        told = render("cards", cards.written(self.named))
        self.held.close()
        plain = "; ".join(f"{fact['what']}: {fact['value']}" for fact in listed)
        made_from = render("evidence", words, listed)
        return Block(f"{made_from}\n{told}", plain, part(evidence={"words": words, "facts": listed}))

    def _report(self, name: str) -> str:
        return say(f"reports.{name}", self.lang)


_SIGNATURE = {"title": "", "role": "_role", "date": "_date"}


@dataclass(frozen=True)
class Figure:
    """One of the three to five figures of the first screen.

    Attributes:
        link: the table of the report that tells more of it.
    """

    what: str
    value: str
    unit: str | None = None
    note: str | None = None
    alarm: bool = False
    link: str | None = None


def written(row: dict[str, Any]) -> dict[str, str]:
    """Return a row of figures as texts: counts with thin spaces, `…share` in per cent, `…rate` in 1,000."""
    return {name: _written(name, value) for name, value in row.items()}


def _written(name: str, value: Any) -> str:
    if isinstance(value, Decimal) or (value is None and name.endswith(("share", "rate"))):
        if name.endswith("rate"):
            return notation.per_thousand(value)
        return notation.percent(value) if name.endswith("share") else notation.money(value)
    return notation.count(value) if isinstance(value, int) or value is None else str(value)


def open_page(subject: str, workbench: str, office: str, period: str, lang: str) -> Page:
    """Open the current run of a workbench for a report.

    Raises:
        RefusedError: nothing has been checked yet.
        UsageError: no such workbench, or the period is not one.
    """
    chosen: Language = "en" if lang == "en" else "mn"
    held = ExitStack()
    folder = Path(workbench) if workbench else None
    reading = held.enter_context(open_reading(open_workbench(folder, os.environ, Path.cwd())))
    scope = Scope(office or None, read_period(period) if period else None)
    lexicon = Lexicon(reading, chosen)
    key = read_key(key_path(os.environ))
    writer, cards = Writer(lexicon, Masker(key, ITEM_KEY)), Cards(reading, scope, lexicon, key)
    return Page(subject, reading, scope, lexicon, writer, cards, held)
