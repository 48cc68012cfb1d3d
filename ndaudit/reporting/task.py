"""One report to make, and how the process that makes it begins and ends."""

import os
import resource
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ndaudit.wording import Language

FAILURE = "failure.txt"


@dataclass(frozen=True)
class Task:
    """One report to make.

    Attributes:
        office: its code, empty for the country.
        period: as given, or empty.
        folder: where the files are drafted.
        facts: what `run.json` says besides what only the process that runs the notebook knows.
        environ: settings of ours; the fork server was started earlier, perhaps with others.
        standalone: the page holds everything it needs, instead of naming files beside it.
        told: further parameters, of a notebook that asks for them.
        home: the folder it is published in; None: that of its period and office.
        memory: how many bytes the process may hold, or 0 for as many as there are.
        paper: the notebook is printed too.
    """

    notebook: Path
    workbench: Path
    office: str
    period: str
    lang: Language
    engine: str
    folder: Path
    facts: dict[str, Any]
    environ: Mapping[str, str]
    standalone: bool = False
    memory: int = 0
    paper: bool = False
    told: Mapping[str, str] = field(default_factory=dict)
    home: Path | None = None

    @property
    def stem(self) -> str:
        """The name of its files, without their ending."""
        return f"{self.notebook.stem}.{self.lang}"

    @property
    def parameters(self) -> dict[str, Any]:
        """What the notebook is told."""
        return {
            "office": self.office,
            "period": self.period,
            "lang": self.lang,
            "workbench": str(self.workbench),
            **self.told,
        }


def run_task(task: Task) -> None:
    """Make a report; on failure leave one line that says why, and end with exit code 1."""
    os.umask(0o077)
    if task.memory:
        # of addresses only those set aside for data count: engines reserve far more than they ever use
        resource.setrlimit(resource.RLIMIT_DATA, (task.memory, task.memory))
    os.environ.update(task.environ)
    # imported here: the process that waits needs none of it, the fork server has it already
    from ndaudit.reporting.notebook import failure_of

    why = failure_of(task)
    if why is not None:
        (task.folder / FAILURE).write_text(why, "utf-8")
        raise SystemExit(1)
