"""The chains as files: every entry as the very bytes its hash was taken of, so that sha256sum can tell.

Each entry names the hash of the one before it; the last one is printed in reports and in `run.json`.
"""

import csv
import io
import json
from collections.abc import Iterable

from ndaudit import ledger
from ndaudit.reviews.log import Entry, hashed_text, log_path, open_log
from ndaudit.workbench import Workbench

Files = dict[str, bytes]
SUMS = "CHAIN.SHA256SUMS"


def sums(lines: Iterable[tuple[str, str]]) -> bytes:
    """Return a file `sha256sum -c` reads, from hash and name."""
    return "".join(f"{digest}  {name}\n" for digest, name in lines).encode()


def ledger_files(workbench: Workbench, batches: frozenset[str]) -> Files:
    """Return the entries of the ledger from the load of the first of these batches to the last entry."""
    entries = ledger.read(workbench)
    loads = (n for n, entry in enumerate(entries) if batches & set(entry.details.get("batches", ())))
    found: Files = {}
    told = []
    for entry in entries[next(loads, 0) :]:
        name = f"entry-{entry.seq:06d}.json"
        found[f"ledger/{name}"] = ledger.hashed_text(entry).encode()
        told.append((entry.hash, name))
    found[f"ledger/{SUMS}"] = sums(told)
    return found


def decision_files(workbench: Workbench, finding_id: str) -> Files:
    """Return the entries about one finding, and the hashes of all entries, which bind them to their place.

    What was decided about other findings is nobody's business here: of their entries only the hashes stand.
    """
    found: Files = {}
    told: list[tuple[str, str]] = []
    links = io.StringIO()
    table = csv.writer(links, lineterminator="\n")
    table.writerow(["seq", "previous", "hash", "about_this_finding"])
    for entry in _decided(workbench):
        own = entry.finding_id == finding_id
        table.writerow([entry.seq, entry.previous, entry.hash, "yes" if own else ""])
        if own:
            name = f"entry-{entry.seq:06d}.json"
            found[f"decisions/{name}"] = hashed_text(entry).encode()
            told.append((entry.hash, name))
    found["decisions/links.csv"] = links.getvalue().encode()
    if told:
        found[f"decisions/{SUMS}"] = sums(told)
    return found


def _decided(workbench: Workbench) -> list[Entry]:
    """Return every entry of the log of decisions; a workbench nobody has decided in has none."""
    if not log_path(workbench).is_file():
        return []
    with open_log(workbench) as log:
        return list(log.all())


def readable(document: object) -> bytes:
    """Return a document as JSON people can read; days and exact numbers as text."""
    return (json.dumps(document, ensure_ascii=False, indent=1, default=str) + "\n").encode()
