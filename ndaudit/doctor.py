"""The health of a workbench: environment, permissions, key, disk, store and what was left over."""

import os
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from filelock import FileLock, Timeout

from ndaudit.catalogue import read_catalogue
from ndaudit.errors import MachineError, NdauditError, machine_faults
from ndaudit.file_modes import mend_modes, wrong_modes
from ndaudit.law_notes import outdated, own_values
from ndaudit.ledger import verify_chain
from ndaudit.masking import key_path, read_key
from ndaudit.roles import ROLES_FILE, read_roles
from ndaudit.snapshots import LOCK, file_hash, left_over, sweep_drafts
from ndaudit.store import POINTER, current_snapshot
from ndaudit.workbench import PASSING, Workbench

PACKAGES = ("duckdb", "polars", "great-expectations", "papermill", "plotly", "jupyterlab")
FREE_BYTES = 2 * 1024**3
HASHED_BYTES = 2 * 1024**3
"""A snapshot above this size is hashed only when asked for."""
RUN_SECONDS = 3600
"""The draft of a run that was written to since then may belong to a check still running."""


@dataclass(frozen=True)
class Examined:
    """One thing looked at.

    Attributes:
        sentence: key of what was looked at, or of what is wrong and what to do.
    """

    good: bool
    sentence: str
    values: Mapping[str, object]


def examine(workbench: Workbench, *, sweep: bool = False, thorough: bool = False) -> list[Examined]:
    """Look at everything and return what was found, good and bad.

    Args:
        sweep: remove what was left over, if no load is running, and mend the modes of files.
        thorough: hash the current snapshot however large it is.
    """
    return [
        *_packages(),
        *_declarations(workbench),
        *_permissions(workbench, sweep),
        *_key(workbench),
        *_roles(workbench),
        *_disk(workbench),
        *_store(workbench, thorough),
        *_left_over(workbench, sweep),
        *_ledger(workbench),
    ]


def _packages() -> Iterator[Examined]:
    for name in PACKAGES:
        try:
            yield Examined(True, "doctor.package", {"name": name, "version": version(name)})
        except PackageNotFoundError:
            yield Examined(False, "doctor.no_package", {"name": name})


def _declarations(workbench: Workbench) -> Iterator[Examined]:
    try:
        catalogue = read_catalogue(workbench)
    except NdauditError as error:
        yield Examined(False, error.sentence, error.values)
        return
    counts = {"rules": len(catalogue.rules), "tables": len(catalogue.tables), "law": len(catalogue.law)}
    yield Examined(True, "doctor.declarations", counts)
    old = [parameter.name for parameter in outdated(catalogue.law.values(), date.today())]
    if old:
        # a warning: the law may simply not have changed, so the workbench is sound all the same
        yield Examined(True, "law.outdated_many", {"count": len(old), "names": ", ".join(old)})
    for own in own_values(catalogue.law.values()):
        yield Examined(True, "doctor.own_law", {"parameter": own.parameter.name, "day": own.value.valid_from})


def _permissions(workbench: Workbench, sweep: bool) -> Iterator[Examined]:
    if not workbench.data.exists():
        return
    with machine_faults(workbench.data):
        wrong = wrong_modes(workbench)
        if wrong and sweep:
            mend_modes(workbench, wrong)
    if wrong:
        told: dict[str, object] = {"count": len(wrong), "where": wrong[0][0], "mode": f"{wrong[0][1]:04o}"}
        yield Examined(sweep, "doctor.modes_mended" if sweep else "doctor.wrong_modes", told)
    if not os.access(workbench.data, os.W_OK):
        yield Examined(False, "doctor.not_writable", {"where": workbench.data})
    elif not wrong:
        shared = {"where": workbench.data, "group": workbench.settings.group}
        yield Examined(True, "doctor.shared" if workbench.settings.group else "doctor.permissions", shared)


def _key(workbench: Workbench) -> Iterator[Examined]:
    path = key_path(os.environ)
    if not path.is_file():
        yield Examined(False, "doctor.no_key", {"where": path})
        return
    if path.resolve().is_relative_to(workbench.root):
        yield Examined(False, "doctor.key_inside", {"where": path})
    try:
        read_key(path)
    except MachineError as error:
        yield Examined(False, error.sentence, error.values)
    else:
        yield Examined(True, "doctor.key", {"where": path})


def _roles(workbench: Workbench) -> Iterator[Examined]:
    try:
        known = read_roles(workbench)
    except NdauditError as error:
        yield Examined(False, error.sentence, error.values)
        return
    if known:
        yield Examined(True, "doctor.roles", {"count": len(known)})
    else:
        yield Examined(True, "doctor.no_roles", {"where": workbench.root / ROLES_FILE})


def _disk(workbench: Workbench) -> Iterator[Examined]:
    free = shutil.disk_usage(workbench.root).free
    figures = {"free": f"{free / 1024**3:.0f}", "wanted": f"{FREE_BYTES / 1024**3:.0f}"}
    yield Examined(free >= FREE_BYTES, "doctor.disk" if free >= FREE_BYTES else "doctor.disk_full", figures)


def _store(workbench: Workbench, thorough: bool) -> Iterator[Examined]:
    if not (workbench.store / POINTER).exists():
        yield Examined(True, "doctor.store_empty", {})
        return
    try:
        snapshot = current_snapshot(workbench.store)
    except (ValueError, KeyError, TypeError):
        yield Examined(False, "doctor.pointer_broken", {"where": workbench.store / POINTER})
        return
    told: dict[str, object] = {"snapshot": snapshot.id, "where": snapshot.path}
    if not snapshot.path.is_file():
        yield Examined(False, "doctor.snapshot_gone", told)
        return
    size = snapshot.path.stat().st_size
    told["size"] = f"{size / 1024**2:,.0f}"
    with machine_faults(snapshot.path):
        if size > HASHED_BYTES and not thorough:
            yield Examined(True, "doctor.snapshot_unhashed", told)
        elif file_hash(snapshot.path) == snapshot.sha256:
            yield Examined(True, "doctor.snapshot", told)
        else:
            yield Examined(False, "doctor.snapshot_changed", told)
    older = [path for path in workbench.store.glob("*.duckdb") if path != snapshot.path]
    if older:
        whole = f"{sum(path.stat().st_size for path in older) / 1024**2:,.0f}"
        yield Examined(True, "doctor.older_snapshots", {"count": len(older), "size": whole})


def _left_over(workbench: Workbench, sweep: bool) -> Iterator[Examined]:
    """Name what was left over, and remove it when asked to and no load is running."""
    yield from _unfinished_runs(workbench, sweep)
    if not workbench.store.is_dir():
        return
    with machine_faults(workbench.store):
        lock = FileLock(workbench.store / LOCK, mode=workbench.file_mode)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            yield Examined(True, "doctor.load_running", {"where": workbench.store})
            return
        try:
            found = sweep_drafts(workbench) if sweep else left_over(workbench)
        except (ValueError, KeyError, TypeError):
            # the pointer is broken, which is told beside the snapshot: nothing can be said to be left over
            return
        finally:
            lock.release()
    for path in found:
        yield Examined(sweep, "doctor.swept" if sweep else "doctor.left_over", {"where": path})


def _unfinished_runs(workbench: Workbench, sweep: bool) -> Iterator[Examined]:
    """Name drafts of runs and passing folders, and remove those nothing can still be writing to."""
    for path in sorted([*workbench.runs.glob(".*.part"), *workbench.data.glob(f"{PASSING}*")]):
        with machine_faults(path):
            still = time.time() - _last_written(path) < RUN_SECONDS
            if sweep and not still:
                shutil.rmtree(path)
        if sweep:
            yield Examined(not still, "doctor.maybe_running" if still else "doctor.swept", {"where": path})
        else:
            yield Examined(False, "doctor.left_over", {"where": path})


def _last_written(folder: Path) -> float:
    return max(path.stat().st_mtime for path in (folder, *folder.rglob("*")))


def _ledger(workbench: Workbench) -> Iterator[Examined]:
    broken = verify_chain(workbench)
    if broken is None:
        yield Examined(True, "doctor.chain", {})
    else:
        key = "doctor.chain_cut" if broken.what == "head" else "doctor.chain_broken"
        yield Examined(False, key, {"seq": broken.line})
