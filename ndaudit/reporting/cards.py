"""The cards at the end of a report: what each rule it names demands, by which law, and what it found.

Numbers in the tables lead there, so that whoever asks where one comes from finds the answer on the same page.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from ndaudit import notation
from ndaudit.analyses.examples import examples
from ndaudit.analyses.order_163 import ACT, DUTIES
from ndaudit.analyses.outcomes import by_rule
from ndaudit.catalogue import Catalogue
from ndaudit.clauses import place
from ndaudit.lexicon import Lexicon
from ndaudit.masks import Masks, published_columns
from ndaudit.phrasing import Words, code_words, phrases
from ndaudit.reading import Reading
from ndaudit.reporting.views import View
from ndaudit.rules import Rule
from ndaudit.scope import Scope
from ndaudit.wording import say

SHOWN = 3
"""How many findings of a rule its card shows beside those the tables name."""
_ACTS: Mapping[str, str] = {"clause": ACT, "duty": DUTIES}
_REASONS = ("missing_value", "not_delivered", "law_value_unknown")


@dataclass(frozen=True)
class Named:
    """What the tables of a report have named so far.

    Attributes:
        rules: ids of rules.
        areas: areas of the catalogue.
        clauses: clauses, each with the act it is of.
        findings: ids of findings.
    """

    rules: set[str] = field(default_factory=set)
    areas: set[str] = field(default_factory=set)
    clauses: set[tuple[str, str]] = field(default_factory=set)
    findings: set[str] = field(default_factory=set)

    def note(self, view: View, frame: pl.DataFrame) -> None:
        """Remember what the rows of a table name."""
        for name, known in (("rule_id", self.rules), ("area", self.areas), ("finding_id", self.findings)):
            if name in frame.columns:
                known.update(frame[name].drop_nulls())
        if "rule_ids" in frame.columns:
            self.rules.update(frame["rule_ids"].explode().drop_nulls())
        acts = [_ACTS[column.kind] for column in view.columns if column.kind in _ACTS]
        self.clauses.update((clause, act) for act in acts for clause in frame["clause"])

    def cited(self, catalogue: Catalogue) -> dict[str, list[str]]:
        """Return the rules that accuse, by the clauses named."""
        found: dict[str, list[str]] = {}
        for clause, act in sorted(self.clauses, key=lambda named: (place(named[0]), named)):
            found.setdefault(clause, []).extend(
                rule.id
                for rule in catalogue.rules.values()
                if not rule.is_lead and any((c.act, c.clause) == (act, clause) for c in rule.criterion)
            )
        return found


@dataclass(frozen=True)
class Cards:
    """Writes the cards of one report.

    Attributes:
        most: how many findings of each rule are shown; 0: none, nor those the tables name.
    """

    reading: Reading
    scope: Scope
    lexicon: Lexicon
    key: bytes
    most: int = SHOWN

    def written(self, named: Named) -> dict[str, Any]:
        """Return what the block `cards` takes: the clauses with their rules, and areas of cards."""
        catalogue = self.reading.catalogue
        found = {row["rule_id"]: row for row in by_rule(self.reading, self.scope).iter_rows(named=True)}
        cited = named.cited(catalogue)
        asked = {
            rule.id
            for rule in catalogue.rules.values()
            if rule.area in named.areas or any(rule.id in rules for rules in cited.values())
        }
        wanted = [
            rule
            for rule in catalogue.rules.values()
            if rule.id in named.rules
            or (rule.id in asked and rule.id in found and self._is_open(found[rule.id]))
        ]
        cards = self._cards(wanted, found, named)
        areas = sorted({card["area"] for card in cards} | named.areas)
        return {
            "words": {name: self._say(name) for name in _WORDS},
            "clauses": {clause: rules for clause, rules in cited.items() if rules},
            "areas": [
                {
                    "code": area,
                    "name": self.lexicon.area(area),
                    "cards": [card for card in cards if card["area"] == area],
                }
                for area in areas
            ],
        }

    @staticmethod
    def _is_open(row: Mapping[str, Any]) -> bool:
        return bool(row["exceptions"] or row["undetermined"])

    def _say(self, name: str, **values: Any) -> str:
        return say(f"reports.card_{name}", self.lexicon.lang, **values)

    def _cards(
        self, rules: Sequence[Rule], found: Mapping[str, Mapping[str, Any]], named: Named
    ) -> list[dict[str, Any]]:
        told: dict[str, list[dict[str, Any]]] = {rule.id: [] for rule in rules}
        for finding in self._findings(list(told), named):
            told[finding["rule"]].append(finding)
        return [self._card(rule, found.get(rule.id), told[rule.id]) for rule in rules]

    def _card(
        self, rule: Rule, found: Mapping[str, Any] | None, told: Sequence[Mapping[str, Any]]
    ) -> dict[str, Any]:
        lexicon, lang = self.lexicon, self.lexicon.lang
        lawful = rule.known_false_positives
        facts = {
            "law": lexicon.criteria(f"{one.act} {one.clause}" for one in rule.criterion),
            "assumptions": " ".join(lexicon.assumption("assumption", name) for name in rule.assumptions),
            "lawful": lawful.within(lang) if lawful else "",
        }
        return {
            "rule": rule.id,
            "area": rule.area,
            "title": rule.title.within(lang),
            "severity": lexicon.severity(rule.severity),
            "result": self._result(rule, found),
            "facts": [(self._say(name), text) for name, text in facts.items() if text],
            "findings": told,
            "all": self._all(rule, found, told),
        }

    def _result(self, rule: Rule, found: Mapping[str, Any] | None) -> str:
        """Return what the rule found, in one line."""
        if found is None or not found["population"]:
            return self._say("nothing")
        kind = "result_lead" if rule.is_lead else "result" if found["exceptions"] else "result_none"
        parts = [
            self._say(kind, **{name: notation.count(found[name]) for name in ("population", "exceptions")})
        ]
        if found["effect"]:
            parts.append(self._say("effect", effect=notation.tugrik(found["effect"], sign=True)))
        reasons = [
            self._say(reason, items=notation.count(found[reason])) for reason in _REASONS if found[reason]
        ]
        if reasons:
            items = notation.count(found["undetermined"])
            parts.append(self._say("undetermined", items=items, reasons=", ".join(reasons)))
        return " ".join(parts)

    def _all(
        self, rule: Rule, found: Mapping[str, Any] | None, told: Sequence[Mapping[str, Any]]
    ) -> dict[str, str] | None:
        """Return how many findings there are beside those shown, and how all of them are listed."""
        if found is None or not found["exceptions"]:
            return None
        office = f" --office {self.scope.office}" if self.scope.office else ""
        shown, whole = notation.count(len(told)), notation.count(found["exceptions"])
        name = "all_shown" if found["exceptions"] == len(told) else "all" if told else "all_listed"
        return {
            "text": self._say(name, shown=shown, whole=whole),
            "command": f"ndaudit findings --rule {rule.id}{office} --format xlsx",
        }

    def _findings(self, rules: Sequence[str], named: Named) -> list[dict[str, Any]]:
        """Return findings as sentences, pseudonyms in the place of what names people."""
        if not self.most:
            return []
        catalogue = self.reading.catalogue
        hidden = published_columns(catalogue.tables.values())
        masks, words = Masks(self.key, hidden), code_words(catalogue.tables.values())
        found = examples(self.reading, self.scope, rules, named.findings, self.most)
        found = found.with_columns(is_first=pl.col("finding_id").is_first_distinct())
        return [
            {
                "id": row["finding_id"],
                "place": f"finding-{row['finding_id']}" if row["is_first"] else None,
                "rule": row["rule_id"],
                "item": masks.item(row["item_key"]),
                "office": None if self.scope.office else self.lexicon.office(row["office_code"]),
                "effect": notation.money(row["effect"], sign=True) if row["effect"] is not None else "",
                "sentence": self._sentence(catalogue.rules[row["rule_id"]], row["evidence"], masks, words),
            }
            for row in found.iter_rows(named=True)
        ]

    def _sentence(self, rule: Rule, evidence: str | None, masks: Masks, words: Words) -> str:
        given = json.loads(evidence) if evidence else {}
        told = masks.evidence({column: given.get(column) for column in rule.evidence})
        return rule.condition_of(phrases(told, words, self.lexicon.lang), self.lexicon.lang)


_WORDS = (
    "title",
    "intro",
    "clauses",
    "area_none",
    "head_finding",
    "head_item",
    "head_office",
    "head_effect",
    "head_number",
)
