"""`manifest.toml`: what an office promises to have delivered."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path, PurePosixPath

from ndaudit.declarations import Declaration, read_declaration
from ndaudit.errors import DeclarationError, RefusedError, UsageError
from ndaudit.exports.headers import Layout
from ndaudit.periods import ULAANBAATAR, Period, read_period
from ndaudit.tables import Table

MANIFEST = "manifest.toml"
DESCRIPTION = "unmanifested.toml"
"""What stands beside a kept delivery that came without manifest: what was said for it, and why."""
MODES = ("full", "period")
_OFFICE = re.compile(r"\d{2}|\d{4}")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_MOST = Decimal(10) ** 36
"""No sum of amounts reaches it: records have no room for it either."""
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True)
class PromisedFile:
    """One file as its manifest describes it.

    Attributes:
        rows: promised number of rows; None when the delivery came without manifest.
        totals: promised sum of money columns, in tögrög.
        layout: where the table stands in the file, when a mapping says so.
    """

    name: str
    path: Path
    table: Table
    mode: str
    rows: int | None
    sha256: str
    totals: Mapping[str, Decimal]
    layout: Layout = field(default_factory=Layout)


@dataclass(frozen=True)
class Manifest:
    """One batch as it is described.

    Attributes:
        exported_at: local time of Ulaanbaatar.
        unlisted: files in the folder that no entry names.
        no_manifest: why it was loaded without one, else None.
        description: what stands for the manifest that did not come.
        mappings: content of the mappings its files are read with, by file name.
    """

    folder: Path
    office_code: str
    period: Period
    exported_at: datetime
    exported_by: str | None
    software: str | None
    files: tuple[PromisedFile, ...]
    unlisted: tuple[str, ...]
    no_manifest: str | None = None
    description: str | None = None
    mappings: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the file that describes the batch."""
        return MANIFEST if self.description is None else DESCRIPTION

    def content(self) -> bytes:
        """Return what describes the batch, as it is kept."""
        if self.description is None:
            return (self.folder / MANIFEST).read_bytes()
        return self.description.encode()


def batch_folders(paths: Sequence[Path]) -> list[Path]:
    """Return every folder at or below `paths` that holds a manifest, in order of its path.

    Raises:
        UsageError: there is no such folder.
        RefusedError: no manifest lies at or below it.
    """
    folders: list[Path] = []
    for path in paths:
        if not path.is_dir():
            raise UsageError("intake.no_folder", where=path)
        found = sorted({manifest.parent.resolve() for manifest in path.rglob(MANIFEST)})
        if not found:
            raise RefusedError("intake.no_manifest", where=path)
        folders.extend(folder for folder in found if folder not in folders)
    return folders


def confined(folder: Path, name: str) -> Path:
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
        if not found[name].is_finite() or abs(found[name]) >= _MOST:
            raise DeclarationError(
                "declarations.not_allowed", where=promised.where, key=name, came=value, allowed="123.00"
            )
    return found


def _file(part: Declaration, folder: Path, tables: Mapping[str, Table], *, promised: bool) -> PromisedFile:
    name = part.take("name", str)
    table = tables[part.one_of("table", tables)]
    sha256 = part.take("sha256", str)
    rows = part.take("rows", int) if promised else None
    if not _SHA256.fullmatch(sha256):
        raise DeclarationError(
            "declarations.not_allowed", where=part.where, key="sha256", came=sha256, allowed="[0-9a-f]{64}"
        )
    if rows is not None and rows < 0:
        raise DeclarationError(
            "declarations.not_allowed", where=part.where, key="rows", came=rows, allowed="≥ 0"
        )
    file = PromisedFile(
        name=name,
        path=confined(folder, name),
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
    listed = {MANIFEST, DESCRIPTION, *(file.name for file in files)}
    there = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return tuple(sorted(name for name in there if name not in listed))


def read_manifest(folder: Path, tables: Mapping[str, Table]) -> Manifest:
    """Read and check the manifest of one batch folder, or of a kept delivery what was said in its place.

    Nothing of the files is read yet.

    Raises:
        DeclarationError: an unknown or missing key, a value that cannot be.
        RefusedError: no files, a name that leads out of the folder, a file that is not there or named twice.
    """
    described = folder / DESCRIPTION
    if described.is_file() and not (folder / MANIFEST).exists():
        return parse_manifest(read_declaration(described), folder, tables, described.read_text("utf-8"))
    declared = read_declaration(folder / MANIFEST, f"{folder.name}/{MANIFEST}")
    return parse_manifest(declared, folder, tables)


def _header(declared: Declaration, where: str) -> tuple[str, Period, datetime]:
    office = declared.take("office", str)
    if not _OFFICE.fullmatch(office):
        raise DeclarationError(
            "declarations.not_allowed", where=where, key="office", came=office, allowed="65, 1110"
        )
    month = declared.take("period", str)
    if not _MONTH.fullmatch(month):
        raise DeclarationError(
            "declarations.not_allowed", where=where, key="period", came=month, allowed="2026-05"
        )
    exported_at = declared.take("exported_at", datetime)
    if exported_at.tzinfo is not None:
        exported_at = exported_at.astimezone(ULAANBAATAR).replace(tzinfo=None)
    return office, read_period(month), exported_at


def parse_manifest(
    declared: Declaration, folder: Path, tables: Mapping[str, Table], description: str | None = None
) -> Manifest:
    """Check what a manifest says; a `description` in its place promises no rows and says why there is none.

    Raises:
        DeclarationError: an unknown or missing key, a value that cannot be.
        RefusedError: no files, a name that leads out of the folder, a file that is not there or named twice.
    """
    where = f"{folder.name}/{MANIFEST if description is None else DESCRIPTION}"
    declared = Declaration({name: declared.take(name, object) for name in declared.names()}, where)
    office, period, exported_at = _header(declared, where)
    exported_by = declared.take("exported_by", str, None)
    software = declared.take("software", str, None)
    reason = None if description is None else declared.take("no_manifest", str)
    promised = description is None
    files = tuple(_file(part, folder, tables, promised=promised) for part in declared.parts("files", []))
    declared.finish()
    if not files:
        raise RefusedError("intake.no_files", where=folder.name)
    _refuse_contradictions(files, folder)
    unlisted = _unlisted(folder, files)
    return Manifest(
        folder,
        office,
        period,
        exported_at,
        exported_by,
        software,
        files,
        unlisted,
        no_manifest=reason,
        description=description,
    )
