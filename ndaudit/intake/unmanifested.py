"""Deliveries without manifest: what is said in its place, and where each kind of delivery is looked for."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ndaudit.declarations import Declaration
from ndaudit.errors import DeclarationError, RefusedError, UsageError, machine_faults
from ndaudit.exports.reading import FORMATS
from ndaudit.exports.recognising import table_of
from ndaudit.intake.manifest import (
    DESCRIPTION,
    MANIFEST,
    Manifest,
    batch_folders,
    confined,
    parse_manifest,
    read_manifest,
)
from ndaudit.intake.mapping import KEPT_MAPPINGS, MAPPINGS, Mappings, read_mappings
from ndaudit.offices import read_offices
from ndaudit.periods import ULAANBAATAR
from ndaudit.snapshots import file_hash
from ndaudit.tables import Table
from ndaudit.text import single_spaced
from ndaudit.workbench import Workbench

OFFICES = "offices.toml"


@dataclass(frozen=True)
class Unmanifested:
    """What somebody says of a delivery that came without manifest.

    Attributes:
        reason: why it is loaded all the same.
        exported_at: local time of Ulaanbaatar; None = when its newest file was written.
    """

    reason: str
    office: str
    period: str
    exported_at: datetime | None = None


def _written_at(files: Sequence[Path]) -> datetime:
    newest = max(path.stat().st_mtime for path in files)
    return datetime.fromtimestamp(newest, ULAANBAATAR).replace(tzinfo=None, microsecond=0)


def _text(text: str) -> str:
    """Return a TOML string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "")


def _description(folder: Path, names: Sequence[str], tables: Mapping[str, Table], said: Unmanifested) -> str:
    paths = {name: confined(folder, name) for name in names}
    exported_at = said.exported_at or _written_at(list(paths.values()))
    lines = [
        f"no_manifest = {_text(single_spaced(said.reason))}",
        f"office = {_text(said.office)}",
        f"period = {_text(said.period)}",
        f"exported_at = {exported_at.isoformat()}",
    ]
    for name, path in paths.items():
        lines += ["", "[[files]]", f"name = {_text(name)}"]
        lines += [f'table = "{table_of(path, name, tables).name}"', f'sha256 = "{file_hash(path)}"']
    return "\n".join(lines) + "\n"


def describe(folder: Path, tables: Mapping[str, Table], said: Unmanifested, mappings: Mappings) -> Manifest:
    """Return what stands for the manifest of a folder: every file of a format we read, its table recognised.

    Raises:
        UsageError: no such folder, it has a manifest after all, or no reason is given.
        RefusedError: it holds no file we read, or one whose table cannot be told.
    """
    if not folder.is_dir():
        raise UsageError("intake.no_folder", where=folder)
    if next(folder.rglob(MANIFEST), None):
        raise UsageError("intake.has_manifest", where=folder)
    if not single_spaced(said.reason):
        raise UsageError("intake.no_reason")
    folder = folder.resolve()
    with machine_faults(folder):
        there = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in FORMATS]
        names = [path.relative_to(folder).as_posix() for path in there]
        if not names:
            raise RefusedError("intake.nothing_to_read", where=folder.name, allowed=" ".join(FORMATS))
        text = _description(folder, names, mappings.tables(tables, said.office), said)
    where = f"{folder.name}/{DESCRIPTION}"
    return parse_manifest(Declaration(tomllib.loads(text), where), folder, tables, text)


def _refuse_unknown_offices(workbench: Workbench, manifests: Sequence[Manifest]) -> None:
    """Refuse what no office of the country delivered, where the workbench says which there are."""
    offices = workbench.expectations / OFFICES
    known = read_offices(offices) if offices.is_file() else {}
    for manifest in manifests:
        if known and manifest.office_code not in known:
            raise DeclarationError(
                "declarations.not_allowed",
                where=f"{manifest.folder.name}/{manifest.name}",
                key="office",
                came=manifest.office_code,
                allowed=", ".join(known),
            )


def find_batches(
    workbench: Workbench,
    tables: Mapping[str, Table],
    paths: Sequence[Path],
    said: Unmanifested | None = None,
) -> list[Manifest]:
    """Return every batch at or below `paths`, in the order of export, to be read with the office's mappings.

    Raises:
        DeclarationError: a manifest or a mapping is wrong by itself.
        UsageError: no such folder, or a manifest where none was said to be.
        RefusedError: no manifest, no file, or a name that leads out of the folder.
    """
    mappings = read_mappings(workbench.data / MAPPINGS, tables)
    if said is None:
        found = [read_manifest(folder, tables) for folder in batch_folders(paths)]
    else:
        found = [describe(folder, tables, said, mappings) for folder in paths]
    _refuse_unknown_offices(workbench, found)
    return sorted(map(mappings.manifest, found), key=lambda manifest: manifest.exported_at)


def read_kept(folder: Path, tables: Mapping[str, Table]) -> Manifest:
    """Return the manifest of a kept delivery, to be read with the mappings it was read with then.

    Raises:
        DeclarationError: the dictionary no longer has what it speaks of.
        RefusedError: a file is gone.
    """
    return read_mappings(folder / KEPT_MAPPINGS, tables).manifest(read_manifest(folder, tables))
