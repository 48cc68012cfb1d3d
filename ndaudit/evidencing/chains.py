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


def _chain(folder: str, links: Iterable[tuple[int, str, str, str | None]]) -> Files:
    """Return a chain as files: the hashes of every entry, and the text of those that have one."""
    found: Files = {}
    told: list[tuple[str, str]] = []
    listed = io.StringIO()
    table = csv.writer(listed, lineterminator="\n")
    table.writerow(["seq", "previous", "hash", "about_this_finding"])
    for seq, previous, digest, text in links:
        table.writerow([seq, previous, digest, "" if text is None else "yes"])
        if text is not None:
            name = f"entry-{seq:06d}.json"
            found[f"{folder}/{name}"] = text.encode()
            told.append((digest, name))
    found[f"{folder}/links.csv"] = listed.getvalue().encode()
    if told:
        found[f"{folder}/{SUMS}"] = sums(told)
    return found


def ledger_files(workbench: Workbench, batches: frozenset[str], run: str, finding_id: str) -> Files:
    """Return the chain of the ledger from the load of the first of these batches to the last entry.

    Of the loads of the batches, the check and what was done about the finding the entries stand whole. Why
    somebody else's records were opened is nobody's business here.
    """
    entries = ledger.read(workbench)

    def is_told(entry: ledger.Entry) -> bool:
        loaded = batches & set(entry.details.get("batches", ()))
        checked = entry.event == "check" and entry.details.get("run_id") == run
        return bool(loaded) or checked or entry.details.get("finding") == finding_id

    first = next((n for n, entry in enumerate(entries) if is_told(entry)), len(entries))
    return _chain(
        "ledger",
        (
            (entry.seq, entry.previous, entry.hash, ledger.hashed_text(entry) if is_told(entry) else None)
            for entry in entries[first:]
        ),
    )


def decision_files(workbench: Workbench, finding_id: str) -> Files:
    """Return the entries about one finding, and the hashes of all entries, which bind them to their place.

    What was decided about other findings is nobody's business here: of their entries only the hashes stand.
    """
    return _chain(
        "decisions",
        (
            (
                entry.seq,
                entry.previous,
                entry.hash,
                hashed_text(entry) if entry.finding_id == finding_id else None,
            )
            for entry in _decided(workbench)
        ),
    )


def _decided(workbench: Workbench) -> list[Entry]:
    """Return every entry of the log of decisions; a workbench nobody has decided in has none."""
    if not log_path(workbench).is_file():
        return []
    with open_log(workbench) as log:
        return list(log.all())


def readable(document: object) -> bytes:
    """Return a document as JSON people can read; days and exact numbers as text."""
    return (json.dumps(document, ensure_ascii=False, indent=1, default=str) + "\n").encode()
