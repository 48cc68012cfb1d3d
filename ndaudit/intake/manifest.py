"""`manifest.toml`: what an office promises to have delivered."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from pathlib import Path, PurePosixPath

from ndaudit.declarations import Declaration, read_declaration
from ndaudit.errors import DeclarationError, RefusedError
from ndaudit.periods import Period, read_period
from ndaudit.tables import Table

MANIFEST = "manifest.toml"
MODES = ("full", "period")
_OFFICE = re.compile(r"\d{2}|\d{4}")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
ULAANBAATAR = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class PromisedFile:
    """One file as its manifest describes it.

    Attributes:
        totals: promised sum of money columns, in tögrög.
    """

    name: str
    path: Path
    table: Table
    mode: str
    rows: int
    sha256: str
    totals: Mapping[str, Decimal]


@dataclass(frozen=True)
class Manifest:
    """One batch as it is described.

    Attributes:
        exported_at: local time of Ulaanbaatar.
        unlisted: files in the folder that no entry names.
    """

    folder: Path
    office_code: str
    period: Period
    exported_at: datetime
    exported_by: str | None
    software: str | None
    files: tuple[PromisedFile, ...]
    unlisted: tuple[str, ...]

    @property
    def path(self) -> Path:
        """The manifest's own file."""
        return self.folder / MANIFEST


def batch_folders(paths: Sequence[Path]) -> list[Path]:
    """Return every folder at or below `paths` that holds a manifest, in order of its path.

    Raises:
        RefusedError: a path is no folder, or no manifest lies at or below it.
    """
    folders: list[Path] = []
    for path in paths:
        if not path.is_dir():
            raise RefusedError("intake.no_folder", where=path)
        found = sorted({manifest.parent.resolve() for manifest in path.rglob(MANIFEST)})
        if not found:
            raise RefusedError("intake.no_manifest", where=path)
        folders.extend(folder for folder in found if folder not in folders)
    return folders


def _confined(folder: Path, name: str) -> Path:
    """Return the file of that name inside the batch folder, never one outside it.

    Raises:
        RefusedError: an absolute name, `..`, a link that leads out, or no such file.
    """
    parts = PurePosixPath(name).parts
    odd = not parts or name != PurePosixPath(name).as_posix() or "\\" in name or not name.isprintable()
    if odd or PurePosixPath(name).is_absolute() or ".." in parts or name == MANIFEST:
        raise RefusedError("intake.bad_name", where=folder.name, file=name)
    path = folder.joinpath(*parts)
    try:
        inside = path.resolve(strict=True).is_relative_to(folder)
    except OSError as error:
        raise RefusedError("intake.no_file", where=folder.name, file=name) from error
    if not inside:
        raise RefusedError("intake.bad_name", where=folder.name, file=name)
    if not path.is_file():
        raise RefusedError("intake.no_file", where=folder.name, file=name)
    return path


def _totals(part: Declaration, table: Table) -> dict[str, Decimal]:
    raw = part.take("totals", dict, {})
    promised = Declaration(raw, f"{part.where} [totals]")
    money = [column.name for column in table.columns if column.type == "money"]
    found: dict[str, Decimal] = {}
    for name in raw:
        if name not in money:
            raise DeclarationError(
                "declarations.unknown_key", where=promised.where, key=name, allowed=", ".join(money)
            )
        value = promised.take(name, (str, int))
        try:
            found[name] = Decimal(str(value))
        except InvalidOperation:
            found[name] = Decimal("NaN")
        if not found[name].is_finite():
            raise DeclarationError(
                "declarations.not_allowed", where=promised.where, key=name, came=value, allowed="123.00"
            )
    return found


def _file(part: Declaration, folder: Path, tables: Mapping[str, Table]) -> PromisedFile:
    name = part.take("name", str)
    table = tables[part.one_of("table", tables)]
    sha256 = part.take("sha256", str)
    rows = part.take("rows", int)
    if not _SHA256.fullmatch(sha256):
        raise DeclarationError(
            "declarations.not_allowed", where=part.where, key="sha256", came=sha256, allowed="[0-9a-f]{64}"
        )
    if rows < 0:
        raise DeclarationError(
            "declarations.not_allowed", where=part.where, key="rows", came=rows, allowed="≥ 0"
        )
    file = PromisedFile(
        name=name,
        path=_confined(folder, name),
        table=table,
        mode=part.one_of("mode", MODES, table.mode),
        rows=rows,
        sha256=sha256.lower(),
        totals=_totals(part, table),
    )
    part.finish()
    return file


def _refuse_contradictions(files: Sequence[PromisedFile], folder: Path) -> None:
    names: set[str] = set()
    modes: dict[str, str] = {}
    for file in files:
        if file.name in names:
            raise RefusedError("intake.file_twice", where=folder.name, file=file.name)
        names.add(file.name)
        if modes.setdefault(file.table.name, file.mode) != file.mode:
            raise RefusedError("intake.two_modes", where=folder.name, table=file.table.name)


def _unlisted(folder: Path, files: Sequence[PromisedFile]) -> tuple[str, ...]:
    listed = {MANIFEST, *(file.name for file in files)}
    there = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return tuple(sorted(name for name in there if name not in listed))


def read_manifest(folder: Path, tables: Mapping[str, Table]) -> Manifest:
    """Read and check the manifest of one batch folder; nothing of the files is read yet.

    Raises:
        DeclarationError: an unknown or missing key, a value that cannot be.
        RefusedError: no files, a name that leads out of the folder, a file that is not there or named twice.
    """
    declared = read_declaration(folder / MANIFEST)
    where = f"{folder.name}/{MANIFEST}"
    declared = Declaration({name: declared.take(name, object) for name in declared.names()}, where)
    office = declared.take("office", str)
    if not _OFFICE.fullmatch(office):
        raise DeclarationError(
            "declarations.not_allowed", where=where, key="office", came=office, allowed="65, 1110"
        )
    period = read_period(declared.take("period", str))
    if len(period.name) != len("2026-05") or "Q" in period.name:
        raise DeclarationError(
            "declarations.not_allowed", where=where, key="period", came=period.name, allowed="2026-05"
        )
    exported_at = declared.take("exported_at", datetime)
    if exported_at.tzinfo is not None:
        exported_at = exported_at.astimezone(ULAANBAATAR).replace(tzinfo=None)
    exported_by = declared.take("exported_by", str, None)
    software = declared.take("software", str, None)
    files = tuple(_file(part, folder, tables) for part in declared.parts("files", []))
    declared.finish()
    if not files:
        raise RefusedError("intake.no_files", where=folder.name)
    _refuse_contradictions(files, folder)
    return Manifest(
        folder, office, period, exported_at, exported_by, software, files, _unlisted(folder, files)
    )
