"""The states of a finding and who may move it from one to the next.

open → assigned → proposed → confirmed or dismissed → corrected → retested. What one person proposes takes
effect when a second one confirms it.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from ndaudit import ledger
from ndaudit.errors import RefusedError, UsageError
from ndaudit.reviews.belonging import offices_of
from ndaudit.reviews.log import DecisionLog, Draft, Entry
from ndaudit.roles import Right, current_standing

DISMISSING = ("lawful", "rule_error", "export_error")
UNDECIDED = "cannot_be_decided"
CLASSES = (
    "official_error",
    "employer_error",
    "citizen_error",
    "export_error",
    "evasion",
    "external_fraud",
    "internal_fraud",
    "lawful",
    "rule_error",
    UNDECIDED,
)
STATES = (
    "open",
    "assigned",
    "proposed",
    "confirmed",
    "dismissed",
    "undecided",
    "corrected",
    "resolved",
    "still_there",
    "recurring",
)
RETESTS = ("resolved", "still_there", "recurring")
RETESTED = ("confirmed", "corrected", *RETESTS)
"""States a later run of the same rule can move."""
DECIDED = ("confirmed", "dismissed", "corrected", *RETESTS)
FOLLOWS: Mapping[str, tuple[str, ...]] = {
    "confirm": ("proposed",),
    "return": ("proposed",),
    "correct": ("confirmed", "still_there", "recurring"),
}
"""The states an entry may come after; one of another kind may come after any."""
ASKS: Mapping[str, Right | None] = {
    "assign": "decide",
    "propose": "decide",
    "confirm": "confirm",
    "return": "decide",
    "answer": "decide",
    "correct": "decide",
    "retest": None,
}
"""Every kind of entry, and the right it asks of whoever makes it; a retest comes with a check."""


@dataclass(frozen=True)
class Decision:
    """What an auditor proposes.

    Attributes:
        kind: one of `CLASSES`.
        evidence: where the proof lies (paper, act, letter).
        owner: who must correct it, until when, and how: asked for when it is confirmed as a fault.
    """

    kind: str
    reason: str
    evidence: str = ""
    owner: str = ""
    due_on: date | None = None
    recommendation: str = ""


@dataclass(frozen=True)
class State:
    """Where a finding stands.

    Attributes:
        seen: the last entry it rests on; a writer hands it back, so that no later one is lost.
        proposed_by: who made the proposal that waits, or that took effect.
        recovered: tögrög recovered (+) or paid back to a citizen (−), with the number of the act.
    """

    finding_id: str
    state: str = "open"
    seen: int = 0
    assigned_to: str = ""
    proposed_by: str = ""
    confirmed_by: str = ""
    decision: Mapping[str, Any] = field(default_factory=dict)
    recovered: Decimal = Decimal(0)
    act_no: str = ""
    run: str = ""


def _outcome(decision: Mapping[str, Any]) -> str:
    if decision["kind"] == UNDECIDED:
        return "undecided"
    return "dismissed" if decision["kind"] in DISMISSING else "confirmed"


def after(state: State, entry: Entry) -> State:
    """Return where a finding stands after an entry."""
    body, moved = entry.body, replace(state, seen=entry.seq)
    match entry.kind:
        case "assign":
            kept = state.state if state.state != "open" else "assigned"
            return replace(moved, state=kept, assigned_to=body["to"])
        case "propose":
            return replace(moved, state="proposed", proposed_by=entry.user, confirmed_by="", decision=body)
        case "confirm":
            return replace(moved, state=_outcome(state.decision), confirmed_by=entry.user)
        case "return":
            back = "assigned" if state.assigned_to else "open"
            return replace(moved, state=back, proposed_by="", decision={})
        case "correct":
            return replace(
                moved, state="corrected", recovered=Decimal(body["recovered"]), act_no=body["act_no"]
            )
        case "retest" if state.state in RETESTED:
            return replace(moved, state=body["result"], run=body["run"])
    return moved


def state_of(finding_id: str, entries: Iterable[Entry]) -> State:
    """Return where a finding stands after its entries, oldest first."""
    state = State(finding_id)
    for entry in entries:
        state = after(state, entry)
    return state


def states(log: DecisionLog) -> dict[str, State]:
    """Return where every finding stands that anybody has touched."""
    found: dict[str, State] = {}
    for entry in log.all():
        found[entry.finding_id] = after(found.get(entry.finding_id) or State(entry.finding_id), entry)
    return found


def _actor(log: DecisionLog, kind: str, targets: Iterable[State]) -> str:
    """Return the account that writes, if its role and offices let it."""
    standing = current_standing(log.workbench)
    if right := ASKS[kind]:
        standing.require(right)
    if standing.offices:
        findings = [target.finding_id for target in targets]
        known = offices_of(log.workbench, findings)
        for finding in findings:
            standing.require_office(known.get(finding))
    return standing.account


def assign(log: DecisionLog, targets: Sequence[State], to: str) -> list[Entry]:
    """Give findings to somebody.

    Raises:
        RefusedError: the account may not decide.
        Conflict: somebody wrote about one of them since it was read.
    """
    user = _actor(log, "assign", targets)
    return log.append(user, [Draft("assign", s.finding_id, {"to": to}, s.seen) for s in targets])


def propose(log: DecisionLog, targets: Sequence[State], decision: Decision) -> list[Entry]:
    """Propose one decision for findings; it waits for a second person.

    Raises:
        UsageError: there is no such class, or a reason is missing.
        RefusedError: the account may not decide.
        Conflict: see `assign`.
    """
    if decision.kind not in CLASSES:
        raise UsageError("reviews.no_class", came=decision.kind, allowed=", ".join(CLASSES))
    if not decision.reason.strip():
        raise UsageError("reviews.no_reason")
    body = vars(decision) | {"due_on": decision.due_on.isoformat() if decision.due_on else None}
    user = _actor(log, "propose", targets)
    return log.append(user, [Draft("propose", s.finding_id, body, s.seen) for s in targets])


def confirm(log: DecisionLog, targets: Sequence[State]) -> list[Entry]:
    """Let proposals take effect; never one's own.

    Raises:
        RefusedError: a finding has no proposal that waits, the proposal is one's own, or the account may
            not confirm.
        Conflict: see `assign`.
    """
    user = _actor(log, "confirm", targets)
    for state in targets:
        if state.state not in FOLLOWS["confirm"]:
            raise RefusedError("reviews.nothing_proposed", finding=state.finding_id)
        if state.proposed_by == user:
            raise RefusedError("reviews.own_proposal", finding=state.finding_id)
    return log.append(user, [Draft("confirm", s.finding_id, {}, s.seen) for s in targets])


def send_back(log: DecisionLog, targets: Sequence[State], reason: str) -> list[Entry]:
    """Take a proposal back or send it back.

    Raises:
        RefusedError: a finding has no proposal that waits, or the account may not decide.
        Conflict: see `assign`.
    """
    user = _actor(log, "return", targets)
    for state in targets:
        if state.state not in FOLLOWS["return"]:
            raise RefusedError("reviews.nothing_proposed", finding=state.finding_id)
    drafts = [Draft("return", s.finding_id, {"reason": reason}, s.seen) for s in targets]
    return log.append(user, drafts)


def correct(log: DecisionLog, target: State, act_no: str, recovered: Decimal) -> Entry:
    """Record that a confirmed fault was corrected, by which act, and the money that moved.

    Raises:
        RefusedError: the finding is not confirmed.
        Conflict: see `assign`.
    """
    if target.state not in FOLLOWS["correct"]:
        raise RefusedError("reviews.not_confirmed", finding=target.finding_id)
    body = {"act_no": act_no, "recovered": str(recovered)}
    user = _actor(log, "correct", [target])
    [entry] = log.append(user, [Draft("correct", target.finding_id, body, target.seen)])
    return entry


def retest(
    log: DecisionLog, run_id: str, present: Iterable[str], tested: Container[str] | None = None
) -> list[Entry]:
    """Compare what was confirmed with a later run of the same rules: resolved, still there, or recurring.

    Args:
        present: ids of the findings the run made.
        tested: ids of those it could decide; all of them when None.
    """
    there = set(present)
    drafts = []
    for state in states(log).values():
        if state.run == run_id or state.state not in RETESTED:
            continue
        if tested is not None and state.finding_id not in tested:
            continue
        result = "resolved"
        if state.finding_id in there:
            result = "recurring" if state.state in ("resolved", "recurring") else "still_there"
        drafts.append(Draft("retest", state.finding_id, {"run": run_id, "result": result}, state.seen))
    return log.append(ledger.account(), drafts) if drafts else []
