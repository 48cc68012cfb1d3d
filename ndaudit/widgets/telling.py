"""Findings as people read them: a row of the list, and everything about one."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from ndaudit import notation
from ndaudit.lexicon import Lexicon
from ndaudit.masks import Masks
from ndaudit.periods import ULAANBAATAR
from ndaudit.phrasing import code_words, phrases
from ndaudit.reviews.decisions import State
from ndaudit.reviews.log import Entry
from ndaudit.rules import Criterion, Rule
from ndaudit.wording import named, say, sentences

ORDER_163 = "order_163"


def word(kind: str, code: str, lexicon: Lexicon) -> str:
    """Return the word of the review screen for a code: `<kind>_<code>`."""
    return say(f"review_screen.{kind}_{code}", lexicon.lang)


@dataclass(frozen=True)
class Telling:
    """Writes findings in the words of one language.

    Attributes:
        masks: gives pseudonyms to what names people; None once it may be seen.
    """

    lexicon: Lexicon
    masks: Masks | None

    @cached_property
    def _codes(self) -> Mapping[str, Mapping[str, str]]:
        return code_words(self.lexicon.reading.catalogue.tables.values())

    @cached_property
    def _titles(self) -> dict[str, str]:
        lang = self.lexicon.lang
        titles = {name: text.within(lang) for name, text in sentences("evidence").items()}
        for table in self.lexicon.reading.catalogue.tables.values():
            for column in table.columns:
                titles.setdefault(column.name, column.title.within(lang))
        return titles

    def _rule(self, rule_id: str) -> Rule | None:
        return self.lexicon.reading.catalogue.rules.get(rule_id)

    def _evidence(self, raw: str) -> dict[str, str]:
        values: Mapping[str, str | None] = json.loads(raw)
        seen = self.masks.evidence(values) if self.masks else values
        return phrases(seen, self._codes, self.lexicon.lang)

    def _item(self, item_key: str) -> str:
        return self.masks.item(item_key) if self.masks else item_key

    def row(self, found: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row of the list."""
        rule = self._rule(found["rule_id"])
        evidence = self._evidence(found["evidence"])
        return {
            "number": found["number"],
            "finding_id": found["finding_id"],
            "seen": found["seen"],
            "rule": found["rule_id"],
            "title": self.lexicon.rule(found["rule_id"]),
            "severity": "CWI"[found["rank"]],
            "office": self.lexicon.office(found["office_code"]) if found["office_code"] else notation.NOTHING,
            "item": self._item(found["item_key"]),
            "condition": rule.condition_of(evidence, self.lexicon.lang) if rule else "",
            "effect": notation.money(found["effect"], sign=True),
            "state": found["state"],
            "state_word": word("state", found["state"], self.lexicon),
            "undetermined": found["outcome"] == "undetermined",
            "assigned_to": found["assigned_to"],
        }

    def detail(
        self, found: Mapping[str, Any], state: State, entries: Iterable[Entry], about_person: int
    ) -> dict[str, Any]:
        """Return everything about one finding.

        Args:
            entries: what was written about it, oldest first.
            about_person: how many findings are about the same person.
        """
        lexicon, rule = self.lexicon, self._rule(found["rule_id"])
        evidence = self._evidence(found["evidence"])
        caveat = rule.known_false_positives if rule else None
        return {
            "finding_id": found["finding_id"],
            "seen": state.seen,
            "state": state.state,
            "rule": found["rule_id"],
            "title": lexicon.rule(found["rule_id"]),
            "severity": found["severity"],
            "severity_word": lexicon.severity(found["severity"]),
            "lead": bool(rule and rule.is_lead),
            "condition": rule.condition_of(evidence, lexicon.lang) if rule else "",
            "outcome": self._outcome(found),
            "facts": self._facts(found, state),
            "evidence": [
                {"title": self._titles[column], "value": value}
                for column, value in evidence.items()
                if column in self._titles
            ],
            "law": [self._law(criterion) for criterion in (rule.criterion if rule else ())],
            "caveat": caveat.within(lexicon.lang) if caveat else "",
            "assumptions": [
                lexicon.assumption("assumption", name) for name in (rule.assumptions if rule else ())
            ],
            "decision": self._decision(state.decision) if state.decision else [],
            "history": [self.entry(entry) for entry in entries],
            "about_person": about_person,
            "person": bool(found["person"]),
        }

    def _facts(self, found: Mapping[str, Any], state: State) -> list[dict[str, str]]:
        lexicon = self.lexicon
        period: date | None = found["period"]
        told = {
            "office": lexicon.office_in_full(found["office_code"]) if found["office_code"] else "",
            "item": self._item(found["item_key"]),
            "period": notation.month(period, lexicon.lang) if period else "",
            "effect": notation.tugrik(found["effect"], sign=True) if found["effect"] is not None else "",
            "state": word("state", state.state, lexicon),
            "assigned_to": state.assigned_to,
            "proposed_by": state.proposed_by,
            "confirmed_by": state.confirmed_by,
            "act_no": state.act_no,
            "recovered": notation.tugrik(state.recovered, sign=True) if state.act_no else "",
        }
        return [
            {"name": name, "title": word("fact", name, lexicon), "value": value}
            for name, value in told.items()
            if value
        ]

    def _outcome(self, found: Mapping[str, Any]) -> str:
        if found["outcome"] != "undetermined":
            return ""
        return word("undetermined", found["reason"] or "missing_value", self.lexicon)

    def _law(self, criterion: Criterion) -> dict[str, str]:
        lang = self.lexicon.lang
        act = named("acts", criterion.act, lang)
        days = ""
        if criterion.valid_from or criterion.valid_to:
            days = say(
                "review_screen.law_days",
                lang,
                first=notation.day(criterion.valid_from, lang),
                last=notation.day(criterion.valid_to, lang) if criterion.valid_to else "",
            )
        title = self.lexicon.clause(criterion.clause) if criterion.act == ORDER_163 else ""
        return {
            "clause": say("review_screen.law_clause", lang, act=act, clause=criterion.clause),
            "title": "" if title == criterion.clause else title,
            "days": days,
        }

    def _decision(self, body: Mapping[str, Any]) -> list[dict[str, str]]:
        lexicon = self.lexicon
        due = body.get("due_on")
        told = {
            "kind": word("class", body["kind"], lexicon),
            "reason": body["reason"],
            "evidence": body.get("evidence") or "",
            "owner": body.get("owner") or "",
            "due_on": notation.day(date.fromisoformat(due), lexicon.lang) if due else "",
            "recommendation": body.get("recommendation") or "",
        }
        return [
            {"title": word("field", name, lexicon), "value": value} for name, value in told.items() if value
        ]

    def entry(self, entry: Entry) -> dict[str, Any]:
        """Return who wrote what and when, as a sentence and its particulars."""
        lexicon, body = self.lexicon, entry.body
        when = datetime.fromisoformat(entry.at).astimezone(ULAANBAATAR)
        said = say(
            f"review_screen.did_{entry.kind}",
            lexicon.lang,
            to=body.get("to", ""),
            office=lexicon.office(body.get("office")) if body.get("office") else "",
            act_no=body.get("act_no", ""),
            recovered=notation.tugrik(Decimal(body.get("recovered", 0)), sign=True),
            result=word("state", body["result"], lexicon) if "result" in body else "",
        )
        particulars = self._decision(body) if entry.kind == "propose" else []
        for name in ("reason", "answer", "evidence") if entry.kind in ("return", "answer") else ():
            if body.get(name):
                particulars.append({"title": word("field", name, lexicon), "value": body[name]})
        return {
            "user": entry.user,
            "when": notation.moment(when, lexicon.lang),
            "said": said,
            "particulars": particulars,
        }
