"""The main path, read this first: load deliveries, check them, publish what was found."""

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from ndaudit import intake
from ndaudit.catalogue import Catalogue, read_catalogue
from ndaudit.checking import decide
from ndaudit.errors import UsageError
from ndaudit.findings import Run, current_run, latest_run
from ndaudit.reviews.retesting import retest_run
from ndaudit.roles import current_standing
from ndaudit.rules import Rule
from ndaudit.scope import EVERYTHING, Scope
from ndaudit.store import Snapshot, connect, current_snapshot
from ndaudit.tables import read_tables
from ndaudit.wording import Language
from ndaudit.workbench import Workbench

if TYPE_CHECKING:
    from ndaudit.reporting import Published
    from ndaudit.suites import CheckpointSummary


def load(
    workbench: Workbench,
    paths: Sequence[Path],
    *,
    accept_mismatch: str | None = None,
    dry_run: bool = False,
    unmanifested: intake.Unmanifested | None = None,
    progress: intake.Progress | None = None,
) -> intake.LoadSummary:
    """Load deliveries into one new snapshot and return what came in, was loaded and was rejected.

    Raises:
        RefusedError: the account may not load, or not accept what does not fit; or the data are refused.
    """
    standing = current_standing(workbench)
    standing.require("load")
    standing.require_office(None)
    if accept_mismatch is not None or unmanifested is not None:
        standing.require("override")
    tables = read_tables(workbench.expectations / "tables")
    return intake.load(
        workbench,
        tables,
        paths,
        accept_mismatch=accept_mismatch,
        dry_run=dry_run,
        unmanifested=unmanifested,
        progress=progress,
    )


def check(
    workbench: Workbench,
    *,
    rules: str = "*",
    scope: Scope = EVERYTHING,
    incremental: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> Run:
    """Decide the rules whose id matches `rules` over the current snapshot; a full check becomes current.

    Args:
        incremental: carry the current run on, and decide anew only what deliveries since have touched.

    Raises:
        UsageError: no rule matches, the office never delivered, or an incremental check is to be of a part.
        RefusedError: nothing has been loaded, or the office is not open to the account.
    """
    if incremental and (scope != EVERYTHING or rules != "*"):
        raise UsageError("usage.incremental_part")
    current_standing(workbench).require_office(scope.office)
    catalogue = read_catalogue(workbench)
    chosen = _chosen(catalogue, rules)
    snapshot = current_snapshot(workbench.store)
    if scope.office:
        _refuse_unknown_office(snapshot, scope.office)
    carried = latest_run(workbench) if incremental else None
    run = decide(workbench, catalogue, snapshot, chosen, scope, progress, carried)
    if run.full:
        retest_run(workbench, run)
    return run


def show(workbench: Workbench, lang: Language) -> "CheckpointSummary":
    """Run the Great Expectations checkpoint of the current run and build its Data Docs."""
    # Great Expectations takes seconds to import, and load and check need none of it
    from ndaudit.suites import run_checkpoint

    return run_checkpoint(workbench, read_catalogue(workbench), current_run(workbench), lang)


def publish(
    workbench: Workbench,
    names: Sequence[str],
    *,
    office: str | None = None,
    period: str | None = None,
    lang: Language = "mn",
    jobs: int = 1,
    progress: Callable[[str, int, int], None] | None = None,
    engine: str = "ndaudit",
    standalone: bool = False,
    audience: str = "control",
) -> "list[Published]":
    """Publish notebooks for an office, for `all` offices in turn, or for the country.

    Args:
        audience: `control`, which sees everything, or `outside`, for whom counts of few people are left out.

    Raises:
        UsageError: there is no such audience.
        RefusedError: nothing has been checked yet, or the office is not open to the account.
    """
    current_standing(workbench).require_office(None if office == "all" else office)
    from ndaudit.reporting import publish_notebooks
    from ndaudit.reporting.outside import AUDIENCES, publish_outside

    if audience not in AUDIENCES:
        raise UsageError("outside.no_audience", came=audience, allowed=", ".join(AUDIENCES))
    make = publish_outside if audience == "outside" else publish_notebooks
    return make(
        workbench,
        names,
        office=office,
        period=period,
        lang=lang,
        jobs=jobs,
        progress=progress,
        engine=engine,
        standalone=standalone,
    )


def offices(snapshot: Snapshot) -> list[str]:
    """Return the codes of the offices that delivered, in order."""
    con = connect(snapshot.path, read_only=True)
    try:
        rows = con.execute("SELECT DISTINCT office_code FROM batch ORDER BY office_code").fetchall()
    finally:
        con.close()
    return [code for (code,) in rows]


def _chosen(catalogue: Catalogue, pattern: str) -> list[Rule]:
    chosen = [rule for rule in catalogue.rules.values() if fnmatchcase(rule.id, pattern)]
    if not chosen:
        raise UsageError("usage.unknown_rule", came=pattern)
    return chosen


def _refuse_unknown_office(snapshot: Snapshot, office: str) -> None:
    known = offices(snapshot)
    if office not in known:
        raise UsageError("usage.unknown_office", came=office, allowed=", ".join(known))
