"""Which results of Great Expectations are kept: those of the latest runs, with their pages.

A result is `<suite>/<run>/<moment>/<batch>.json`, its page likewise; the pages of offices are
`<run>/<office>.html`. Only folders that are named as a run are ever looked at.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ndaudit import ledger
from ndaudit.workbench import Workbench

SITE = "data_docs"
SECTION = "validations"
OFFICES = "offices"
RULES = "rules"
"""Name of the suite of rules; no table of the dictionary is called so."""
_RUN = re.compile(r"\d{8}T\d{6}-[0-9a-f]{6}")
_MOMENT = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True)
class Kept:
    """What is left of a run on the pages.

    Attributes:
        page: of its rules, below the folder of the site.
    """

    run_id: str
    moment: datetime
    page: Path


def results_folder(workbench: Workbench) -> Path:
    """Return where the results are stored."""
    return workbench.data / "gx" / "validation_results"


def kept_pages(site: Path) -> list[Kept]:
    """Return the runs whose rules have a page, the latest first; no page is opened."""
    found = [
        Kept(
            page.parts[-3],
            datetime.strptime(page.parts[-2], _MOMENT).replace(tzinfo=UTC),
            page.relative_to(site),
        )
        for page in (site / SECTION / RULES).glob("*/*/*.html")
        if _RUN.fullmatch(page.parts[-3])
    ]
    return sorted(found, key=lambda one: (one.moment, one.run_id), reverse=True)


def drop_results(workbench: Workbench, current: str) -> list[str]:
    """Drop the results and pages of the oldest runs beyond `keep_results`, and note it in the ledger.

    Args:
        current: the run that stays whatever its age.

    Returns:
        the runs dropped, the oldest first.
    """
    # a run is named after its moment
    others = sorted({path.name for path in _run_folders(workbench, RULES, "*")} - {current})
    dropped = others[: max(0, len(others) + 1 - workbench.settings.keep_results)]
    for run_id in dropped:
        for path in _run_folders(workbench, "*", run_id):
            shutil.rmtree(path)
    if dropped:
        ledger.append(workbench, "drop_results", runs=dropped, keep_results=workbench.settings.keep_results)
    return dropped


def _run_folders(workbench: Workbench, suite: str, run_id: str) -> Iterator[Path]:
    """Yield what is kept of a run (`*`: of every one) for a suite (`*`: for every one)."""
    site = workbench.reports / SITE
    for place, pattern in (
        (results_folder(workbench), f"{suite}/{run_id}"),
        (site / SECTION, f"{suite}/{run_id}"),
        (site / OFFICES, run_id),
    ):
        yield from (path for path in place.glob(pattern) if _RUN.fullmatch(path.name) and path.is_dir())
