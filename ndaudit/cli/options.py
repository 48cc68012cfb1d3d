"""Options that several commands share, and what they come to."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from ndaudit.wording import Language, say
from ndaudit.workbench import Workbench, open_workbench

WIDE = 140


@dataclass(frozen=True)
class Surroundings:
    """The workbench a command acts on, and how it speaks.

    Attributes:
        as_json: one JSON document on standard output, messages on standard error.
    """

    workbench: Workbench
    lang: Language
    as_json: bool

    def say(self, key: str, /, **values: Any) -> str:
        """Return a sentence in the language of the command."""
        return say(key, self.lang, **values)

    def tell(self, key: str, /, **values: Any) -> None:
        """Print a sentence: to standard error when standard output carries JSON."""
        Console(stderr=self.as_json, highlight=False).print(
            self.say(key, **values), markup=False, soft_wrap=True
        )

    def print_json(self, document: Any) -> None:
        """Print the one JSON document."""
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")

    def console(self) -> Console:
        """Return the console for tables; what no terminal limits may be wide."""
        console = Console(stderr=self.as_json, highlight=False)
        return console if console.is_terminal else Console(stderr=self.as_json, highlight=False, width=WIDE)

    def shown(self, path: Path) -> str:
        """Return a path as people read it: below the workbench, without the part everybody knows."""
        inside = path.is_relative_to(self.workbench.root)
        return str(path.relative_to(self.workbench.root) if inside else path)


def surroundings(folder: Path | None, lang: str | None, as_json: bool = False) -> Surroundings:
    """Find the workbench; the language is the option, else `NDAUDIT_LANG`, else the workbench's."""
    workbench = open_workbench(folder, os.environ, Path.cwd())
    os.umask(workbench.umask)
    chosen = lang or os.environ.get("NDAUDIT_LANG") or workbench.settings.lang
    return Surroundings(workbench, "en" if chosen == "en" else "mn", as_json)


class Bar:
    """A progress bar on standard error with rate and remaining time; silent when nobody watches."""

    def __init__(self, around: Surroundings, title: str) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TextColumn("{task.fields[what]}", style="dim"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        self._task = self._progress.add_task(around.say(title), total=None, what="")

    def __enter__(self) -> "Bar":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show that `done` of `total` are through, `what` being the last."""
        self._progress.update(self._task, completed=done, total=total, what=what)

    def step(self, what: str) -> None:
        """Show what is being done, of steps nobody has counted."""
        self._progress.update(self._task, what=what)
