"""What the screen asks and is answered, message by message; decisions go through `ndaudit.reviews`."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ndaudit import ledger, notation
from ndaudit.errors import NdauditError, RefusedError, UsageError
from ndaudit.findings import Run, current_run
from ndaudit.lexicon import Lexicon
from ndaudit.masking import load_key
from ndaudit.masks import Masks, personal_columns
from ndaudit.reading import Reading, catalogue_of
from ndaudit.reporting.persons import person_page
from ndaudit.reviews import decisions
from ndaudit.reviews.decisions import CLASSES, DISMISSING, STATES, UNDECIDED, State, state_of
from ndaudit.reviews.log import Conflict, DecisionLog, Entry
from ndaudit.roles import Right, current_standing
from ndaudit.rules import SEVERITIES
from ndaudit.snapshots import engine_faults
from ndaudit.store import connect
from ndaudit.unmasking import unmask
from ndaudit.widgets import asking
from ndaudit.widgets.asking import Filter, Target
from ndaudit.widgets.pages import FindingPages
from ndaudit.widgets.telling import Telling, word
from ndaudit.wording import Language, sentences
from ndaudit.workbench import Workbench

RIGHTS: tuple[Right, ...] = ("decide", "confirm", "unmask")
"""What the screen shows as possible; each is asked for again where it is done."""
MOST_AT_ONCE = 10_000
"""Findings that can be decided at once: each is an entry of the log, and all are one transaction."""
Message = Mapping[str, Any]


class Desk:
    """The current run of a workbench under review by the account this process runs under."""

    def __init__(self, workbench: Workbench, lang: Language) -> None:
        self._workbench = workbench
        self._lang: Language = lang
        self._standing = current_standing(workbench)
        self._reason: str | None = None
        self._log = DecisionLog(workbench)
        self._open(current_run(workbench))
        self._answers: Mapping[str, Callable[[Message], dict[str, Any]]] = {
            "start": self._start,
            "page": self._page,
            "detail": self._detail,
            "choose_all": self._choose_all,
            "unmask": self._unmask,
            "assign": self._assign,
            "propose": self._propose,
            "confirm": self._confirm,
            "return": self._return,
            "correct": self._correct,
            "dossier": self._dossier,
            "news": self._news,
            "refresh": self._refresh,
        }

    def _open(self, run: Run) -> None:
        """Lay a run on the desk, in words and masks of its own declarations; nothing is moved if it fails."""
        catalogue = catalogue_of(run)
        masks = Masks(load_key(os.environ), personal_columns(catalogue.tables.values()))
        with engine_faults(self._workbench):
            limit = self._workbench.settings.memory_limit
            pages = FindingPages(run, self._log, limit, self._standing.offices)
        self._run, self._pages = run, pages
        self._lexicon = Lexicon(Reading(connect(), self._workbench, catalogue, run), self._lang)
        self._telling = Telling(self._lexicon, masks if self._reason is None else None)

    def close(self) -> None:
        """Let go of the run and the log."""
        self._pages.close()
        self._lexicon.reading.con.close()
        self._log.close()

    def answer(self, message: Message) -> dict[str, Any]:
        """Return what the screen shows for a message, an `error` in one line, or a `conflict`."""
        try:
            ask = self._answers.get(str(message.get("ask")))
            if ask is None:
                raise UsageError("review_screen.not_understood")
            with engine_faults(self._workbench):
                return ask(message)
        except NdauditError as error:
            return {"error": error.within(self._lexicon.lang)}
        except Conflict as conflict:
            return {"conflict": self._conflict(conflict)}

    def _conflict(self, conflict: Conflict) -> dict[str, Any]:
        return {
            "finding_id": conflict.finding_id,
            "seen": conflict.entries[-1].seq,
            "entries": [self._telling.entry(entry) for entry in conflict.entries],
        }

    def _start(self, message: Message) -> dict[str, Any]:
        """Return the words of the screen, what can be chosen, and the first page."""
        lexicon = self._lexicon
        offices = self._pages.counts("office_code")
        return {
            "lang": lexicon.lang,
            "words": {name: text.within(lexicon.lang) for name, text in sentences("review_screen").items()},
            "user": ledger.account(),
            "rights": {right: self._standing.may(right) for right in RIGHTS},
            "run": {"id": self._run.id, "at": notation.moment(self._run.finished_at, lexicon.lang)},
            "rules": [
                {"code": code, "word": f"{code} · {lexicon.rule(code)}", "count": notation.count(count)}
                for code, count in self._pages.counts("rule_id").items()
            ],
            "offices": [
                {"code": code, "word": lexicon.office(code), "count": notation.count(count)}
                for code, count in offices.items()
            ],
            "severities": [{"code": code, "word": lexicon.severity(code)} for code in SEVERITIES],
            "states": [{"code": code, "word": word("state", code, lexicon)} for code in STATES],
            "classes": [
                {
                    "code": code,
                    "word": word("class", code, lexicon),
                    "fault": code not in (*DISMISSING, UNDECIDED),
                }
                for code in CLASSES
            ],
            **self._page(message),
        }

    def _asked(self, message: Message) -> Filter:
        asked = asking.read_filter(message.get("filter") or {})
        if asked.text:
            lang = self._lexicon.lang
            rules = self._lexicon.reading.catalogue.rules.values()
            titled = (r.id for r in rules if asked.text in f"{r.id} {r.title.within(lang)}".lower())
            self._pages.look_for(asked.text, within=self._telling.masks is None, rules=tuple(titled))
        return asked

    def _page(self, message: Message) -> dict[str, Any]:
        self._pages.catch_up()
        asked, order = self._asked(message), asking.read_order(message)
        page = self._pages.page(asked, order, asking.read_offset(message), ledger.account())
        return {
            "rows": [self._telling.row(found) for found in page.rows],
            "total": page.total,
            "total_text": notation.count(page.total),
            "effect": "" if page.effect is None else notation.tugrik(page.effect, sign=True),
            "page_rows": asking.PAGE_ROWS,
            "masked": self._telling.masks is not None,
            **self._news(message),
        }

    def _news(self, _: Message) -> dict[str, Any]:
        """Return when a newer run became current, or None while this one still is."""
        current = current_run(self._workbench)
        newer = current.id != self._run.id
        return {"newer": notation.moment(current.finished_at, self._lang) if newer else None}

    def _refresh(self, message: Message) -> dict[str, Any]:
        """Lay the current run on the desk in place of the one before, and begin again."""
        pages, con = self._pages, self._lexicon.reading.con
        self._open(current_run(self._workbench))
        pages.close()
        con.close()
        return self._start(message)

    def _found(self, finding_id: str) -> dict[str, Any]:
        found = self._pages.finding(finding_id)
        if found is None:
            raise RefusedError("review_screen.no_finding", finding=finding_id)
        return found

    def _detail(self, message: Message) -> dict[str, Any]:
        found = self._found(str(message.get("finding_id")))
        entries = self._log.of(found["finding_id"])
        about = self._pages.about_person(found["person"]) if found["person"] else 0
        state = state_of(found["finding_id"], entries)
        detail = self._telling.detail(found, state, entries, about)
        return {"detail": detail | {"own": state.proposed_by == ledger.account()}}

    def _choose_all(self, message: Message) -> dict[str, Any]:
        """Return all findings a filter lets through, to be decided at once."""
        chosen = self._pages.ids(self._asked(message), ledger.account(), MOST_AT_ONCE)
        if len(chosen) > MOST_AT_ONCE:
            raise RefusedError("review_screen.too_many", most=notation.count(MOST_AT_ONCE))
        return {"chosen": [{"finding_id": finding, "seen": seen} for finding, seen in chosen]}

    def _unmask(self, message: Message) -> dict[str, Any]:
        """Show what names people from now on; the ledger keeps who asked for it and why."""
        reason = asking.read_text(message, "reason")
        unmask(self._workbench, "review", reason, run=self._run.id)
        self._reason = reason
        self._telling = Telling(self._lexicon, None)
        return self._page(message)

    def _dossier(self, message: Message) -> dict[str, Any]:
        """Return the dossier of the person a finding is about, as a page; unmasked where this screen is."""
        found = self._found(str(message.get("finding_id")))
        if not found["person"]:
            raise RefusedError("review_screen.no_person")
        page = person_page(self._workbench, str(found["person"]), self._lang, self._reason)
        return {"page": page, "finding_id": found["finding_id"]}

    def _states(self, targets: Sequence[Target]) -> list[State]:
        """Return where the targets stood when the writer looked, so that what came later is a conflict."""
        found = []
        for target in targets:
            self._found(target.finding_id)
            read: list[Entry] = [e for e in self._log.of(target.finding_id) if e.seq <= target.seen]
            found.append(replace(state_of(target.finding_id, read), seen=target.seen))
        return found

    def _done(self, entries: Sequence[Entry]) -> dict[str, Any]:
        return {"written": len(entries)}

    def _assign(self, message: Message) -> dict[str, Any]:
        targets = self._states(asking.read_targets(message))
        return self._done(decisions.assign(self._log, targets, asking.read_text(message, "to")))

    def _propose(self, message: Message) -> dict[str, Any]:
        decision = asking.read_decision(message.get("decision") or {})
        targets = self._states(asking.read_targets(message))
        return self._done(decisions.propose(self._log, targets, decision))

    def _confirm(self, message: Message) -> dict[str, Any]:
        return self._done(decisions.confirm(self._log, self._states(asking.read_targets(message))))

    def _return(self, message: Message) -> dict[str, Any]:
        targets = self._states(asking.read_targets(message))
        return self._done(decisions.send_back(self._log, targets, asking.read_text(message, "reason")))

    def _correct(self, message: Message) -> dict[str, Any]:
        act_no = asking.read_text(message, "act_no")
        recovered = asking.amount(asking.read_text(message, "recovered"))
        [target] = self._states(asking.read_targets(message)[:1])
        return self._done([decisions.correct(self._log, target, act_no, recovered)])
