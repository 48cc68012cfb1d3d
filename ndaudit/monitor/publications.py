"""The monitor's publications: each once for its period, whole, tried again when it failed, and listed."""

from collections.abc import Callable
from datetime import date

from ndaudit import audit
from ndaudit.errors import NdauditError
from ndaudit.findings import Run
from ndaudit.forms.issuing import FORMS, NothingToIssueError, issue
from ndaudit.monitor.inbox import Memory, remember
from ndaudit.monitor.index import is_current, write_index
from ndaudit.monitor.schedule import Due, due, read_schedule
from ndaudit.monitor.summary import Summary
from ndaudit.store import connect, current_snapshot
from ndaudit.wording import Language
from ndaudit.workbench import Workbench

ATTEMPTS = 3
"""A report that failed so often on the same run is shown, and tried again only on the next run."""
SCHEDULE = "schedule.toml"


def _delivered(workbench: Workbench) -> dict[str, tuple[date, date]]:
    con = connect(current_snapshot(workbench.store).path, read_only=True)
    try:
        rows = con.execute(
            "SELECT office_code, min(period), max(period) FROM batch WHERE period IS NOT NULL GROUP BY 1"
            " ORDER BY 1"
        ).fetchall()
    finally:
        con.close()
    return {office: (first, last) for office, first, last in rows}


def publish_due(
    workbench: Workbench,
    memory: Memory,
    summary: Summary,
    today: date,
    run: Run,
    lang: Language,
    progress: Callable[[str], None] | None,
) -> None:
    """Publish what is due and not there yet, and bring the index page of each period up to date."""
    _forget(memory, run)
    delivered = _delivered(workbench)
    periods = {}
    for publication in read_schedule(workbench.expectations / SCHEDULE):
        for item in due(publication, delivered, today):
            periods[item.period.name] = item.period
            if not is_published(workbench, item, lang):
                _attempt(workbench, memory, summary, item, run, lang, progress)
    for period in periods.values():
        failed = {name: why for name, why in summary.failed.items() if name.endswith(f"/{period.name}")}
        if (workbench.reports / period.name).is_dir() and not is_current(workbench, period, failed, lang):
            write_index(workbench, period, lang, failed)


def _forget(memory: Memory, run: Run) -> None:
    """Drop what was remembered of earlier runs: on new data everything is tried anew."""
    own = f"/{run.id}"
    memory.attempts = {key: n for key, n in memory.attempts.items() if key.endswith(own)}
    memory.failures = {key: why for key, why in memory.failures.items() if key.endswith(own)}
    memory.empty = [key for key in memory.empty if key.endswith(own)]


def name_of(item: Due) -> str:
    """Return what a publication is called in summaries: its name, office and period."""
    return "/".join([item.publication.name, item.office or "country", item.period.name])


def _attempt(
    workbench: Workbench,
    memory: Memory,
    summary: Summary,
    item: Due,
    run: Run,
    lang: Language,
    progress: Callable[[str], None] | None,
) -> None:
    name = name_of(item)
    key = f"{name}/{run.id}"
    if key in memory.empty:
        return
    if memory.attempts.get(key, 0) >= ATTEMPTS:
        summary.given_up.append(name)
        summary.failed[name] = memory.failures.get(key, "")
        return
    if progress:
        progress(name)
    why = _make(workbench, item, lang)
    if is_published(workbench, item, lang):
        summary.published.append(name)
    elif why:
        memory.attempts[key] = memory.attempts.get(key, 0) + 1
        memory.failures[key] = why
        summary.failed[name] = why
    else:
        memory.empty.append(key)
    remember(workbench, memory)


def is_published(workbench: Workbench, item: Due, lang: Language) -> bool:
    """Return whether a publication lies where it belongs: its last file, so that only whole ones do."""
    if item.publication.name in FORMS:
        folder = workbench.data / "forms" / str(item.office)
        return (folder / f"{item.publication.name}-{item.period.name}.pdf").is_file()
    home = workbench.reports / item.period.name / (item.office or "country")
    return (home / f"{item.publication.name}.{lang}.html").is_file()


def _make(workbench: Workbench, item: Due, lang: Language) -> str | None:
    """Make a publication, with a second try; return why it failed, None when it did not."""
    if item.publication.name in FORMS:
        return _issue(workbench, item, lang)
    why = None
    for _ in range(2):
        try:
            [published] = audit.publish(
                workbench,
                [item.publication.name],
                office=item.office,
                period=item.period.name,
                lang=lang,
            )
        except NdauditError as error:
            return error.within(lang)
        why = published.failure
        if why is None:
            return None
    return why


def _issue(workbench: Workbench, item: Due, lang: Language) -> str | None:
    try:
        issue(workbench, item.publication.name, str(item.office), item.period, lang)
    except NothingToIssueError:
        # the office delivered no register of that year, no sheet of that month: REG and REC rules speak of it
        return None
    except NdauditError as error:
        return error.within(lang)
    return None
