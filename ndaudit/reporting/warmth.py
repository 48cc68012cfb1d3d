"""What reports of one run share is read once, by the process they are all forked from."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from ndaudit.errors import NdauditError
from ndaudit.findings import read_run
from ndaudit.reading import catalogue_of
from ndaudit.reporting import assets
from ndaudit.reporting.task import Task
from ndaudit.reporting.views import read_views
from ndaudit.workbench import open_workbench

_WORKBENCH, _RUN, _PAPER = "NDAUDIT_WARM_WORKBENCH", "NDAUDIT_WARM_RUN", "NDAUDIT_WARM_PAPER"
_NOTEBOOKS = "NDAUDIT_WARM_NOTEBOOKS"


@contextmanager
def told(tasks: Sequence[Task]) -> Iterator[None]:
    """Have a fork server that starts now hear what these tasks will read."""
    first = tasks[0] if tasks else None
    facts = {
        _WORKBENCH: str(first.workbench) if first else "",
        _RUN: first.facts.get("run_id", "") if first else "",
        _PAPER: "yes" if any(task.paper for task in tasks) else "",
        _NOTEBOOKS: os.pathsep.join(sorted({str(task.notebook) for task in tasks})),
    }
    os.environ.update(facts)
    try:
        yield
    finally:
        for name in facts:
            del os.environ[name]


def warm(environ: Mapping[str, str]) -> None:
    """Read what the reports will read: declarations, views, assets. What cannot be read they will tell."""
    read_views()
    assets.names()
    if environ.get(_PAPER):
        import ndaudit.reporting.paper  # noqa: F401
    # imported here: the process that waits only tells, and needs nothing of it
    from ndaudit.reporting.rehearsal import rehearse

    rehearse([Path(name) for name in environ.get(_NOTEBOOKS, "").split(os.pathsep) if name])
    if not environ.get(_RUN):
        return
    try:
        workbench = open_workbench(Path(environ[_WORKBENCH]), environ, Path.cwd())
        catalogue = catalogue_of(read_run(workbench, environ[_RUN]))
        for population in catalogue.populations.values():
            # parsed on first use, and kept
            _ = population.reads
    except (NdauditError, OSError):
        # each report meets the same fault itself, and says it in its language
        return
