"""What a report was made from: data, declarations, law, code and who asked."""

import hashlib
import sys
from importlib.metadata import version
from typing import Any

from ndaudit import __version__, ledger
from ndaudit.catalogue import content_hash
from ndaudit.commit import commit_of
from ndaudit.findings import Run
from ndaudit.reviews.proving import NOTED, decisions_head
from ndaudit.workbench import Workbench

PACKAGES = ("altair", "duckdb", "nbconvert", "papermill", "plotly", "polars", "typst", "vl-convert-python")


def law_hash(run: Run) -> str:
    """Return the sha256 over the values of the law a run decided by, its own ones too."""
    digest = hashlib.sha256(content_hash(run.folder / "expectations" / "law").encode())
    digest.update(content_hash(Workbench(run.folder).own_law).encode())
    return digest.hexdigest()


def facts_of(workbench: Workbench, run: Run) -> dict[str, Any]:
    """Return what `run.json` and the notebook's metadata say of a report before it runs."""
    return {
        "run_id": run.id,
        "snapshot": run.snapshot,
        "snapshot_sha256": run.snapshot_sha256,
        "catalogue_hash": run.catalogue_hash,
        "law_hash": law_hash(run),
        "commit": commit_of(workbench.root),
        "ledger_head": ledger.head(workbench),
        NOTED: decisions_head(workbench),
        "user": ledger.account(),
        "version": __version__,
        "versions": {"python": sys.version.split()[0], **{name: version(name) for name in PACKAGES}},
    }
