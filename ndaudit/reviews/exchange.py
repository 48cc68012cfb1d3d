"""Decisions carried between machines: one JSON line an entry, each with the hash it had where it was made."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ndaudit.durable import write_durably
from ndaudit.errors import RefusedError, machine_faults
from ndaudit.reviews.belonging import offices_of
from ndaudit.reviews.decisions import ASKS, State, after
from ndaudit.reviews.fitting import ORIGIN, may_follow, read_fields
from ndaudit.reviews.log import NOTHING, DecisionLog, Draft, Entry, hashed_text, open_log
from ndaudit.reviews.taking import take_in
from ndaudit.roles import Right, Standing, current_standing, read_roles
from ndaudit.workbench import Workbench

IMPORT_ASKS: Right = "confirm"
"""The right to take in decisions: they take effect here as if they had been confirmed here."""
BESIDE = ("answer", "retest")
"""Entries each machine may make by itself without deciding anything anew."""
_NO_ENTRY = (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What is raised over a line that is no entry."""


@dataclass(frozen=True)
class Imported:
    """What became of the entries of a file.

    Attributes:
        added: how many were new, and were added.
        left: findings both machines decided about since they last exchanged: they stay as they are here.
    """

    added: int
    left: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Line:
    number: int
    entry: Entry

    @property
    def origin(self) -> str:
        return _origin(self.entry)


def _origin(entry: Entry) -> str:
    """Return the hash an entry had where it was made."""
    return str(entry.body.get(ORIGIN) or entry.hash)


def export_decisions(workbench: Workbench, path: Path) -> int:
    """Write the log of a workbench to a file and return how many entries it holds.

    Raises:
        RefusedError: the account is not listed, or sees some offices only: the log speaks of all.
        MachineError: the file cannot be written.
    """
    standing = current_standing(workbench)
    if standing.offices:
        offices = ", ".join(standing.offices)
        raise RefusedError("reviews.log_of_all", account=standing.account, offices=offices)
    with machine_faults(path), open_log(workbench) as log:
        return write_entries(log, path)


def write_entries(log: DecisionLog, path: Path) -> int:
    """Write every entry to a file and return how many there are."""
    lines = [json.dumps(vars(entry), ensure_ascii=False, sort_keys=True) for entry in log.all()]
    write_durably(path, "".join(f"{line}\n" for line in lines))
    return len(lines)


def import_decisions(workbench: Workbench, path: Path) -> Imported:
    """Add the decisions of another machine; see `read_entries`."""
    with open_log(workbench) as log:
        return read_entries(log, path)


def read_entries(log: DecisionLog, path: Path) -> Imported:
    """Add what another machine decided, under the names of those who decided it, and note it in the ledger.

    Raises:
        RefusedError: the account may not take decisions in; the file is no export, or its chain is broken;
            somebody in it confirmed a proposal of their own, or did what the roles file here does not grant
            them: nothing was added.
    """
    importer = current_standing(log.workbench)
    importer.require(IMPORT_ASKS)
    if not path.is_file():
        raise RefusedError("reviews.no_export", where=path.name, line=0)
    with machine_faults(path):
        raw = path.read_bytes()
    lines = _read(raw, path.name)
    here: dict[str, list[Entry]] = {}
    for entry in log.all():
        here.setdefault(entry.finding_id, []).append(entry)
    known = {_origin(entry) for entries in here.values() for entry in entries}
    fresh = [line for line in lines if line.origin not in known]
    _refuse_unentitled(log.workbench, importer, fresh, path.name)
    left = _decided_by_both(lines, fresh, here)
    taken = [line.entry for line in fresh if line.entry.finding_id not in left]
    drafts = [
        Draft(
            entry.kind,
            entry.finding_id,
            {**entry.body, ORIGIN: _origin(entry)},
            here[entry.finding_id][-1].seq if entry.finding_id in here else 0,
            entry.user,
        )
        for entry in taken
    ]
    take_in(
        log,
        importer.account,
        drafts,
        "decisions_import",
        sha256=sha256(raw).hexdigest(),
        added=len(drafts),
        of=dict(sorted(Counter(entry.user for entry in taken).items())),
        left=sorted(left),
    )
    return Imported(len(drafts), tuple(sorted(left)))


def _read(raw: bytes, where: str) -> list[_Line]:
    """Return the entries of an export.

    Raises:
        RefusedError: it is none, its chain is broken, an entry cannot follow those before it, or somebody
            confirmed a proposal of their own.
    """
    try:
        # not splitlines, which also cuts at separators that stand inside a reason
        texts = raw.decode("utf-8").removesuffix("\n").split("\n") if raw else []
    except UnicodeDecodeError as error:
        raise RefusedError("reviews.no_export", where=where, line=0) from error
    previous, lines = NOTHING, []
    found: dict[str, State] = {}
    for number, text in enumerate(texts, start=1):
        try:
            entry = read_fields(json.loads(text))
            own = sha256(hashed_text(entry).encode()).hexdigest()
        except _NO_ENTRY as error:
            raise RefusedError("reviews.no_export", where=where, line=number) from error
        if entry.previous != previous or own != entry.hash:
            raise RefusedError("reviews.export_broken", where=where, line=number)
        finding = entry.finding_id
        before = found.get(finding) or State(finding)
        if entry.kind == "confirm" and before.proposed_by == entry.user:
            raise RefusedError("reviews.own_proposal", finding=finding)
        if not may_follow(before, entry):
            # what nothing follows from would also make the whole log unreadable
            raise RefusedError("reviews.out_of_place", where=where, line=number, finding=finding)
        found[finding] = after(before, entry)
        previous = own
        lines.append(_Line(number, entry))
    return lines


def _refuse_unentitled(workbench: Workbench, importer: Standing, lines: Sequence[_Line], where: str) -> None:
    """Refuse what the roles file here grants neither to whoever decided it nor to whoever brings it."""
    listed = read_roles(workbench)
    if not listed:
        return
    scoped = any(one.offices for one in (importer, *listed.values()))
    offices = offices_of(workbench, {line.entry.finding_id for line in lines}) if scoped else {}
    for line in lines:
        told = {"where": where, "line": line.number, "account": line.entry.user}
        author = listed.get(line.entry.user)
        if author is None:
            raise RefusedError("reviews.author_unlisted", **told)
        right = ASKS[line.entry.kind]
        if right and not author.may(right):
            raise RefusedError(f"reviews.author_may_not_{right}", role=author.role, **told)
        for one in (author, importer):
            if not one.sees(offices.get(line.entry.finding_id)):
                seen = {"account": one.account, "offices": ", ".join(one.offices)}
                raise RefusedError("reviews.author_of_other_office", **(told | seen))


def _decided_by_both(
    lines: Iterable[_Line], fresh: Iterable[_Line], here: dict[str, list[Entry]]
) -> set[str]:
    """Return the findings about which this machine decided something the other did not know of."""
    there: dict[str, list[Entry]] = {}
    for line in lines:
        there.setdefault(line.entry.finding_id, []).append(line.entry)
    left = set()
    for finding in {line.entry.finding_id for line in fresh}:
        own = _decisive(here.get(finding, []))
        if own != _decisive(there[finding])[: len(own)]:
            left.add(finding)
    return left


def _decisive(entries: Collection[Entry]) -> list[str]:
    return [_origin(entry) for entry in entries if entry.kind not in BESIDE]
