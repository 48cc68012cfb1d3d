"""Reports about one person: published under a pseudonym, or shown once without publishing anything."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ndaudit.analyses.dossier import find_person, home_of
from ndaudit.analyses.dossier.record import PURPOSE
from ndaudit.errors import RefusedError, UsageError
from ndaudit.findings import Run, current_run
from ndaudit.masking import Masker, load_key
from ndaudit.periods import read_period
from ndaudit.reading import open_reading
from ndaudit.reporting.drafts import drafting, of_people
from ndaudit.reporting.publishing import (
    ENGINES,
    PERSON,
    Notebook,
    Published,
    delivered,
    find_notebooks,
    publish_tasks,
    shared_task,
)
from ndaudit.reporting.runner import run_tasks
from ndaudit.reporting.task import Task
from ndaudit.roles import current_standing
from ndaudit.wording import Language
from ndaudit.workbench import Workbench

DOSSIER = "11_person_dossier"


@dataclass(frozen=True)
class _Asked:
    """Whose reports are asked for, under which pseudonym they are kept, and why they may be unmasked."""

    workbench: Workbench
    run: Run
    pseudonym: str
    office: str
    lang: Language
    reason: str

    def task(self, notebook: Path, engine: str, standalone: bool) -> Task:
        shared = shared_task(self.workbench, self.run, None, self.lang, engine, standalone)
        told = {"person": self.pseudonym, "unmask": self.reason}
        return replace(shared, notebook=notebook, office=self.office, told=told)


def _asked(workbench: Workbench, person: str, lang: Language, reason: str | None) -> _Asked:
    """Find the person, and refuse what the account may not see before anything runs."""
    standing = current_standing(workbench)
    if reason is not None:
        standing.require("unmask")
        if not reason.strip():
            raise UsageError("unmasking.no_reason")
    run, key = current_run(workbench), load_key(os.environ)
    with open_reading(workbench, run) as reading:
        number = find_person(reading, person, key)
        office = home_of(reading, number)
    standing.require_office(office)
    return _Asked(
        workbench, run, Masker(key, PURPOSE).mask(str(number)), office, lang, (reason or "").strip()
    )


def _of_people(workbench: Workbench, names: Sequence[str]) -> list[Notebook]:
    found = find_notebooks(workbench, names)
    for notebook in found:
        if PERSON not in notebook.published_for:
            raise UsageError("reports.not_of_people", notebook=notebook.path.stem)
    return found


def publish_person(
    workbench: Workbench,
    names: Sequence[str],
    person: str,
    *,
    period: str | None = None,
    lang: Language = "mn",
    reason: str | None = None,
    engine: str = ENGINES[0],
    standalone: bool = False,
) -> list[Published]:
    """Publish notebooks about one person in a folder that carries the pseudonym.

    Args:
        person: the insured number, or the pseudonym.
        period: what the report is filed under; the latest month delivered when None.
        reason: why what names people may be seen; such a report stays in `data/dossiers`. None: masked.

    Raises:
        UsageError: a notebook is about no person, nobody is named, or the reason is empty.
        RefusedError: nothing has been checked, no office delivered the person, or the account may not see it.
    """
    notebooks = _of_people(workbench, names)
    asked = _asked(workbench, person, lang, reason)
    named = read_period(period or delivered(workbench, asked.run)[1]).name
    home = workbench.reports / named / asked.office / f"person-{asked.pseudonym}"
    if asked.reason:
        home = workbench.private_folder(of_people(workbench) / asked.pseudonym)
    tasks = [
        # what lies under data/ never names files under reports/
        replace(asked.task(notebook.path, engine, standalone or bool(asked.reason)), home=home)
        for notebook in notebooks
    ]
    return publish_tasks(workbench, tasks, named, home=of_people(workbench) if asked.reason else None)


def person_page(workbench: Workbench, person: str, lang: Language, reason: str | None = None) -> str:
    """Return the dossier of one person as a page, to be shown once; nothing of it is kept.

    Raises:
        RefusedError: see `publish_person`, or the notebook failed.
    """
    [notebook] = _of_people(workbench, [DOSSIER])
    asked = _asked(workbench, person, lang, reason)
    with drafting(workbench, of_people(workbench)) as draft:
        task = replace(asked.task(notebook.path, ENGINES[0], standalone=True), folder=draft)
        [ended] = run_tasks([task], jobs=1)
        if ended.failure:
            raise RefusedError("dossier.failed", why=ended.failure)
        return (draft / f"{task.stem}.html").read_text("utf-8")
