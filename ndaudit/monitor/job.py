"""One pass of the monitor: every step asks what is there and does what is missing, so any time is safe."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from filelock import FileLock, Timeout

from ndaudit import audit
from ndaudit.catalogue import deciding_hash
from ndaudit.errors import NdauditError, RefusedError
from ndaudit.findings import Run, current_run
from ndaudit.monitor.inbox import Memory, inbox_of, recall, remember, waiting
from ndaudit.monitor.publications import publish_due
from ndaudit.monitor.summary import Summary
from ndaudit.reporting.drafts import sweep_drafts
from ndaudit.store import POINTER, current_snapshot
from ndaudit.wording import Language
from ndaudit.workbench import Workbench


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
        sweep_drafts(workbench)
        _load(workbench, memory, summary, lang, progress)
        run = _check(workbench, summary, progress)
        if run is not None:
            publish_due(workbench, memory, summary, today, run, lang, progress)
            _show(workbench, memory, summary, run, lang, progress)
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


def _show(
    workbench: Workbench,
    memory: Memory,
    summary: Summary,
    run: Run,
    lang: Language,
    progress: Callable[[str], None] | None,
) -> None:
    """Run the Great Expectations checkpoint of a run once and build its Data Docs."""
    if memory.shown == run.id:
        return
    if progress:
        progress("data_docs")
    try:
        audit.show(workbench, lang)
    except NdauditError as error:
        summary.failed["data_docs"] = error.within(lang)
        return
    memory.shown = summary.shown = run.id
