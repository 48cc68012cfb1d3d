"""Decisions carried between machines: one JSON line an entry, each with the hash it had where it was made."""

import json
from pathlib import Path

from ndaudit.durable import write_durably
from ndaudit.errors import RefusedError
from ndaudit.reviews.decisions import states
from ndaudit.reviews.log import NOTHING, DecisionLog, Draft, digest

ORIGIN = "origin"


def write_entries(log: DecisionLog, path: Path) -> int:
    """Write every entry to a file and return how many there are."""
    lines = [json.dumps(vars(entry), ensure_ascii=False, sort_keys=True) for entry in log.all()]
    write_durably(path, "".join(f"{line}\n" for line in lines))
    return len(lines)


def read_entries(log: DecisionLog, path: Path) -> int:
    """Add what another machine decided, under the names of those who decided it; return how many were new.

    Raises:
        RefusedError: the file is no export, or its chain is broken: nothing was added.
    """
    known = {entry.body.get(ORIGIN) or entry.hash for entry in log.all()}
    previous, fresh = NOTHING, []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            raw = json.loads(line)
            body = json.dumps(raw["body"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            fields = [
                raw["seq"],
                raw["at"],
                raw["user"],
                raw["kind"],
                raw["finding_id"],
                body,
                raw["previous"],
            ]
            own = raw["hash"]
        except (ValueError, KeyError, TypeError) as error:
            raise RefusedError("reviews.no_export", where=path.name, line=number) from error
        if raw["previous"] != previous or digest(fields) != own:
            raise RefusedError("reviews.export_broken", where=path.name, line=number)
        previous = own
        if (raw["body"].get(ORIGIN) or own) not in known:
            fresh.append(raw)
    seen = {finding: state.seen for finding, state in states(log).items()}
    for raw in fresh:
        body = raw["body"] | {ORIGIN: raw["body"].get(ORIGIN) or raw["hash"]}
        draft = Draft(raw["kind"], raw["finding_id"], body, seen.get(raw["finding_id"], 0))
        [entry] = log.append(raw["user"], [draft])
        seen[entry.finding_id] = entry.seq
    return len(fresh)
