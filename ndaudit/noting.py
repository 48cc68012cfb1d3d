"""What the ledger keeps of a check: what was decided, on what, by what, and the hash of its results."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ndaudit import ledger
from ndaudit.snapshots import file_hash
from ndaudit.workbench import Workbench

_KEPT = (
    "run_id",
    "full",
    "office",
    "period",
    "snapshot",
    "snapshot_sha256",
    "catalogue_hash",
    "settings",
    "own_law",
)


def note_check(workbench: Workbench, record: Mapping[str, Any], results: Path) -> None:
    """Put a check into the ledger; it is written before the run can be read.

    Args:
        record: what `run.json` says.
        results: the file of its findings.

    Raises:
        MachineError: the ledger cannot be written.
    """
    rules = record["rules"]
    counts = {name: sum(rule[name] for rule in rules) for name in ("exceptions", "undetermined")}
    told = {name: record[name] for name in _KEPT}
    hashes = {results.name: file_hash(results)}
    failed = [failure["rule_id"] for failure in record["failures"]]
    ledger.append(workbench, "check", **told, rules=len(rules), failed=failed, **counts, sha256=hashes)
