"""Great Expectations over a snapshot and a run: contract suites, rules as expectations, Data Docs.

Great Expectations takes seconds to import, so it is imported when a checkpoint is run, never before. Its
classes of ours (datasource, `ExpectRuleToHold`, results store, site) are registered by that import.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ndaudit.catalogue import Catalogue
from ndaudit.findings import Run
from ndaudit.wording import Language
from ndaudit.workbench import Workbench

if TYPE_CHECKING:
    from great_expectations.data_context import EphemeralDataContext

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class CheckpointSummary:
    """What one checkpoint came to.

    Attributes:
        index: first page of the Data Docs.
        success: every contract suite holds, and every rule of severity C and W.
        failed: expectations that do not hold, by severity (`critical`, `warning`, `info`), leads included.
        evaluated: expectations evaluated.
    """

    index: Path
    success: bool
    failed: Mapping[str, int]
    evaluated: int


def run_checkpoint(
    workbench: Workbench, catalogue: Catalogue, run: Run, lang: Language, progress: Progress | None = None
) -> CheckpointSummary:
    """Run the checkpoint of a run, store its results and build the Data Docs in `reports/data_docs`.

    Raises:
        DeclarationError: a suite in `expectations/suites` cannot be used.
        RefusedError: the snapshot of the run is no longer in the store.
        MachineError: the masking key cannot be used.
    """
    from ndaudit.suites.checkpoint import checkpoint_of

    return checkpoint_of(workbench, catalogue, run, lang, progress)


def gx_context(
    workbench: Workbench, catalogue: Catalogue, run: Run, lang: Language
) -> "EphemeralDataContext":
    """Return a Great Expectations context on the snapshot of a run, for work by hand in JupyterLab.

    Its datasource `snapshot` has an asset for each table, with one whole-table batch named after the
    snapshot. Its suites are the files of `expectations/suites`: what is changed in
    `context.suites.get("payment")` and saved, is changed in the file.

    Raises:
        DeclarationError: a suite in `expectations/suites` cannot be used.
        RefusedError: the snapshot of the run is no longer in the store.
    """
    from ndaudit.suites.checkpoint import live_context

    return live_context(workbench, catalogue, run, lang)
