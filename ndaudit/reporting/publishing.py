"""Publishing: a report appears whole under its final name or not at all, and replaces none before it."""

import json
import os
import pwd
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from filelock import FileLock

from ndaudit import ledger
from ndaudit.commit import commit_of
from ndaudit.durable import sync
from ndaudit.errors import MachineError, UsageError
from ndaudit.findings import Run, current_run
from ndaudit.masking import key_path, read_key
from ndaudit.periods import read_period
from ndaudit.reading import snapshot_file
from ndaudit.reporting.parameters import check_parameters, declared_parameters, read_notebook
from ndaudit.reporting.runner import Ended, run_tasks
from ndaudit.reporting.task import FAILURE, Task
from ndaudit.store import connect
from ndaudit.wording import Language
from ndaudit.workbench import Workbench

COUNTRY = "country"
ALL = "all"


@dataclass(frozen=True)
class Published:
    """One report: where its page lies, or why there is none.

    Attributes:
        office: None for the country.
    """

    name: str
    office: str | None
    lang: Language
    path: Path | None
    failure: str | None
    seconds: float


@dataclass(frozen=True)
class Notebook:
    """A notebook of a workbench, and whom it is published for (`office`, `country`)."""

    path: Path
    published_for: tuple[str, ...]
    parameters: dict[str, Any]


def find_notebooks(workbench: Workbench, names: Sequence[str]) -> list[Notebook]:
    """Return the notebooks of those names.

    Raises:
        UsageError: there is no such notebook, or it is not one.
    """
    known = sorted(path.stem for path in workbench.notebooks.glob("*.ipynb"))
    found = []
    for name in names:
        if name not in known:
            raise UsageError("reports.unknown_notebook", came=name, allowed=", ".join(known) or "—")
        path = workbench.notebooks / f"{name}.ipynb"
        content = read_notebook(path)
        told = content.metadata.get("ndaudit", {}).get("published_for", ["office"])
        found.append(Notebook(path, tuple(told), declared_parameters(content, path.name)))
    return found


def _delivered(workbench: Workbench, run: Run) -> tuple[list[str], str]:
    """Return the offices that delivered, and the latest month delivered."""
    con = connect(snapshot_file(workbench, run), read_only=True)
    try:
        rows = con.execute(
            "SELECT office_code, strftime(max(period), '%Y-%m') FROM batch GROUP BY office_code ORDER BY 1"
        ).fetchall()
    finally:
        con.close()
    return [code for code, _ in rows], max((month for _, month in rows if month), default="")


def _targets(notebook: Notebook, office: str | None, offices: Sequence[str]) -> list[str]:
    """Return the offices (empty for the country) one notebook is published for."""
    if office is None and COUNTRY in notebook.published_for:
        return [""]
    if office in (None, ALL):
        return list(offices)
    if office not in offices:
        raise UsageError("usage.unknown_office", came=office, allowed=", ".join(offices))
    return [str(office)]


def _facts(workbench: Workbench, run: Run) -> dict[str, Any]:
    return {
        "run_id": run.id,
        "snapshot": run.snapshot,
        "snapshot_sha256": run.snapshot_sha256,
        "catalogue_hash": run.catalogue_hash,
        "commit": commit_of(workbench.root),
        "ledger_head": ledger.head(workbench),
        "user": pwd.getpwuid(os.getuid()).pw_name,
    }


def publish_notebooks(
    workbench: Workbench,
    names: Sequence[str],
    *,
    office: str | None = None,
    period: str | None = None,
    lang: Language = "mn",
    jobs: int = 1,
    progress: Callable[[str, int, int], None] | None = None,
    engine: str = "ndaudit",
) -> list[Published]:
    """Run notebooks on the current run and publish each report, one by one, as it is done.

    Args:
        office: a code, `all` for each office in turn, or None: the country where a notebook is published
            for it, else each office.
        period: what the reports are filed under; the latest month delivered when None.
        progress: told the notebook, how many are done, and of how many.

    Raises:
        UsageError: unknown notebook, office, period or parameter; nothing has run then.
        RefusedError: nothing has been checked yet.
        MachineError: the reports cannot be written.
    """
    notebooks = find_notebooks(workbench, names)
    run = current_run(workbench)
    offices, latest = _delivered(workbench, run)
    named = read_period(period or latest).name
    facts = _facts(workbench, run)
    read_key(key_path(os.environ))
    draft = workbench.reports / f".draft-{secrets.token_hex(6)}"
    ours = {name: value for name, value in os.environ.items() if name.startswith("NDAUDIT_")}
    tasks = [
        Task(notebook.path, workbench.root, code, period or "", lang, engine, draft / str(n), facts, ours)
        for n, (notebook, code) in enumerate(
            (notebook, code) for notebook in notebooks for code in _targets(notebook, office, offices)
        )
    ]
    declared = {notebook.path: notebook.parameters for notebook in notebooks}
    for task in tasks:
        check_parameters(declared[task.notebook], task.parameters, task.notebook.name)
    try:
        return _publish(workbench, tasks, named, jobs, progress)
    except OSError as error:
        raise MachineError("reports.no_access", where=workbench.reports, why=error.strerror) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _publish(
    workbench: Workbench,
    tasks: Sequence[Task],
    period: str,
    jobs: int,
    progress: Callable[[str, int, int], None] | None,
) -> list[Published]:
    for task in tasks:
        task.folder.mkdir(parents=True, mode=0o700)
    done: dict[Path, Published] = {}
    for ended in run_tasks(tasks, jobs):
        task = ended.task
        path = None if ended.failure else _file(workbench, ended, period)
        done[task.folder] = Published(
            task.notebook.stem, task.office or None, task.lang, path, ended.failure, round(ended.seconds, 3)
        )
        if progress:
            progress(task.notebook.stem, len(done), len(tasks))
    return [done[task.folder] for task in tasks]


def _file(workbench: Workbench, ended: Ended, period: str) -> Path:
    """Move a drafted report to its place and return its page; the page comes last and makes it published."""
    task = ended.task
    home = workbench.reports / period / (task.office or COUNTRY)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    page = f"{task.stem}.html"
    with FileLock(home / ".lock", mode=0o600):
        folder = next(place for place in _places(home) if not (place / page).exists())
        folder.mkdir(exist_ok=True, mode=0o700)
        workbench.protect(folder)
        drafted = sorted(path for path in task.folder.iterdir() if path.is_file() and path.name != FAILURE)
        for path in sorted(drafted, key=lambda item: item.name == page):
            with path.open("rb") as handle:
                os.fsync(handle.fileno())
            path.replace(folder / path.name)
            workbench.protect(folder / path.name)
        sync(folder)
    return folder / page


def _places(home: Path) -> Iterator[Path]:
    yield home
    for number in count(2):
        yield home / f"r{number}"


def record_of(page: Path) -> dict[str, Any]:
    """Return what `run.json` beside a published page says."""
    record: dict[str, Any] = json.loads(page.with_name(f"{page.stem}.run.json").read_text("utf-8"))
    return record
