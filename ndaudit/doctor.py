"""The health of a workbench: environment, permissions, key, disk, store and what was left over."""

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from ndaudit.catalogue import read_catalogue
from ndaudit.errors import NdauditError
from ndaudit.ledger import verify_chain
from ndaudit.store import POINTER, current_snapshot
from ndaudit.workbench import Workbench

PACKAGES = ("duckdb", "polars", "great-expectations", "papermill", "plotly", "jupyterlab")
FREE_BYTES = 2 * 1024**3


@dataclass(frozen=True)
class Examined:
    """One thing looked at.

    Attributes:
        sentence: key of what was looked at, or of what is wrong and what to do.
    """

    good: bool
    sentence: str
    values: Mapping[str, object]


def examine(workbench: Workbench) -> list[Examined]:
    """Look at everything and return what was found, good and bad."""
    return [
        *_packages(),
        *_declarations(workbench),
        *_permissions(workbench),
        *_disk(workbench),
        *_store(workbench),
        *_left_over(workbench),
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


def _permissions(workbench: Workbench) -> Iterator[Examined]:
    if not workbench.data.exists():
        return
    open_to_all = [
        path
        for path in (workbench.deliveries, workbench.store, workbench.runs)
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o007
    ]
    for path in open_to_all:
        yield Examined(False, "doctor.open_to_all", {"where": path})
    if not os.access(workbench.data, os.W_OK):
        yield Examined(False, "doctor.not_writable", {"where": workbench.data})
    elif not open_to_all:
        yield Examined(True, "doctor.permissions", {"where": workbench.data})


def _disk(workbench: Workbench) -> Iterator[Examined]:
    free = shutil.disk_usage(workbench.root).free
    figures = {"free": f"{free / 1024**3:.0f}", "wanted": f"{FREE_BYTES / 1024**3:.0f}"}
    yield Examined(free >= FREE_BYTES, "doctor.disk" if free >= FREE_BYTES else "doctor.disk_full", figures)


def _store(workbench: Workbench) -> Iterator[Examined]:
    if not (workbench.store / POINTER).exists():
        yield Examined(True, "doctor.store_empty", {})
        return
    snapshot = current_snapshot(workbench.store)
    if snapshot.path.is_file():
        yield Examined(True, "doctor.snapshot", {"snapshot": snapshot.id})
    else:
        yield Examined(False, "doctor.snapshot_gone", {"snapshot": snapshot.id, "where": snapshot.path})


def _left_over(workbench: Workbench) -> Iterator[Examined]:
    found = [path for folder in (workbench.store, workbench.runs) for path in sorted(folder.glob(".*.part"))]
    for path in found:
        yield Examined(False, "doctor.left_over", {"where": path})


def _ledger(workbench: Workbench) -> Iterator[Examined]:
    broken = verify_chain(workbench)
    yield Examined(
        broken is None, "doctor.chain" if broken is None else "doctor.chain_broken", {"seq": broken}
    )
