"""One pass of the monitor: every step asks what is there and does what is missing, so any time is safe."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from filelock import FileLock, Timeout

from ndaudit import audit
from ndaudit.catalogue import deciding_hash
from ndaudit.errors import NdauditError, RefusedError
from ndaudit.findings import Run, current_run
from ndaudit.forms.issuing import FORMS, issue
from ndaudit.monitor.inbox import Memory, inbox_of, recall, remember, waiting
from ndaudit.monitor.index import write_index
from ndaudit.monitor.schedule import Due, due, read_schedule
from ndaudit.store import POINTER, connect, current_snapshot
from ndaudit.wording import Language
from ndaudit.workbench import Workbench

ATTEMPTS = 3
"""A report that failed so often on the same run is shown, and tried again only on the next run."""
SCHEDULE = "schedule.toml"


@dataclass
class Summary:
    """What one pass did.

    Attributes:
        busy: another pass is running, and this one did nothing.
        loaded: deliveries loaded, by their path below the inbox.
        refused: deliveries refused, and why.
        checked: the run made, or None when nothing had changed.
        published: pages and forms made.
        failed: what could not be made, and why.
    """

    busy: bool = False
    loaded: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    checked: str | None = None
    published: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether nothing was refused and nothing failed."""
        return not self.refused and not self.failed


def run_monitor(
    workbench: Workbench,
    today: date,
    lang: Language,
    progress: Callable[[str], None] | None = None,
) -> Summary:
    """Load, check and publish what is due, and say what was done."""
    summary = Summary()
    with _alone(workbench) as free:
        if not free:
            summary.busy = True
            return summary
        memory = recall(workbench)
        _load(workbench, memory, summary, lang, progress)
        run = _check(workbench, summary, progress)
        if run is not None:
            _publish(workbench, memory, summary, today, run, lang, progress)
        summary.refused |= memory.refused
        remember(workbench, memory)
    return summary


@contextmanager
def _alone(workbench: Workbench) -> Iterator[bool]:
    """Hold the monitor's lock; False when another pass holds it."""
    folder = workbench.private_folder(workbench.data / "monitor")
    lock = FileLock(folder / ".lock", mode=workbench.file_mode)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def _load(
    workbench: Workbench,
    memory: Memory,
    summary: Summary,
    lang: Language,
    progress: Callable[[str], None] | None,
) -> None:
    """Load all that waits into one snapshot; when something is refused, each delivery by itself."""
    found = waiting(workbench, memory)
    if progress and found:
        progress(", ".join(found))
    if found:
        try:
            audit.load(workbench, [delivery.folder for delivery in found.values()])
            summary.loaded += found
        except RefusedError:
            for name, delivery in found.items():
                _load_one(workbench, name, delivery.folder, memory, summary, lang)
    for name, delivery in found.items():
        memory.tried[name] = delivery.mark
        if name in summary.loaded:
            memory.refused.pop(name, None)
    gone = [name for name in memory.refused if not (inbox_of(workbench) / name).is_dir()]
    for name in gone:
        del memory.refused[name]
    remember(workbench, memory)


def _load_one(
    workbench: Workbench, name: str, folder: Path, memory: Memory, summary: Summary, lang: Language
) -> None:
    try:
        audit.load(workbench, [folder])
        summary.loaded.append(name)
    except RefusedError as error:
        memory.refused[name] = error.within(lang)


def _check(workbench: Workbench, summary: Summary, progress: Callable[[str], None] | None) -> Run | None:
    """Make a run when data or declarations are newer than the last one; return the current run."""
    if not (workbench.store / POINTER).is_file():
        return None
    snapshot = current_snapshot(workbench.store)
    if (workbench.runs / POINTER).is_file():
        run = current_run(workbench)
        if (run.snapshot, run.catalogue_hash) == (snapshot.id, deciding_hash(workbench)):
            return run
    if progress:
        progress("check")
    run = audit.check(workbench)
    summary.checked = run.id
    summary.failed |= {failure.rule_id: failure.why for failure in run.failures}
    return run


def _delivered(workbench: Workbench) -> dict[str, tuple[date, date]]:
    con = connect(current_snapshot(workbench.store).path, read_only=True)
    try:
        rows = con.execute(
            "SELECT office_code, min(period), max(period) FROM batch WHERE period IS NOT NULL GROUP BY 1"
        ).fetchall()
    finally:
        con.close()
    return {office: (first, last) for office, first, last in rows}


def _publish(
    workbench: Workbench,
    memory: Memory,
    summary: Summary,
    today: date,
    run: Run,
    lang: Language,
    progress: Callable[[str], None] | None,
) -> None:
    delivered = _delivered(workbench)
    touched = {}
    for publication in read_schedule(workbench.expectations / SCHEDULE):
        for item in due(publication, delivered, today):
            if is_published(workbench, item, lang):
                continue
            name = "/".join([publication.name, item.office or "country", item.period.name])
            key = f"{name}/{run.id}"
            if memory.attempts.get(key, 0) >= ATTEMPTS:
                summary.failed.setdefault(name, "")
                continue
            if progress:
                progress(name)
            why = _make(workbench, item, lang)
            if is_published(workbench, item, lang):
                summary.published.append(name)
                touched[item.period.name] = item.period
            elif why:
                memory.attempts[key] = memory.attempts.get(key, 0) + 1
                summary.failed[name] = why
    memory.attempts = {k: n for k, n in memory.attempts.items() if k.endswith(f"/{run.id}")}
    for period in touched.values():
        if (workbench.reports / period.name).is_dir():
            write_index(workbench, period, lang)


def is_published(workbench: Workbench, item: Due, lang: Language) -> bool:
    """Return whether a publication lies where it belongs; only whole ones ever do."""
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
    except RefusedError:
        # the office delivered no register of that year, no sheet of that month: REG and REC rules speak of it
        return None
    except NdauditError as error:
        return error.within(lang)
    return None
