"""The folder of one finding: rows as delivered, rule, law, SQL, result, decisions, chains, a README."""

import csv
import hashlib
import io
import os
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ndaudit import ledger
from ndaudit.deciding import decided_select, scope_sql
from ndaudit.errors import UsageError, machine_faults
from ndaudit.evidencing.chains import Files, decision_files, ledger_files, readable, sums
from ndaudit.evidencing.told import card, law_values
from ndaudit.intake.manifest import DESCRIPTION, MANIFEST
from ndaudit.intake.mapping import KEPT_MAPPINGS
from ndaudit.populations import in_order
from ndaudit.reading import Reading
from ndaudit.roles import current_standing
from ndaudit.tracing import EVERY_ROW, Original, SourceRow, finding_of, originals, trace
from ndaudit.unmasking import unmasked
from ndaudit.veils import Sight
from ndaudit.wording import LANGUAGES, say
from ndaudit.workbench import Workbench

SUMS = "SHA256SUMS"
PLACE = "evidence"
_INDEX = (
    "relation",
    "table",
    "delivered_by",
    "batch_id",
    "source_file",
    "source_row",
    "form",
    "format",
    "begins_at_byte",
    "bytes",
    "row_sha256",
    "source_file_sha256",
)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_FIRST_DAY_OF_ZIP = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Made:
    """What was made.

    Attributes:
        path: the folder, or the zip.
        rows: delivered rows in it.
        sums_sha256: sha256 of its `SHA256SUMS`, as the ledger keeps it.
    """

    finding_id: str
    path: Path
    files: int
    rows: int
    left_out: Mapping[str, int]
    sums_sha256: str


def evidence_files(
    reading: Reading, finding: Mapping[str, Any], seen: str = EVERY_ROW
) -> tuple[Files, int, Mapping[str, int]]:
    """Return every file of the folder by name, how many rows it holds, and how many were left out.

    Args:
        seen: the SQL condition for rows that may be handed out.
    """
    traced = trace(reading, finding, seen=seen)
    rows = originals(reading, traced.rows)
    batches = sorted({row.batch_id for row in traced.rows})
    files: Files = {
        "finding.json": readable(dict(finding) | {"run_id": reading.run.id}),
        "run.json": (reading.run.folder / "run.json").read_bytes(),
        "rows/values_as_loaded.json": readable([_loaded(row) for row in traced.rows]),
        "rows/index.csv": _index(traced.rows, rows),
        "rows/left_out.json": readable(traced.left_out),
        **_row_files(traced.rows, rows),
        **_manifests(reading.workbench, batches),
        **_declarations(reading, finding["rule_id"]),
        **ledger_files(reading.workbench, frozenset(batches), reading.run.id, finding["finding_id"]),
        **decision_files(reading.workbench, finding["finding_id"]),
    }
    for lang in LANGUAGES:
        files[f"rule.{lang}.md"] = card(reading, finding, lang).encode()
        told = say("proof.readme", lang, finding=finding["finding_id"], rule=finding["rule_id"])
        files[f"README.{lang}.md"] = told.encode()
    files[SUMS] = sums((hashlib.sha256(body).hexdigest(), name) for name, body in sorted(files.items()))
    return files, len(rows), traced.left_out


def _loaded(row: SourceRow) -> dict[str, Any]:
    place = {"batch_id": row.batch_id, "source_file": row.source_file, "source_row": row.source_row}
    return {"relation": row.relation, "table": row.table, **place, "values": dict(row.values)}


def _index(rows: Iterable[SourceRow], found: Mapping[tuple[str, str, int], Original]) -> bytes:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(_INDEX)
    for row in rows:
        original = found[row.place]
        table.writerow(
            [
                row.relation,
                row.table,
                row.delivered_by,
                *row.place,
                original.form,
                original.format,
                "" if original.at is None else original.at,
                len(original.body),
                hashlib.sha256(original.body).hexdigest(),
                original.sha256,
            ]
        )
    return out.getvalue().encode()


def _row_files(rows: Iterable[SourceRow], found: Mapping[tuple[str, str, int], Original]) -> Files:
    """Return the rows of each delivered file, header first, in the order they stand there."""
    files: Files = {}
    for batch, name, number in sorted({row.place for row in rows}):
        original = found[batch, name, number]
        files.setdefault(f"rows/{batch}/{name}.header", original.head)
        place = f"rows/{batch}/{name}.rows"
        files[place] = files.get(place, b"") + original.body
    return files


def _manifests(workbench: Workbench, batches: Iterable[str]) -> Files:
    files: Files = {}
    for batch in batches:
        folder = workbench.deliveries / batch.partition("-")[0] / batch
        said = [folder / MANIFEST, folder / DESCRIPTION, *sorted((folder / KEPT_MAPPINGS).glob("*.toml"))]
        for path in said:
            if path.is_file():
                files[f"manifests/{batch}/{path.relative_to(folder).as_posix()}"] = path.read_bytes()
    return files


def _declarations(reading: Reading, rule_id: str) -> Files:
    """Return the rule, its populations, the law they call and the SQL that decides, as the run kept them."""
    catalogue, folder = reading.catalogue, reading.run.folder
    rule = catalogue.rules[rule_id]
    population = catalogue.populations[rule.population]
    parts = in_order(catalogue.populations, frozenset({rule.population}))
    law = catalogue.law_of(rule)
    paths = [rule.path, folder / "expectations" / "thresholds.toml"]
    paths += [folder / "expectations" / "populations" / f"{part.name}.sql" for part in parts]
    paths += [folder / "expectations" / "law" / f"{one.name}.toml" for one in law]
    paths += [Workbench(folder).own_law / f"{one.name}.toml" for one in law]
    files = {
        f"declarations/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in paths
        if path.is_file()
    }
    where = scope_sql(rule, population, reading.run.scope)
    views = "".join(f"CREATE VIEW {part.name} AS\n{part.sql};\n\n" for part in parts)
    files["decision.sql"] = f"{views}{decided_select(rule, population, where)};\n".encode()
    files["law.json"] = readable({one.name: law_values(one) for one in law})
    results = reading.frame("SELECT * FROM run.rule_result WHERE rule_id = $rule ORDER BY ALL", rule=rule_id)
    files["rule_result.json"] = readable(results.to_dicts())
    return files


def make_evidence(
    reading: Reading,
    finding_id: str,
    *,
    out: Path | None = None,
    as_zip: bool = False,
    asked: bool = False,
    reason: str | None = None,
) -> Made:
    """Make the folder or zip of one finding, under `data/evidence` unless `out` says where, and note it.

    Args:
        asked: whether it was asked to let names and numbers of people leave `data/`.
        reason: why, when asked.

    Raises:
        RefusedError: no such finding, its office is not open to the account, or the account may not.
        UsageError: it would leave `data/` and that was not asked for.
        MachineError: no room or no permission.
    """
    workbench = reading.workbench
    finding = finding_of(reading, finding_id)
    standing = current_standing(workbench)
    standing.require("issue")
    standing.require_office(finding["office_code"])
    leaves = out is not None and not out.resolve().is_relative_to(workbench.data.resolve())
    if leaves and not asked:
        raise UsageError("proof.leaves_data", where=out)
    about = {"finding": finding_id, "run": reading.run.id}
    unmasked(workbench, PLACE, asked=asked, reason=reason, **about)
    seen = Sight(standing, None).rows("delivered_by")
    files, rows, left_out = evidence_files(reading, finding, seen)
    digest = hashlib.sha256(files[SUMS]).hexdigest()
    with machine_faults(out or workbench.data / PLACE):
        home = out or workbench.private_folder(workbench.data / PLACE)
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = _free(home, finding_id, ".zip" if as_zip else "")
        (_write_zip if as_zip else _write_folder)(path, files)
        if not leaves:
            workbench.protect_all(path)
    ledger.append(workbench, PLACE, **about, sums_sha256=digest, rows=rows, leaves_data=leaves)
    return Made(finding_id, path, len(files), rows, left_out, digest)


def _free(home: Path, name: str, ending: str) -> Path:
    """Return a name nothing stands under: what was handed out once is not replaced."""
    path, number = home / f"{name}{ending}", 2
    while path.exists():
        path, number = home / f"{name}-{number}{ending}", number + 1
    return path


def _write_folder(path: Path, files: Files) -> None:
    draft = path.with_name(f".{path.name}.part")
    draft.mkdir(mode=0o700)
    try:
        for name, body in files.items():
            target = draft / name
            for folder in reversed(target.relative_to(draft).parents[:-1]):
                (draft / folder).mkdir(mode=0o700, exist_ok=True)
            with os.fdopen(os.open(target, _NEW, 0o600), "wb") as handle:
                handle.write(body)
                handle.flush()
                os.fsync(handle.fileno())
        draft.rename(path)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write_zip(path: Path, files: Files) -> None:
    """Write a zip whose bytes depend on its content only: sorted, undated, uncompressed."""
    draft = path.with_name(f".{path.name}.part")
    try:
        with (
            os.fdopen(os.open(draft, _NEW, 0o600), "wb") as handle,
            zipfile.ZipFile(handle, "w", zipfile.ZIP_STORED) as archive,
        ):
            for name, body in sorted(files.items()):
                entry = zipfile.ZipInfo(f"{path.stem}/{name}", _FIRST_DAY_OF_ZIP)
                entry.external_attr = 0o600 << 16
                archive.writestr(entry, body)
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
