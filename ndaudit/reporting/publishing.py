"""Publishing: a report appears whole under its final name or not at all, and replaces none before it."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from filelock import FileLock

from ndaudit import ledger
from ndaudit.durable import sync
from ndaudit.errors import MachineError, UsageError
from ndaudit.findings import Run, current_run
from ndaudit.masking import key_path, read_key
from ndaudit.memory import report_memory
from ndaudit.periods import read_period
from ndaudit.reading import snapshot_file
from ndaudit.reporting import assets
from ndaudit.reporting.drafts import LOCK, drafting
from ndaudit.reporting.facts import facts_of
from ndaudit.reporting.parameters import check_parameters, declared_parameters, read_notebook
from ndaudit.reporting.runner import Ended, run_tasks
from ndaudit.reporting.task import FAILURE, Task
from ndaudit.reviews.proving import NOTED
from ndaudit.store import connect
from ndaudit.wording import Language
from ndaudit.workbench import Workbench

ENGINES = ("ndaudit", "nbclient")
COUNTRY = "country"
ALL = "all"
PERSON = "person"


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
    """A notebook of a workbench, and whom it is published for (`office`, `country`, `person`)."""

    path: Path
    published_for: tuple[str, ...]
    parameters: dict[str, Any]
    paper: bool = False


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
        told = content.metadata.get("ndaudit", {})
        for_whom = tuple(told.get("published_for", ["office"]))
        declared = declared_parameters(content, path.name)
        found.append(Notebook(path, for_whom, declared, bool(told.get("paper"))))
    return found


def delivered(workbench: Workbench, run: Run) -> tuple[list[str], str]:
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
    if PERSON in notebook.published_for:
        raise UsageError("reports.whose", notebook=notebook.path.stem)
    if office is None and COUNTRY in notebook.published_for:
        return [""]
    if office in (None, ALL):
        return list(offices)
    if office not in offices:
        raise UsageError("usage.unknown_office", came=office, allowed=", ".join(offices))
    return [str(office)]


def shared_task(
    workbench: Workbench, run: Run, period: str | None, lang: Language, engine: str, standalone: bool
) -> Task:
    """Return what all the tasks of one call have in common.

    Raises:
        UsageError: there is no such engine.
    """
    if engine not in ENGINES:
        raise UsageError("reports.unknown_engine", came=engine, allowed=", ".join(ENGINES))
    return Task(
        notebook=workbench.notebooks,
        workbench=workbench.root,
        office="",
        period=period or "",
        lang=lang,
        engine=engine,
        folder=workbench.reports,
        facts=facts_of(workbench, run),
        environ={name: value for name, value in os.environ.items() if name.startswith("NDAUDIT_")},
        standalone=standalone,
        memory=report_memory(workbench.settings.memory_limit),
    )


def publish_notebooks(
    workbench: Workbench,
    names: Sequence[str],
    *,
    office: str | None = None,
    period: str | None = None,
    lang: Language = "mn",
    jobs: int = 1,
    progress: Callable[[str, int, int], None] | None = None,
    engine: str = ENGINES[0],
    standalone: bool = False,
) -> list[Published]:
    """Run notebooks on the current run and publish each report, one by one, as it is done.

    Args:
        office: a code, `all` for each office in turn, or None: the country where a notebook is published
            for it, else each office.
        period: what the reports are filed under; the latest month delivered when None.
        progress: told the notebook, how many are done, and of how many.
        engine: papermill's engine that runs them: ours, or `nbclient` with a kernel for each.
        standalone: each page holds everything it needs, instead of naming files in `assets` beside it.

    Raises:
        UsageError: unknown notebook, office, period, parameter or engine; nothing has run then.
        RefusedError: nothing has been checked yet.
        MachineError: the reports cannot be written.
    """
    notebooks = find_notebooks(workbench, names)
    run = current_run(workbench)
    offices, latest = delivered(workbench, run)
    named = read_period(period or latest).name
    read_key(key_path(os.environ))
    shared = shared_task(workbench, run, period, lang, engine, standalone)
    tasks = []
    for notebook in notebooks:
        check_parameters(notebook.parameters, shared.parameters, notebook.path.name)
        codes = _targets(notebook, office, offices)
        told = replace(shared, notebook=notebook.path, paper=notebook.paper)
        tasks += [replace(told, office=code) for code in codes]
    return publish_tasks(workbench, tasks, named, jobs, progress)


def publish_tasks(
    workbench: Workbench,
    tasks: Sequence[Task],
    period: str,
    jobs: int = 1,
    progress: Callable[[str, int, int], None] | None = None,
    home: Path | None = None,
) -> list[Published]:
    """Run tasks and put each report in its place as it is done.

    Args:
        home: where they are drafted; `reports` when None.

    Raises:
        MachineError: the reports cannot be written.
    """
    try:
        with drafting(workbench, home) as draft:
            own = [replace(task, folder=draft / str(number)) for number, task in enumerate(tasks)]
            return _publish_drafted(workbench, own, period, jobs, progress)
    except OSError as error:
        where = home or workbench.reports
        raise MachineError("reports.no_access", where=where, why=error.strerror) from error


def _publish_drafted(
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
    home = task.home or workbench.reports / period / (task.office or COUNTRY)
    workbench.private_folder(home)
    page = f"{task.stem}.html"
    with FileLock(home / LOCK, mode=workbench.file_mode):
        folder = next(place for place in _places(home) if not (place / page).exists())
        folder.mkdir(exist_ok=True, mode=0o700)
        workbench.protect(folder)
        if not task.standalone:
            _share(workbench, folder)
        drafted = sorted(path for path in task.folder.iterdir() if path.is_file() and path.name != FAILURE)
        for path in sorted(drafted, key=lambda item: item.name == page):
            with path.open("rb") as handle:
                os.fsync(handle.fileno())
            path.replace(folder / path.name)
            workbench.protect(folder / path.name)
        sync(folder)
    _note(workbench, folder / page, ended.task)
    return folder / page


def _note(workbench: Workbench, page: Path, task: Task) -> None:
    """Put a report into the ledger, with the hashes of what it was made of and of its files."""
    record = record_of(page)
    made_of = ("run_id", "snapshot_sha256", "catalogue_hash", NOTED)
    ledger.append(
        workbench,
        "publish",
        notebook=task.notebook.stem,
        office=task.office or None,
        lang=task.lang,
        page=str(page.relative_to(workbench.root)),
        **{name: record.get(name) for name in made_of},
        sha256=record.get("files", {}),
    )


def _share(workbench: Workbench, folder: Path) -> None:
    """Put what pages need beside them; it is written once for all offices and periods."""
    store, place = workbench.reports / assets.FOLDER, folder / assets.FOLDER
    for made in (store, place):
        if not made.is_dir():
            made.mkdir(exist_ok=True, mode=0o700)
            workbench.protect(made)
    for path in assets.write_shared(store, place):
        workbench.protect(path)


def _places(home: Path) -> Iterator[Path]:
    yield home
    for number in count(2):
        yield home / f"r{number}"


def record_of(page: Path) -> dict[str, Any]:
    """Return what `run.json` beside a published page says."""
    record: dict[str, Any] = json.loads(page.with_name(f"{page.stem}.run.json").read_text("utf-8"))
    return record
